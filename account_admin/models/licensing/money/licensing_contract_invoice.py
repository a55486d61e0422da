"""Invoices, credit notes and entries that a contract brings about."""

from dataclasses import dataclass
from decimal import Decimal

from odoo import Command, models
from odoo.tools import SQL

from ....engine import royalty
from ..terms.numbers import to_decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of an invoice to be.

    :param kind: of account: ``royalty``, ``deferred``, ``fund`` or ``interest``
    :param taxes: ids; ``None`` for those of the account and the licensee
    """

    kind: str
    name: str
    amount: Decimal
    taxes: tuple | None = None


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    def _lock_billing(self):
        """Let bookings of a contract follow one another.

        Of two at once the later one starts again and sees what the first booked: both
        write the same row, which PostgreSQL allows only one of.
        """
        self.env.execute_query(
            SQL(
                "UPDATE licensing_contract"
                " SET billing_count = COALESCE(billing_count, 0) + 1"
                " WHERE id = ANY(%s) RETURNING id",
                self.ids,
            )
        )
        self.invalidate_recordset(["billing_count"], flush=False)

    def _create_move(self, charges, ref, date):
        """The draft that bills charges: an invoice, a credit note, or a posted entry.

        A sum of 0 that moves money between accounts is an entry: nobody has to pay.

        :param charges: list of :class:`Charge`
        :param date: accounting date of an entry; the day whose withholding tax and
            payment terms count: the last of the period, or when an instalment is due
        :return: ``account.move``, empty when there is nothing to book
        """
        self.ensure_one()
        charges = [charge for charge in charges if charge.amount]
        charges += self._charge_gross_up(charges, date)
        total = sum((charge.amount for charge in charges), ZERO)
        # sudo: who may approve in licensing need not keep the books
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        if total:
            move = moves.create(self._prepare_invoice(charges, ref, total > 0, date))
            self._expect_certificate(move, _sum_taxable(charges), date)
            return move
        values = self._prepare_entry(charges, ref, date)
        if not values["line_ids"]:
            return moves
        entry = moves.create(values)
        entry._post(soft=False)
        return entry

    def _charge_gross_up(self, charges, date):
        """What is added so that the royalty arrives in full after tax."""
        payable = _sum_taxable(charges)
        percent = to_decimal(self._get_value_on("withholding", date))
        if not (percent and payable and self._get_value_on("gross_up", date)):
            return []
        decimals = self.currency_id.decimal_places
        found = royalty.withhold(payable, percent, True, decimals)
        contract = self.with_context(lang=self.partner_id.lang or self.env.lang)
        text = contract.env._("Gross-up for withholding tax of %s %%", f"{percent:f}")
        return [Charge("royalty", text, found.invoice - payable)]

    def _expect_certificate(self, move, payable, date):
        """Note the tax that the licensee keeps back and has to prove.

        A credit note gives tax back: its obligation is below 0.
        """
        percent = to_decimal(self._get_value_on("withholding", date))
        if not (percent and payable):
            return
        decimals = self.currency_id.decimal_places
        found = royalty.withhold(payable, percent, decimals=decimals)
        self.env["licensing.certificate"].create(
            {
                "contract_id": self.id,
                "move_id": move.id,
                "base": float(payable),
                "tax": float(found.tax),
            }
        )

    def _prepare_invoice(self, charges, ref, is_invoice, date):
        sign = 1 if is_invoice else -1
        term = self._get_value_on("payment_term_id", date)
        return {
            "move_type": "out_invoice" if is_invoice else "out_refund",
            "partner_id": self.partner_id.id,
            "journal_id": self.company_id._get_licensing_journal().id,
            "currency_id": self.currency_id.id,
            "invoice_user_id": self.user_id.id,
            "invoice_origin": self.name,
            "ref": ref,
            **({"invoice_payment_term_id": term.id} if term else {}),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": charge.name,
                        "quantity": 1,
                        "price_unit": float(charge.amount * sign),
                        "account_id": self._get_account(charge).id,
                        **(
                            {}
                            if charge.taxes is None
                            else {"tax_ids": [Command.set(charge.taxes)]}
                        ),
                    }
                )
                for charge in charges
            ],
        }

    def _prepare_entry(self, charges, ref, date):
        """An entry of charges that sum to 0, a line for each account."""
        amounts = {}
        for charge in charges:
            account = self._get_account(charge)
            amounts[account] = amounts.get(account, ZERO) + charge.amount
        lines = []
        for account, amount in amounts.items():
            if amount:
                balance = self.currency_id._convert(
                    -float(amount), self.company_id.currency_id, self.company_id, date
                )
                lines.append(
                    Command.create(
                        {
                            "name": ref,
                            "account_id": account.id,
                            "partner_id": self.partner_id.id,
                            "currency_id": self.currency_id.id,
                            "amount_currency": -float(amount),
                            "balance": balance,
                        }
                    )
                )
        return {
            "move_type": "entry",
            "journal_id": self._get_entry_journal().id,
            "date": date,
            "ref": ref,
            "line_ids": lines,
        }

    def _get_entry_journal(self):
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            limit=1,
        )

    def _get_account(self, charge):
        return self.company_id._get_licensing_account(charge.kind)

    def _get_advance_taxes(self, commitment):
        """Taxes that a pool's advance was invoiced with; ``None`` without one."""
        moves = commitment.line_ids.move_id
        # sudo: what the licensee was billed, not who may open the invoice
        lines = moves.sudo().invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        return tuple(lines[:1].tax_ids.ids) if lines else None


def _sum_taxable(charges):
    """What withholding tax is due on: royalties and advances, not fees or interest."""
    return sum(
        (charge.amount for charge in charges if charge.kind in ("royalty", "deferred")),
        ZERO,
    )
