"""What brought an entry about, and what was received: one definition for all."""

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

    @api.model
    def _chosen_sql(self, accounts):
        """SQL: the ``partner`` of a row is one of the accounts, if any are chosen."""
        if accounts is None:
            return SQL("TRUE")
        return SQL("partner.commercial_partner_id = ANY(%s)", list(accounts))

    @api.model
    def _received_sql(self, company, first, last, accounts=None):
        """SQL of what was received on invoices, and on which days.

        Credit notes, write-offs and exchange differences pay nothing.
        """
        return SQL(
            """SELECT partner.commercial_partner_id AS account_id, partial.amount,
                      partial.max_date AS day, move.invoice_date AS invoiced,
                      COALESCE(line.date_maturity, line.date) AS due
                 FROM account_partial_reconcile partial
                 JOIN account_move_line line ON line.id = partial.debit_move_id
                 JOIN account_move move ON move.id = line.move_id
                 JOIN account_move_line received
                   ON received.id = partial.credit_move_id
                 LEFT JOIN res_partner partner ON partner.id = line.partner_id
                WHERE partial.max_date BETWEEN %(first)s AND %(last)s
                  AND line.account_id = ANY(%(receivables)s)
                  AND line.company_id = %(company)s
                  AND line.parent_state = 'posted'
                  AND received.parent_state = 'posted'
                  AND move.move_type = 'out_invoice'
                  AND %(is_payment)s AND %(chosen)s""",
            first=first,
            last=last,
            receivables=self._get_receivable_accounts(company).ids,
            company=company.id,
            is_payment=self._is_payment_sql("received"),
            chosen=self._chosen_sql(accounts),
        )
