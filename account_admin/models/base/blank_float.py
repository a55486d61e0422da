from odoo import fields
from odoo.tools import SQL


class BlankFloat(fields.Float):
    """A number that may be missing, and then is nothing: not 0.

    NULL in the database is ``False`` in Python, on screen, in exports and in JSON, and
    ``= False`` finds it. Odoo's own ``Float`` makes 0 of it. Groups are computed by the
    model: it overrides ``_read_group_select`` for the aggregator ``ratio``, which is
    none of those that an export would compute from the rows by itself.
    """

    falsy_value = None
    aggregator = "ratio"

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False else value


def ratio_sql(ratio, columns, *alike):
    """SQL of a figure of a group of rows, from their sums; NULL without a divisor.

    :param tuple ratio: numerator and denominator, with the names of columns
    :param dict columns: name -> SQL
    :param alike: SQL of what the rows of one figure have in common
    """
    numerator, denominator = (SQL(part, **columns) for part in ratio)
    conditions = [SQL("COUNT(DISTINCT %s) = 1", column) for column in alike]
    return SQL(
        "CASE WHEN %s THEN ROUND(%s / %s, 2) END",
        SQL(" AND ").join([*conditions, SQL("%s > 0", denominator)]),
        numerator,
        denominator,
    )
