from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.desk.guardrail import Person, choose
from ..base.actions import open_window
from ..base.envelope import get_addresses
from ..base.groups import COLLECTIONS
from .account_admin_change import OPEN_CHANGES
from .account_admin_controlled_mixin import close_fields, is_applied, is_same

#: What only whoever looks after an account changes: whose it is, who it is.
_KEPT_BY_OWNER = {
    *("account_admin_counsel_id", "collections_user_id", "is_company", "parent_id"),
}


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "account.admin.reach.mixin",
        "account.admin.people.mixin",
        "account.admin.controlled.mixin",
    ]

    account_admin_bar_ids = fields.One2many(
        comodel_name="account.admin.contact.bar",
        inverse_name="partner_id",
        string="Do Not Contact",
        groups="account_admin.group_account_admin_user,"
        "account_admin.group_account_admin_auditor",
        copy=False,
        help="Channels and numbers on which the contact is not to be reached.",
    )

    account_admin_counsel_id = fields.Many2one(
        comodel_name="res.partner",
        string="Counsel",
        index="btree_not_null",
        ondelete="restrict",
        groups="account_admin.group_account_admin_user,"
        "account_admin.group_account_admin_auditor",
        copy=False,
        help="Who speaks for the account: once named, nobody else of it is written to"
        " or called.",
    )
    account_admin_tier = fields.Selection(
        selection=[("A", "A"), ("B", "B"), ("C", "C")],
        string="Tier",
        groups="account_admin.group_account_admin_user,"
        "account_admin.group_account_admin_auditor",
        copy=False,
        help="How much the account matters to us: it gives points on the day's list. C"
        " when empty.",
    )

    _account_admin_phone_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )

    account_admin_controlled = fields.Boolean(
        string="Under Change Control",
        groups=COLLECTIONS,
        copy=False,
        help="Bank details, name, address, terms and other controlled fields change by"
        " an approved request only. Administrators turn it on; a request turns it off.",
    )
    account_admin_change_ids = fields.One2many(
        comodel_name="account.admin.change",
        inverse_name="partner_id",
        string="Change Requests",
        groups=COLLECTIONS,
        copy=False,
        help="What was asked for, by whom, and what became of it.",
    )
    account_admin_change_count = fields.Integer(
        string="Open Change Requests",
        compute="_compute_account_admin_change_count",
        groups=COLLECTIONS,
        help="Change requests that are neither applied nor rejected.",
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
    collections_is_covered = fields.Boolean(
        string="As Deputy",
        compute="_compute_collections_is_covered",
        search="_search_collections_is_covered",
        help="You stand in today for whoever looks after the account.",
        groups=COLLECTIONS,
    )
    collections_national_account_id = fields.Many2one(
        comodel_name="national.account",
        string="National Account",
        compute="_compute_collections_national_account_id",
        groups=COLLECTIONS,
        help="The group that the account is a member of today.",
    )

    def action_view_account_profile(self):
        """The profile of the account, a new one where it has none."""
        self.ensure_one()
        profiles = self.env["account.admin.profile"]
        profile = profiles.search([("partner_id", "=", self.id)], limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Profile of %s", self.display_name),
            "res_model": profiles._name,
            "res_id": profile.id,
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }

    def action_view_account_entries(self):
        """What was noted of the account."""
        self.ensure_one()
        return open_window(
            self.env,
            "entry_action",
            self.env._("Notes of %s", self.display_name),
            domain=[("partner_id", "=", self.id)],
            context={"default_partner_id": self.id},
        )

    def action_view_onboarding(self):
        """The onboarding of the account, a new one where it has none."""
        self.ensure_one()
        found = self.env["account.admin.onboarding"].search(
            [("partner_id", "=", self.id)], limit=1
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Onboarding of %s", self.display_name),
            "res_model": found._name,
            "res_id": found.id,
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }

    def action_view_documents(self):
        """The papers of the account, a new one of it by default."""
        self.ensure_one()
        return open_window(
            self.env,
            "document_action",
            self.env._("Documents of %s", self.display_name),
            domain=[("partner_id", "=", self.id)],
            context={"default_partner_id": self.id},
        )

    def action_view_obligations(self):
        """The obligations of the account, a new one of it by default."""
        self.ensure_one()
        return open_window(
            self.env,
            "obligation_action",
            self.env._("Obligations of %s", self.display_name),
            domain=[("partner_id", "=", self.id)],
            context={"default_partner_id": self.id},
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

    @api.depends("collections_user_id")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_collections_is_covered(self):
        covered = self.with_context(active_test=False)._collections_get_covered()
        for partner in self:
            partner.collections_is_covered = partner in covered

    @api.model
    def _search_collections_is_covered(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._collections_covered_domain()
        return domain if True in value else ~domain

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

    @api.constrains("account_admin_counsel_id", "parent_id")
    def _check_account_admin_counsel(self):
        for partner in self.filtered("account_admin_counsel_id"):
            # sudo: a counsel is checked whoever may read who it is
            account, counsel = partner.commercial_partner_id, partner.sudo()
            counsel = counsel.account_admin_counsel_id
            if partner != account:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(account)s: name the counsel of"
                        " the account.",
                        contact=partner.display_name,
                        account=account.display_name,
                    )
                )
            if counsel == account:
                raise ValidationError(
                    self.env._(
                        "%s cannot be its own counsel: name the person or the firm that"
                        " speaks for it.",
                        account.display_name,
                    )
                )

    def _account_admin_get_counsels(self):
        """Who speaks for these accounts: dict commercial partner id -> ``res.partner``.

        Those without one are left out.
        """
        # sudo: whom to contact is the same for whoever contacts the account
        accounts = self.commercial_partner_id.sudo()
        return {
            account.id: account.account_admin_counsel_id.sudo(False)
            for account in accounts
            if account.account_admin_counsel_id.active
        }

    def _account_admin_say_counsel(self):
        """That only counsel is contacted, as a sentence; empty where none is named."""
        self.ensure_one()
        counsel = self._account_admin_get_counsels().get(self.commercial_partner_id.id)
        if not counsel:
            return ""
        # sudo: who speaks for an account is named to whoever would contact it
        return self.env._(
            "%(counsel)s speaks for %(account)s: nobody else is written to or called.",
            counsel=counsel.sudo().display_name,
            account=self.commercial_partner_id.display_name,
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._account_admin_check_turning_on(vals_list)
        partners = super().create(vals_list)
        if any(vals.get("phone") for vals in vals_list):
            partners._account_admin_note_numbers()
        return partners

    def write(self, vals):
        if self._collections_kept_by_owner() & set(vals):
            self._collections_check_kept()
        self._account_admin_check_turning_on([vals])
        held = self._account_admin_get_bank_owners(vals)
        result = super().write(vals)
        self._account_admin_check_moved(held)
        if {"phone", "parent_id", "is_company", "account_admin_controlled"} & set(vals):
            self._account_admin_note_numbers()
        return result

    # ------------------------------------------------------------------
    # CHANGE CONTROL
    # ------------------------------------------------------------------

    @api.depends("account_admin_change_ids.state")
    @api.depends_context("uid")
    def _compute_account_admin_change_count(self):
        changes = self.env["account.admin.change"]
        counts = {}
        if changes.has_access("read"):
            counts = dict(
                changes._read_group(
                    Domain("partner_id", "in", self.commercial_partner_id.ids)
                    & OPEN_CHANGES,
                    ["partner_id"],
                    ["__count"],
                )
            )
        for partner in self:
            account = partner.commercial_partner_id
            partner.account_admin_change_count = counts.get(account, 0)

    def _account_admin_controlled_account(self):
        return self.commercial_partner_id

    def _account_admin_is_free(self, name, value):
        """A contact has a name and an address of its own, the account's terms not."""
        account = self.commercial_partner_id
        if self == account:
            return False
        if name not in self._commercial_fields():
            return True
        return is_same(account, name, value)

    def _account_admin_keeps(self):
        return self.commercial_partner_id.account_admin_controlled and (
            self == self.commercial_partner_id or bool(self.bank_ids)
        )

    def _account_admin_check_turning_on(self, vals_list):
        """Refuse that anybody but an administrator brings accounts under control."""
        if (
            any(vals.get("account_admin_controlled") for vals in vals_list)
            and not self.env.su
            and not self.env.user.has_group("account_admin.group_account_admin_manager")
        ):
            raise AccessError(
                self.env._("Administrators bring accounts under change control.")
            )

    def _account_admin_note_numbers(self):
        """Note since when numbers of accounts under control are known."""
        # sudo: a number is known, whoever entered it
        partners = self.sudo().with_context(active_test=False)
        closed = partners.filtered(
            lambda partner: partner.commercial_partner_id.account_admin_controlled
        )
        if closed:
            # of an account that came under control every contact counts
            family = closed.search([("id", "child_of", closed.ids)])
            self.env["account.admin.phone"].sudo()._note(family.ids)

    def _account_admin_get_bank_owners(self, vals):
        """Whose bank accounts would move along: dict contact -> account until now."""
        if not {"parent_id", "is_company", "company_type"} & set(vals):
            return {}
        # sudo: what is closed is so for everybody
        contacts = self.sudo().with_context(active_test=False)
        return {
            contact: contact.commercial_partner_id
            for contact in contacts
            if contact.bank_ids
        }

    def _account_admin_check_moved(self, held):
        """Refuse that bank accounts join or leave an account with their holder.

        :param held: of :meth:`_account_admin_get_bank_owners`
        """
        for contact, before in held.items():
            account = contact.commercial_partner_id
            cell = (self._name, contact.id, "parent_id")
            closed = (before | account).filtered("account_admin_controlled")
            if account != before and closed and not is_applied(self, cell):
                raise UserError(
                    self.env._(
                        "%(contact)s has bank accounts, and %(account)s is under change"
                        " control: ask for a change of them first.",
                        contact=contact.display_name,
                        account=closed[0].display_name,
                    )
                )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            names = self._account_admin_controlled_names()
            # what takes an account out of control is asked for, what puts it in is not
            close_fields(arch, names | {"bank_ids", "use_partner_credit_limit"})
        return arch, view

    def action_ask_account_change(self):
        """A new change request about the account."""
        self.ensure_one()
        account = self.commercial_partner_id
        return self.env["account.admin.change"]._open_new(account)

    def action_view_account_changes(self):
        """Change requests of the account."""
        self.ensure_one()
        account = self.commercial_partner_id
        return open_window(
            self.env,
            "change_action",
            self.env._("Changes of %s", account.display_name),
            domain=[("partner_id", "=", account.id)],
            context={"default_partner_id": account.id},
        )

    @api.model
    def _collections_kept_by_owner(self):
        """Fields that only whoever looks after an account changes."""
        return _KEPT_BY_OWNER

    def _collections_touch(self, before=None):
        """Hear that these are written to, or kept together, in another way.

        :param before: commercial partners that these belonged to until now
        """

    # ------------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------------

    def _collections_get_contacts(self, role, channel="email"):
        """Whom to write to about each account.

        The contact with the role, else the next role in order, else the invoice
        address, else the account itself; only who can be reached on the channel counts.

        :param role: ``account.admin.contact.role``, may be empty
        :param str channel: ``email``, ``letter`` or ``call``
        :return: dict commercial partner id -> partner, empty where there is nobody
        """
        ranked = self._collections_rank_contacts(role, channel)
        everybody = self.browse().union(*ranked.values())
        bars = self.env["account.admin.contact.bar"]._get_holding(
            everybody | self, self.env.company._collections_today()
        )
        counsels = self._account_admin_get_counsels()
        best = {}
        for account in self:
            people = {
                contact.id: contact._account_admin_as_person(channel, bars)
                for contact in ranked[account.id]
            }
            counsel = counsels.get(account.id)
            # a bar of the account bars its own contacts; counsel is another's
            closed = counsel and account._account_admin_is_barred(channel, bars)
            chosen = choose(
                people.values(),
                channel,
                closed=bool(closed),
                counsel=counsel and people[counsel.id],
            )
            best[account.id] = self.browse(chosen.id if chosen else [])
        return best

    def _account_admin_as_person(self, channel, bars):
        """A contact as the engine asks about it, for one channel.

        :param bars: of :meth:`account.admin.contact.bar._get_holding`
        """
        self.ensure_one()
        can_get = self._collections_can_get(channel)
        is_barred = can_get and self._account_admin_is_barred(channel, bars)
        return Person(
            self.id,
            frozenset({channel} if is_barred else ()),
            frozenset({channel} if can_get else ()),
        )

    def _collections_can_get(self, channel):
        self.ensure_one()
        if channel == "letter":
            return bool(self.city and (self.street or self.zip))
        if channel == "call":
            return bool(self.phone)
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

    def _collections_get_portal_readers(self):
        """Ids of those of these accounts of which somebody has a login."""
        # sudo: only whether there is one is told
        users = self.env["res.users"].sudo()
        groups = users._read_group(
            [("partner_id.commercial_partner_id", "in", self.ids)], ["partner_id"]
        )
        return {partner.commercial_partner_id.id for (partner,) in groups}
