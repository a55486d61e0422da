"""What follows a delivered notice: the step is met, its fee is invoiced.

And what follows one that came back: the step is unmet again.
"""

from odoo import api, fields, models

from ..base.isolation import apply_isolated, describe


class CollectionsNotice(models.Model):
    _inherit = "collections.notice"

    def _settle(self, day=None):
        """Mark as sent, and the step as met where nothing of it is left to send.

        :param date day: the company's day, today by default
        """
        if not self:
            return
        day = day or self.company_id._collections_today()
        self.filtered(lambda n: not n.item_ids)._note_items(self.company_id, day)
        self.write({"state": "sent", "sent_on": day, "reason": False})
        self._log("sent", day=day, hashes=self._seal())
        self._get_complete()._meet(day)

    def _settle_calls(self, company):
        """Planned calls were made: with what is still asked for, the step is met."""
        if not self:
            return
        going = self.with_company(company)._recheck_isolated(company)
        activities = going._get_call_activities()
        going._settle()
        self._refresh_cases(company)
        activities.action_feedback()

    @api.model
    def _get_planned(self, cases):
        """Calls that somebody is asked to make for cases."""
        return self.search(
            [
                ("case_id", "in", cases.ids),
                ("channel", "=", "call"),
                ("state", "=", "queued"),
                ("planned_on", "!=", False),
            ]
        )

    def _get_call_activities(self):
        """What asks somebody to make these calls."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "collections.case"),
                ("res_id", "in", self.case_id.ids),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("account_admin.mail_activity_type_call").id,
                ),
            ]
        )

    def _drop_calls(self):
        """Nobody has to make the calls that were planned for these any more."""
        self.filtered("planned_on")._get_call_activities().unlink()

    def _seal(self):
        """Messages that left, or may have, are closed from now on.

        :return: dict id of a notice -> SHA-256 of its message
        """
        told = self.filtered("message_id")
        evidence = self.env["account.admin.evidence"]
        evidence._seal([(notice, notice.message_id, notice.email) for notice in told])
        sealed = evidence._find_sealed(told.message_id)
        return {notice.id: sealed[notice.message_id].sha256 for notice in told}

    def _get_complete(self):
        """Those whose step has gone out on all its channels with them."""
        rounds = self._get_rounds(self.case_id.ids)
        return self.filtered(
            lambda notice: set(notice.step_id._get_channels())
            <= set(rounds.get(notice._get_round(), (0, {}))[1])
        )

    def _get_round(self):
        """Key of :meth:`_get_rounds`."""
        self.ensure_one()
        return (self.case_id.id, self.lead_item_id.id, self.step_id.id)

    def _get_siblings(self):
        """These and what was sent of the same round on other channels."""
        sent = self.search(
            [("case_id", "in", self.case_id.ids), ("state", "=", "sent")]
        )
        rounds = {(*notice._get_round(), notice.repeat) for notice in self}
        return self | sent.filtered(
            lambda notice: (*notice._get_round(), notice.repeat) in rounds
        )

    def _meet(self, day):
        """The step of these notices counts from a day, for each item they asked for."""
        if not self:
            return
        self._get_siblings().write({"met_on": day})
        for (step, lead), notices in self.grouped(
            lambda notice: (notice.step_id, notice.lead_item_id)
        ).items():
            notices.case_id._meet_step(step, day, lead)
        self._charge_fees()

    def _get_asked(self):
        """What a notice asks for: its case, leading item, step and repetition."""
        self.ensure_one()
        return self.case_id, self.lead_item_id, self.step_id, self.repeat

    # ------------------------------------------------------------------
    # EVIDENCE
    # ------------------------------------------------------------------

    @api.model
    def _get_going(self, messages):
        found = [("message_id", "in", messages.ids), ("state", "=", "sending")]
        return self.search(found).message_id

    # ------------------------------------------------------------------
    # BOUNCES
    # ------------------------------------------------------------------

    @api.model
    def _bounce(self, message, addresses):
        """A mail came back: take back the step it met, if nobody else got it.

        :param message: the ``mail.message`` that was sent
        :param set addresses: those that it did not reach
        """
        found = self.search(
            [("message_id", "=", message.id), ("state", "=", "sent")], order="id"
        )
        notices = self.env["account.admin.bounce"]._get_lost(found, addresses)
        notices._take_back()
        (found - notices)._log(
            "bounced",
            self.env._("%s came back; others got it.", ", ".join(sorted(addresses))),
        )

    def _take_back(self):
        """These came back from everybody: their steps are unmet again."""
        notices = self
        siblings = notices._get_siblings()
        notices._fail(
            "bounced",
            {
                notice: self.env._(
                    "The notice to %s bounced: correct the address.", notice.email
                )
                for notice in notices
            },
        )
        siblings.write({"met_on": False})
        notices.case_id._take_back_step()
        for company, same in notices.grouped("company_id").items():
            same._refresh_cases(company)

    def _refresh_cases(self, company):
        """Bring the cases up to date with what has just been sent or stopped."""
        today = company._collections_today()
        judged = self.env["collections.run"]._judge(company, today, self.partner_id.ids)
        self.env["collections.case"]._refresh_open(judged)

    def _charge_fees(self):
        """Invoice fees of steps that were just met, once a leading item and step."""
        # whoever it was charged in, a case before or another account: once
        charged = {
            (lead.id, step.id)
            for lead, step in self._read_group(
                [
                    ("lead_item_id", "in", self.lead_item_id.ids),
                    ("fee_move_id", "!=", False),
                ],
                ["lead_item_id", "step_id"],
            )
        }
        due = {
            (notice.lead_item_id.id, notice.step_id.id): notice
            for notice in self
            if notice.step_id.fee_amount
            and (notice.lead_item_id.id, notice.step_id.id) not in charged
        }
        if not due:
            return
        notices = self.browse([notice.id for notice in due.values()])
        apply_isolated(
            self.env,
            notices,
            lambda part: part._create_fees(),
            lambda notice, error: notice._note_lost_fee(error),
        )

    def _note_lost_fee(self, error):
        sentence = self.env._(
            "The fee of %(account)s could not be invoiced: %(error)s",
            account=self.partner_id.display_name,
            error=describe(error),
        )
        self._log("failed", sentence)
        self.case_id._raise_attention({self.case_id.id: (sentence, "")})

    def _create_fees(self):
        """Invoice the fee of each notice's step."""
        notices = self
        moves = self.env["account.move"].create(
            [notice._prepare_fee_invoice_vals() for notice in notices]
        )
        for notice, move in zip(notices, moves, strict=True):
            notice.fee_move_id = move
        notices._log("fee")
        apply_isolated(
            self.env,
            notices.filtered(lambda notice: notice.step_id.policy_id.fee_auto_post),
            lambda part: part.fee_move_id.action_post(),
            lambda notice, error: notice._note_draft_fee(error),
        )

    def _note_draft_fee(self, error):
        """What may not be posted, by a rule of the house, stays a draft."""
        sentence = self.env._(
            "The fee of %(account)s stays a draft: %(error)s",
            account=self.partner_id.display_name,
            error=describe(error),
        )
        self._log("failed", sentence)
        self.case_id.activity_schedule(
            "account_admin.mail_activity_type_attention",
            summary=sentence,
            user_id=self.case_id._get_responsible()[self.case_id].id,
        )

    def _prepare_fee_invoice_vals(self):
        self.ensure_one()
        product = self.step_id.policy_id.fee_product_id
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.company_id.currency_id.id,
            "invoice_date": self.sent_on,
            "ref": self.step_id.name,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "name": self.step_id.name,
                        "quantity": 1,
                        "price_unit": self.step_id.fee_amount,
                    }
                )
            ],
        }
