from odoo import api, fields, models

from ..base.actions import open_window
from ..base.groups import COLLECTIONS
from .collections_standing import LEVELS
from .collections_standing_facts import Found

#: What of a partner decides whom a case writes to and how it is chased.
_CHASED_BY = {
    "account_admin_counsel_id",
    "active",
    "city",
    "collections_policy_id",
    "collections_role_ids",
    "country_id",
    "email",
    "is_company",
    "parent_id",
    "phone",
    "state_id",
    "street",
    "type",
    "tz",
    "zip",
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    collections_policy_id = fields.Many2one(
        comodel_name="collections.policy",
        company_dependent=True,
        ondelete="restrict",
        groups=COLLECTIONS,
        help="Chases this account, whatever other policies match it.",
    )
    collections_case_id = fields.Many2one(
        comodel_name="collections.case",
        string="Open Case",
        compute="_compute_collections_case",
        groups=COLLECTIONS,
        help="The work on what is overdue; there is one at most.",
    )
    collections_step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        string="Last Step",
        compute="_compute_collections_case",
        groups=COLLECTIONS,
        help="The last step that was sent in the open case.",
    )
    collections_next_step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        string="Next Step",
        compute="_compute_collections_case",
        groups=COLLECTIONS,
        help="The step that comes next if nothing changes.",
    )
    collections_next_date = fields.Date(
        string="Next Step On",
        compute="_compute_collections_case",
        groups=COLLECTIONS,
        help="The night on which the next step is due if nothing changes.",
    )
    collections_on_hold = fields.Boolean(
        string="On Hold",
        compute="_compute_collections_case",
        groups=COLLECTIONS,
    )
    collections_hold_reason = fields.Char(
        string="Why It Is on Hold",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="The reasons of the holds of the account and of its national account.",
    )
    collections_over_limit = fields.Boolean(
        string="Over Limit",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="It owes more than a limit of its own or of its national account.",
    )
    collections_limit_whose = fields.Char(
        string="Limit Of",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="Of the limits that count for the account the one with least left.",
    )
    collections_limit_currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
    )
    collections_limit = fields.Monetary(
        string="Limit of Credit",
        currency_field="collections_limit_currency_id",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="With what an override adds today.",
    )
    collections_limit_used = fields.Monetary(
        string="Used",
        currency_field="collections_limit_currency_id",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="Open items, drafts and orders that are not invoiced, less credits.",
    )
    collections_limit_free = fields.Monetary(
        string="Free",
        currency_field="collections_limit_currency_id",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="What may still be added; negative: exceeded.",
    )
    collections_limit_share = fields.Float(
        string="Used %",
        compute="_compute_collections_credit",
        groups=COLLECTIONS,
        help="Used, in percent of the limit.",
    )
    collections_standing = fields.Selection(
        selection=LEVELS,
        string="Standing",
        compute="_compute_collections_standing",
        groups=COLLECTIONS,
        help="Good, watch or hold: the worst rule that applies, or what somebody set.",
    )
    collections_standing_reasons = fields.Char(
        string="Why It Stands So",
        compute="_compute_collections_standing",
        groups=COLLECTIONS,
        help="Every rule that applies, the worst first.",
    )
    collections_no_case_reason = fields.Char(
        string="Why There Is No Case",
        compute="_compute_collections_no_case_reason",
        groups=COLLECTIONS,
        help="Why nothing is done about what is overdue.",
    )
    collections_currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_collections_amounts",
        groups=COLLECTIONS,
        help="The company's: amounts of its books are in it.",
    )
    collections_open = fields.Monetary(
        string="Open Items",
        currency_field="collections_currency_id",
        compute="_compute_collections_amounts",
        groups=COLLECTIONS,
        help="Everything that is not paid, due or not, less credits; in the"
        " company's currency.",
    )
    collections_overdue = fields.Monetary(
        string="Overdue Items",
        currency_field="collections_currency_id",
        compute="_compute_collections_amounts",
        help="Past due, as the aging has it: credits that are past due count less.",
        groups=COLLECTIONS,
    )
    collections_chaseable = fields.Monetary(
        string="Chaseable",
        currency_field="collections_currency_id",
        compute="_compute_collections_amounts",
        help="Overdue, less what is disputed, on its way, promised, held back or"
        " credited.",
        groups=COLLECTIONS,
    )

    @api.depends_context("company", "uid")
    def _compute_collections_case(self):
        Case = self.env["collections.case"]
        company = self.env.company
        cases = {}
        if Case.has_access("read"):
            cases = Case._get_open_of(company, self.commercial_partner_id)
        for partner in self:
            case = cases.get(partner.commercial_partner_id.id, Case)
            partner.collections_case_id = case
            partner.collections_step_id = case.step_id
            partner.collections_next_step_id = case.next_step_id
            partner.collections_next_date = case.next_date
            partner.collections_on_hold = case.on_hold

    @api.depends_context("company", "uid", "lang")
    def _compute_collections_credit(self):
        """The limit with least left of each account, and what holds it."""
        company, accounts = self.env.company, self.commercial_partner_id._origin.ids
        # sudo: what an account may owe is the same for whoever may see the account
        limits, holds = self.env["collections.limit"].sudo(), {}
        states = {}
        if accounts and limits._is_any(company):
            states = limits._get_states(company, accounts)
            holds = self.env["collections.hold"]._find_of(company, accounts)
        for partner in self:
            account = partner.commercial_partner_id
            mine = holds.get(account._origin.id)
            partner.collections_hold_reason = mine and " ".join(mine.mapped("reason"))
            tight = min(
                states.get(account._origin.id, ()),
                key=lambda state: state.free,
                default=None,
            )
            limit = limits.browse(tight.key[0]) if tight else limits
            named = tight and not tight.key[1]
            partner.collections_limit_whose = (
                limit._get_whose() if named else tight and account.display_name
            )
            partner.collections_limit_currency_id = limit.currency_id
            partner.collections_limit = tight and tight.top
            partner.collections_limit_used = tight and tight.used
            partner.collections_limit_free = tight and tight.free
            partner.collections_limit_share = tight and tight.top and tight.share
            partner.collections_over_limit = tight and tight.free < 0

    @api.depends_context("company", "uid", "lang")
    def _compute_collections_standing(self):
        accounts = self.commercial_partner_id._origin
        found = accounts._collections_get_standing(self.env.company)
        for partner in self:
            mine = found.get(partner.commercial_partner_id._origin.id)
            partner.collections_standing = mine and mine.level
            partner.collections_standing_reasons = mine and "; ".join(mine.reasons)

    def _collections_get_standing(self, company):
        """How these accounts stand today in a company, looked at anew.

        :return: dict commercial partner id ->
            :class:`~.collections_standing_facts.Found` with ``level`` (``good``,
            ``watch`` or ``hold``) and ``reasons``, sentences with the worst first
        """
        # sudo: how an account stands is the same for whoever may see the account
        standings = self.env["collections.standing"].sudo()
        ids = self.commercial_partner_id.ids
        found = standings._find(company, ids) if ids else {}
        return {account: found.get(account, Found()) for account in ids}

    def action_set_collections_standing(self):
        """The form of a standing that somebody sets instead of the rules."""
        self.ensure_one()
        return self.env["collections.standing.override"]._get_form(
            self.commercial_partner_id, self.env.company
        )

    @api.depends_context("company", "uid", "lang")
    def _compute_collections_no_case_reason(self):
        self.collections_no_case_reason = False
        company = self.env.company
        without = self.filtered(
            lambda partner: partner.collections_overdue > 0
            and not partner.collections_case_id
        ).commercial_partner_id
        Case = self.env["collections.case"]
        if not without or not Case.has_access("read"):
            return
        accounts = Case._get_chased_accounts(company, without)
        # sudo: an account is judged on all its items; who reads it was checked
        run = self.env["collections.run"].sudo().with_company(company)
        judged = run._judge(
            company, company._collections_today(), list(set(accounts.values()))
        )
        for partner in self:
            account = accounts.get(partner.commercial_partner_id.id)
            if partner.commercial_partner_id in without:
                partner.collections_no_case_reason = Case._get_no_case_sentence(
                    judged.get(account)
                )

    @api.depends_context("company")
    def _compute_collections_amounts(self):
        company = self.env.company
        self.collections_currency_id = company.currency_id
        facts, totals = {}, {}
        has_access = self.env["account.move.line"].has_access("read")
        items = self.env["account.admin.open.item"]
        has_access = has_access and items._find_receivable_accounts(company)
        if has_access and self.commercial_partner_id.ids:
            day, ids = company._collections_today(), self.commercial_partner_id.ids
            facts = items._get_facts(company, day, accounts=ids)
            totals = items._get_totals(company, day, ids)
        for partner in self:
            account = partner.commercial_partner_id.id
            fact = facts.get(account)
            partner.collections_open, partner.collections_overdue = totals.get(
                account, (0, 0)
            )
            partner.collections_chaseable = fact.asked if fact else 0

    def write(self, vals):
        moves = {"parent_id", "is_company"} & set(vals)
        before = self.commercial_partner_id if moves else self.browse()
        result = super().write(vals)
        if _CHASED_BY & set(vals):
            self._collections_touch(before)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # a new contact may be the one that a case has been waiting for
        contacts = partners.filtered("parent_id")
        contacts._collections_touch()
        return partners

    @api.model
    def _collections_kept_by_owner(self):
        return super()._collections_kept_by_owner() | {"collections_policy_id"}

    def _collections_touch(self, before=None):
        """Cases of these accounts show at once whom they write to and what is chased.

        :param before: commercial partners that these belonged to until now
        """
        accounts = self.commercial_partner_id | (before or self.browse())
        # sudo: a case hears of a new address, whoever may read the case
        cases = (
            self.env["collections.case"]
            .sudo()
            .search([("partner_id", "in", accounts.ids), ("state", "!=", "closed")])
        )
        for company in cases.company_id:
            self.env["collections.upkeep"]._touch(company, accounts)
        if cases:
            # sudo: as above
            self.env["collections.work.item"].sudo()._touch_reach(accounts)
        return super()._collections_touch(before)

    def action_view_collections_case(self):
        """The account's open case."""
        self.ensure_one()
        return self.collections_case_id._get_records_action()

    def action_open_collections_desk(self):
        """My Day with this customer at hand."""
        self.ensure_one()
        return self.env["collections.desk"]._get_action(self, self.env.company)

    def action_log_collections_call(self):
        """The form of a new call with this customer."""
        self.ensure_one()
        return self.env["collections.call"]._get_form(
            self.commercial_partner_id, self.env.company
        )

    def action_promise_collections(self):
        """The form of a promise of this customer in instalments."""
        self.ensure_one()
        return self.env["collections.promise"]._get_split_action(
            self.commercial_partner_id, self.env.company
        )

    def action_view_collections_items(self):
        """What the account owes the company, item by item."""
        self.ensure_one()
        account = self.commercial_partner_id
        return account._collections_view_items(self.env.company, account.display_name)

    def _collections_view_items(self, company, whose):
        """The open items of accounts as a table of their own.

        :param str whose: the account's name, for the title
        """
        return open_window(
            self.env,
            "aged_item_action_open",
            self.env._("Open Items of %s", whose),
            domain=[("partner_id", "in", self.ids), ("company_id", "=", company.id)],
        )
