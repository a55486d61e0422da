"""Records that become one: what names them names the one that stays.

PostgreSQL knows every foreign key and every unique index, so nothing is listed here and
a new index is safe from its first day: rows that could not stand beside each other once
both name the same record are united first, each model in its own way
(``_unite_twins``), and only then moved.
"""

from odoo.tools import SQL

from .ownership import get_own_tables

#: Columns of foreign keys that name a table: table, column.
_FOREIGN_KEYS = """
    SELECT child.relname, attribute.attname
      FROM pg_constraint con
      JOIN pg_class child ON child.oid = con.conrelid
      JOIN pg_class parent ON parent.oid = con.confrelid
      JOIN pg_attribute attribute ON attribute.attrelid = con.conrelid
       AND attribute.attnum = con.conkey[1]
     WHERE con.contype = 'f' AND parent.relname = %s
       AND parent.relnamespace = current_schema::regnamespace
     ORDER BY 1, 2"""
#: Unique indexes of a table that depend on a column: keys and condition, as SQL.
_UNIQUE_INDEXES = """
    SELECT ARRAY(SELECT pg_get_indexdef(index.indexrelid, number, TRUE)
                   FROM generate_series(1, index.indnkeyatts) AS number),
           pg_get_expr(index.indpred, index.indrelid)
      FROM pg_index index
      JOIN pg_class child ON child.oid = index.indrelid
      JOIN pg_attribute attribute ON attribute.attrelid = child.oid
       AND attribute.attname = %(column)s
     WHERE index.indisunique AND child.relname = %(table)s
       AND child.relnamespace = current_schema::regnamespace
       AND (attribute.attnum = ANY(index.indkey)
            OR EXISTS (SELECT FROM pg_depend depends
                        WHERE depends.classid = 'pg_class'::regclass
                          AND depends.objid = index.indexrelid
                          AND depends.refobjid = child.oid
                          AND depends.refobjsubid = attribute.attnum))
     ORDER BY index.indexrelid"""


def unite_rows(sources, target, columns=None):
    """Let rows of ours name ``target`` where they named ``sources``.

    :param sources: records that are about to go
    :param target: the record that stays
    :param columns: names of the columns that are moved, all when ``None``
    """
    env, sources = sources.env, sources - target
    if not sources:
        return
    env.flush_all()
    models = get_own_tables(env)
    for table, column in env.execute_query(SQL(_FOREIGN_KEYS, sources._table)):
        if table not in models or (columns and column not in columns):
            continue
        for ids in _find_twins(env, table, column, sources.ids, target.id):
            env[models[table]].browse(ids)._unite_twins()
            env.flush_all()
        env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(target)s"
                " WHERE %(column)s = ANY(%(sources)s)",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                target=target.id,
                sources=sources.ids,
            )
        )
    env.invalidate_all()


def _find_twins(env, table, column, sources, target):
    """Rows that no unique index would let stand beside each other.

    :return: generator of lists of ids, what names the target already comes first; the
        rows of a list are united before the next one is looked for
    """
    query = SQL(_UNIQUE_INDEXES, table=table, column=column)
    for keys, condition in env.execute_query(query):
        names = env.execute_query(
            SQL(
                """SELECT attname FROM pg_attribute
                    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
                      AND attname <> %s""",
                table,
                column,
            )
        )
        rows = env.execute_query(
            SQL(
                """SELECT array_agg(id ORDER BY (united_was = %(target)s) DESC, id)
                     FROM (SELECT %(names)s, %(column)s AS united_was,
                                  %(target)s AS %(column)s
                             FROM %(table)s
                            WHERE %(column)s = ANY(%(every)s)) AS %(table)s
                    WHERE %(condition)s AND (%(keys)s) IS NOT NULL
                    GROUP BY %(keys)s
                   HAVING COUNT(*) > 1
                    ORDER BY 1""",
                names=SQL(", ").join(SQL.identifier(name) for (name,) in names),
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                target=target,
                every=[*sources, target],
                condition=_as_is(condition or "TRUE"),
                keys=SQL(", ").join(map(_as_is, keys)),
            )
        )
        for (ids,) in rows:
            yield ids


def _as_is(text):
    """SQL that PostgreSQL itself wrote down."""
    return SQL(text.replace("%", "%%"))
