"""Numbers and dates beyond what is taken now are brought to the nearest that is."""

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.account_admin.models.base.bounds import Bound

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for model in env.values():
        if model._abstract or not model._auto:
            continue
        for bound in model._table_objects.values():
            if isinstance(bound, Bound):
                _clamp(cr, model._table, bound)


def _clamp(cr, table, bound):
    column = SQL.identifier(bound.field_name)
    cr.execute(
        SQL(
            """UPDATE %(table)s SET %(column)s = LEAST(GREATEST(%(column)s, %(low)s),
                      %(high)s)
                WHERE %(column)s NOT BETWEEN %(low)s AND %(high)s""",
            table=SQL.identifier(table),
            column=column,
            low=bound.low,
            high=bound.high,
        )
    )
    if cr.rowcount:
        _logger.warning(
            "%s of %s: %s values beyond %s and %s were brought to these.",
            bound.field_name,
            table,
            cr.rowcount,
            bound.low,
            bound.high,
        )
