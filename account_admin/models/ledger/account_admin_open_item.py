"""The one definition of an open receivable item; every figure comes from here."""

from datetime import date

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from ...engine import aging
from ...engine.money import ZERO, to_decimal
from ..accounts.national_account_tree import TREE_READS
from . import payment_states

#: The last day that anything is dated.
_EVER = date(2199, 12, 31)
#: Rows made into Python objects at once where there are many.
FETCH = 2000
#: Columns that the SQL reads: flushed before every query.
_READS = {
    "account.move.line": (
        "account_id partner_id company_id parent_state date date_maturity reconciled "
        "amount_residual amount_residual_currency currency_id no_followup move_id "
        "amount_currency journal_id payment_id statement_line_id balance"
    ),
    "account.move": (
        f"{payment_states.MOVE_STATE} name ref move_type invoice_user_id state "
        "journal_id"
    ),
    "account.partial.reconcile": (
        "max_date amount debit_amount_currency credit_amount_currency "
        "debit_move_id credit_move_id company_id"
    ),
    "account.payment": (
        "state move_id amount amount_company_currency_signed currency_id partner_id "
        "company_id payment_type partner_type invoice_ids"
    ),
    "res.partner": "commercial_partner_id active collections_user_id country_id",
    **{model: " ".join(names) for model, names in TREE_READS.items()},
}


