"""Inserting and updating thousands of rows of a plain table in one statement.

``create`` costs a third of a millisecond a row, most of it for fields that a night
writes itself; a first night of thousands of accounts is ten times as fast this way.
"""

import csv
import gc
import io
import json
from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.tools import SQL

#: Rows that are complete: no history or followers of each.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
}


@contextmanager
def without_gc():
    """Make hundreds of thousands of rows without looking for circles among them.

    There are none; each search goes through all that was made so far.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def insert_rows(model, rows):
    """Insert rows that need none of ``create``'s help.

    Where somebody listens to what is created, such as an automation rule or an audit
    log, ``create`` itself is called, with all rows at once.

    Every row has the same keys, and names each required, default and stored computed
    column itself: Python defaults, computes, constraints and tracking do not run; those
    of the database do.

    :param model: recordset of a model
    :param list rows: dicts of column -> value that JSON can carry (dates as dates)
    :return: the new records, in the order of ``rows``
    """
    if not rows:
        return model.browse()
    env = model.env
    if is_watched(model):
        # sudo: what the product writes nobody else may
        return model.sudo().with_context(**QUIET).create(rows).with_env(env)
    ids = take_ids(model, len(rows))
    names = list(rows[0])
    columns = SQL(", ").join(SQL.identifier(name) for name in names)
    typed = typed_columns(model, names)
    payload = [{"id": new_id, **row} for new_id, row in zip(ids, rows, strict=True)]
    env.execute_query(
        SQL(
            """INSERT INTO %(table)s (id, %(columns)s %(logged)s)
               SELECT id, %(columns)s %(log)s
                 FROM jsonb_to_recordset(%(rows)s) AS new(id int, %(typed)s)
            RETURNING id""",
            table=SQL.identifier(model._table),
            columns=columns,
            logged=SQL(", create_uid, write_uid, create_date, write_date")
            if model._log_access
            else SQL(),
            log=SQL(
                ", %s, %s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'",
                env.uid,
                env.uid,
            )
            if model._log_access
            else SQL(),
            rows=json.dumps(payload, default=str),
            typed=typed,
        )
    )
    return model.browse(ids)


def insert_once(model, rows):
    """Insert rows that somebody else may be inserting at this moment, as they are.

    :param list rows: as of :func:`insert_rows`
    """
    try:
        with model.env.cr.savepoint():
            insert_rows(model, rows)
    except UniqueViolation:
        # the other's are there
        model.invalidate_model()


def is_watched(model):
    """Whether an add-on listens to the creation of records: it has wrapped ``create``.

    So do Odoo's automation rules and the OCA's audit log, for models with a rule.
    """
    return hasattr(type(model).create, "origin")


def take_ids(model, count):
    """Ids of records that are about to be inserted.

    :return: list of ``count`` numbers that nobody else gets
    """
    rows = model.env.execute_query(
        SQL(
            """WITH known AS MATERIALIZED (
                   SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name)
               SELECT nextval(known.name) FROM known, generate_series(1, %s)""",
            model._table,
            count,
        )
    )
    return [new_id for (new_id,) in rows]


def copy_rows(model, names, rows):
    """Insert rows by the hundred thousand, as :func:`insert_rows`, without JSON.

    :param model: recordset of a model without ``_log_access``
    :param names: columns, the id among them
    :param rows: iterable of their values; ``None`` and the empty text are NULL
    """
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    columns = SQL(", ").join(map(SQL.identifier, names))
    query = SQL("COPY %s (%s) FROM STDIN CSV", SQL.identifier(model._table), columns)
    model.env.cr.copy_expert(query.code, text)


def update_rows(model, rows):
    """Write thousands of rows of a plain table, each with values of its own.

    Rows that have these values already are left alone.

    Stored computed columns, constraints and tracking of Python do not run.

    :param model: recordset of a model
    :param list rows: dicts with ``id`` and the same columns in each, as for
        :func:`insert_rows`
    """
    if not rows:
        return
    env = model.env
    names = [name for name in rows[0] if name != "id"]
    env.execute_query(
        SQL(
            """UPDATE %(table)s AS old SET %(values)s %(log)s
                 FROM jsonb_to_recordset(%(rows)s) AS new(id int, %(typed)s)
                WHERE old.id = new.id AND (%(old)s) IS DISTINCT FROM (%(new)s)
            RETURNING old.id""",
            table=SQL.identifier(model._table),
            old=SQL(", ").join(SQL.identifier("old", name) for name in names),
            new=SQL(", ").join(SQL.identifier("new", name) for name in names),
            values=SQL(", ").join(
                SQL("%s = new.%s", SQL.identifier(name), SQL.identifier(name))
                for name in names
            ),
            typed=typed_columns(model, names),
            log=SQL(", write_uid = %s, write_date = NOW() AT TIME ZONE 'UTC'", env.uid)
            if model._log_access
            else SQL(),
            rows=json.dumps(rows, default=str),
        )
    )
    model.browse(row["id"] for row in rows).invalidate_recordset(names, flush=False)


def store_rows(model, query, scope):
    """Let a table hold the rows of a query, in one statement: a difference is written.

    :param model: recordset of a model without ``_log_access``
    :param SQL query: rows by their ids, with every stored column by its name and type
    :param SQL scope: condition for the rows of the table that the query is all about;
        those of them that it does not have go
    """
    names = [
        name
        for name, field in model._fields.items()
        if field.store and field.column_type and name != "id"
    ]

    def listed(table):
        return SQL(", ").join(SQL.identifier(table, name) for name in names)

    columns = SQL(", ").join(map(SQL.identifier, names))
    model.env.cr.execute(
        SQL(
            """WITH computed AS MATERIALIZED (%(query)s),
                    gone AS (
                    DELETE FROM %(table)s old
                     WHERE (%(scope)s)
                       AND NOT EXISTS (SELECT FROM computed WHERE computed.id = old.id))
               INSERT INTO %(table)s AS old (id, %(columns)s)
               SELECT id, %(columns)s FROM computed
                   ON CONFLICT (id) DO UPDATE SET (%(columns)s) = ROW(%(new)s)
                WHERE (%(old)s) IS DISTINCT FROM (%(new)s)""",
            query=query,
            table=SQL.identifier(model._table),
            scope=scope,
            columns=columns,
            old=listed("old"),
            new=listed("excluded"),
        )
    )
    model.invalidate_model(flush=False)


def count_up(records, name):
    """Let what is done about records follow one another.

    Of two transactions at once the later one starts again and sees what the first did:
    both write the same rows, which PostgreSQL allows only one of.

    :param str name: a column that only counts
    """
    column = SQL.identifier(name)
    records.env.execute_query(
        SQL(
            "UPDATE %s SET %s = COALESCE(%s, 0) + 1 WHERE id = ANY(%s) RETURNING id",
            SQL.identifier(records._table),
            column,
            column,
            records.ids,
        )
    )
    records.invalidate_recordset([name], flush=False)


def typed_columns(model, names):
    """Columns with their types, as a record definition of JSON takes them.

    The types are those of the fields themselves, never what somebody entered.

    :rtype: SQL
    """
    return SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), SQL(model._fields[name].column_type[1]))
        for name in names
    )
