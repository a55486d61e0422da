"""Models and fields by the words of the field: what names them elsewhere follows."""

from odoo.tools import SQL

#: Longer names first: each is also the beginning of others.
MODELS = {
    "account.admin.statement.wizard": "collections.statement.wizard",
    "account.admin.statement.run": "collections.statement.run",
    "account.admin.statement": "collections.statement",
    "account.admin.activity": "account.admin.history",
    "licensing.computation": "licensing.statement.snapshot",
    "licensing.query": "licensing.question",
}
FIELDS = {
    ("licensing.contract", "negative"): "negative_policy",
    ("licensing.contract", "tolerance"): "royalty_tolerance",
    ("licensing.contract", "interest_year"): "day_count",
    ("licensing.statement", "query_ids"): "question_ids",
    ("national.account.member", "account_id"): "national_account_id",
    ("account.admin.audit.pack", "account_ids"): "covered_ids",
}
#: What begins with a name in external ids, beside the name itself.
PREFIXES = ("", "model_", "access_", "field_", "selection__", "constraint_")
#: Columns of any table that hold the name of a model.
NAMING = (
    *("model", "res_model", "src_model", "relation", "model_name", "resource"),
    *("binding_model", "crud_model", "related_model", "parent_res_model"),
)


def migrate(cr, version):
    for old, new in MODELS.items():
        rename_tables(cr, old.replace(".", "_"), new.replace(".", "_"))
    rename_values(cr)
    for (model, old), new in FIELDS.items():
        rename_field(cr, model, old, new)
    cr.execute(
        "UPDATE licensing_term_change SET term = 'day_count'"
        " WHERE term = 'interest_year'"
    )
    # ours are kept as administrators changed them
    cr.execute(
        """UPDATE ir_rule SET domain_force = replace(domain_force, %s, %s)
            WHERE model_id = (SELECT id FROM ir_model WHERE model = %s)""",
        ["'account_id.", "'national_account_id.", "national.account.member"],
    )


def rename_tables(cr, old, new):
    """Tables, sequences, indexes, constraints and columns that begin with a name."""
    cr.execute(
        """SELECT relname, relkind FROM pg_class
            WHERE relnamespace = current_schema::regnamespace
              AND relkind IN ('r', 'S', 'v') AND relname ~ %s""",
        [f"^{old}(_|$)"],
    )
    kinds = {"r": "TABLE", "S": "SEQUENCE", "v": "VIEW"}
    for name, kind in cr.fetchall():
        rename(cr, SQL(kinds[kind]), name, begin_anew(name, old, new))
    cr.execute(
        """SELECT conrelid::regclass::text, conname FROM pg_constraint
            WHERE connamespace = current_schema::regnamespace AND conname ~ %s""",
        [f"^{old}_"],
    )
    for table, name in cr.fetchall():
        cr.execute(
            SQL(
                "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                SQL.identifier(table),
                SQL.identifier(name),
                SQL.identifier(begin_anew(name, old, new)),
            )
        )
    # indexes of constraints have gone along
    cr.execute(
        """SELECT indexname FROM pg_indexes
            WHERE schemaname = current_schema AND indexname ~ %s""",
        [f"^{old}_"],
    )
    for (name,) in cr.fetchall():
        rename(cr, SQL("INDEX"), name, begin_anew(name, old, new))
    cr.execute(
        """SELECT columns.table_name, columns.column_name
             FROM information_schema.columns
             JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
              AND column_name = %s""",
        [f"{old}_id"],
    )
    for table, column in cr.fetchall():
        rename_column(cr, table, column, f"{new}_id")


def begin_anew(name, old, new):
    return new + name[len(old) :]


def rename(cr, kind, old, new):
    cr.execute(
        SQL("ALTER %s %s RENAME TO %s", kind, SQL.identifier(old), SQL.identifier(new))
    )


def rename_column(cr, table, old, new):
    cr.execute(
        SQL(
            "ALTER TABLE %s RENAME COLUMN %s TO %s",
            *map(SQL.identifier, (table, old, new)),
        )
    )