class AccountAdminOpenItem(models.AbstractModel):
    _name = "account.admin.open.item"
    _description = "Open Item"

    # ------------------------------------------------------------------
    # PUBLIC READERS (private to RPC)
    # ------------------------------------------------------------------

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
    def _get_totals(self, company, day, accounts, is_for_customer=False):
        """Open and overdue of accounts as booked: what every report shows of them.

        :param accounts: ids of commercial partners
        :param bool is_for_customer: without items that are zero in their own currency
            (revaluations), which are nothing to a customer
        :return: dict partner id -> pair of ``Decimal``, in the company's currency
        """
        self._flush_reads()
        rows = self.env.execute_query(
            SQL(
                """WITH %(item)s
                SELECT partner_id, SUM(residual_company)::text,
                       SUM(residual_company) FILTER (WHERE due < %(day)s)::text
                  FROM item WHERE %(shown)s GROUP BY partner_id""",
                item=self._item_cte(company, day, accounts),
                day=day,
                shown=SQL("residual <> 0") if is_for_customer else SQL("TRUE"),
            )
        )
        return {partner: tuple(map(to_decimal, row)) for partner, *row in rows}

    @api.model
    def _get_oldest_due(self, company, day, accounts):
        """Due date of the oldest item that is overdue and no credit, by account.

        :param accounts: ids of commercial partners
        :return: dict partner id -> date
        """
        self._flush_reads()
        query = SQL(
            """WITH %s
            SELECT partner_id, MIN(due) FROM item
             WHERE due < %s AND residual > 0 GROUP BY partner_id""",
            self._item_cte(company, day, accounts),
            day,
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _get_exposure(self, company, accounts, before=None):
        """What accounts owe or will owe: open items, credits and drafts of invoices.

        Whatever is posted counts, dated ahead or not.

        :param accounts: ids of commercial partners
        :param int before: only drafts with a lower id, all when ``None``
        :return: dict partner id -> dict currency id -> ``Decimal`` in that currency
        """
        self._flush_reads()
        self.env["account.move"].flush_model(
            ["commercial_partner_id", "company_id", "amount_total", "currency_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """WITH %(item)s
                SELECT partner_id, currency_id, SUM(amount)::text
                  FROM (SELECT partner_id, currency_id, residual AS amount FROM item
                         UNION ALL
                        SELECT commercial_partner_id, currency_id,
                               CASE WHEN move_type = 'out_refund' THEN -amount_total
                                    ELSE amount_total END
                          FROM account_move
                         WHERE state = 'draft'
                           AND move_type IN ('out_invoice', 'out_refund')
                           AND company_id = %(company)s
                           AND commercial_partner_id = ANY(%(accounts)s)
                           AND (%(before)s::int IS NULL OR id < %(before)s::int)
                       ) AS counted
                 GROUP BY partner_id, currency_id""",
                item=self._item_cte(company, _EVER, accounts, chase=True),
                company=company.id,
                accounts=list(accounts),
                before=before,
            )
        )
        exposure = {}
        for partner, currency, amount in rows:
            exposure.setdefault(partner, {})[currency] = to_decimal(amount)
        return exposure

    @api.model
    def _get_exposed(self, company):
        """Ids of the commercial partners with open items or drafts of invoices."""
        self._flush_reads()
        self.env["account.move"].flush_model(["commercial_partner_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """WITH %(item)s
                SELECT partner_id FROM item WHERE partner_id IS NOT NULL
                 UNION
                SELECT commercial_partner_id FROM account_move
                 WHERE state = 'draft' AND move_type = 'out_invoice'
                   AND company_id = %(company)s
                   AND commercial_partner_id IS NOT NULL""",
                item=self._item_cte(company, _EVER),
                company=company.id,
            )
        )
        return [partner for (partner,) in rows]

    @api.model
    def _get_tie_out(self, company, day):
        """Each receivable account's ledger balance beside the sum of its open items.

        :return: list of :class:`~..engine.aging.TieOut`
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
            SELECT gl_account.id, COALESCE(ledger.balance, 0)::text,
                   COALESCE(open.balance, 0)::text
              FROM unnest(%s) AS gl_account(id)
              LEFT JOIN ledger ON ledger.account_id = gl_account.id
              LEFT JOIN open ON open.gl_account_id = gl_account.id""",
            self._item_cte(company, day),
            (receivables := self._get_receivable_accounts(company).ids),
            company.id,
            day,
            receivables,
        )
        self._flush_reads()
        rows = [
            (gl_account, to_decimal(balance), to_decimal(items))
            for gl_account, balance, items in self.env.execute_query(query)
        ]
        # where the two are the same nothing was transferred: that need not be read
        apart = [row[0] for row in rows if row[1] != row[2]]
        transfers = self._get_transfers(company, day, apart) if apart else {}
        return [
            aging.TieOut(gl_account, balance, transfers.get(gl_account, ZERO), items)
            for gl_account, balance, items in rows
        ]

    @api.model
    def _get_transfers(self, company, day, receivables):
        """What matches with items of other GL accounts and companies moved by a day.

        :param receivables: ids of receivable accounts
        :return: dict id -> ``Decimal``, in the company's currency
        """
        query = SQL(
            """SELECT line.account_id, SUM(match.amount)::text
                 FROM (%s) match
                 JOIN account_move_line line ON line.id = match.line_id
                 JOIN account_move_line other ON other.id = match.other_id
                WHERE line.account_id = ANY(%s) AND line.company_id = %s
                  AND line.parent_state = 'posted' AND other.parent_state = 'posted'
                  AND (other.account_id <> line.account_id
                       OR other.company_id <> line.company_id)
                  AND match.day <= %s
                GROUP BY line.account_id""",
            self._match_sides_sql(),
            receivables,
            company.id,
            day,
        )
        return {
            gl_account: to_decimal(amount)
            for gl_account, amount in self.env.execute_query(query)
        }

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _item_cte(self, company, day, accounts=None, chase=False, named=None):
        """SQL of ``item``: one row per open item of a company on a day.

        :param accounts: ids of commercial partners, all when ``None``
        :param bool chase: also count payments dated in the future as paid
        :param SQL named: also give ``named_item``: the items of these moves. It is not
            read out of ``item``, so that PostgreSQL need not keep all of that.
        """
        unposted = self._find_unposted_matches(company)
        as_booked = self._is_as_booked(company, day) and (
            chase or not self._is_matched_later(company, day)
        )
        if as_booked and not unposted:
            parts = self._get_booked_sql()
        else:
            parts = self._get_undone_sql(None if as_booked else day, unposted)
        later = parts.pop("later")
        item = SQL("item AS (%s)", self._item_sql(company, day, accounts, parts))
        if named is None:
            return SQL("%s %s", later, item)
        return SQL(
            "%s %s, named_item AS (%s AND line.move_id IN (%s))",
            later,
            item,
            self._item_sql(company, day, accounts, parts),
            named,
        )

    @api.model
    def _item_sql(self, company, day, accounts, parts):
        """The one SELECT of open items.

        :param dict parts: of :meth:`_get_booked_sql` or :meth:`_get_undone_sql`
        """
        return SQL(
            """SELECT line.id, line.move_id, line.account_id AS gl_account_id,
                      line.name AS label, partner.commercial_partner_id AS partner_id,
                      line.date, COALESCE(line.date_maturity, line.date) AS due,
                      line.currency_id, %(residual)s AS residual,
                      %(residual_company)s AS residual_company,
                      line.no_followup IS TRUE OR line.move_id IN (
                          SELECT id FROM account_move held WHERE %(held)s)
                          AS is_held,
                      line.amount_currency AS original, line.journal_id,
                      line.payment_id, line.statement_line_id
                 FROM account_move_line line
                 LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 %(join)s
                WHERE line.account_id = ANY(%(receivables)s)
                  AND line.company_id = %(company)s
                  AND line.parent_state = 'posted'
                  AND line.date <= %(day)s
                  AND %(is_open)s
                  AND (%(residual)s <> 0 OR %(residual_company)s <> 0)
                  %(accounts)s""",
            **parts,
            held=payment_states.held_sql("held"),
            receivables=self._find_receivable_accounts(company).ids,
            company=company.id,
            day=day,
            accounts=SQL("")
            if accounts is None
            else SQL("AND partner.commercial_partner_id = ANY(%s)", list(accounts)),
        )

    @api.model
    def _get_due(self, line):
        """Due date of a receivable journal item, as in :meth:`_item_sql`."""
        return line.date_maturity or line.date

    @api.model
    def _is_as_booked(self, company, day):
        """Whether items are taken as they stand: chasing tonight or a later day.

        Chasing takes every matched payment as paid, one dated in the future too.
        """
        return day >= company._collections_today()

    @api.model
    def _is_matched_later(self, company, day):
        """Whether a match of today's books counts only after a day.

        A match between branches belongs to the company of one side, so all count.
        """
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM account_partial_reconcile
                        WHERE company_id = ANY(%s) AND max_date > %s LIMIT 1""",
                    self._get_branches(company).ids,
                    day,
                )
            )
        )

    @api.model
    def _find_unposted_matches(self, company):
        """Ids of the matches that Odoo keeps although a side is not posted.

        Odoo lowers the residual of the other side by them; here they are undone. An
        entry that was set back to draft is found through its journal and state.
        """
        self.env["account.journal"].flush_model(["company_id"])
        return [
            match
            for (match,) in self.env.execute_query(
                SQL(
                    """WITH unposted AS MATERIALIZED (
                        SELECT line.id
                          FROM account_move move
                          JOIN account_move_line line ON line.move_id = move.id
                         WHERE move.journal_id = ANY(ARRAY(
                               SELECT id FROM account_journal
                                WHERE company_id = ANY(%s)))
                           AND move.state IN ('draft', 'cancel'))
                    SELECT partial.id
                      FROM unposted
                      JOIN account_partial_reconcile partial
                        ON partial.debit_move_id = unposted.id
                     UNION
                    SELECT partial.id
                      FROM unposted
                      JOIN account_partial_reconcile partial
                        ON partial.credit_move_id = unposted.id""",
                    self._get_branches(company).ids,
                )
            )
        ]

    @api.model
    def _get_undone_partners(self, company):
        """Ids of the accounts with an item that a match with an unposted one lowers."""
        unposted = self._find_unposted_matches(company)
        if not unposted:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id
                     FROM account_partial_reconcile partial
                     JOIN account_move_line line
                       ON line.id IN (partial.debit_move_id, partial.credit_move_id)
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE partial.id = ANY(%s) AND line.company_id = %s""",
                unposted,
                company.id,
            )
        )
        return {partner for (partner,) in rows}

    @api.model
    def _get_branches(self, company):
        """The companies whose items may be matched with a company's."""
        companies = self.env["res.company"]
        return companies.browse(self._get_branch_ids(company.root_id.id))

    @api.model
    @ormcache("root_id")
    def _get_branch_ids(self, root_id):
        # sudo: a match counts whoever may see the other branch
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([("id", "child_of", root_id)]).ids

    @api.model
    def _match_sides_sql(self):
        """SQL of each match as its two sides see it: a row for either item.

        Columns ``id`` (of the side), ``line_id``, ``other_id``, ``day``, and what it
        adds to the residual of ``line_id``: ``amount`` and, in its currency,
        ``amount_currency``.
        """
        return SQL(
            """SELECT id::bigint * 2 AS id, debit_move_id AS line_id,
                      credit_move_id AS other_id, max_date AS day, -amount AS amount,
                      -debit_amount_currency AS amount_currency
                 FROM account_partial_reconcile
                UNION ALL
               SELECT id::bigint * 2 + 1, credit_move_id, debit_move_id, max_date,
                      amount, credit_amount_currency
                 FROM account_partial_reconcile"""
        )

    @api.model
    def _get_booked_sql(self):
        """Parts of :meth:`_item_cte` that read residuals as they stand."""
        return {
            "later": SQL(""),
            "join": SQL(""),
            "residual": SQL("line.amount_residual_currency"),
            "residual_company": SQL("line.amount_residual"),
            "is_open": SQL("line.reconciled IS NOT TRUE"),
        }

    @api.model
    def _get_undone_sql(self, day, unposted):
        """Parts of :meth:`_item_cte` that undo matches: those after a day, and some.

        :param date day: ``None`` to leave matches after it as they are
        :param unposted: ids of matches to undo whenever they were made
        """
        undone = SQL("partial.id = ANY(%s)", unposted)
        if day:
            after = SQL("partial.max_date > %s", day)
            undone = SQL("(%s OR %s)", after, undone) if unposted else after
        return {
            "later": SQL(
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
                 WHERE %s
                 GROUP BY side.item_id),""",
                undone,
            ),
            "join": SQL("LEFT JOIN later ON later.item_id = line.id"),
            "residual": SQL(
                "line.amount_residual_currency + COALESCE(later.amount_currency, 0)"
            ),
            "residual_company": SQL("line.amount_residual + COALESCE(later.amount, 0)"),
            "is_open": SQL(
                "(line.reconciled IS NOT TRUE OR later.item_id IS NOT NULL)"
            ),
        }

    # ------------------------------------------------------------------
    # TOOLING
    # ------------------------------------------------------------------

    @api.model
    def _find_receivable_accounts(self, company):
        """Receivable accounts a company posts to, if it has any."""
        accounts = self.env["account.account"]
        return accounts.browse(self._find_receivable_ids(company.id))

    @api.model
    @ormcache("company_id")
    def _find_receivable_ids(self, company_id):
        """Their ids: every invoice that is posted asks; see ``account.account``."""
        # sudo: the definition counts every posted item, no access rule may hide one
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        company = self.env["res.company"].browse(company_id)
        return accounts.search(
            [
                *accounts._check_company_domain(company),
                ("account_type", "=", "asset_receivable"),
            ]
        ).ids

    @api.model
    def _get_receivable_accounts(self, company):
        """Receivable accounts a company posts to.

        :raise UserError: naming the company that has none
        """
        accounts = self._find_receivable_accounts(company)
        if not accounts:
            raise UserError(
                self.env._(
                    "%(company)s has no receivable account: set up its chart of"
                    " accounts or leave it out of the nightly run.",
                    company=company.display_name,
                )
            )
        return accounts

    @api.model
    def _iterate(self, query):
        """Rows of a query, a part at a time: all at once they fill the memory.

        No other query may run until the last row was taken.
        """
        self.env.cr.execute(query)
        while rows := self.env.cr.fetchmany(FETCH):
            yield from rows

    @api.model
    def _stream(self, query):
        """Rows of a query that stay on the server until they are taken.

        For many rows an account: such a query does not run in parallel.
        """
        cr = self.env.cr
        cr.execute(SQL("DECLARE streamed NO SCROLL CURSOR FOR %s", query))
        fetch = SQL("FETCH %s FROM streamed", FETCH)
        cr.execute(fetch)
        while rows := cr.fetchall():
            yield from rows
            cr.execute(fetch)
        cr.execute("CLOSE streamed")

    @api.model
    def _flush_reads(self):
        for model, names in self._get_reads().items():
            self.env[model].flush_model(names.split())

    @api.model
    def _get_reads(self):
        """Columns that the SQL reads: dict model -> names, with spaces between."""
        return _READS
