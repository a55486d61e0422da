"""The one definition of an open receivable item; every figure comes from here."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import aging
from ..engine.escalation import Amounts, Facts
from ..engine.money import to_decimal

#: Columns that the SQL reads: flushed before every query.
_READS = {
    "account.move.line": (
        "account_id partner_id company_id parent_state date date_maturity reconciled "
        "amount_residual amount_residual_currency currency_id no_followup move_id"
    ),
    "account.move": "payment_state",
    "account.partial.reconcile": (
        "max_date amount debit_amount_currency credit_amount_currency "
        "debit_move_id credit_move_id"
    ),
    "account.payment": (
        "state move_id amount amount_company_currency_signed currency_id partner_id "
        "company_id payment_type partner_type invoice_ids"
    ),
    "collections.dispute": "move_id line_id amount date closed_on",
    "res.partner": "commercial_partner_id active",
}


class AccountAdminOpenItem(models.AbstractModel):
    _name = "account.admin.open.item"
    _description = "Open Item"

    # ------------------------------------------------------------------
    # PUBLIC READERS (private to RPC)
    # ------------------------------------------------------------------

    @api.model
    def _get_facts(self, company, day, accounts=None, heads=None):
        """What every account owes on a day, netted as chasing nets it.

        :param company: one ``res.company``
        :param date day: the company's day
        :param accounts: ids of commercial partners to look at; all when ``None``.
            For an account that is chased for its members, name the head office only.
        :param dict heads: commercial partner id -> id of the head office chased for it
        :return: dict account id -> :class:`~..engine.escalation.Facts`, for every
            account with an open item
        """
        heads = heads or {}
        if accounts is not None:
            members = [member for member, head in heads.items() if head in set(accounts)]
            accounts = [*accounts, *members]
        query = SQL(
            """%s
            SELECT account_id, currency_id,
                   (array_agg(id ORDER BY due, id) FILTER (WHERE chaseable > 0))[1],
                   MIN(due) FILTER (WHERE chaseable > 0),
                   (array_agg(chaseable_company ORDER BY due, id)
                        FILTER (WHERE chaseable > 0))[1]::text,
                   SUM(chaseable_company) FILTER (WHERE overdue)::text,
                   SUM(residual_company) FILTER (WHERE overdue AND residual > 0)::text,
                   SUM(residual_company)::text,
                   SUM(residual)::text,
                   SUM(residual) FILTER (WHERE overdue AND residual > 0)::text,
                   SUM(disputed) FILTER (WHERE overdue)::text,
                   SUM(in_process) FILTER (WHERE overdue)::text,
                   SUM(held) FILTER (WHERE overdue)::text,
                   SUM(credited) FILTER (WHERE overdue)::text,
                   SUM(chaseable) FILTER (WHERE overdue)::text
              FROM netted
             WHERE account_id IS NOT NULL
             GROUP BY account_id, currency_id""",
            self._chase_sql(company, day, accounts, heads),
        )
        self._flush_reads()
        by_account = {}
        for account, *row in self.env.execute_query(query):
            by_account.setdefault(account, []).append(row)
        return {
            account: self._merge_currencies(account, rows)
            for account, rows in by_account.items()
        }

    @api.model
    def _get_items(self, company, day, accounts, heads=None):
        """The items behind :meth:`_get_facts`, oldest first, for notices and the why.

        :return: dict account id -> list of dicts with ``id``, ``move_id``, ``partner_id``,
            ``name``, ``date``, ``due``, ``days``, ``currency_id``, and as ``Decimal`` in
            the item's currency ``residual``, ``disputed``, ``in_process``, ``held``,
            ``credited`` and ``chaseable``
        """
        heads = heads or {}
        members = [member for member, head in heads.items() if head in set(accounts)]
        query = SQL(
            """%s
            SELECT netted.account_id, netted.id, netted.move_id, netted.partner_id,
                   COALESCE(NULLIF(move.name, '/'), netted.label) AS name, netted.date,
                   netted.due, %s - netted.due AS days, netted.currency_id,
                   residual::text, disputed::text, in_process::text, held::text,
                   credited::text, chaseable::text
              FROM netted JOIN account_move move ON move.id = netted.move_id
             WHERE netted.account_id IS NOT NULL
             ORDER BY netted.due, netted.id""",
            self._chase_sql(company, day, [*accounts, *members], heads),
            day,
        )
        self._flush_reads()
        columns = (
            "id move_id partner_id name date due days currency_id residual disputed "
            "in_process held credited chaseable"
        ).split()
        result = {}
        for account, *values in self.env.execute_query(query):
            item = dict(zip(columns, values, strict=True))
            for column in columns[8:]:
                item[column] = to_decimal(item[column])
            result.setdefault(account, []).append(item)
        return result

    @api.model
    def _get_aging(self, company, day, limits=aging.DEFAULT_LIMITS):
        """Number and company-currency sum of the open items of each bucket on a day.

        :return: list of ``(label, count, Decimal)`` in the order of the buckets; items
            that are credits count in their own bucket as negatives
        """
        query = SQL(
            """WITH %s
            SELECT width_bucket(%s - due, %s::int[]), COUNT(*),
                   SUM(residual_company)::text
              FROM item GROUP BY 1""",
            self._item_cte(company, day),
            day,
            list(aging.bucket_starts(limits)),
        )
        self._flush_reads()
        found = {row[0]: row[1:] for row in self.env.execute_query(query)}
        return [
            (label, found.get(n, (0, None))[0], to_decimal(found.get(n, (0, None))[1]))
            for n, label in enumerate(aging.bucket_labels(limits))
        ]

    @api.model
    def _get_tie_out(self, company, day):
        """Each receivable account's ledger balance beside the sum of its open items.

        :return: list of ``(account.account, balance, items, difference)``, ``Decimal``
        """
        query = SQL(
            """WITH %s,
            ledger AS (
                SELECT line.account_id, SUM(line.balance) AS balance
                  FROM account_move_line line
                 WHERE line.account_id = ANY(%s) AND line.company_id = %s
                   AND line.parent_state = 'posted' AND line.date <= %s
                 GROUP BY line.account_id),
            open AS (SELECT gl_account_id, SUM(residual_company) AS balance
                       FROM item GROUP BY gl_account_id)
            SELECT account.id, COALESCE(ledger.balance, 0)::text,
                   COALESCE(open.balance, 0)::text
              FROM unnest(%s) AS account(id)
              LEFT JOIN ledger ON ledger.account_id = account.id
              LEFT JOIN open ON open.gl_account_id = account.id""",
            self._item_cte(company, day),
            (receivables := self._get_receivable_accounts(company).ids),
            company.id,
            day,
            receivables,
        )
        self._flush_reads()
        return [
            (
                self.env["account.account"].browse(account),
                to_decimal(balance),
                to_decimal(items),
                to_decimal(balance) - to_decimal(items),
            )
            for account, balance, items in self.env.execute_query(query)
        ]

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _item_cte(self, company, day, accounts=None, chase=False):
        """SQL of ``item``: one row per open item of a company on a day.

        :param accounts: ids of commercial partners, all when ``None``
        :param bool chase: also count payments dated in the future as paid
        """
        # chasing tonight takes every matched payment as paid: nothing to undo
        as_booked = chase and day >= company._collections_today()
        return SQL(
            """later AS MATERIALIZED (
                SELECT side.item_id, SUM(side.amount) AS amount,
                       SUM(side.amount_currency) AS amount_currency
                  FROM account_partial_reconcile partial
                 CROSS JOIN LATERAL (VALUES
                     (partial.debit_move_id, partial.amount,
                      partial.debit_amount_currency),
                     (partial.credit_move_id, -partial.amount,
                      -partial.credit_amount_currency)
                 ) AS side(item_id, amount, amount_currency)
                 WHERE %(undone)s
                 GROUP BY side.item_id),
            item AS (
                SELECT line.id, line.move_id, line.account_id AS gl_account_id,
                       line.name AS label, partner.commercial_partner_id AS partner_id,
                       line.date, COALESCE(line.date_maturity, line.date) AS due,
                       line.currency_id,
                       line.amount_residual_currency
                           + COALESCE(later.amount_currency, 0) AS residual,
                       line.amount_residual + COALESCE(later.amount, 0)
                           AS residual_company,
                       line.no_followup IS TRUE OR move.payment_state = 'blocked'
                           AS is_held
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN res_partner partner ON partner.id = line.partner_id
                  LEFT JOIN later ON later.item_id = line.id
                 WHERE line.account_id = ANY(%(receivables)s)
                   AND line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.date <= %(day)s
                   AND %(is_open)s
                   AND (line.amount_residual + COALESCE(later.amount, 0) <> 0
                        OR line.amount_residual_currency
                           + COALESCE(later.amount_currency, 0) <> 0)
                   %(accounts)s)""",
            undone=SQL("FALSE") if as_booked else SQL("partial.max_date > %s", day),
            is_open=SQL("line.reconciled IS NOT TRUE")
            if as_booked
            else SQL("(line.reconciled IS NOT TRUE OR later.item_id IS NOT NULL)"),
            receivables=self._get_receivable_accounts(company).ids,
            company=company.id,
            day=day,
            accounts=SQL("")
            if accounts is None
            else SQL("AND partner.commercial_partner_id = ANY(%s)", list(accounts)),
        )

    @api.model
    def _chase_sql(self, company, day, accounts, heads):
        """SQL of ``netted``: every item with what of it may be chased.

        Disputes and payments on their way are spread over the items they name, oldest
        first; unapplied credits then cover the oldest of what is left, per currency.
        """
        return SQL(
            """WITH %(item)s,
            head AS (SELECT * FROM unnest(%(members)s::int[], %(heads)s::int[])
                                   AS head(partner_id, account_id)),
            claim AS (%(claims)s),
            spread AS (
                SELECT kind, item_id, claim_id, currency_id,
                       LEAST(residual, GREATEST(amount - COALESCE(SUM(residual) OVER (
                           PARTITION BY kind, claim_id ORDER BY due, item_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0), 0)
                       ) AS amount
                  FROM claim),
            covered AS (
                SELECT item_id,
                       SUM(amount) FILTER (WHERE kind = 'dispute') AS disputed,
                       SUM(amount) FILTER (WHERE kind = 'payment') AS in_process
                  FROM spread GROUP BY item_id),
            unplaced AS (%(unplaced)s),
            base AS (
                SELECT item.*, COALESCE(head.account_id, item.partner_id) AS account_id,
                       %(day)s > item.due AS overdue,
                       CASE WHEN item.is_held THEN GREATEST(item.residual, 0) ELSE 0
                            END AS held,
                       CASE WHEN item.is_held THEN 0 ELSE LEAST(
                            GREATEST(item.residual, 0), COALESCE(covered.disputed, 0)
                            ) END AS disputed,
                       CASE WHEN item.is_held THEN 0 ELSE LEAST(
                            GREATEST(item.residual, 0) - LEAST(
                                GREATEST(item.residual, 0),
                                COALESCE(covered.disputed, 0)),
                            COALESCE(covered.in_process, 0)) END AS in_process
                  FROM item
                  LEFT JOIN head ON head.partner_id = item.partner_id
                  LEFT JOIN covered ON covered.item_id = item.id),
            free AS (
                SELECT base.*,
                       GREATEST(base.residual, 0) - base.held - base.disputed
                           - base.in_process AS unclaimed,
                       SUM(GREATEST(base.residual, 0) - base.held - base.disputed
                           - base.in_process) OVER oldest_first AS unclaimed_so_far,
                       SUM(GREATEST(-base.residual, 0)) OVER account_currency
                           + COALESCE(unplaced.amount, 0) AS credit
                  FROM base
                  LEFT JOIN unplaced ON unplaced.account_id = base.account_id
                                    AND unplaced.currency_id = base.currency_id
                WINDOW oldest_first AS (
                           PARTITION BY base.account_id, base.currency_id
                           ORDER BY base.due, base.id),
                       account_currency AS (
                           PARTITION BY base.account_id, base.currency_id)),
            covered_by_credit AS (
                SELECT *, LEAST(unclaimed, GREATEST(unclaimed_so_far - credit, 0))
                              AS chaseable
                  FROM free),
            netted AS (
                SELECT *, unclaimed - chaseable AS credited,
                       CASE WHEN chaseable = residual THEN residual_company
                            WHEN chaseable = 0 THEN 0
                            ELSE ROUND(residual_company * chaseable / residual,
                                       %(decimals)s) END AS chaseable_company
                  FROM covered_by_credit)""",
            item=self._item_cte(company, day, accounts, chase=True),
            members=list(heads),
            heads=list(heads.values()),
            claims=self._claims_sql(company, day),
            unplaced=self._unplaced_payments_sql(company, day),
            day=day,
            decimals=company.currency_id.decimal_places,
        )

    @api.model
    def _claims_sql(self, company, day):
        """SQL of the amounts that speak against chasing named items.

        Extensions add ``UNION ALL`` branches with columns kind, claim_id, item_id,
        currency_id, due, residual and amount (in the item's currency).
        """
        return SQL(
            """SELECT 'dispute' AS kind, dispute.id AS claim_id, item.id AS item_id,
                      item.currency_id, item.due, item.residual,
                      COALESCE(NULLIF(dispute.amount, 0), 1e18) AS amount
                 FROM collections_dispute dispute
                 JOIN item ON item.move_id = dispute.move_id AND item.residual > 0
                          AND (dispute.line_id IS NULL OR item.id = dispute.line_id)
                WHERE dispute.company_id = %(company)s AND dispute.date <= %(day)s
                  AND (dispute.closed_on IS NULL OR dispute.closed_on > %(day)s)
            UNION ALL
               SELECT 'payment', payment.id, item.id, item.currency_id, item.due,
                      item.residual,
                      CASE WHEN payment.currency_id = item.currency_id
                           THEN payment.amount
                           ELSE ABS(payment.amount_company_currency_signed)
                                * item.residual / NULLIF(item.residual_company, 0)
                           END
                 FROM account_payment payment
                 JOIN account_move__account_payment link
                   ON link.payment_id = payment.id
                 JOIN item ON item.move_id = link.invoice_id AND item.residual > 0
                WHERE %(on_its_way)s""",
            company=company.id,
            day=day,
            on_its_way=self._payment_on_its_way_sql(company),
        )

    @api.model
    def _unplaced_payments_sql(self, company, day):
        """SQL of payments on their way that no item has used up, per account."""
        return SQL(
            """SELECT COALESCE(head.account_id, partner.commercial_partner_id)
                          AS account_id, payment.currency_id,
                      SUM(CASE WHEN used.currency_id <> payment.currency_id THEN 0
                               ELSE GREATEST(
                                   payment.amount - COALESCE(used.amount, 0), 0)
                               END) AS amount
                 FROM account_payment payment
                 JOIN res_partner partner ON partner.id = payment.partner_id
                 LEFT JOIN head ON head.partner_id = partner.commercial_partner_id
                 LEFT JOIN (SELECT claim_id, currency_id, SUM(amount) AS amount
                              FROM spread WHERE kind = 'payment'
                             GROUP BY claim_id, currency_id) used
                   ON used.claim_id = payment.id
                WHERE %s
                GROUP BY 1, 2""",
            self._payment_on_its_way_sql(company),
        )

    @api.model
    def _payment_on_its_way_sql(self, company):
        """SQL: a customer's payment that is under way but not yet in the books."""
        return SQL(
            """payment.company_id = %s AND payment.move_id IS NULL
               AND payment.state IN ('in_process', 'paid')
               AND payment.payment_type = 'inbound'
               AND payment.partner_type = 'customer'""",
            company.id,
        )

    # ------------------------------------------------------------------
    # TOOLING
    # ------------------------------------------------------------------

    @api.model
    def _get_receivable_accounts(self, company):
        """Receivable accounts a company posts to.

        :raise UserError: naming the company that has none
        """
        # the definition counts every posted item: no access rule may hide an account
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = accounts.search(
            [
                *accounts._check_company_domain(company),
                ("account_type", "=", "asset_receivable"),
            ]
        )
        if not accounts:
            raise UserError(
                self.env._(
                    "%(company)s has no receivable account: set up its chart of accounts"
                    " or leave it out of the nightly run.",
                    company=company.display_name,
                )
            )
        return accounts

    @api.model
    def _flush_reads(self):
        for model, names in _READS.items():
            self.env[model].flush_model(names.split())

    @api.model
    def _merge_currencies(self, account, rows):
        """One :class:`Facts` from an account's rows, one row per currency."""
        leads = [(row[2], row[1], row[3]) for row in rows if row[1]]
        lead_due, lead_item, lead_amount = min(leads, default=(None, None, None))
        return Facts(
            account=account,
            lead_item=lead_item,
            lead_due=lead_due,
            lead_amount=to_decimal(lead_amount),
            asked=sum(to_decimal(row[4]) for row in rows),
            overdue=sum(to_decimal(row[5]) for row in rows),
            open=sum(to_decimal(row[6]) for row in rows),
            amounts=tuple(
                Amounts(row[0], *(to_decimal(value) for value in row[7:]))
                for row in rows
            ),
        )
