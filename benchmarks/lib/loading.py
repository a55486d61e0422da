"""Loading a large ledger: foreign keys and indexes are made once, after the rows."""

from contextlib import contextmanager

from odoo.tools import SQL


@contextmanager
def without_checks(env, *tables):
    """Take foreign keys and plain indexes off tables and put them back at the end.

    Checked row by row they take most of the time; made afterwards each is one scan,
    and a row that breaks a foreign key still stops the loading.
    """
    env.flush_all()
    keys = env.execute_query(
        SQL(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
                 FROM pg_constraint
                WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)""",
            list(tables),
        )
    )
    indexes = env.execute_query(
        SQL(
            """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
                 FROM pg_index
                WHERE NOT indisunique AND indrelid::regclass::text = ANY(%s)""",
            list(tables),
        )
    )
    for table, name, _definition in keys:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )
    for name, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name.strip('"'))))
    yield
    # what PostgreSQL itself wrote is put back word for word
    for _name, definition in indexes:
        env.cr.execute(definition)
    for table, name, definition in keys:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD CONSTRAINT %s %s",
                SQL.identifier(table),
                SQL.identifier(name),
                SQL(definition),
            )
        )
