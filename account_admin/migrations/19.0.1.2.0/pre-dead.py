"""What earlier versions left behind: columns and indexes of nothing, rows too old."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

#: Columns of fields that are gone or not stored any more.
COLUMNS = (
    ("collections_case", "reached_days"),
    ("account_admin_statement_run", "letters_id"),
    ("licensing_audit", "paid"),
    ("licensing_import", "progress"),
)
#: Indexes that no plan used.
INDEXES = ("collections_event__notice_id_index", "collections_promise__case_id_index")


def migrate(cr, version):
    if not version:
        return
    for table, column in COLUMNS:
        cr.execute(
            SQL(
                "ALTER TABLE IF EXISTS %s DROP COLUMN IF EXISTS %s",
                SQL.identifier(table),
                SQL.identifier(column),
            )
        )
    for index in INDEXES:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(index)))
    # what statements added to quotas was not kept at first: a file says it was nothing
    if column_exists(cr, "licensing_computation", "quotas"):
        cr.execute(
            "UPDATE licensing_computation SET quotas = '[]' WHERE quotas IS NULL"
        )
