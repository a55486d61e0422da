from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .actions import open_window
from .envelope import get_addresses
from .groups import COLLECTIONS
from .statement import CHANNELS

#: What of a partner decides whom a case writes to and how it is chased.
_CHASED_BY = {
    "active",
    "city",
    "collections_policy_id",
    "collections_role_ids",
    "email",
    "is_company",
    "parent_id",
    "street",
    "type",
    "zip",
}
#: What only whoever looks after an account changes: whose it is, how it is chased.
_KEPT_BY_OWNER = {
    "collections_policy_id",
    "collections_statement",
    "collections_user_id",
    "is_company",
    "parent_id",
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
    collections_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Account Administrator",
        index="btree_not_null",
        domain=[("share", "=", False)],
        copy=False,
        help="Responsible for the account's cases.",
        groups=COLLECTIONS,
    )
    collections_responsible_id = fields.Many2one(
        comodel_name="res.users",
        string="Looked After By",
        compute="_compute_collections_responsible_id",
        search="_search_collections_responsible_id",
        help="The account's own administrator, else its national account's.",
        groups=COLLECTIONS,
    )
    collections_role_ids = fields.Many2many(
        comodel_name="account.admin.contact.role",
        string="Contact Roles",
        copy=False,
        help="What this contact is written to about.",
        groups=COLLECTIONS,
    )
    collections_statement = fields.Selection(
        selection=CHANNELS,
        string="Statements",
        copy=False,
        help="How the account gets its monthly statement; empty for the company's way.",
        groups=COLLECTIONS,
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
    collections_national_account_id = fields.Many2one(
        comodel_name="national.account",
        string="National Account",
        compute="_compute_collections_national_account_id",
        groups=COLLECTIONS,
        help="The group that the account is a member of today.",
    )

    @api.depends("collections_user_id")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_collections_responsible_id(self):
        accounts, found = self.commercial_partner_id.ids, {}
        for company in self.env.companies:
            # sudo: who looks after an account is the same for every user
            users = self.sudo()._collections_get_responsible(company, accounts)
            for account, user in users.items():
                # of several companies' administrators the user is the one that counts
                if user and found.get(account) != self.env.uid:
                    found[account] = self.env.uid if user == self.env.uid else user
        for partner in self:
            partner.collections_responsible_id = found.get(
                partner.commercial_partner_id.id
            )

    @api.model
    def _search_collections_responsible_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        users = [user for user in value if user]
        self.flush_model(["commercial_partner_id"])
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                """(%(account)s IN (SELECT partner_id FROM (%(owners)s) AS owner
                                     WHERE user_id = ANY(%(users)s))
                    OR %(with_nobody)s AND %(account)s NOT IN (
                        SELECT partner_id FROM (%(owners)s) AS owner))""",
                account=SQL.identifier(alias, "commercial_partner_id"),
                owners=self._collections_owners_sql(self.env.companies),
                users=users,
                with_nobody=len(users) < len(value),
            )
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

    @api.depends_context("company")
    def _compute_collections_national_account_id(self):
        company = self.env.company
        Account = self.env["national.account"]
        found = {}
        if Account.has_access("read"):
            found = Account._get_of_members(
                company, company._collections_today(), self.commercial_partner_id.ids
            )
        for partner in self:
            partner.collections_national_account_id = found.get(
                partner.commercial_partner_id.id, Account
            )

    def write(self, vals):
        if _KEPT_BY_OWNER & set(vals):
            self._collections_check_kept()
        moves = {"parent_id", "is_company"} & set(vals)
        before = self.commercial_partner_id if moves else self.browse()
        result = super().write(vals)
        if _CHASED_BY & set(vals):
            self._touch_collections_cases(before)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # a new contact may be the one that a case has been waiting for
        contacts = partners.filtered("parent_id")
        contacts._touch_collections_cases()
        return partners

    def _touch_collections_cases(self, before=None):
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
            cases._touch(company, accounts)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_collections_history(self):
        # sudo: the history counts whoever deletes
        events = self.env["collections.event"].sudo()
        event = events.search([("partner_id", "in", self.ids)], limit=1)
        if event:
            raise UserError(
                self.env._(
                    "%s has a collections history, which is kept: archive it instead.",
                    event.partner_id.display_name,
                )
            )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _collections_get_contacts(self, role, channel="email"):
        """Whom to write to about each account.

        The contact with the role, else the next role in order, else the invoice
        address, else the account itself; only who can be reached on the channel counts.

        :param role: ``account.admin.contact.role``, may be empty
        :param str channel: ``email`` or ``letter``
        :return: dict commercial partner id -> partner, empty where there is nobody
        """
        # an archived account is written to itself, archived contacts are not
        candidates = self.with_context(active_test=False).search(
            Domain("commercial_partner_id", "in", self.ids)
            & (
                Domain("id", "in", self.ids)
                | Domain("active", "=", True)
                & (
                    Domain("type", "=", "invoice")
                    | Domain("collections_role_ids", "!=", False)
                )
            ),
            order="id",
        )
        roles = self.env["account.admin.contact.role"].search([("active", "=", True)])
        order = {found: n for n, found in enumerate(role | roles)}
        invoice, itself = len(order), len(order) + 1

        own = set(self.ids)

        def rank(partner):
            ranks = [order[r] for r in partner.collections_role_ids if r in order]
            if ranks:
                return min(ranks)
            return itself if partner.id in own else invoice

        best = dict.fromkeys(self.ids, self.browse())
        for partner in candidates.sorted(rank, reverse=True):
            if partner._collections_can_get(channel):
                best[partner.commercial_partner_id.id] = partner
        return best

    def _collections_get_statement_channel(self):
        """How the account wants its statements."""
        self.ensure_one()
        return self.collections_statement or self.env.company._collections_setting(
            "statement_channel"
        )

    def _collections_can_get(self, channel):
        self.ensure_one()
        if channel == "letter":
            return bool(self.city and (self.street or self.zip))
        return bool(self._collections_get_addresses())

    def _collections_get_addresses(self):
        """Every email address of a contact, normalized."""
        self.ensure_one()
        return get_addresses(self.email)

    def _collections_get_alive(self):
        """Where mails to contacts go: all addresses whose last mail did not come back.

        :return: dict contact -> list of addresses, every one where none is alive, and
            the contacts of which none is
        """
        every = {contact: contact._collections_get_addresses() for contact in self}
        # sudo: whoever sends has to know which addresses are dead
        known = (
            self.env["account.admin.bounce"]
            .sudo()
            ._get_known({email for addresses in every.values() for email in addresses})
        )
        alive = {
            contact: [email for email in addresses if email not in known]
            for contact, addresses in every.items()
        }
        dead = self.filtered(lambda contact: not alive[contact])
        return {contact: alive[contact] or every[contact] for contact in self}, dead

    def _collections_get_greeting(self):
        """How a mail or letter greets a contact, in the language it is written in."""
        self.ensure_one()
        name = self.name or self.commercial_partner_id.name
        if name:
            return self.env._("Dear %s,", name)
        return self.env._("Dear Sir or Madam,")

    def action_view_collections_case(self):
        """The account's open case."""
        self.ensure_one()
        return self.collections_case_id._get_records_action()

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
