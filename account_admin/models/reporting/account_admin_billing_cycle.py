from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from ..accounts.national_account_tree import TREE_READS

#: Averages over amounts: field -> (sum of amount x days, sum of amounts).
WEIGHTED = {
    "days_to_pay": ("paid_amount_days", "paid_amount"),
    "days_late": ("late_amount_days", "paid_amount"),
}


class AccountAdminBillingCycle(models.Model):
    """From delivery to payment: one row a posted customer invoice.

    Days to pay and days late are weighted by what was paid: Σ(payment x days) / Σ
    payments, for every group of a pivot too; both sums are measures beside them. An
    instalment is late against its own due date. Only payments count, see
    :meth:`account.admin.open.item._is_payment_sql`.
    """

    _name = "account.admin.billing.cycle"
    _description = "Billing Cycle"
    _inherit = ["account.admin.ledger.report"]
    _auto = False
    _order = "invoice_date desc, id desc"

    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice", readonly=True
    )
    payment_term_id = fields.Many2one(
        comodel_name="account.payment.term",
        string="Payment Terms",
        readonly=True,
        help="The terms that the invoice was made out with.",
    )
    delivery_date = fields.Date(
        readonly=True, help="The delivery date on the invoice; empty where it has none."
    )
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True, help="Of the last instalment.")
    paid_on = fields.Date(
        readonly=True,
        help="The day the last of it was settled; empty while anything is open, and"
        " where no payment was received at all.",
    )
    timing = fields.Selection(
        selection=[
            ("open", "Not Paid Yet"),
            ("early", "Paid Early"),
            ("on_time", "Paid on the Due Date"),
            ("late", "Paid Late"),
            ("credited", "Settled Without Payment"),
        ],
        string="Paid",
        readonly=True,
        help="When the last of it was paid, compared with its due date.",
    )
    amount = fields.Monetary(
        string="Invoiced",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, tax included.",
    )
    paid_amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="What payments took off the invoice.",
    )
    credited_amount = fields.Monetary(
        string="Credited",
        currency_field="company_currency_id",
        readonly=True,
        help="What credit notes took off the invoice.",
    )
    days_to_invoice = fields.Integer(
        string="Delivery to Invoice",
        readonly=True,
        aggregator="avg",
        help="Days; average of the invoices that have a delivery date.",
    )
    days_of_terms = fields.Integer(
        string="Invoice to Due",
        readonly=True,
        aggregator="avg",
        help="Days the terms allow; average of the invoices.",
    )
    days_to_settle = fields.Integer(
        string="Invoice to Settled",
        readonly=True,
        aggregator="avg",
        help="Days until the last payment; average of the invoices paid in full.",
    )
    days_to_pay = fields.Float(
        string="Days to Pay",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Weighted by amount, part payments included: Paid Amount x Days divided by"
        " Paid Amount.",
    )
    days_late = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Weighted by amount, early payments are negative: Paid Amount x Days Late"
        " divided by Paid Amount.",
    )
    paid_amount_days = fields.Float(
        string="Paid Amount x Days",
        readonly=True,
        digits=(16, 2),
        help="Each payment times the days from the invoice to it; divided by the"
        " paid amount it is the days to pay.",
    )
    late_amount_days = fields.Float(
        string="Paid Amount x Days Late",
        readonly=True,
        digits=(16, 2),
        help="Each payment times the days from the due date to it; divided by the"
        " paid amount it is the days late.",
    )
    first_contact = fields.Date(
        readonly=True,
        help="First notice to the account once the invoice was past due, or led by it.",
    )
    contact_count = fields.Integer(
        string="Contacts Before Payment",
        readonly=True,
        help="Such notices until it was paid.",
    )

    _depends = {
        "account.move": [
            *("name", "state", "move_type", "company_id", "currency_id"),
            *("commercial_partner_id", "invoice_user_id", "invoice_payment_term_id"),
            *("delivery_date", "invoice_date", "invoice_date_due"),
            *("amount_total_signed", "amount_residual"),
        ],
        "account.move.line": [
            *("move_id", "date", "date_maturity", "display_type", "parent_state"),
            *("journal_id", "payment_id", "statement_line_id"),
        ],
        "account.journal": ["type"],
        "account.partial.reconcile": [
            *("debit_move_id", "credit_move_id", "amount", "max_date")
        ],
        "collections.event": ["date", "kind", "partner_id", "company_id", "item_id"],
        "collections.case": ["policy_id"],
        "collections.policy": ["chase_head_office"],
        **TREE_READS,
        "res.partner": ["commercial_partner_id", "collections_user_id"],
    }

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """SELECT cycle.*, %(columns)s,
                      cycle.invoice_date - cycle.delivery_date AS days_to_invoice,
                      cycle.due_date - cycle.invoice_date AS days_of_terms,
                      cycle.paid_on - cycle.invoice_date AS days_to_settle,
                      cycle.paid_amount_days / NULLIF(cycle.paid_amount, 0)
                          AS days_to_pay,
                      cycle.late_amount_days / NULLIF(cycle.paid_amount, 0)
                          AS days_late,
                      CASE WHEN NOT cycle.is_settled THEN 'open'
                           WHEN cycle.paid_on IS NULL THEN 'credited'
                           WHEN cycle.paid_on < cycle.due_date THEN 'early'
                           WHEN cycle.paid_on = cycle.due_date THEN 'on_time'
                           ELSE 'late' END AS timing,
                      (%(credited)s) AS credited_amount,
                      (SELECT MIN(event.date) %(contacts)s) AS first_contact,
                      (SELECT COUNT(*) %(contacts)s) AS contact_count
                 FROM (%(cycle)s) cycle
                 %(join)s""",
            columns=self._account_columns_sql(
                company := SQL("cycle.company_id"), day := SQL("cycle.invoice_date")
            ),
            credited=self._credited_sql(),
            contacts=self._contacts_sql(company, day),
            cycle=self._cycle_sql(),
            join=self._account_join_sql(SQL("cycle.payer_id")),
        )

    @api.model
    def _cycle_sql(self):
        """SQL of each invoice with what was paid on it."""
        return SQL(
            """SELECT move.id, move.id AS move_id, move.name, move.company_id,
                      company.currency_id AS company_currency_id, move.currency_id,
                      move.commercial_partner_id AS payer_id,
                      move.invoice_user_id AS salesperson_id,
                      move.invoice_payment_term_id AS payment_term_id,
                      move.delivery_date, move.invoice_date,
                      move.invoice_date_due AS due_date,
                      move.amount_residual = 0 AND paid.is_booked IS NOT FALSE
                          AS is_settled,
                      CASE WHEN move.amount_residual = 0 AND paid.is_booked
                                AND paid.amount > 0
                           THEN paid.last_date END AS paid_on,
                      move.amount_total_signed AS amount,
                      COALESCE(paid.amount, 0) AS paid_amount,
                      COALESCE(paid.amount_days, 0) AS paid_amount_days,
                      COALESCE(paid.late_days, 0) AS late_amount_days
                 FROM account_move move
                 LEFT JOIN res_company company ON company.id = move.company_id
                 LEFT JOIN LATERAL (%s) paid ON TRUE
                WHERE move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_receipt')""",
            self._paid_sql(),
        )

    @api.model
    def _paid_sql(self):
        """SQL of what payments took off the ``move``.

        Odoo keeps the match of a payment that goes back to draft: it does not count.
        """
        return SQL(
            """SELECT MAX(max_date) AS last_date, BOOL_AND(is_booked) AS is_booked,
                      SUM(amount) FILTER (WHERE is_payment) AS amount,
                      SUM(amount * days) FILTER (WHERE is_payment) AS amount_days,
                      SUM(amount * late_days) FILTER (WHERE is_payment) AS late_days
                 FROM (SELECT partial.max_date, partial.amount,
                              partial.max_date - move.invoice_date AS days,
                              partial.max_date - COALESCE(line.date_maturity, line.date)
                                  AS late_days,
                              credit.parent_state = 'posted' AS is_booked,
                              credit.parent_state = 'posted' AND %s AS is_payment
                         FROM account_move_line line
                         JOIN account_partial_reconcile partial
                              ON partial.debit_move_id = line.id
                         JOIN account_move_line credit
                              ON credit.id = partial.credit_move_id
                        WHERE line.move_id = move.id
                          AND line.display_type = 'payment_term') settled""",
            self.env["account.admin.open.item"]._is_payment_sql("credit"),
        )

    @api.model
    def _credited_sql(self):
        """SQL of what credit notes took off the invoice of ``cycle``."""
        return SQL(
            """SELECT COALESCE(SUM(partial.amount), 0)
                 FROM account_move_line line
                 JOIN account_partial_reconcile partial
                      ON partial.debit_move_id = line.id
                 JOIN account_move_line credit ON credit.id = partial.credit_move_id
                 JOIN account_move note ON note.id = credit.move_id
                WHERE line.move_id = cycle.id AND line.display_type = 'payment_term'
                  AND note.move_type = 'out_refund' AND note.state = 'posted'"""
        )

    @api.model
    def _contacts_sql(self, company, day):
        """SQL: from the notices to an invoice's account, until it was paid.

        A notice to the head office counts where it is chased for its members.
        """
        return SQL(
            """FROM collections_event event
               LEFT JOIN collections_case told ON told.id = event.case_id
               LEFT JOIN collections_policy policy ON policy.id = told.policy_id
              WHERE event.kind = 'sent' AND event.company_id = %(company)s
                AND (event.partner_id = contact.commercial_partner_id
                     OR (policy.chase_head_office AND event.partner_id = (
                         SELECT partner_id FROM national_account
                          WHERE id = (%(member)s))))
                AND (event.date > cycle.due_date OR event.item_id IN (
                        SELECT line.id FROM account_move_line line
                         WHERE line.move_id = cycle.id))
                AND (NOT cycle.is_settled OR event.date <= cycle.paid_on)""",
            company=company,
            member=self._member_sql(company, day),
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Averages are weighted by amount, not an average of averages."""
        name, _colon, function = aggregate_spec.partition(":")
        if function != "avg" or name not in WEIGHTED:
            return super()._read_group_select(aggregate_spec, query)
        total, amount = (
            self._field_to_sql(self._table, field, query) for field in WEIGHTED[name]
        )
        return SQL("SUM(%s) / NULLIF(SUM(%s), 0)", total, amount)

    # ------------------------------------------------------------------
    # PUBLIC
    # ------------------------------------------------------------------

    @api.private
    @api.model
    def get_billing_cycle(self, company, date_from, date_to, partners=None):
        """The invoices of a period and how they were paid, as the user may see them.

        :param company: one ``res.company``
        :param date date_from: first invoice date
        :param date date_to: last invoice date
        :param partners: accounts (commercial partners), all when ``None``
        :return: list of dicts, oldest first, with ``name``, ``move_id``,
            ``partner_id``, ``national_account_id``, ``payment_term_id`` (ids),
            ``delivery_date``, ``invoice_date``, ``due_date``, ``paid_on`` (date or
            None), ``timing`` (see the field), ``amount``, ``paid_amount`` and
            ``credited_amount`` (``Decimal``, company currency), ``days_to_invoice``,
            ``days_of_terms``, ``days_to_settle`` (int or None), ``days_to_pay``,
            ``days_late``, ``paid_amount_days``, ``late_amount_days`` (``Decimal``,
            days weighted by amount; None where nothing was paid), ``first_contact``
            and ``contact_count``
        :raise AccessError: for who may not see the report
        """
        domain = [
            ("company_id", "=", company.id),
            ("invoice_date", ">=", date_from),
            ("invoice_date", "<=", date_to),
        ]
        if partners is not None:
            domain.append(("partner_id", "in", partners.ids))
        return self._read_exact(
            domain,
            [
                *("name", "move_id", "partner_id", "national_account_id"),
                *("payment_term_id", "delivery_date", "invoice_date", "due_date"),
                *("paid_on", "timing", "amount", "paid_amount", "credited_amount"),
                *("days_to_invoice", "days_of_terms", "days_to_settle"),
                *("days_to_pay", "days_late", "paid_amount_days", "late_amount_days"),
                *("first_contact", "contact_count"),
            ],
            "invoice_date, id",
        )

    def action_open(self):
        """The invoice."""
        self.ensure_one()
        return self.move_id._get_records_action()
