"""How a dispute ends: what is credited, when it is chased again, who is told late."""

from markupsafe import Markup

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine import dispute as engine
from ...engine.money import to_decimal
from ..base.account_admin_evidence import as_own


class CollectionsDispute(models.Model):
    _inherit = "collections.dispute"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_settle(self):
        """The form that asks how it ended."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle the Dispute of %s", self.display_name),
            "res_model": "collections.dispute.settlement",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_dispute_id": self.id},
        }

    def action_close_right(self):
        """Close: the customer was right, and it is credited by other means."""
        return self._action_close(engine.RIGHT)

    def action_close_wrong(self):
        """Close: the customer was wrong; it is chased again."""
        return self._action_close(engine.WRONG)

    def action_withdraw(self):
        """Close: the customer withdrew it."""
        return self._action_close(engine.WITHDRAWN)

    def action_view_credit(self):
        """The credit note that was made for it."""
        self.ensure_one()
        return self.credit_move_id._get_records_action()

    def _action_close(self, resolution, agreed=0, credit=None):
        """Close those that are open.

        :param agreed: what was agreed to credit, in the dispute's currency
        :param credit: its draft, an ``account.move``
        """
        self.check_access("write")
        going = self.filtered(lambda dispute: not dispute.closed_on)
        for company, disputes in going.grouped("company_id").items():
            today = company._collections_today()
            for reason, same in disputes.grouped("reason_id").items():
                # sudo: a reason of another company, by now, still says how it goes on
                how, days = reason.sudo().resume, reason.sudo().resume_days
                same._write_kept(
                    {
                        "closed_on": today,
                        "resolution": resolution,
                        "agreed_amount": agreed,
                        "credit_move_id": credit and credit.id,
                        "resume": how,
                        "resume_on": engine.get_resume_day(
                            how, days, today, resolution
                        ),
                    }
                )
            disputes._log("dispute_closed")
        # sudo: whoever settles it need not be the one who was told that it is late
        going.sudo().activity_unlink(
            ["account_admin.mail_activity_type_late_dispute"], only_automated=False
        )
        return True

    def action_reopen(self):
        """Undo closing."""
        self.check_access("write")
        closed = self.filtered("closed_on")
        for dispute in closed:
            if not dispute.move_id:
                raise UserError(
                    self.env._(
                        "%s was deleted: there is nothing left to dispute.",
                        dispute.display_name,
                    )
                )
            # sudo: whoever settles disputes need not keep the books
            credit = dispute.sudo().credit_move_id
            if credit and credit.state != "cancel":
                raise UserError(
                    self.env._(
                        "%(dispute)s has the credit note %(credit)s: delete or cancel"
                        " that first, or note a new dispute.",
                        dispute=dispute.display_name,
                        credit=credit.display_name,
                    )
                )
        as_own(closed)._write_kept(
            {
                "closed_on": False,
                "resolution": False,
                "agreed_amount": 0,
                "credit_move_id": False,
                "resume": False,
                "resume_on": False,
                "told_late_on": False,
            }
        )
        closed._touch_cases()
        closed._log("disputed")
        return True

    def _action_close_deleted(self):
        """Their invoices are being deleted: what was disputed stays, closed."""
        # sudo: whoever may delete the invoice need not see its disputes
        self.sudo()._action_close(engine.WITHDRAWN)
        bodies = {d.id: self.env._("%s was deleted.", d.display_name) for d in self}
        self.sudo()._message_log_batch(bodies=bodies)

    # ------------------------------------------------------------------
    # SETTLE
    # ------------------------------------------------------------------

    def _get_disputed(self):
        """What is disputed, in the dispute's currency."""
        self.ensure_one()
        return self.amount or sum(self._get_lines().mapped("amount_currency"))

    def _settle(self, resolution, agreed=0, with_credit=False, note=""):
        """End a dispute; what was agreed becomes the draft of a credit note.

        :param str resolution: one of the field's
        :param agreed: of a dispute that was valid in part, what we credit
        :param bool with_credit: draft the credit note
        :param str note: what the customer reads on it
        :raise UserError: naming the dispute and what to mend; nothing is half-done
        """
        self.ensure_one()
        self.check_access("write")
        if self.closed_on:
            raise UserError(
                self.env._("The dispute of %s is settled already.", self.display_name)
            )
        disputed = self._get_disputed()
        if resolution == engine.RIGHT:
            agreed = disputed
        elif resolution == engine.PARTLY:
            self._check_agreed(agreed, disputed)
        else:
            agreed, with_credit = 0, False
        if agreed and self.reason_id.needs_proof and not self.has_proof:
            raise UserError(
                self.env._(
                    "“%(reason)s” needs proof: attach it to the dispute of %(dispute)s"
                    " before anything is credited.",
                    reason=self.reason_id.name,
                    dispute=self.display_name,
                )
            )
        credit = self._draft_credit_note(agreed, note) if with_credit else None
        return self._action_close(resolution, agreed, credit)

    def _check_agreed(self, agreed, disputed):
        compare = self.currency_id.compare_amounts
        if compare(agreed, 0) <= 0 or compare(agreed, disputed) >= 0:
            raise UserError(
                self.env._(
                    "What is agreed on %(dispute)s has to be above zero and below the"
                    " %(disputed)s that are disputed: for all of it say that the"
                    " customer was right.",
                    dispute=self.display_name,
                    disputed=self.currency_id.format(disputed),
                )
            )

    # ------------------------------------------------------------------
    # CREDIT NOTE
    # ------------------------------------------------------------------

    def _draft_credit_note(self, amount, note):
        """Draft a credit note of the disputed invoice: of all of it, or of a part.

        :param amount: with taxes, in the invoice's currency
        :return: ``account.move``
        """
        # sudo: a draft asks bookkeeping, which posts it or not; the check was above
        move = self.move_id.sudo().with_company(self.company_id)
        if move.move_type not in ("out_invoice", "out_receipt"):
            raise UserError(
                self.env._(
                    "%s is no invoice: have bookkeeping correct it, and settle the"
                    " dispute without a credit note.",
                    self.display_name,
                )
            )
        day = self.company_id._collections_today()
        if self.currency_id.compare_amounts(amount, move.amount_total) == 0:
            credit = self._reverse_whole(move, day, note)
        else:
            credit = self._credit_part(move, amount, day, note)
        credit._message_log(
            body=Markup("%s %s")
            % (self.env._("Drafted for the dispute"), self._get_html_link())
        )
        return credit

    def _reverse_whole(self, move, day, note):
        """Odoo's own reversal, which takes every line along."""
        wizard = move.env["account.move.reversal"].create(
            {
                "move_ids": [Command.set(move.ids)],
                "journal_id": move.journal_id.id,
                "date": day,
                "reason": note,
            }
        )
        wizard.refund_moves()
        credit = wizard.new_move_ids
        # the day is the company's, of which the server's may be the eve
        credit.auto_post = "no"
        return credit

    def _credit_part(self, move, amount, day, note):
        """A line for each kind of line of the invoice, in proportion to its total."""
        kinds = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ).grouped(
            lambda line: (
                line.account_id,
                line.tax_ids,
                tuple(sorted((line.analytic_distribution or {}).items())),
            )
        )
        parts = [
            engine.Part(
                sum(
                    to_decimal(line.price_unit * line.quantity)
                    * (100 - to_decimal(line.discount))
                    / 100
                    for line in lines
                ),
                sum(to_decimal(line.price_total) for line in lines),
            )
            for lines in kinds.values()
        ]
        currency = move.currency_id
        try:
            credited = engine.credit_parts(
                to_decimal(currency.round(amount)), parts, currency.decimal_places
            )
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(invoice)s cannot be credited in part: %(error)s",
                    invoice=move.display_name,
                    error=error,
                )
            ) from None
        env = move.with_context(lang=move.partner_id.lang or self.env.lang).env
        credit = move.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": move.partner_id.id,
                "partner_shipping_id": move.partner_shipping_id.id,
                "company_id": move.company_id.id,
                "journal_id": move.journal_id.id,
                "currency_id": currency.id,
                "fiscal_position_id": move.fiscal_position_id.id,
                "invoice_user_id": move.invoice_user_id.id,
                "invoice_date": day,
                "invoice_origin": move.name,
                "invoice_payment_term_id": False,
                "reversed_entry_id": move.id,
                "ref": note or env._("Agreed credit on %s", move.name),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": env._("Agreed credit on %s", move.name),
                            "account_id": account.id,
                            "tax_ids": [Command.set(taxes.ids)],
                            "analytic_distribution": dict(analytic) or False,
                            "quantity": 1,
                            "price_unit": float(part.typed),
                        }
                    )
                    for (account, taxes, analytic), part in zip(
                        kinds, credited, strict=True
                    )
                    if part.total
                ],
            }
        )
        self._settle_cents(credit, amount)
        return credit

    def _settle_cents(self, credit, amount):
        """Cents that rounding the tax of a part leaves go to its largest tax.

        Not every total is one that a tax leads to: 0.02 with 20 % is 0.02 or 0.04.
        """
        currency = credit.currency_id
        rest = currency.round(amount - credit.amount_total)
        taxes = credit.line_ids.filtered("tax_line_id")
        if rest and taxes:
            line = max(taxes, key=lambda one: abs(one.amount_currency))
            credit.write(
                {
                    "line_ids": [
                        Command.update(
                            line.id, {"amount_currency": line.amount_currency + rest}
                        )
                    ]
                }
            )
        if currency.compare_amounts(credit.amount_total, amount):
            raise UserError(
                self.env._(
                    "%(amount)s cannot be credited on %(invoice)s with its taxes: agree"
                    " on another amount, or settle it without a credit note.",
                    amount=currency.format(amount),
                    invoice=self.display_name,
                )
            )

    # ------------------------------------------------------------------
    # LATE
    # ------------------------------------------------------------------

    @api.model
    def _tell_late(self, company, day):
        """Tell whoever settles disputes which of them are late: once each."""
        late = self.search(
            [
                ("company_id", "=", company.id),
                ("closed_on", "=", False),
                ("due_on", "<", day),
                ("told_late_on", "=", False),
            ]
        )
        if not late:
            return
        kind = self.env.ref("account_admin.mail_activity_type_late_dispute")
        model = self.env["ir.model"]._get_id(self._name)
        acting, users = {}, self.env["res.users"]
        for desk, same in late.grouped("desk_id").items():
            wanted = {dispute: dispute.user_id for dispute in same}
            accounts = {dispute: dispute.partner_id for dispute in same}
            acting |= users._account_admin_choose(
                company, wanted, accounts=accounts, desk=desk
            )
        # sudo: the activity is another person's, the night is who tells
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": dispute.id,
                    "summary": self.env._(
                        "Late: to be settled by %s",
                        format_date(self.env, dispute.due_on),
                    ),
                    "date_deadline": day,
                    "user_id": acting[dispute].id,
                }
                for dispute in late
            ]
        )
        late.with_context(tracking_disable=True)._write_kept({"told_late_on": day})
