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
    def _is_payment_sql(self, line="line"):
        """SQL: a journal item books money received or given back.

        That is what a payment, a bank or a cash entry books; credit notes, write-offs
        and exchange differences are none.

        :param str line: alias of ``account_move_line`` or of an open item
        """
        return SQL(
            """(%(line)s.payment_id IS NOT NULL
                OR %(line)s.statement_line_id IS NOT NULL
                OR %(line)s.journal_id IN (
                    SELECT journal.id FROM account_journal journal
                     WHERE journal.type IN ('bank', 'cash', 'credit')))""",
            line=SQL.identifier(line),
        )

    @api.model
    def _entry_kind_sql(self, line="line"):
        """SQL of the kind of a journal item, one of ``ENTRY_KINDS``.

        Needs the alias ``move`` of its entry.

        :param str line: alias of ``account_move_line``
        """
        return SQL(
            """CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN 'invoice'
                    WHEN move.move_type = 'out_refund' THEN 'credit_note'
                    WHEN %s THEN 'payment' ELSE 'other' END""",
            self._is_payment_sql(line),
        )
