from odoo import api, fields, models
from odoo.tools import SQL

from ..accounts.national_account_tree import TREE_READS
from ..ledger.account_admin_open_item_kind import ENTRY_KINDS

#: What may happen on an account: entries of the ledger, then contacts.
KINDS = [
    *ENTRY_KINDS,
    ("transferred", "Matched With Another Account"),
    ("notice", "Notice Sent"),
    ("failed", "Notice Failed"),
    ("promise", "Promise Made"),
    ("dispute", "Dispute Opened"),
]


class AccountAdminHistory(models.Model):
    """What happened on each account: its documents and its contacts.

    Amounts raise (+) or lower (-) what is owed, so their sum over a period is the
    change of the open items: that of the receivable accounts in the ledger, and what
    matches with another account or company moved. Contacts have no amount.
    """

    _name = "account.admin.history"
    _description = "Account Activity"
    _inherit = ["account.admin.ledger.report"]
    _auto = False
    _order = "date desc, id desc"

    date = fields.Date(readonly=True, help="The day of the document or the contact.")
    kind = fields.Selection(
        selection=KINDS,
        readonly=True,
        help="What happened: a document, a payment, or a contact.",
    )
    amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Raises or lowers what the account owes, in the company's currency.",
    )
    amount_currency = fields.Monetary(
        string="Amount in Currency",
        readonly=True,
        aggregator=None,
        help="The same in the document's currency.",
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Integer(string="Record", readonly=True, aggregator=None)

    _depends = {
        "account.move": [
            *("name", "state", "move_type", "date", "company_id", "currency_id"),
            *("commercial_partner_id", "invoice_user_id", "origin_payment_id"),
            *("amount_total_signed", "amount_total_in_currency_signed"),
        ],
        "account.move.line": [
            *("move_id", "account_id", "partner_id", "company_id", "currency_id"),
            *("balance", "amount_currency", "date", "parent_state", "journal_id"),
            *("display_type", "payment_id", "statement_line_id"),
        ],
        "account.partial.reconcile": [
            *("debit_move_id", "credit_move_id", "amount", "max_date"),
            *("debit_amount_currency", "credit_amount_currency"),
        ],
        "account.account": ["account_type"],
        "account.journal": ["type"],
        "collections.event": [
            *("date", "kind", "partner_id", "company_id", "case_id", "step_name"),
            "notice_id",
        ],
        "collections.promise": ["made_on", "partner_id", "company_id", "currency_id"],
        "collections.dispute": ["date", "partner_id", "company_id", "move_id"],
        **TREE_READS,
        "res.partner": ["commercial_partner_id", "collections_user_id", "user_id"],
    }

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """SELECT entry.id, entry.date, entry.kind, entry.name, entry.company_id,
                      company.currency_id AS company_currency_id, entry.currency_id,
                      entry.amount, entry.amount_currency, entry.res_model,
                      entry.res_id,
                      COALESCE(entry.salesperson_id, account.user_id)
                          AS salesperson_id, %s
                 FROM (%s) entry
                 LEFT JOIN res_company company ON company.id = entry.company_id
                 %s""",
            self._account_columns_sql(SQL("entry.company_id"), SQL("entry.date")),
            SQL(" UNION ALL ").join(
                [
                    self._documents_sql(),
                    self._entries_sql(),
                    self._transfers_sql(),
                    self._notices_sql(),
                    self._promises_sql(),
                    self._disputes_sql(),
                ]
            ),
            self._account_join_sql(SQL("entry.partner_id")),
        )

    @api.model
    def _documents_sql(self):
        """SQL of invoices and credit notes, one row each however many instalments."""
        return SQL(
            """SELECT move.id::bigint * 8 AS id, move.date, %s AS kind, move.name,
                      move.company_id, move.currency_id,
                      move.commercial_partner_id AS partner_id,
                      move.invoice_user_id AS salesperson_id,
                      move.amount_total_signed AS amount,
                      move.amount_total_in_currency_signed AS amount_currency,
                      'account.move' AS res_model, move.id AS res_id
                 FROM account_move move
                WHERE move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')""",
            SQL(
                """CASE WHEN move.move_type = 'out_refund' THEN 'credit_note'
                        ELSE 'invoice' END"""
            ),
        )

    @api.model
    def _entries_sql(self):
        """SQL of every other item on a receivable account: payments and the rest.

        Items of invoices and credit notes, and only those, are payment terms.
        """
        return SQL(
            """SELECT line.id::bigint * 8 + 1, line.date,
                      CASE WHEN %s THEN 'payment' ELSE 'other' END, move.name,
                      line.company_id, line.currency_id, line.partner_id, NULL::int,
                      line.balance, line.amount_currency,
                      CASE WHEN move.origin_payment_id IS NULL THEN 'account.move'
                           ELSE 'account.payment' END,
                      COALESCE(move.origin_payment_id, move.id)
                 FROM account_move_line line
                 JOIN account_account gl_account ON gl_account.id = line.account_id
                      AND gl_account.account_type = 'asset_receivable'
                 LEFT JOIN account_move move ON move.id = line.move_id
                WHERE line.parent_state = 'posted'
                  AND line.display_type <> 'payment_term'""",
            self.env["account.admin.open.item"]._is_payment_sql(),
        )

    @api.model
    def _transfers_sql(self):
        """SQL of matches with an item of another account or company: both sides."""
        return SQL(
            """SELECT match.id * 8 + 5, match.day, 'transferred', move.name,
                      line.company_id, line.currency_id, line.partner_id, NULL::int,
                      match.amount, match.amount_currency, 'account.move', move.id
                 FROM (%s) match
                 JOIN account_move_line line ON line.id = match.line_id
                 JOIN account_account gl_account ON gl_account.id = line.account_id
                      AND gl_account.account_type = 'asset_receivable'
                 JOIN account_move move ON move.id = line.move_id
                 JOIN account_move_line other ON other.id = match.other_id
                 JOIN account_account there ON there.id = other.account_id
                 LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 LEFT JOIN res_partner payer ON payer.id = other.partner_id
                WHERE line.parent_state = 'posted' AND other.parent_state = 'posted'
                  AND (payer.commercial_partner_id
                           IS DISTINCT FROM partner.commercial_partner_id
                       OR other.company_id <> line.company_id
                       OR there.account_type <> 'asset_receivable')""",
            self.env["account.admin.open.item"]._match_sides_sql(),
        )

    @api.model
    def _notices_sql(self):
        return SQL(
            """SELECT event.id::bigint * 8 + 2, event.date,
                      CASE WHEN event.kind = 'sent' THEN 'notice' ELSE 'failed' END,
                      event.step_name, event.company_id, NULL::int, event.partner_id,
                      NULL::int, NULL::numeric, NULL::numeric,
                      'collections.case', event.case_id
                 FROM collections_event event
                WHERE event.kind IN ('sent', 'failed', 'bounced')
                  AND event.notice_id IS NOT NULL"""
        )

    @api.model
    def _promises_sql(self):
        return SQL(
            """SELECT promise.id::bigint * 8 + 3, promise.made_on, 'promise', NULL,
                      promise.company_id, promise.currency_id, promise.partner_id,
                      NULL::int, NULL::numeric, NULL::numeric,
                      'collections.promise', promise.id
                 FROM collections_promise promise"""
        )

    @api.model
    def _disputes_sql(self):
        return SQL(
            """SELECT dispute.id::bigint * 8 + 4, dispute.date, 'dispute', move.name,
                      dispute.company_id, dispute.currency_id, dispute.partner_id,
                      NULL::int, NULL::numeric, NULL::numeric,
                      'collections.dispute', dispute.id
                 FROM collections_dispute dispute
                 LEFT JOIN account_move move ON move.id = dispute.move_id"""
        )

    # ------------------------------------------------------------------
    # PUBLIC
    # ------------------------------------------------------------------

    @api.private
    @api.model
    def get_activity(self, company, date_from, date_to, partners=None):
        """What happened on accounts in a period, as the report shows it to the user.

        :param company: one ``res.company``
        :param date date_from: first day
        :param date date_to: last day
        :param partners: accounts (commercial partners), all when ``None``
        :return: list of dicts, oldest first, with ``date``, ``kind`` (key of
            ``KINDS``), ``name``, ``partner_id``, ``national_account_id``, ``user_id``,
            ``salesperson_id``, ``currency_id`` (ids), ``amount`` (``Decimal`` in
            company currency, positive raises what is owed; 0 for a contact),
            ``amount_currency``, ``res_model`` and ``res_id``
        :raise AccessError: for who may not see the report
        """
        domain = [
            ("company_id", "=", company.id),
            ("date", ">=", date_from),
            ("date", "<=", date_to),
        ]
        if partners is not None:
            domain.append(("partner_id", "in", partners.ids))
        return self._read_exact(
            domain,
            [
                *("date", "kind", "name", "partner_id", "national_account_id"),
                *("user_id", "salesperson_id", "currency_id", "amount"),
                *("amount_currency", "res_model", "res_id"),
            ],
            "date, id",
        )

    def action_open(self):
        """The document or the record of the contact."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)._get_records_action()
