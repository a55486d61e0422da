from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..base.account_admin_evidence import as_own, differs, is_own, not_own
from ..base.envelope import get_addresses

CHANNELS = [
    ("email", "Email"),
    ("portal", "Portal"),
    ("letter", "Letter"),
    ("none", "None"),
]
KINDS = [("open_item", "Open items"), ("balance_forward", "Balance forward")]
#: What a statement that left was: of whom, as of when, for what, to whom.
SENT_FACTS = (
    *("run_id", "company_id", "partner_id", "national_account_id", "date", "date_from"),
    *("kind", "channel", "contact_id", "email", "sent_on", "amount", "overdue"),
    *("mail_id", "attachment_id"),
)
#: States of a statement that left, or is on its way.
LEFT = ("sending", "sent", "printed")


class CollectionsStatement(models.Model):
    """One statement of account: what was sent to whom, or why it was not."""

    _name = "collections.statement"
    _description = "Statement of Account"
    _inherit = [
        "mail.thread",
        "portal.mixin",
        "account.admin.readonly.mixin",
        "account.admin.evidence.mixin",
        "account.admin.cover.mixin",
    ]
    _evidence_period = "collections_keep_statements"
    _evidence_address = "email"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    run_id = fields.Many2one(
        comodel_name="collections.statement.run",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The run that made it together with others.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The account; the head office of a statement for a national account.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Set when the statement covers the members as well.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        readonly=True,
        index="btree_not_null",
        help="Responsible for the account when the statement was made.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Sent To",
        readonly=True,
        ondelete="restrict",
        help="Whom it was written to.",
    )
    email = fields.Char(readonly=True, help="The address that it went to.")
    greeting = fields.Char(
        compute="_compute_greeting", help="Dear and the contact's name."
    )
    date = fields.Date(
        string="As of",
        required=True,
        readonly=True,
        help="The day whose balance it shows.",
    )
    date_from = fields.Date(
        string="From",
        readonly=True,
        help="First day of the movements of a balance forward.",
    )
    kind = fields.Selection(
        selection=KINDS,
        default="open_item",
        required=True,
        readonly=True,
        help="Open items: what is unpaid. Balance forward: the balance before, and"
        " everything that moved it.",
    )
    channel = fields.Selection(
        selection=CHANNELS,
        required=True,
        readonly=True,
        help="How it went: email, letter, or on the customer's page only.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Made"),
            ("queued", "Queued"),
            ("sending", "On Its Way"),
            ("sent", "Sent"),
            ("printed", "Printed"),
            ("skipped", "Not Sent"),
            ("failed", "Failed"),
        ],
        default="queued",
        required=True,
        readonly=True,
        index=True,
        help="Made: nothing was sent. Queued: it leaves with the next round. Sent or"
        " printed: it left. Not sent: the account wants none, or cannot be"
        " reached.",
    )
    reason = fields.Char(readonly=True, help="Why it was not sent.")
    sent_on = fields.Date(readonly=True, help="The company's day.")
    amount = fields.Monetary(
        string="Open", readonly=True, help="In the company's currency, as booked."
    )
    overdue = fields.Monetary(
        readonly=True,
        help="The part of what is open that is past due, in the company's currency.",
    )
    mail_id = fields.Many2one(
        comodel_name="mail.mail",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="PDF",
        readonly=True,
        ondelete="restrict",
        help="The file as it was sent.",
    )

    is_merged = fields.Boolean(
        readonly=True,
        copy=False,
        help="Made for an account that was merged with this one later: what was sent is"
        " kept beside the statement that the run made of the other.",
    )

    _once = models.UniqueIndex(
        "(run_id, partner_id) WHERE run_id IS NOT NULL AND is_merged IS NOT TRUE",
        "A run makes one statement for each account.",
    )
    _queue_idx = models.Index("(run_id, id) WHERE state = 'queued'")

    def _unite_twins(self):
        """What a run sent to either account is kept; what it did not, it sends once."""
        keeper, others = self[0], self[1:]
        others.is_merged = True
        if keeper._is_waiting():
            others.filtered(lambda other: other._is_waiting()).write(
                {
                    "state": "skipped",
                    "reason": self.env._(
                        "Merged into %s, whose statement says it all.",
                        keeper.partner_id.display_name,
                    ),
                }
            )

    def _is_waiting(self):
        return self.state in ("draft", "queued", "failed")

    @api.depends("partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "Statement %(account)s %(day)s",
                account=statement.partner_id.display_name,
                day=format_date(self.env, statement.date),
            )

    @api.depends("contact_id", "partner_id")
    @api.depends_context("lang")
    def _compute_greeting(self):
        for statement in self:
            contact = statement.contact_id or statement.partner_id
            statement.greeting = contact._collections_get_greeting()

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/statements/{statement.id}"
        return result

    def write(self, vals):
        if is_own(self.env):
            return super(CollectionsStatement, not_own(self)).write(vals)
        for statement in self.filtered(lambda s: s.state in LEFT):
            if differs(statement, vals, SENT_FACTS):
                raise UserError(
                    self.env._(
                        "%(statement)s left on %(day)s: what it was is not changed.",
                        statement=statement.display_name,
                        day=format_date(self.env, statement.sent_on),
                    )
                )
        return super().write(vals)

    def unlink(self):
        # before mail.thread deletes the messages that the log refers to
        self.check_access("unlink")
        self._unlink_except_sent()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if self.filtered(lambda s: s.run_id or s.state in LEFT):
            raise UserError(
                self.env._("Statements that were sent, or that a run lists, are kept.")
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_print(self):
        """The statements as one PDF."""
        self.check_access("read")
        return self.env.ref("account_admin.action_report_statement").report_action(
            self, config=False
        )

    def action_xlsx(self):
        """The statement as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/statement/{self.id}",
            "target": "download",
        }

    def action_send(self):
        """Send again what failed or what somebody corrected the address of."""
        self.check_access("write")
        again = self.filtered(
            lambda s: s.state in ("draft", "failed", "skipped", "queued")
        )
        if len(again) > 1:
            # who wants none gets one only when asked for by itself
            again = again.filtered(lambda s: s.channel != "none")
        if not again:
            raise UserError(self.env._("Nothing of this is left to send."))
        # sudo: whoever sends one by one says that its address is right
        bounces = self.env["account.admin.bounce"].sudo()
        if len(again) == 1:
            bounces._forget(get_addresses(again.contact_id.email))
        again._write_kept({"state": "queued", "reason": False})
        again.filtered(lambda s: s.channel == "none")._write_kept({"channel": "email"})
        # sudo: delivering reads the whole account's ledger; the check was above
        trusted = again.sudo()
        trusted._set_contacts()
        trusted._deliver_isolated()
        return True

    # ------------------------------------------------------------------
    # CONTENTS
    # ------------------------------------------------------------------

    def _get_sections(self):
        """The figures of each statement: dict statement -> list of ``Section``."""
        found = {}

        def contents(statement):
            return (
                statement.company_id,
                statement.date,
                statement.kind,
                statement.date_from,
                bool(statement.national_account_id),
            )

        for (company, day, kind, start, national), same in self.grouped(
            contents
        ).items():
            accounts = same.national_account_id if national else same.partner_id
            figures = self.get_statements(company, day, accounts, kind, start)
            for statement in same:
                account = statement.national_account_id or statement.partner_id
                found[statement] = figures[account]
        return found

    def _get_lang(self):
        """Language the statement is written in: its recipient's."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (
            self.contact_id.lang,
            self.partner_id.lang,
            self.company_id.partner_id.lang,
            self.env.lang,
        )
        return next((lang for lang in wanted if lang in installed), "en_US")

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id"]

    @api.model
    def _get_going(self, messages):
        found = [
            ("mail_id.mail_message_id", "in", messages.ids),
            ("state", "=", "sending"),
        ]
        return self.search(found).mail_id.mail_message_id

    @api.model
    def _lose_files(self, files):
        found = self.search([("attachment_id", "in", files.ids)])
        as_own(found).write({"attachment_id": False})

    @api.model
    def _bounce(self, message, addresses):
        """A mail came back: its statement did not arrive, unless somebody else got it.

        :param message: the ``mail.message`` that was sent
        :param set addresses: those that it did not reach
        """
        found = self.search([("mail_id.mail_message_id", "=", message.id)])
        gone = self.env["account.admin.bounce"]._get_lost(found, addresses)
        gone._fail(
            {
                statement: self.env._(
                    "The statement to %s bounced: correct the address.", statement.email
                )
                for statement in gone
            }
        )
