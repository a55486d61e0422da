"""A request to change fields of an account under control: what people enter."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ..base.bounds import bounded
from ..base.isolation import undoing
from .account_admin_change_field import PROPOSED_IN, RISKS
from .account_admin_controlled_mixin import is_same

STATES = [
    ("draft", "Draft"),
    ("asked", "Asked"),
    ("approved", "Approved"),
    ("scheduled", "Scheduled"),
    ("applied", "Applied"),
    ("conflict", "Conflict"),
    ("rejected", "Rejected"),
    ("reversed", "Reversed"),
]
#: Requests that are neither applied nor given up.
OPEN_CHANGES = Domain("state", "not in", ("applied", "rejected", "reversed"))
#: What was asked for stays as it was asked.
ASKED_FOR = {
    *("partner_id", "national_account_id", "company_id"),
    *("reason", "date_effective", "line_ids"),
}
_ORDER = [risk for risk, _label in RISKS]


@bounded
class AccountAdminChange(models.Model):
    _name = "account.admin.change"
    _description = "Change Request"
    _inherit = [
        "account.admin.readonly.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _moved_by = ("partner_id",)
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="Whose fields change.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', '=', partner_id)]",
        help="Only where fields of the national account itself change.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Whose terms change, by whose day, and whose people approve.",
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked By",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Never approves, neither as somebody's deputy.",
    )
    asker_ids = fields.Many2many(
        comodel_name="res.users",
        relation="account_admin_change_asker_rel",
        string="Ever Asked By",
        readonly=True,
        copy=False,
        help="Everybody who asked for one of its versions; none of them approves.",
    )
    approver_ids = fields.Many2many(
        comodel_name="res.users",
        relation="account_admin_change_approver_rel",
        string="Asked to Approve",
        readonly=True,
        copy=False,
        help="Those who got an activity for it.",
    )
    state = fields.Selection(
        selection=STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Asked until everybody needed agreed; scheduled until its day comes.",
    )
    version = fields.Integer(
        readonly=True,
        copy=False,
        help="Approvals count for the version that they were given for.",
    )
    turn = fields.Integer(readonly=True, copy=False)
    reason = fields.Char(help="Why, and what it rests on; approvers read it first.")
    date_effective = fields.Date(
        string="On",
        tracking=True,
        help="The company's day on which it is applied; at once when empty.",
    )
    asked_on = fields.Datetime(
        readonly=True, copy=False, help="When this version was asked for."
    )
    first_asked_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="Only numbers that were known before that day count for a call-back.",
    )
    applied_on = fields.Datetime(
        readonly=True, copy=False, help="When its fields were written."
    )
    line_ids = fields.One2many(
        comodel_name="account.admin.change.line",
        inverse_name="change_id",
        string="Fields",
        copy=True,
        help="All of them are applied, or none.",
    )
    approval_ids = fields.One2many(
        comodel_name="account.admin.change.approval",
        inverse_name="change_id",
        string="Decisions",
        readonly=True,
        help="Who said what, and when; nobody can change it.",
    )
    risk = fields.Selection(
        selection=RISKS,
        compute="_compute_risk",
        store=True,
        help="The highest class of its fields: it decides who has to agree.",
    )
    summary = fields.Char(
        compute="_compute_summary", help="The fields, as they are and shall be."
    )
    missing = fields.Char(
        string="Still Needed",
        compute="_compute_missing",
        help="What has to happen before it is applied.",
    )
    is_mine_to_decide = fields.Boolean(
        string="To Approve by Me",
        compute="_compute_is_mine_to_decide",
        search="_search_is_mine_to_decide",
        help="You are asked to approve it, or stand in for somebody who is.",
    )
    can_call = fields.Boolean(
        compute="_compute_can_call",
        help="It needs a call-back that you may log.",
    )
    problem = fields.Char(
        readonly=True,
        copy=False,
        help="Why it could not be applied; it is tried again every hour.",
    )
    reverses_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Takes Back",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        help="The request that this one takes back.",
    )
    board_id = fields.Many2one(
        comodel_name="account.admin.change.board",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        help="The meeting that has it on its agenda.",
    )
    key = fields.Char(
        readonly=True,
        copy=False,
        required=True,
        default=lambda self: str(uuid.uuid4()),
        help="What the other system knows it by.",
    )

    _key_uniq = models.UniqueIndex("(key)", "Every request has a key of its own.")

    @api.depends("partner_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._(
                "Change %(number)s: %(account)s",
                number=change.id or self.env._("(new)"),
                account=change.partner_id.display_name or "",
            )

    @api.depends("line_ids.risk")
    def _compute_risk(self):
        for change in self:
            risks = [line.risk for line in change.line_ids if line.risk]
            change.risk = max(risks, key=_ORDER.index, default=_ORDER[0])

    @api.depends("line_ids.label", "line_ids.seen_text", "line_ids.proposed_text")
    def _compute_summary(self):
        for change in self:
            change.summary = "; ".join(line._tell() for line in change.line_ids)

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @api.constrains("partner_id", "national_account_id")
    def _check_account(self):
        # sudo: an account is checked whoever may read it
        for change in self.sudo():
            account = change.partner_id.commercial_partner_id
            if account != change.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(account)s: ask for a change of"
                        " the account.",
                        contact=change.partner_id.display_name,
                        account=account.display_name,
                    )
                )
            if change.national_account_id.partner_id not in (
                account,
                self.env["res.partner"],
            ):
                raise ValidationError(
                    self.env._(
                        "%(national)s has another head office than %(account)s: choose"
                        " the national account of this account, or none.",
                        national=change.national_account_id.display_name,
                        account=account.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        changes._check_own_accounts()
        return changes

    def write(self, vals):
        if ASKED_FOR & set(vals):
            self._check_draft()
        result = super().write(vals)
        if "partner_id" in vals:
            self._check_own_accounts()
        return result

    def _check_own_accounts(self):
        """Refuse requests about accounts of somebody else."""
        for company, changes in self.grouped("company_id").items():
            changes.partner_id._collections_check_own(company)

    def _check_draft(self):
        """Refuse to touch what was asked for, or what another is writing.

        :raise UserError: naming the request and what to do
        """
        for change in self:
            if change.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was asked for and stays as it is: withdraw it and ask"
                        " anew.",
                        change.display_name,
                    )
                )
            if not self.env.su and change.requester_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(change)s is being written by %(person)s: ask for a change"
                        " of your own.",
                        change=change.display_name,
                        person=change.requester_id.sudo().name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for change in self:
            if change.asked_on or change.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was asked for and is kept: withdraw it instead.",
                        change.display_name,
                    )
                )

    @api.model
    def _open_new(self, account, national=None):
        """The form of a new request about an account."""
        self.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Change of %s", account.display_name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_partner_id": account.id,
                "default_national_account_id": national.id if national else False,
            },
        }

    def _tell_day(self):
        """The day on which it counts, as a person reads it."""
        self.ensure_one()
        return format_date(self.env, self.date_effective)

    # ------------------------------------------------------------------
    # PORTAL
    # ------------------------------------------------------------------

    @api.model
    def _find_wanted(self, contact, values):
        """What of the values of a contact's address would change closed fields.

        :param contact: whose address is edited; one of type Contact shares the
            account's
        :param dict values: field -> value
        :return: dict field of the account -> value, what is so already left out
        """
        # sudo: what is closed is so for everybody
        account = contact.sudo().commercial_partner_id
        if not account.account_admin_controlled:
            return {}
        wanted = dict(values)
        if contact.sudo() != account:
            shared = account._address_fields() if contact.type == "contact" else ()
            wanted = {name: values[name] for name in shared if name in values}
            if values.get("company_name") and account.is_company:
                wanted["name"] = values["company_name"]
        closed = account._account_admin_controlled_names()
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in wanted.items()
            if name in closed and not is_same(account, name, value)
        }

    @api.model
    def _ask_from_portal(self, contact, wanted):
        """Ask for what a customer wants, once, and say what becomes of it.

        :return: a sentence for the customer
        """
        # sudo: customers have no right on requests; the account is their own
        account = contact.sudo().commercial_partner_id
        controlled = self.env["account.admin.change.field"].sudo()
        found = controlled.search(
            [("model", "=", "res.partner"), ("field_name", "in", list(wanted))]
        )
        lines = [
            {"field_id": each.id, PROPOSED_IN[each.kind]: wanted[each.field_name]}
            for each in found
        ]
        labels = ", ".join(found.mapped("display_name"))
        try:
            with undoing(self.env):
                change = self._reuse_or_create(account, lines)
        except UserError as error:
            return str(error)
        return self.env._(
            "%(fields)s: we look at this before it changes. Your request is noted as"
            " number %(number)s. Leave these fields as they were to save the others.",
            fields=labels,
            number=change.id,
        )

    def _reuse_or_create(self, account, lines):
        """The customer's request for the same, or a new one."""
        # sudo: as above
        changes = self.sudo()
        mine = changes.search(
            [
                ("partner_id", "=", account.id),
                ("requester_id", "=", self.env.uid),
                ("state", "=", "asked"),
            ]
        )
        change = changes.create(
            {
                "partner_id": account.id,
                "company_id": (account.company_id or self.env.company).id,
                "reason": self.env._("Entered by the customer on the portal"),
                "line_ids": [Command.create(vals) for vals in lines],
            }
        )
        same = mine.filtered(lambda other: other.summary == change.summary)[:1]
        if same:
            change.unlink()
            return same
        change._check_askable()
        change._ask()
        return change

    def _mail_get_partner_fields(self, introspect_fields=False):
        # the account is what it is about, nobody to write to
        return []
