"""Facts of a month behind the key figures: open items, sales, payments, disputes."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...engine import aging, kpi
from ...engine.money import to_decimal

#: Months of credit sales that count-back DSO may go through.
HISTORY = 24

_READS = {
    "account.move": "move_type invoice_date",
    "account.move.line": "balance partner_id journal_id",
    "account.journal": "type",
}


class AccountAdminOpenItem(models.AbstractModel):
    _inherit = "account.admin.open.item"

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _get_kpi_inputs(self, company, month, accounts=None):
        """What the key figures of every account are made of.

        :param company: one ``res.company``
        :param date month: last day of the month
        :param accounts: ids of commercial partners, all when ``None``
        :return: dict commercial partner id (``None``, always there: items without a
            customer) -> :class:`~..engine.kpi.Inputs`, with :data:`HISTORY` months of
            sales
        """
        self._flush_kpi_reads()
        first = month.replace(day=1)
        # a month in which nothing is open or happened has figures, too
        found = self._get_kpi_balances(company, first, month, accounts)
        found.setdefault(None, {})
        # one after the other, so that one at a time is in memory
        for read, days in (
            (self._get_kpi_disputes, [month]),
            (self._get_kpi_sales, [month]),
            (self._get_kpi_payments, [first, month]),
            (self._get_promise_facts, [first, month]),
        ):
            for partner, values in read(company, *days, accounts).items():
                found.setdefault(partner, {}).update(values)
        size = len(company._collections_limits()) + 2
        empty = {
            "sales": (kpi.ZERO,) * HISTORY,
            **dict.fromkeys(("balances", "rolled", "endings"), (kpi.ZERO,) * size),
        }
        for partner, values in found.items():
            found[partner] = kpi.Inputs(**{**empty, **values})
        return found

    @api.model
    def _flush_kpi_reads(self):
        self._flush_reads()
        for model, names in _READS.items():
            self.env[model].flush_model(names.split())

    @api.model
    def _get_kpi_booked(self, name, company, months, accounts=None):
        """One amount of some months by account, as :meth:`_get_kpi_inputs` has it.

        :param str name: ``ending``, ``sales`` or ``paid``
        :param months: last days of months, oldest first
        :return: dict month -> dict commercial partner id (or ``None``) -> ``Decimal``
        """
        if name == "ending":
            return self._get_kpi_endings(company, months, accounts)
        if name == "sales":
            return {
                month: {
                    partner: values["sales"][0]
                    for partner, values in self._get_kpi_sales(
                        company, month, accounts
                    ).items()
                }
                for month in months
            }
        return {
            month: {
                partner: values["paid"]
                for partner, values in self._get_kpi_payments(
                    company, month.replace(day=1), month, accounts
                ).items()
            }
            for month in months
        }

    @api.model
    def _get_kpi_endings(self, company, months, accounts=None):
        """What each account owed at the end of some months, in one pass.

        The ledger's balance and what was transferred: the sum of the items of that day.
        """
        query = SQL(
            """SELECT partner.commercial_partner_id,
                      width_bucket(moved.day, %(after)s::date[]), SUM(amount)::text
                 FROM (SELECT line.partner_id, line.date AS day, line.balance AS amount
                         FROM account_move_line line
                        WHERE line.account_id = ANY(%(receivables)s)
                          AND line.company_id = %(company)s
                          AND line.parent_state = 'posted'
                        UNION ALL
                       SELECT line.partner_id, match.day, match.amount
                         FROM (%(matches)s) match
                         JOIN account_move_line line ON line.id = match.line_id
                         JOIN account_move_line other ON other.id = match.other_id
                        WHERE line.account_id = ANY(%(receivables)s)
                          AND line.company_id = %(company)s
                          AND line.parent_state = 'posted'
                          AND other.parent_state = 'posted'
                          AND (other.partner_id IS DISTINCT FROM line.partner_id
                               OR other.company_id <> line.company_id
                               OR other.account_id <> ALL(%(receivables)s))) moved
                 LEFT JOIN res_partner partner ON partner.id = moved.partner_id
                WHERE moved.day <= %(last)s AND %(chosen)s
                GROUP BY 1, 2""",
            after=[month + timedelta(days=1) for month in months],
            receivables=self._get_receivable_accounts(company).ids,
            company=company.id,
            matches=self._match_sides_sql(),
            last=months[-1],
            chosen=self._chosen_sql(accounts),
        )
        endings = {month: {} for month in months}
        for partner, first, amount in self._iterate(query):
            for month in months[first:]:
                found = endings[month]
                found[partner] = found.get(partner, 0) + to_decimal(amount)
        return endings

    @api.model
    def _get_kpi_balances(self, company, first, last, accounts=None):
        """Open items on the day before ``first`` and on ``last``, by age bucket."""
        before = first - timedelta(days=1)
        starts = list(aging.bucket_starts(company._collections_limits()))
        # an item is followed by its id, from its bucket then to its bucket now
        query = SQL(
            """WITH before AS (%(before)s), after AS (%(after)s)
            SELECT COALESCE(after.partner_id, before.partner_id), before.bucket,
                   after.bucket, SUM(before.amount)::text, SUM(after.amount)::text,
                   SUM(GREATEST(before.amount, 0))::text,
                   SUM(GREATEST(after.amount, 0))::text,
                   SUM(LEAST(GREATEST(before.amount, 0), GREATEST(after.amount, 0))
                       )::text
              FROM before FULL JOIN after ON after.id = before.id
             GROUP BY 1, 2, 3""",
            before=self._kpi_items_sql(company, before, starts, accounts),
            after=self._kpi_items_sql(company, last, starts, accounts),
        )
        facts = {}
        for partner, *row in self._stream(query):
            values = facts.get(partner)
            if values is None:
                values = facts[partner] = self._new_balances(len(starts) + 1)
            self._add_balances(values, *row)
        for values in facts.values():
            values["current"] = values["endings"][0]
            for name in ("balances", "rolled", "endings"):
                values[name] = tuple(values[name])
        return facts

    @api.model
    def _new_balances(self, size):
        plain = dict.fromkeys(("beginning", "ending", "receivable"), kpi.ZERO)
        return plain | {
            name: [kpi.ZERO] * size for name in ("balances", "rolled", "endings")
        }

    @api.model
    def _add_balances(self, values, old, new, before, after, owed, owes, still):
        """Add the items of an account that went from bucket ``old`` to ``new``."""
        if old is not None:
            values["beginning"] += to_decimal(before)
            values["balances"][old] += to_decimal(owed)
        if new is not None:
            values["ending"] += to_decimal(after)
            values["receivable"] += to_decimal(owes)
            values["endings"][new] += to_decimal(after)
        if old is not None and new is not None and new > old:
            values["rolled"][old] += to_decimal(still)

    @api.model
    def _get_kpi_disputes(self, company, day, accounts=None):
        """Disputed amounts that are open on a day, each item no more than is owed."""
        query = SQL(
            """WITH %(item)s, %(covered)s
            SELECT item.partner_id, SUM(ROUND(item.residual_company
                       * LEAST(covered.disputed, item.residual) / item.residual,
                       %(decimals)s))::text
              FROM covered JOIN item ON item.id = covered.item_id
             WHERE covered.disputed > 0
             GROUP BY 1""",
            item=self._item_cte(
                company, day, accounts, named=self._named_moves_sql(company)
            ),
            covered=self._covered_sql(company, day),
            decimals=company.currency_id.decimal_places,
        )
        return {
            partner: {"disputed": to_decimal(amount)}
            for partner, amount in self.env.execute_query(query)
        }

    @api.model
    def _get_kpi_sales(self, company, last, accounts=None, history=HISTORY):
        """Credit sales of each month: what invoices and credit notes add to AR.

        Receivable lines, so tax is included as it is in what is owed.

        :param int history: months, the one of the day and those before
        """
        query = SQL(
            """SELECT partner.commercial_partner_id, %(months_ago)s,
                      SUM(line.balance)::text
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                 LEFT JOIN res_partner partner ON partner.id = line.partner_id
                WHERE line.account_id = ANY(%(receivables)s)
                  AND line.company_id = %(company)s AND line.parent_state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                  AND move.invoice_date <= %(last)s AND %(months_ago)s < %(history)s
                  AND %(chosen)s
                GROUP BY 1, 2""",
            months_ago=SQL(
                """(EXTRACT(YEAR FROM %(last)s::date)::int * 12
                    + EXTRACT(MONTH FROM %(last)s::date)::int
                    - EXTRACT(YEAR FROM move.invoice_date)::int * 12
                    - EXTRACT(MONTH FROM move.invoice_date)::int)""",
                last=last,
            ),
            receivables=self._get_receivable_accounts(company).ids,
            company=company.id,
            last=last,
            history=history,
            chosen=self._chosen_sql(accounts),
        )
        sales = {}
        for partner, ago, amount in self._iterate(query):
            months = sales.setdefault(partner, [kpi.ZERO] * history)
            months[ago] = to_decimal(amount)
        return {partner: {"sales": tuple(months)} for partner, months in sales.items()}

    @api.model
    def _get_kpi_payments(self, company, first, last, accounts=None):
        """What was received on invoices in a period, weighted with its days."""
        query = SQL(
            """SELECT account_id, SUM(amount)::text,
                      SUM(amount * (day - invoiced))::text,
                      SUM(amount * (day - due))::text
                 FROM (%s) received GROUP BY 1""",
            self._received_sql(company, first, last, accounts),
        )
        names = ("paid", "paid_days", "late_days")
        return {
            partner: dict(zip(names, map(to_decimal, sums), strict=True))
            for partner, *sums in self._iterate(query)
        }

    @api.model
    def _get_promise_facts(self, company, first, last, accounts=None):
        """Number and amount of the promises judged in a period, by verdict.

        A promise of no partial, kept or broken verdict (open, withdrawn) counts not.
        """
        self.env["collections.promise"].flush_model()
        query = SQL(
            """SELECT partner.commercial_partner_id, promise.state, COUNT(*),
                      SUM(promise.amount_company)::text
                 FROM collections_promise promise
                 JOIN res_partner partner ON partner.id = promise.partner_id
                WHERE promise.company_id = %s
                  AND promise.judged_on BETWEEN %s AND %s
                  AND promise.state IN ('kept', 'partial', 'broken') AND %s
                GROUP BY 1, 2""",
            company.id,
            first,
            last,
            self._chosen_sql(accounts),
        )
        facts = {}
        for partner, state, count, amount in self.env.execute_query(query):
            values = facts.setdefault(partner, {})
            values |= {state: count, f"{state}_amount": to_decimal(amount)}
        return facts

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _kpi_items_sql(self, company, day, starts, accounts=None):
        """SQL of the open items on a day with their age bucket."""
        return SQL(
            """WITH %s SELECT id, partner_id, residual_company AS amount,
                              width_bucket(%s - due, %s::int[]) AS bucket
                         FROM item""",
            self._item_cte(company, day, accounts),
            day,
            starts,
        )

    @api.model
    def _days_late_sql(self, company, day):
        """SQL of how many days late each account pays, by its months up to a day.

        Its latest frozen month with payments counts, to the nearest whole day (half a
        day is one); who pays early pays on time.
        """
        self.env["account.admin.kpi"].flush_model(
            ["company_id", "month", "scope", "partner_id", "days_late"]
        )
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id,
                      GREATEST(ROUND(days_late), 0)::int AS days
                 FROM account_admin_kpi
                WHERE company_id = %s AND scope = 'account' AND month <= %s
                  AND days_late IS NOT NULL
                ORDER BY partner_id, month DESC""",
            company.id,
            day,
        )
