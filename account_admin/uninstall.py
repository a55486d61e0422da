"""Going without a trace, and without touching a row of anybody else.

History is emptied first: Odoo would delete policies, steps and roles one by one while
cases still hold them. What others keep about our records loses the link, never the row.
"""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from .models.base.ownership import OWN

#: Every foreign key into some tables from outside: its name, table, column and target.
_FOREIGN_KEYS = """
    SELECT con.conname, child.relname, attribute.attname, parent.relname
      FROM pg_constraint con
      JOIN pg_class child ON child.oid = con.conrelid
      JOIN pg_class parent ON parent.oid = con.confrelid
      JOIN pg_attribute attribute ON attribute.attrelid = con.conrelid
       AND attribute.attnum = con.conkey[1]
     WHERE con.contype = 'f' AND parent.relname = ANY(%(own)s)
       AND child.relname <> ALL(%(own)s)
       AND child.relnamespace = current_schema::regnamespace
     ORDER BY child.relname, attribute.attname"""


def empty_own_tables(env):
    """Empty every table that goes with the add-on, and no other.

    :raise UserError: naming what of others cannot be without our records
    """
    env.flush_all()
    tables = _get_going_tables(env)
    rows = env.execute_query(SQL(_FOREIGN_KEYS, own=list(tables)))
    for constraint, table, column, target in rows:
        _let_go(env, table, column, tables[target])
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
    # without CASCADE: what is not named here stays as it is
    env.cr.execute(
        SQL("TRUNCATE %s", SQL(", ").join(SQL.identifier(name) for name in tables))
    )
    env.invalidate_all()


def _get_going_tables(env):
    """Tables of our models, of those of add-ons that go with ours, and their links.

    :return: dict table -> description of its model, or name of the link
    """
    going = env["ir.module.module"].search([("state", "=", "to remove")])
    modules = {OWN, *going.mapped("name")}
    names = {name for name, model in env.items() if model._original_module in modules}
    tables = {
        model._table: model._description
        for name, model in env.items()
        if name in names and model._auto and not model._abstract
    }
    for name, model in env.items():
        for field in model._fields.values():
            # a link is no row of anybody: one of its ends is gone
            if field.type == "many2many" and field.store and field.relation:
                if name in names or field.comodel_name in names:
                    tables[field.relation] = str(field)
    return {
        table: tables[table]
        for (table,) in env.execute_query(
            SQL(
                """SELECT relname FROM pg_class
                    WHERE relkind = 'r' AND relname = ANY(%s)
                      AND relnamespace = current_schema::regnamespace""",
                list(tables),
            )
        )
    }


def _let_go(env, table, column, target):
    """Empty a column of a table of others that names our records.

    :raise UserError: where it cannot be empty
    """
    query = SQL(
        "UPDATE %(table)s SET %(column)s = NULL WHERE %(column)s IS NOT NULL",
        table=SQL.identifier(table),
        column=SQL.identifier(column),
    )
    try:
        with mute_logger("odoo.sql_db"), env.cr.savepoint():
            env.cr.execute(query)
    except IntegrityError as error:
        model = next((m for m in env.values() if m._table == table), None)
        field = model and model._fields.get(column)
        raise UserError(
            env._(
                "“%(field)s” of %(model)s names records of %(target)s and cannot be"
                " empty: delete that field or those records, then uninstall.",
                field=field._description_string(env) if field else column,
                model=model._description if model is not None else table,
                target=target,
            )
        ) from error
