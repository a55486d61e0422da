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

    #: The figures that are sums, and those that a percentage is made of.
    _sums = ()
    _percent_of = ("difference", "compared_plan")

    def _read_group_select(self, aggregate_spec, query):
        """Sums of one measure; several make none and show nothing."""
        name, _colon, function = aggregate_spec.partition(":")

        def column(field):
            return self._field_to_sql(self._table, field, query)

        if function == "ratio":
            column(name)  # checks that it may be read
            columns = {field: column(field) for field in self._percent_of}
            parts = ("100 * SUM(%({})s)", "SUM(ABS(%({})s))")
            ratio = [
                part.format(field)
                for part, field in zip(parts, self._percent_of, strict=True)
            ]
            return ratio_sql(ratio, columns, column("measure"), self._unit_sql(query))
        found = super()._read_group_select(aggregate_spec, query)
        if function in ("sum", "sum_currency") and name in self._sums:
            return SQL(
                """CASE WHEN COUNT(DISTINCT %(measure)s) = 1
                         AND COUNT(DISTINCT %(unit)s) = 1
                         AND (MIN(%(measure)s) <> 'sku' OR COUNT(*) = 1)
                        THEN %(found)s END""",
                measure=column("measure"),
                unit=self._unit_sql(query),
                found=found,
            )
        return found

    def _unit_sql(self, query):
        """SQL of what amounts are in; of products it is none."""
        currency = self._field_to_sql(self._table, "currency_id", query)
        return SQL("COALESCE(%s, 0)", currency)
