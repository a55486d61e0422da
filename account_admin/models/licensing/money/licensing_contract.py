from dataclasses import dataclass
from decimal import Decimal

from odoo import Command, fields, models

from ....engine import royalty
from ....engine.money import ZERO, to_decimal
from ...base.bulk import count_up


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

    ledger_count = fields.Integer(
        string="Movements",
        compute="_compute_ledger_count",
        help="Movements of its royalties, advances and guarantees in the licensing"
        " ledger.",
    )
    invoice_count = fields.Integer(
        string="Invoices",
        compute="_compute_invoice_count",
        help="Drafts and posted ones, credit notes included.",
    )
    royalty_total = fields.Monetary(
        string="Royalties Earned",
        compute="_compute_royalty_total",
        help="Of approved statements, restatements included.",
    )

    def _compute_ledger_count(self):
        self._count("ledger_count", "licensing.ledger")

    def _compute_invoice_count(self):
        groups = self.env["licensing.ledger"]._read_group(
            self._get_billed_domain(), ["contract_id"], ["move_id:count_distinct"]
        )
        counts = dict(groups)
        for contract in self:
            contract.invoice_count = counts.get(contract._origin, 0)

    def _get_billed_domain(self):
        """Ledger rows that were billed by an invoice or a credit note."""
        return [
            ("contract_id", "in", self.ids),
            ("move_id.move_type", "in", ("out_invoice", "out_refund")),
            ("move_id.state", "!=", "cancel"),
        ]

    def action_view_ledger(self):
        """Every movement of money of the contract."""
        return self._view("licensing.ledger", self.env._("Ledger of %s", self.name))

    def action_view_invoices(self):
        """Invoices and credit notes that were made of its royalties and guarantees."""
        self.ensure_one()
        rows = self.env["licensing.ledger"].search(self._get_billed_domain())
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "context": {"create": False},
        }
        if len(rows.move_id) == 1:
            return {**action, "view_mode": "form", "res_id": rows.move_id.id}
        lists = self.env.ref("account.view_out_invoice_tree")
        return {
            **action,
            "views": [(lists.id, "list"), (False, "form")],
            "domain": [("id", "in", rows.move_id.ids)],
        }

    def _compute_royalty_total(self):
        groups = self.env["licensing.ledger"]._read_group(
            [("contract_id", "in", self.ids), ("kind", "=", "earned")],
            ["contract_id"],
            ["amount:sum"],
        )
        earned = dict(groups)
        for contract in self:
            contract.royalty_total = earned.get(contract._origin, 0)

    # ------------------------------------------------------------------
    # INVOICES
    # ------------------------------------------------------------------

    def _lock_billing(self):
        """Let bookings of a contract follow one another."""
        count_up(self, "billing_count")

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
            gl_account = self._get_account(charge)
            amounts[gl_account] = amounts.get(gl_account, ZERO) + charge.amount
        lines = []
        for gl_account, amount in amounts.items():
            if amount:
                balance = self.currency_id._convert(
                    -float(amount), self.company_id.currency_id, self.company_id, date
                )
                lines.append(
                    Command.create(
                        {
                            "name": ref,
                            "account_id": gl_account.id,
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
