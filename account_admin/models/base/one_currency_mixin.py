from odoo import models
from odoo.tools import SQL


class AccountAdminOneCurrencyMixin(models.AbstractModel):
    """Amounts of a report are added up within one currency only."""

    _name = "account.admin.one.currency.mixin"
    _description = "Sums of One Currency"

    def _read_group_select(self, aggregate_spec, query):
        """Sums of one currency; several make no sum and show nothing."""
        found = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        field = self._fields.get(name)
        if function not in ("sum", "sum_currency") or field.type != "monetary":
            return found
        name = field.get_currency_field(self)
        currency = self._field_to_sql(self._table, name, query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", currency, currency, found)
