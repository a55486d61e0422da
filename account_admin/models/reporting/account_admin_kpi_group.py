"""Groups of key figures in lists, pivots and graphs: sums first, figures from them."""

from odoo import models
from odoo.tools import SQL

#: Figure -> numerator and denominator for a group of rows: the formulas of
#: ``engine/kpi.py`` over sums; a test compares the two.
RATIOS = {
    "dso": ("SUM(%(ending)s * %(window_days)s)", "SUM(%(sales_window)s)"),
    "best_possible_dso": (
        "SUM(%(current)s * %(window_days)s)",
        "SUM(%(sales_window)s)",
    ),
    "average_days_delinquent": (
        "SUM(%(overdue)s * %(window_days)s)",
        "SUM(%(sales_window)s)",
    ),
    "cei": (
        "SUM(%(beginning)s + %(sales)s - %(ending)s) * 100.0",
        "SUM(%(beginning)s + %(sales)s - %(current)s)",
    ),
    "days_to_pay": ("SUM(%(paid_days)s)", "SUM(%(paid)s)"),
    "days_late": ("SUM(%(late_days)s)", "SUM(%(paid)s)"),
    "promise_kept_rate": (
        "SUM(%(kept)s) * 100.0",
        "SUM(%(kept)s + %(partial)s + %(broken)s)",
    ),
    "promise_kept_amount_rate": (
        "SUM(%(kept_amount)s) * 100.0",
        "SUM(%(kept_amount)s + %(partial_amount)s + %(broken_amount)s)",
    ),
    "disputed_share": ("SUM(%(disputed)s) * 100.0", "SUM(%(receivable)s)"),
    "roll_rate": ("SUM(%(rolled)s) * 100.0", "SUM(%(rollable)s)"),
}
#: Columns of those formulas.
INPUTS = (
    *("beginning", "ending", "current", "overdue", "receivable", "disputed", "sales"),
    *("sales_window", "window_days", "paid", "paid_days", "late_days", "rollable"),
    *("rolled", "kept", "partial", "broken"),
    *("kept_amount", "partial_amount", "broken_amount"),
)
#: Balances of a day: those of several months make no sum.
BALANCES = (
    *("beginning", "ending", "current", "overdue", "receivable", "disputed"),
    *("sales_window", "rollable", "rolled", "account_count"),
)


class AccountAdminKpi(models.Model):
    _inherit = "account.admin.kpi"

    def _read_group_select(self, aggregate_spec, query):
        """Figures of a group are computed from its sums, never from other figures.

        Over several months a figure is that of their sums: months in which more was
        sold, owed or paid weigh more. Rows of different scopes hold the same amounts
        twice and give nothing.
        """
        name, _colon, function = aggregate_spec.partition(":")
        if name == "count_back_dso" and function in ("ratio", "avg"):
            return SQL(
                "CASE WHEN COUNT(*) = 1 THEN MAX(%s) END",
                self._column_sql(name, query),
            )
        if name in RATIOS and function in ("ratio", "avg"):
            return self._ratio_sql(name, query)
        found = super()._read_group_select(aggregate_spec, query)
        if function not in ("sum", "sum_currency"):
            return found
        condition = SQL("COUNT(DISTINCT %s) = 1", self._column_sql("scope", query))
        if name in BALANCES:
            condition = SQL(
                "%s AND COUNT(DISTINCT %s) = 1",
                condition,
                self._column_sql("month", query),
            )
        return SQL("CASE WHEN %s THEN %s END", condition, found)

    def _ratio_sql(self, name, query):
        """SQL of a figure of a group of rows of one scope and currency, or NULL."""
        self._column_sql(name, query)  # checks that it may be read
        columns = {column: self._column_sql(column, query) for column in INPUTS}
        numerator, denominator = (SQL(part, **columns) for part in RATIOS[name])
        return SQL(
            """CASE WHEN COUNT(DISTINCT %s) = 1 AND COUNT(DISTINCT %s) = 1
                     AND %s > 0 THEN ROUND(%s / %s, 2) END""",
            self._column_sql("scope", query),
            self._column_sql("currency_id", query),
            denominator,
            numerator,
            denominator,
        )

    def _column_sql(self, name, query):
        return self._field_to_sql(self._table, name, query)
