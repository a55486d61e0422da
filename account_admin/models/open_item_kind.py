"""What brought an entry on a receivable account about: one definition for all."""

from odoo import api, models
from odoo.tools import SQL

#: Kinds of entry on a receivable account, in the order of a statement.
ENTRY_KINDS = [
    ("invoice", "Invoice"),
    ("credit_note", "Credit Note"),
    ("payment", "Payment"),
    ("other", "Other Entry"),
]


class AccountAdminOpenItem(models.AbstractModel):
    _inherit = "account.admin.open.item"

    @api.model
    def _entry_kind_sql(self, move="move", journal="journal"):
        """SQL of the kind of an entry, one of ``ENTRY_KINDS``.

        A payment is money: what a customer's payment, a bank or a cash entry books.
        Credit notes, write-offs and exchange differences are none.

        :param str move: alias of ``account_move``
        :param str journal: alias of its ``account_journal``
        """
        return SQL(
            """CASE WHEN %(move)s.move_type IN ('out_invoice', 'out_receipt')
                    THEN 'invoice'
                    WHEN %(move)s.move_type = 'out_refund' THEN 'credit_note'
                    WHEN %(is_payment)s THEN 'payment'
                    ELSE 'other' END""",
            move=SQL.identifier(move),
            is_payment=self._is_payment_sql(move, journal),
        )

    @api.model
    def _is_payment_sql(self, move="move", journal="journal"):
        """SQL: the entry books money; parameters as :meth:`_entry_kind_sql`."""
        return SQL(
            """(%(move)s.move_type = 'entry' AND (
                   %(move)s.origin_payment_id IS NOT NULL
                   OR %(move)s.statement_line_id IS NOT NULL
                   OR %(journal)s.type IN ('bank', 'cash', 'credit')))""",
            move=SQL.identifier(move),
            journal=SQL.identifier(journal),
        )
