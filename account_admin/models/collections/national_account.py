from odoo import api, fields, models

from ..base.actions import open_window
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
        """Open the cases of the head office and the members."""
        self.ensure_one()
        company = self.env.company
        below = self._get_members(company, company._collections_today())
        return open_window(
            self.env,
            "collections_case_action",
            self.env._("Cases of %s", self.name),
            domain=[("partner_id", "in", below[self.id])],
            context={},
        )
