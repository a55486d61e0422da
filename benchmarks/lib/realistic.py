"""A ledger as companies have it: instalments, credit notes, part payments, currencies.

One document of each kind is made by Odoo, the rest are copies with other customers,
dates and amounts.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from benchmarks.lib.ledger import (
    OLDEST,
    TODAY,
    YOUNGEST,
    copy_partners,
    copy_rows,
    turn_sending_on,
)
from benchmarks.lib.loading import without_checks

#: Share of the open documents, in percent, and how many open items each has.
KINDS = {
    "plain": (70, 1),
    "instalments": (10, 3),
    "euro": (10, 1),
    "part paid": (8, 1),
    "credit note": (2, 1),
}
#: Every copy's amounts are the model's times 1 .. FACTORS, so that sums can differ.
FACTORS = 9
AMOUNTS = {
    "account_move": (
        "amount_untaxed amount_tax amount_total amount_residual "
        "amount_untaxed_signed amount_untaxed_in_currency_signed amount_tax_signed "
        "amount_total_signed amount_total_in_currency_signed amount_residual_signed"
    ).split(),
    "account_move_line": (
        "price_unit price_subtotal price_total debit credit balance amount_currency "
        "amount_residual amount_residual_currency tax_base_amount"
    ).split(),
    "account_partial_reconcile": (
        "amount debit_amount_currency credit_amount_currency"
    ).split(),
}
#: The tables that get most of the rows.
TABLES = ("account_move", "account_move_line", "account_partial_reconcile")


def build(env, accounts, items):
    """Add customers with open items, and as many invoices that are paid.

    :param int accounts: customers, each with overdue items
    :param int items: open items, within a few of it
    :return: number of open items
    """
    turn_sending_on(env)
    partner = env["res.partner"].create(
        {"name": "Model", "is_company": True, "email": "bench@example.com"}
    )
    models = _create_models(env, partner)
    env.flush_all()
    first_partner = copy_partners(env, partner, accounts)
    documents = items * 100 // sum(share * n for share, n in KINDS.values())
    counts = {name: documents * share // 100 for name, (share, _n) in KINDS.items()}
    counts["paid"] = max(2 * items - documents, 0)
    with without_checks(env, *TABLES):
        for name, model in models.items():
            _Copies(env, model, counts[name], first_partner, accounts).make()
    for model in models.values():
        model.forget()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    return sum(counts[name] * n for name, (_share, n) in KINDS.items())


@dataclass
class Model:
    """A document made by Odoo, with the payment matched to it if there is one.

    ``moved`` shifts the due dates of its copies, in days.
    """

    invoice: object
    payment: object = None
    moved: int = 0

    @property
    def receivable(self):
        return self.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted("id")

    def forget(self):
        if self.payment:
            self.payment.action_draft()
            self.payment.unlink()
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()


def _create_models(env, partner):
    euro = env.ref("base.EUR")
    euro.active = True
    env["res.currency.rate"].create(
        {"currency_id": euro.id, "name": "2025-01-01", "rate": 0.8}
    )
    term = env["account.payment.term"].create(
        {
            "name": "Three instalments",
            "line_ids": [
                Command.create(
                    {"value": "percent", "value_amount": share, "nb_days": days}
                )
                for share, days in ((50, 0), (25, 30), (25, 60))
            ],
        }
    )
    return {
        "plain": Model(_create(env, partner)),
        "instalments": Model(_create(env, partner, invoice_payment_term_id=term.id)),
        "euro": Model(_create(env, partner, currency_id=euro.id)),
        "credit note": Model(_create(env, partner, move_type="out_refund")),
        "part paid": _pay(_create(env, partner), 40),
        # long due and paid lately: a past day has matches to undo
        "paid": _pay(_create(env, partner), 100, moved=-60),
    }


def _create(env, partner, **values):
    day = fields.Date.to_date("2026-01-01")
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})
            ],
            **values,
        }
    )
    invoice.action_post()
    return invoice


def _pay(invoice, amount, moved=0):
    wizard = invoice.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    payment = wizard.create(
        {"amount": amount, "payment_date": invoice.date}
    )._create_payments()
    return Model(invoice, payment, moved)


class _Copies:
    """Copies of one model with their customers, dates and amounts."""

    def __init__(self, env, model, count, first_partner, accounts):
        self.env, self.model, self.count = env, model, count
        number = SQL("%s + number %% %s", first_partner, accounts)
        self.owner = number
        each = max(count // accounts, 1)
        # a customer's items cover the whole span
        self.due = SQL(
            "(%s::date + %s - %s + ((number / %s + number) %% %s) * %s / %s)",
            TODAY,
            model.moved,
            OLDEST,
            accounts,
            each,
            OLDEST + YOUNGEST,
            each,
        )
        self.dated = SQL("(%s - 30)", self.due)
        self._fulls = {}
        self.paid_on = SQL("(%s::date - (number %% 45)::int)", TODAY)

    def make(self):
        if not self.count:
            return
        lines = self._copy_move(self.model.invoice, self.dated, self.due)
        if self.model.payment:
            entry = self.model.payment.move_id
            lines |= self._copy_move(entry, self.paid_on, self.paid_on)
            self._copy_matches(lines)

    def _copy_move(self, move, day, due):
        """:return: dict line -> id before its first copy"""
        name = SQL("'BENCH/' || %s || '/' || (1000000 + number)", move.id)
        base = self._copy(
            "account_move",
            move,
            {
                "name": name,
                "sequence_number": SQL("number"),
                "partner_id": self.owner,
                "commercial_partner_id": self.owner,
                "date": day,
                "invoice_date": day if move.is_invoice() else SQL("NULL"),
                "invoice_date_due": due if move.is_invoice() else SQL("NULL"),
                "origin_payment_id": SQL("NULL"),
                "access_token": SQL("NULL"),
            },
        )
        found = {}
        first = min(self.model.receivable.mapped("date_maturity"))
        for line in move.line_ids.sorted("id"):
            changed = {
                "move_id": SQL("%s + number", base),
                "move_name": name,
                "partner_id": self.owner,
                "date": day,
                "invoice_date": SQL("NULL"),
                "payment_id": SQL("NULL"),
            }
            if line.date_maturity:
                changed["date_maturity"] = SQL(
                    "%s + %s", due, (line.date_maturity - first) // timedelta(days=1)
                )
            if line.full_reconcile_id:
                base_full = self._copy_full(line.full_reconcile_id)
                changed["full_reconcile_id"] = SQL("%s + number", base_full)
                changed["matching_number"] = SQL("(%s + number)::text", base_full)
            found[line] = self._copy("account_move_line", line, changed)
        return found

    def _copy_full(self, full):
        """Copies of a full reconciliation, shared by both of its sides."""
        if full not in self._fulls:
            self._fulls[full] = self._copy("account_full_reconcile", full, {})
        return self._fulls[full]

    def _copy_matches(self, lines):
        """Copies of the partial reconciliation between the copied lines."""
        partial = self.model.receivable.matched_credit_ids
        self._copy(
            "account_partial_reconcile",
            partial,
            {
                "debit_move_id": SQL("%s + number", lines[partial.debit_move_id]),
                "credit_move_id": SQL("%s + number", lines[partial.credit_move_id]),
                "full_reconcile_id": SQL("%s + number", self._fulls[full])
                if (full := partial.full_reconcile_id)
                else SQL("NULL"),
                "exchange_move_id": SQL("NULL"),
                "max_date": SQL("GREATEST(%s, %s)", self.dated, self.paid_on),
            },
        )

    def _copy(self, table, record, changed):
        factor = SQL("(1 + number %% %s)", FACTORS)
        amounts = {
            name: SQL("model.%s * %s", SQL.identifier(name), factor)
            for name in AMOUNTS.get(table, ())
        }
        return copy_rows(
            self.env, table, record.ids, self.count, {**amounts, **changed}
        )
