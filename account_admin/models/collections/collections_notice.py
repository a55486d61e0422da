from operator import itemgetter

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..base.account_admin_evidence import differs, is_own, not_own
from ..base.bulk import insert_rows
from ..base.isolation import undoing
from .collections_letter_run import BATCH as LETTERS_AT_ONCE

_first = itemgetter(0)
#: What a sent notice was: to whom, when, for what.
SENT_FACTS = (
    *("case_id", "company_id", "step_id", "step_days", "repeat", "channel", "date"),
    *("sent_on", "pay_by", "contact_id", "email", "amount", "amount_once"),
    *("mail_id", "message_id"),
)


class CollectionsNotice(models.Model):
    """One message of one step on one channel: queued, rechecked, then delivered."""

    _name = "collections.notice"
    _description = "Collections Notice"
    _inherit = [
        "account.admin.readonly.mixin",
        "account.admin.evidence.mixin",
        "account.admin.cover.mixin",
    ]
    _evidence_period = "collections_keep_notices"
    _evidence_address = "email"
    _evidence_files_kept = True
    _order = "id desc"
    _rec_name = "case_id"
    _check_company_auto = True

    case_id = fields.Many2one(
        comodel_name="collections.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    run_id = fields.Many2one(
        comodel_name="collections.run",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The night that made it.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    user_id = fields.Many2one(related="case_id.user_id", store=True)
    step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The step of the policy that it is.",
    )
    step_days = fields.Integer(readonly=True)
    lead_item_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Leading Item",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    repeat = fields.Integer(
        readonly=True, help="How often the step was sent for its leading item before."
    )
    channel = fields.Selection(
        selection=[
            ("email", "Email"),
            ("letter", "Letter"),
            ("call", "Call"),
            ("portal", "Portal"),
        ],
        required=True,
        readonly=True,
        help="How it goes: email, letter, call, or on the customer's page only.",
    )
    state = fields.Selection(
        selection=[
            ("to_approve", "To Approve"),
            ("queued", "Queued"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("suppressed", "Not Sent"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="queued",
        required=True,
        readonly=True,
        index=True,
        help="To approve: somebody looks first. Queued: it leaves with the next"
        " round. Sent: it left, was printed or done. Not sent: it was not needed"
        " any more.",
    )
    failure = fields.Selection(
        selection=[
            ("no_address", "No address"),
            ("bounced", "Bounced"),
            ("template", "Template does not render"),
            ("check", "Could not be checked"),
            ("delivery", "Mail server refused"),
            ("unknown", "May or may not have been sent"),
        ],
        readonly=True,
        help="What went wrong.",
    )
    reason = fields.Char(readonly=True, help="Why it was not sent, or waits.")
    is_approved = fields.Boolean(
        readonly=True, help="Somebody let it go: it asks for its items only."
    )
    date = fields.Date(
        string="Prepared On", readonly=True, help="The night that made it."
    )
    planned_on = fields.Date(
        string="Call Planned On",
        readonly=True,
        help="Since when somebody is asked to call; the step is met when a call reached"
        " whoever answers for the account, or used up its tries.",
    )
    sent_on = fields.Date(readonly=True, help="The company's day.")
    met_on = fields.Date(
        string="Counts Since",
        readonly=True,
        help="The day on which the step had gone out on all its channels.",
    )
    pay_by = fields.Date(readonly=True, help="The day to pay by, as the notice says.")
    item_ids = fields.One2many(
        comodel_name="collections.notice.item",
        inverse_name="notice_id",
        domain=[("is_listed", "=", True)],
        string="Items",
        readonly=True,
        help="What it asks for, item by item.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        readonly=True,
        ondelete="restrict",
        help="Whom it is written to.",
    )
    email = fields.Char(
        readonly=True, help="The address that it went to, or would go to."
    )
    amount = fields.Monetary(
        string="Asked",
        readonly=True,
        aggregator=None,
        help="What it asks for, in the company's currency.",
    )
    amount_once = fields.Monetary(
        string="Once a Step",
        readonly=True,
        help="The amount on one of the channels of a step, so that sums count it once.",
    )
    subject = fields.Char(compute="_compute_text", help="As the recipient reads it.")
    text_html = fields.Html(
        string="Text",
        compute="_compute_text",
        sanitize=False,
        help="What was sent, or would be sent today.",
    )
    letter_html = fields.Html(compute="_compute_text", sanitize=False)
    recipient = fields.Char(
        compute="_compute_recipient", help="The contact and its address."
    )
    approver_hint = fields.Char(
        compute="_compute_approver_hint", help="Who may let it go."
    )
    attempts = fields.Integer(readonly=True, help="How often sending was tried.")
    retry_at = fields.Datetime(readonly=True, help="When it is tried again.")
    claim = fields.Integer(readonly=True, help="The batch that is delivering it.")
    letter_run_id = fields.Many2one(
        comodel_name="collections.letter.run",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The run that prints it together with many others.",
    )
    enclosure_note = fields.Char(
        string="Not Enclosed",
        readonly=True,
        help="Copies of invoices that the letter went without, and why.",
    )
    mail_id = fields.Many2one(
        comodel_name="mail.mail",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The mail as it left.",
    )
    fee_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Fee Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The invoice of the fee that the step charged.",
    )

    # without its leading item (deleted since) a notice is history
    _once_for_lead = models.UniqueIndex(
        "(case_id, lead_item_id, step_id, repeat, channel)"
        " WHERE state IN ('to_approve', 'queued', 'sending', 'sent')",
        "A step is sent once for its leading item on each channel.",
    )
    _queue_idx = models.Index("(id) WHERE state = 'queued'")

    def write(self, vals):
        if is_own(self.env):
            return super(CollectionsNotice, not_own(self)).write(vals)
        for notice in self.filtered(lambda notice: notice.state == "sent"):
            if differs(notice, vals, SENT_FACTS):
                raise UserError(
                    self.env._(
                        "The notice to %(account)s was sent on %(day)s: what it was is"
                        " not changed.",
                        account=notice.partner_id.display_name,
                        day=format_date(self.env, notice.sent_on),
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Notices are kept: cancel what must not be sent."))

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _get_template(self):
        """What words the notice: the step's email or letter template."""
        self.ensure_one()
        step = self.step_id
        if self.channel == "letter":
            return step.letter_template_id or step.template_id
        if self.channel == "call":
            return step.call_template_id or step._get_standard_text("call_template_id")
        return (
            step.template_id if self.channel == "email" else step.browse().template_id
        )

    @api.depends("step_id", "channel", "item_ids")
    @api.depends_context("lang")
    def _compute_text(self):
        self.subject, self.text_html, self.letter_html = False, False, False
        # what was sent stays what was sent
        mailed = self.filtered(lambda n: n.state == "sent" and n.message_id)
        for notice in mailed:
            # sudo: whoever reads a notice reads the mail that it became
            message = notice.sudo().message_id
            notice.subject, notice.text_html = message.subject, message.body
        rest = self - mailed
        for template, notices in rest.grouped(lambda n: n._get_template()).items():
            if not template:
                continue
            for notice, (subject, body) in notices._word(template).items():
                notice.subject = subject if notice.channel == "email" else False
                notice.text_html = body
                notice.letter_html = body if notice.channel == "letter" else False

    def _word(self, template):
        """What a template says in each of these notices, which are of one channel.

        :return: dict notice -> (subject, body); where it does not render, the reason
        """
        by_case = {notice.case_id.id: notice for notice in self}
        # sudo: a notice names all that the account owes; reading it was checked
        template = template.sudo().with_context(collections_notice_ids=tuple(self.ids))
        texts = {}
        for name in ("subject", "body_html"):
            try:
                with undoing(self.env):
                    texts[name] = template._render_field(
                        name, list(by_case), compute_lang=True
                    )
            except OperationalError:
                raise
            except Exception as error:  # a template can fail in any way a person types
                if self.env.context.get("force_report_rendering"):
                    raise
                texts[name] = dict.fromkeys(by_case, str(error))
        return {
            notice: (texts["subject"][case], texts["body_html"][case])
            for case, notice in by_case.items()
        }

    @api.depends("contact_id", "email", "step_id", "channel")
    def _compute_recipient(self):
        for channel, notices in self.grouped("channel").items():
            unsent = notices.filtered(lambda notice: not notice.contact_id)
            steps = {notice.case_id: notice.step_id for notice in unsent}
            contacts = {}
            if channel in ("email", "letter"):
                contacts = unsent.case_id._get_contacts(channel, steps)
            for notice in notices:
                contact = notice.contact_id or contacts.get(notice.case_id)
                notice.recipient = notice._format_recipient(contact)

    def _format_recipient(self, contact):
        """A contact as the channel reaches it, or a sentence that says nobody is."""
        self.ensure_one()
        if self.channel not in ("email", "letter"):
            return self.partner_id.display_name
        if not contact:
            return self.env._("Nobody can be reached: add an address.")
        if self.channel == "email":
            address = self.email or contact.email
            name = contact.display_name
            return f"{name} <{address}>" if address else name
        lines = contact._display_address().splitlines()
        return ", ".join(line.strip() for line in lines if line.strip())

    @api.depends("state", "case_id")
    @api.depends_context("uid")
    def _compute_approver_hint(self):
        may = self.env.user.has_group("account_admin.group_account_admin_all")
        hint = self.env._("Whoever has the role “User: All Accounts” approves it.")
        for notice in self:
            waits = notice.state == "to_approve" and not may
            notice.approver_hint = hint if waits else False

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_approve(self):
        """Let notices that wait for approval be sent."""
        self._check_may_approve()
        waiting = self.filtered(lambda notice: notice.state == "to_approve")
        waiting._write_kept({"state": "queued", "is_approved": True})
        waiting._log("approved", self.env._("Approved by %s", self.env.user.name))
        self._trigger()
        return True

    def _wait_again(self, note):
        """What was approved changed before it left: somebody approves it anew."""
        self.write({"state": "to_approve", "is_approved": False})
        self._log("queued", note)

    def _check_may_approve(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "account_admin.group_account_admin_all"
        ):
            raise AccessError(
                self.env._(
                    "Notices are approved and cancelled by people with the role “User:"
                    " All Accounts”."
                )
            )

    def action_cancel(self):
        """Do not send; the step stays unmet and is prepared again on a later night."""
        self._check_may_approve()
        self.filtered(lambda n: n.state in ("to_approve", "queued"))._cancel(
            self.env._("Cancelled by %s", self.env.user.name)
        )
        return True

    def action_mark_sent(self):
        """A person has seen that a notice in doubt did leave: its step counts."""
        self.check_access("write")
        in_doubt = self.filtered(
            lambda notice: notice.state == "failed" and notice.failure == "unknown"
        )
        for company, notices in in_doubt.grouped("company_id").items():
            # sudo: a step that counts moves its case and bills its fee, whoever says
            notices = notices.sudo().with_company(company)
            notices._settle()
            notices.case_id._clear_attention(
                self.env._("Marked as sent by %s", self.env.user.name)
            )
            notices._refresh_cases(company)
        return True

    def action_send_now(self):
        """Send queued notices at once instead of waiting for the scheduled action."""
        self.check_access("write")
        self._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The notices will leave within a minute."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_print_letters(self):
        """Print queued letters; what is printed counts as sent.

        More than a batch are printed in the background, by a run with its progress.
        """
        self.check_access("write")
        letters = self.filtered(
            lambda notice: notice.channel == "letter"
            and notice.state == "queued"
            and notice.letter_run_id.state not in ("new", "running")
        )
        if len(letters) > LETTERS_AT_ONCE:
            # sudo: nobody may make runs, printing many letters does
            runs = self.env["collections.letter.run"].sudo()._start(letters.sudo())
            return runs.with_env(self.env)._get_records_action()
        again = self.filtered(
            lambda notice: notice.channel == "letter" and notice.state == "sent"
        )
        # sudo: delivering reads the whole account's ledger; the check was above
        printed = letters.sudo()._deliver_letters().with_env(self.env) | again
        if not printed:
            raise UserError(
                self.env._("None of these is a letter that may be printed.")
            )
        report = self.env.ref("account_admin.action_report_notice_letter")
        return report.report_action(printed.ids, config=False)

    def _get_invoices(self):
        """The invoices that the notice names and asks for, in its order."""
        self.ensure_one()
        listed = self.item_ids.filtered("is_listed").item_id.move_id
        return listed.filtered(lambda move: move.move_type == "out_invoice")

    def action_view_case(self):
        """The case this notice belongs to."""
        return self.case_id._get_records_action()

    # ------------------------------------------------------------------
    # QUEUE
    # ------------------------------------------------------------------

    @api.model
    def _queue(self, run, batch, cases):
        """Prepare the notices of a batch of decisions that carry out a step.

        :param batch: values of :meth:`collections.run._judge`
        :param dict cases: account id -> case
        """
        if not batch:
            return
        steps = self.env["collections.policy.step"].browse(
            {judged.decision.step.id for judged in batch}
        )
        channels = {step.id: (step, step._get_channels()) for step in steps}
        rounds = self._get_rounds([cases[row.facts.partner_id].id for row in batch])
        users = self._get_users([case.id for case in cases.values()])
        rows, finished = [], []
        for judged in batch:
            case = cases[judged.facts.partner_id]
            step, names = channels[judged.decision.step.id]
            key = (case.id, judged.facts.lead_item, step.id)
            repeat, delivered = rounds.get(key, (0, {}))
            left = [name for name in names if name not in delivered]
            rows += self._prepare_queue_rows(
                run, judged, case, users[case.id], step, repeat, left, bool(delivered)
            )
            if not left:
                finished += delivered.values()
        notices = insert_rows(self, rows)
        notices.filtered(lambda notice: notice.state == "to_approve")._note_items(
            run.company_id, run.date
        )
        # every channel of these was delivered by a former try
        self.browse(finished)._meet(run.date)
        self.env["collections.case"].invalidate_model(["notice_ids"], flush=False)
        escalating = [judged for judged in batch if not judged.decision.opens]
        self.env["collections.case"]._log_night(run, "queued", escalating, cases)

    @api.model
    def _prepare_queue_rows(
        self, run, judged, case, user_id, step, repeat, channels, is_rest
    ):
        facts = judged.facts
        amount = facts.asked or facts.lead_amount
        return [
            {
                "case_id": case.id,
                "run_id": run.id,
                "company_id": run.company_id.id,
                "partner_id": facts.partner_id,
                "user_id": user_id,
                "step_id": step.id,
                "step_days": step.days,
                "lead_item_id": facts.lead_item,
                "repeat": repeat,
                "channel": channel,
                "state": "to_approve" if step.approval else "queued",
                "date": run.date,
                "amount": amount,
                "amount_once": 0 if is_rest or position else amount,
                "attempts": 0,
                "claim": 0,
            }
            for position, channel in enumerate(channels)
        ]

    def _note_items(self, company, day):
        """Note what these notices ask for on a day, for whoever approves them."""
        if not self:
            return
        items = self._get_open_items(company, day, self.partner_id.ids)
        get_due = self.env["account.admin.open.item"]._get_due
        engines = {p.id: p._to_engine() for p in self.step_id.policy_id}
        rows_of = {}
        for notice in self:
            rows = items.get(notice.partner_id.id, [])
            due = get_due(notice.lead_item_id)
            rows_of[notice] = rows, self._pick_asked(rows, day, due)
        self.env["collections.notice.item"]._replace(day, rows_of, engines)

    @api.model
    def _get_open_items(self, company, day, accounts):
        """Items of accounts, those of members with their head office's."""
        heads = self.env["collections.policy"]._get_heads(company, day)
        items = self.env["account.admin.open.item"]
        return items._get_items(company, day, accounts, heads)

    @api.model
    def _pick_asked(self, rows, day, lead_due):
        """Items that a notice lists: what is overdue and may be followed up.

        A reminder before the due date lists what is due as soon as its leading item.

        :param rows: dicts of :meth:`account.admin.open.item._get_items`
        :return: set of item ids
        """
        early = lead_due if lead_due and lead_due >= day else None
        return {
            row["id"]
            for row in rows
            if row["residual"] > 0
            and not row["held"]
            and (
                row["days"] > 0 or (early and row["due"] <= early and row["chaseable"])
            )
        }

    @api.model
    def _get_users(self, case_ids):
        """Responsible of each case, in one query: case id -> user id or None."""
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, user_id FROM collections_case WHERE id = ANY(%s)",
                    case_ids,
                )
            )
        )

    @api.model
    def _get_rounds(self, case_ids):
        """How far the steps of cases are that were sent on some channels.

        :return: dict (case, leading item, step) -> (number of the round that is going
            on, dict of the channels that have been delivered in it -> notice id)
        """
        groups = self._read_group(
            [("case_id", "in", case_ids), ("state", "=", "sent")],
            ["case_id", "lead_item_id", "step_id", "repeat", "channel"],
            ["met_on:max", "id:max"],
        )
        rounds = {}
        for case, lead, step, repeat, channel, met_on, notice_id in groups:
            key = (case.id, lead.id, step.id)
            number, delivered = rounds.get(key, (0, {}))
            if met_on:
                rounds[key] = max((number, delivered), (repeat + 1, {}), key=_first)
            elif repeat == number:
                rounds[key] = (number, {**delivered, channel: notice_id})
            elif repeat > number:
                rounds[key] = (repeat, {channel: notice_id})
        return rounds

    def _cancel(self, reason):
        self._write_kept({"state": "cancelled", "reason": reason})
        self._log("suppressed", reason)

    def _suppress(self, reasons):
        """:param dict reasons: notice -> sentence that says why it is not sent"""
        for reason, notices in self.grouped(reasons.get).items():
            notices.write({"state": "suppressed", "reason": reason})
            notices._log("suppressed", reason)
        self._drop_calls()

    def _log(self, kind, note=False, day=None, hashes=None):
        """One event a notice, with the figures it was sent or stopped on.

        :param dict hashes: notice id -> SHA-256 of its message
        """
        names = self.env["collections.case"]._get_item_names(self.lead_item_id.ids)
        channels = dict(self._fields["channel"]._description_selection(self.env))
        self.env["collections.case"]._log_events(
            [
                {
                    **notice.case_id._event_vals(kind, day=day),
                    "notice_id": notice.id,
                    "run_id": notice.run_id.id,
                    "step_id": notice.step_id.id,
                    "step_name": notice.step_id.name,
                    "item_id": notice.lead_item_id.id,
                    "item_name": names.get(notice.lead_item_id.id),
                    "days": notice._get_days(day),
                    "amount": notice.amount,
                    "note": note or channels[notice.channel],
                    "sha256": (hashes or {}).get(notice.id),
                }
                for notice in self
            ]
        )

    def _get_days(self, day=None):
        """Days past due of the leading item on a day, today by default."""
        self.ensure_one()
        due = self.env["account.admin.open.item"]._get_due(self.lead_item_id)
        return ((day or self._get_day()) - due).days if due else 0

    def _get_day(self):
        """The company's day on which it was sent, or today."""
        self.ensure_one()
        return self.sent_on or self.company_id._collections_today()

    @api.model
    def _get_queue_domain(self):
        """Notices that a worker may deliver now."""
        return (
            Domain("state", "=", "queued")
            & Domain("channel", "!=", "letter")
            & Domain("planned_on", "=", False)
            & Domain("company_id.collections_sending", "=", True)
            & (
                Domain("retry_at", "=", False)
                | Domain("retry_at", "<=", fields.Datetime.now())
            )
        )

    @api.model
    def _trigger(self):
        # sudo: whoever may approve may have the queue looked at earlier
        self.env.ref("account_admin.ir_cron_notice_queue").sudo()._trigger()

    def _fail(self, failure, reasons):
        """:param dict reasons: notice -> sentence for the person who has to mend it"""
        for notice in self:
            notice.write(
                {"state": "failed", "failure": failure, "reason": reasons[notice]}
            )
        for reason, notices in self.grouped(reasons.get).items():
            notices._log("bounced" if failure == "bounced" else "failed", reason)
        self.case_id._raise_attention(
            {
                notice.case_id.id: (reasons[notice], notice.email or "")
                for notice in self
            }
        )
