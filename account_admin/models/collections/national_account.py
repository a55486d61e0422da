from odoo import api, fields, models
from odoo.fields import Domain

from ..base.groups import COLLECTIONS
from .collections_standing import LEVELS
from .collections_standing_facts import Found


class NationalAccount(models.Model):
    _inherit = "national.account"

    policy_id = fields.Many2one(
        comodel_name="collections.policy",
        string="Collections Policy",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Applies to every member that has no policy of its own.",
    )

    exposure = fields.Monetary(
        currency_field="figure_currency_id",
        compute="_compute_figures",
        groups=COLLECTIONS,
        help="Open items, drafts and orders that are not invoiced, less credits: what"
        " limits are compared with.",
    )
    amount_promised = fields.Monetary(
        string="Promised",
        currency_field="figure_currency_id",
        compute="_compute_figures",
        groups=COLLECTIONS,
        help="Promises that wait for their day.",
    )
    case_count = fields.Integer(
        string="Cases",
        compute="_compute_figures",
        groups=COLLECTIONS,
        help="Open collections cases of all that is in it.",
    )
    limit_share = fields.Float(
        string="Exposure of Limit %",
        compute="_compute_limit",
        groups=COLLECTIONS,
        help="What its own credit limit is used by, in percent of the limit.",
    )
    limit_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_limit", groups=COLLECTIONS
    )
    limit_amount = fields.Monetary(
        string="Shared Limit",
        currency_field="limit_currency_id",
        compute="_compute_limit",
        groups=COLLECTIONS,
        help="Its own credit limit, which all that is in it shares.",
    )
    standing = fields.Selection(
        selection=LEVELS,
        compute="_compute_standing",
        groups=COLLECTIONS,
        help="As the worst of its members stands, or as somebody set it.",
    )
    standing_reasons = fields.Text(
        string="Why It Stands So",
        compute="_compute_standing",
        groups=COLLECTIONS,
        help="The members that do not stand well, and why.",
    )

    @api.depends("member_ids.partner_id", "part_ids.parent_id", "partner_id")
    @api.depends_context("company", "lang")
    def _compute_standing(self):
        company = self.env.company
        # sudo: a national account stands as all of its members, whoever asks
        standings = self.env["collections.standing"].sudo()
        below = self._origin._get_members(company, company._collections_today())
        members = list({partner for ids in below.values() for partner in ids})
        found = standings._find(company, members) if members else {}
        nationals = standings._find_nationals(company, found, self._origin)
        for national in self:
            mine = nationals.get(national._origin.id, Found())
            national.standing = mine.level
            national.standing_reasons = "\n".join(mine.reasons)

    @api.depends_context("company")
    def _compute_limit(self):
        company = self.env.company
        today = company._collections_today()
        # sudo: what a group may owe is the same for whoever may see it
        limits = self.env["collections.limit"].sudo()
        domain = Domain("national_account_id", "in", self._origin.ids)
        domain &= Domain("company_id", "in", [False, company.id])
        domain &= Domain("amount", "!=", False)
        domain &= limits._get_covering_domain(today)
        # the company's own before one of all companies
        mine = limits.search(domain, order="company_id, id")
        found = mine.grouped("national_account_id")
        states = mine._measure({(limit.id, None) for limit in mine}) if mine else {}
        for national in self:
            limit = found.get(national._origin.sudo(), limits)[:1]
            state = states.get((limit.id, None))
            national.limit_currency_id = limit.currency_id
            national.limit_amount = state.top if state else 0
            national.limit_share = state.share if state and state.top else 0

    def action_set_standing(self):
        """The form of a standing that somebody sets instead of the rules."""
        self.ensure_one()
        return self.env["collections.standing.override"]._get_form(
            self, self.env.company
        )

    def write(self, vals):
        chased_by = {"active", "company_id", "date_end", "partner_id", "policy_id"}
        before = self.partner_id if chased_by & set(vals) else self.env["res.partner"]
        if chased_by & set(vals):
            self._tree_changed()
        result = super().write(vals)
        if chased_by & set(vals):
            (before | self.partner_id)._collections_touch()
            self._tree_changed()
        return result

    def action_view_cases(self):
        """The open cases of all that is in it."""
        self.ensure_one()
        return self._open_of_members(
            "collections_case_action",
            self.env._("Cases of %s", self.name),
            Domain("state", "!=", "closed"),
        )
