from odoo import models
from odoo.tools import SQL

from ..base.blank_float import ratio_sql


class AccountAdminPlanFiguresMixin(models.AbstractModel):
    """Figures of plans are added up within one measure and one currency only.

    Products that are invoiced in several months or to several accounts are the same
    ones: their number is never added up.
    """

    _name = "account.admin.plan.figures.mixin"
    _description = "Figures of Plans"
    _inherit = ["account.admin.one.currency.mixin"]

    #: The figures that are sums.
    _sums = ()

    def _read_group_select(self, aggregate_spec, query):
        """Sums of one measure; several make none and show nothing."""
        name, _colon, function = aggregate_spec.partition(":")

        def column(field):
            return self._field_to_sql(self._table, field, query)

        if function not in ("ratio", "sum", "sum_currency"):
            return super()._read_group_select(aggregate_spec, query)
        summable = SQL("(MIN(%s) <> 'sku' OR COUNT(*) = 1)", column("measure"))
        if function == "ratio":
            column(name)  # checks that it may be read
            columns = {f: column(f) for f in ("difference", "compared_plan")}
            # where nobody knows what was booked nothing is compared
            ratio = (
                "100 * SUM(%(difference)s)",
                "SUM(ABS(%(compared_plan)s)) FILTER (WHERE %(difference)s IS NOT NULL)",
            )
            ratio = ratio_sql(ratio, columns, column("measure"), self._unit_sql(query))
            return SQL("CASE WHEN %s THEN %s END", summable, ratio)
        found = super()._read_group_select(aggregate_spec, query)
        if name in self._sums:
            return SQL(
                """CASE WHEN COUNT(DISTINCT %(measure)s) = 1
                         AND COUNT(DISTINCT %(unit)s) = 1
                         AND %(summable)s
                        THEN %(found)s END""",
                measure=column("measure"),
                summable=summable,
                unit=self._unit_sql(query),
                found=found,
            )
        return found

    def _unit_sql(self, query):
        """SQL of what amounts are in; of products it is none."""
        currency = self._field_to_sql(self._table, "currency_id", query)
        return SQL("COALESCE(%s, 0)", currency)