def rename_values(cr):
    """Wherever a table names a model, and in the add-on's external ids."""
    cr.execute(
        """SELECT columns.table_name, columns.column_name
             FROM information_schema.columns
             JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
              AND data_type IN ('character varying', 'text')
              AND column_name = ANY(%s)""",
        [list(NAMING)],
    )
    places = cr.fetchall()
    for old, new in MODELS.items():
        for table, column in places:
            cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE %s = %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    new,
                    SQL.identifier(column),
                    old,
                )
            )
        tables = old.replace(".", "_"), new.replace(".", "_")
        rename_constraints(cr, *tables)
        rename_ids(cr, *tables)


def rename_constraints(cr, old, new):
    """What Odoo knows of constraints and relation tables, by their names."""
    for table in ("ir_model_constraint", "ir_model_relation"):
        cr.execute(
            SQL(
                "UPDATE %s SET name = %s || substr(name, %s) WHERE name ~ %s",
                SQL.identifier(table),
                new,
                len(old) + 1,
                f"^{old}_",
            )
        )


def rename_ids(cr, old, new):
    for prefix in PREFIXES:
        cr.execute(
            """UPDATE ir_model_data
                  SET name = %(new)s || substr(name, length(%(old)s) + 1)
                WHERE module = 'account_admin' AND name ~ %(pattern)s""",
            {
                "old": prefix + old,
                "new": prefix + new,
                "pattern": f"^{prefix}{old}(_|$)",
            },
        )


def rename_field(cr, model, old, new):
    """A column, what Odoo knows of the field, and the names of what hangs on it."""
    table = model.replace(".", "_")
    cr.execute(
        """SELECT 1 FROM information_schema.columns
            WHERE table_schema = current_schema AND table_name = %s
              AND column_name = %s""",
        [table, old],
    )
    if cr.rowcount:
        rename_column(cr, table, old, new)
        rename_dependents(cr, table, old, new)
    cr.execute(
        "UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s",
        [new, model, old],
    )
    cr.execute(
        "UPDATE ir_model_fields SET relation_field = %s"
        " WHERE relation = %s AND relation_field = %s",
        [new, model, old],
    )
    cr.execute(
        """UPDATE ir_filters
              SET domain = regexp_replace(domain, %(old)s, %(new)s, 'g'),
                  context = regexp_replace(context, %(old)s, %(new)s, 'g'),
                  sort = regexp_replace(sort, %(old)s, %(new)s, 'g')
            WHERE model_id = %(model)s""",
        {"model": model, "old": f"(['\"]){old}\\M", "new": f"\\1{new}"},
    )
    for pattern in (f"field_{table}__{old}", f"selection__{table}__{old}__"):
        fresh = pattern.replace(f"__{old}", f"__{new}")
        cr.execute(
            """UPDATE ir_model_data
                  SET name = %(new)s || substr(name, length(%(old)s) + 1)
                WHERE module = 'account_admin'
                  AND (name = %(old)s OR right(%(old)s, 2) = '__'
                       AND starts_with(name, %(old)s))""",
            {"old": pattern, "new": fresh},
        )


def rename_dependents(cr, table, old, new):
    """The constraints and the index of a column, which carry its name."""
    for pattern in (f"{table}_{old}_fkey", f"{table}_{old}_bounds"):
        cr.execute(
            "SELECT 1 FROM pg_constraint WHERE conname = %s"
            " AND connamespace = current_schema::regnamespace",
            [pattern],
        )
        if cr.rowcount:
            cr.execute(
                SQL(
                    "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                    SQL.identifier(table),
                    SQL.identifier(pattern),
                    SQL.identifier(pattern.replace(f"_{old}_", f"_{new}_")),
                )
            )
    cr.execute(
        SQL(
            "ALTER INDEX IF EXISTS %s RENAME TO %s",
            SQL.identifier(f"{table}__{old}_index"),
            SQL.identifier(f"{table}__{new}_index"),
        )
    )
    cr.execute(
        "UPDATE ir_model_constraint SET name = %s WHERE name = %s",
        [f"{table}_{new}_bounds", f"{table}_{old}_bounds"],
    )
    cr.execute(
        "UPDATE ir_model_data SET name = %s"
        " WHERE module = 'account_admin' AND name = %s",
        [f"constraint_{table}_{new}_bounds", f"constraint_{table}_{old}_bounds"],
    )
