"""What follows a delivered notice: the step is met, its fee is invoiced."""

import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)


class CollectionsNotice(models.Model):
    _inherit = "collections.notice"

    def _settle(self):
        """Mark as sent, and the step as met where nothing of it is left to send."""
        if not self:
            return
        company = self.company_id
        today = company._collections_today()
        self.write({"state": "sent", "sent_on": today, "reason": False})
        self._log("sent")
        delivered = self._get_delivered(self.case_id.ids)
        met = self.filtered(
            lambda notice: all(
                (notice.case_id.id, notice.step_id.id, name) in delivered
                for name in notice.step_id._get_channels()
            )
        )
        for step, notices in met.grouped("step_id").items():
            notices.case_id._meet_step(step, today)
        met._charge_fees()

    def _refresh_cases(self, company):
        """Bring the cases up to date with what has just been sent or stopped."""
        today = company._collections_today()
        judged = self.env["collections.run"]._judge(company, today, self.partner_id.ids)
        self.env["collections.case"]._refresh(
            [
                found
                for found in judged.values()
                if found["state"]
                and not found["state"]["reopens"]
                and not found["decision"].closes
                and not found["facts"].problem
            ]
        )

    def _charge_fees(self):
        """Invoice the fees of steps that were just met, once a case and step."""
        charged = self._read_group(
            [("case_id", "in", self.case_id.ids), ("fee_move_id", "!=", False)],
            ["case_id", "step_id"],
        )
        due = {
            (notice.case_id, notice.step_id): notice
            for notice in self
            if notice.step_id.fee_amount
            and (notice.case_id, notice.step_id) not in charged
        }
        if not due:
            return
        notices = self.browse([notice.id for notice in due.values()])
        try:
            with self.env.cr.savepoint():
                notices._create_fees()
            return
        except Exception as error:  # whatever posting an invoice can object to
            self.env.invalidate_all()
            _logger.info("Fees: %s; going one by one.", error)
        for notice in notices:
            try:
                with self.env.cr.savepoint():
                    notice._create_fees()
            except Exception as error:  # the same, now we know whose
                self.env.invalidate_all()
                sentence = self.env._(
                    "The fee of %(account)s could not be invoiced: %(error)s",
                    account=notice.partner_id.display_name,
                    error=error,
                )
                notice._log("failed", sentence)
                notice.case_id._raise_attention({notice.case_id.id: (sentence, "")})

    def _create_fees(self):
        """Invoice the fee of each notice's step."""
        notices = self
        moves = self.env["account.move"].create(
            [notice._prepare_fee_invoice_vals() for notice in notices]
        )
        for notice, move in zip(notices, moves, strict=True):
            notice.fee_move_id = move
        moves.filtered(
            lambda move: notices.filtered(
                lambda notice: notice.fee_move_id == move
            ).step_id.policy_id.fee_auto_post
        ).action_post()
        notices._log("fee")

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
