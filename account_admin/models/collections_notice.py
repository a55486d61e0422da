from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .bulk import insert_rows
from .collections_letter_run import BATCH as LETTERS_AT_ONCE


class CollectionsNotice(models.Model):
    """One message of one step on one channel: queued, rechecked, then delivered."""

    _name = "collections.notice"
    _description = "Collections Notice"
    _inherit = ["account.admin.readonly.mixin"]
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
    )
    step_days = fields.Integer(readonly=True)
    channel = fields.Selection(
        selection=[
            ("email", "Email"),
            ("letter", "Letter"),
            ("call", "Call"),
            ("portal", "Portal"),
        ],
        required=True,
        readonly=True,
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
    )
    failure = fields.Selection(
        selection=[
            ("no_address", "No address"),
            ("bounced", "Bounced"),
            ("template", "Template does not render"),
            ("delivery", "Mail server refused"),
            ("unknown", "May or may not have been sent"),
        ],
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    date = fields.Date(string="Prepared On", readonly=True)
    sent_on = fields.Date(readonly=True, help="The company's day.")
    contact_id = fields.Many2one(
        comodel_name="res.partner", readonly=True, ondelete="restrict"
    )
    email = fields.Char(readonly=True)
    amount = fields.Monetary(string="Asked", readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    claim = fields.Integer(readonly=True, help="The batch that is delivering it.")
    letter_run_id = fields.Many2one(
        comodel_name="collections.letter.run",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The run that prints it together with many others.",
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
    )
    fee_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Fee Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _once = models.UniqueIndex(
        "(case_id, step_id, channel)"
        " WHERE state IN ('to_approve', 'queued', 'sending', 'sent')",
        "A step is sent once on each channel.",
    )
    _queue_idx = models.Index("(id) WHERE state = 'queued'")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Notices are kept: cancel what must not be sent."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_approve(self):
        """Let notices that wait for approval be sent."""
        self.check_access("write")
        waiting = self.filtered(lambda notice: notice.state == "to_approve")
        # sudo: the check was above, the state is not for writing by hand
        waiting.sudo().write({"state": "queued"})
        waiting._log("approved", self.env._("Approved by %s", self.env.user.name))
        self._trigger()
        return True

    def action_cancel(self):
        """Do not send; the step stays unmet and is prepared again on a later night."""
        self.check_access("write")
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
            # sudo: the check was above, the state is not for writing by hand
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
            # sudo: the check was above, runs are not for writing by hand
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
            {found["decision"].step.id for found in batch}
        )
        channels = {step.id: (step, step._get_channels()) for step in steps}
        delivered = self._get_delivered([cases[f["facts"].account].id for f in batch])
        users = self._get_users([case.id for case in cases.values()])
        rows = []
        for found in batch:
            decision, case = found["decision"], cases[found["facts"].account]
            step, names = channels[decision.step.id]
            rows += [
                {
                    "case_id": case.id,
                    "run_id": run.id,
                    "company_id": run.company_id.id,
                    "partner_id": found["facts"].account,
                    "user_id": users[case.id],
                    "step_id": step.id,
                    "step_days": step.days,
                    "channel": name,
                    "state": "to_approve" if step.approval else "queued",
                    "date": run.date,
                    "amount": decision.asked or found["facts"].lead_amount,
                    "attempts": 0,
                    "claim": 0,
                }
                for name in names
                if (case.id, step.id, name) not in delivered
            ]
        insert_rows(self, rows)
        self._meet_delivered(run, batch, cases, {row["case_id"] for row in rows})
        self.env["collections.case"].invalidate_model(["notice_ids"], flush=False)
        escalating = [found for found in batch if not found["decision"].opens]
        self.env["collections.case"]._log_night(run, "queued", escalating, cases)

    @api.model
    def _meet_delivered(self, run, batch, cases, waiting):
        """Count steps whose every channel was delivered by a former try."""
        for found in batch:
            case = cases[found["facts"].account]
            if case.id not in waiting:
                step = self.env["collections.policy.step"].browse(
                    found["decision"].step.id
                )
                case._meet_step(step, run.date)

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
    def _get_delivered(self, case_ids):
        """(case, step, channel) that a former try of a step has delivered already."""
        groups = self._read_group(
            [("case_id", "in", case_ids), ("state", "=", "sent")],
            ["case_id", "step_id", "channel"],
        )
        return {(case.id, step.id, channel) for case, step, channel in groups}

    def _cancel(self, reason):
        # sudo: whoever may cancel or close was checked by the caller
        self.sudo().write({"state": "cancelled", "reason": reason})
        self._log("suppressed", reason)

    def _suppress(self, reasons):
        """:param dict reasons: notice -> sentence that says why it is not sent"""
        for reason, notices in self.grouped(reasons.get).items():
            notices.write({"state": "suppressed", "reason": reason})
            notices._log("suppressed", reason)

    def _log(self, kind, note=False):
        """One event a notice, with the figures it was sent or stopped on."""
        names = self.env["collections.case"]._get_item_names(
            self.case_id.lead_item_id.ids
        )
        channels = dict(self._fields["channel"]._description_selection(self.env))
        self.env["collections.case"]._log_events(
            [
                {
                    **notice.case_id._event_vals(kind),
                    "notice_id": notice.id,
                    "run_id": notice.run_id.id,
                    "step_id": notice.step_id.id,
                    "step_name": notice.step_id.name,
                    "item_name": names.get(notice.case_id.lead_item_id.id),
                    "amount": notice.amount,
                    "note": note or channels[notice.channel],
                }
                for notice in self
            ]
        )

    @api.model
    def _get_queue_domain(self):
        """Notices that a worker may deliver now."""
        return (
            Domain("state", "=", "queued")
            & Domain("channel", "!=", "letter")
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
