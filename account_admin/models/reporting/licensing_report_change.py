"""What the stored rows of reports rest on, and how a change of it is noted.

The rows of ``licensing.pool.pace``, ``licensing.forecast``, ``licensing.upcoming`` and
``licensing.red.flag`` rest on the tables of :data:`SOURCES`, on the day and the time
zone of the company and on the decimals of currencies (``licensing.report.day`` keeps
those three). Invoices and payments are no part of it: what was billed into a pool is in
the contract's ledger, what a statement came to in its snapshot.

The database itself notes a change, by triggers: lines, findings and merged partners are
written by SQL, and a row that a foreign key deletes passes no method either. A note is
only ever added, never looked up or written again, so that two who change the same
contract never wait for each other; it is committed, or undone, with the change.
"""

from odoo import fields, models
from odoo.tools import SQL

#: Table -> SQL of the contracts that its rows are about; ``{}`` is for the rows.
SOURCES = {
    "licensing_contract": "SELECT id FROM {} row",
    "licensing_commitment": "SELECT contract_id FROM {} row",
    "licensing_commitment_line": "SELECT contract_id FROM {} row",
    "licensing_deduction": "SELECT contract_id FROM {} row",
    "licensing_amendment": "SELECT contract_id FROM {} row",
    "licensing_term_change": "SELECT contract_id FROM {} row",
    "licensing_ledger": "SELECT contract_id FROM {} row",
    "licensing_statement": "SELECT contract_id FROM {} row",
    "licensing_statement_snapshot": "SELECT contract_id FROM {} row",
    "licensing_statement_line": "SELECT statement.contract_id FROM {} row"
    " JOIN licensing_statement statement ON statement.id = row.statement_id",
    "licensing_finding": "SELECT statement.contract_id FROM {} row"
    " JOIN licensing_statement statement ON statement.id = row.statement_id",
}
#: What the database calls the function of the triggers, and the triggers.
NAME = "licensing_report_note"
#: Operation -> its rows, for the trigger and for the SQL of :data:`SOURCES`.
_ROWS = {
    "INSERT": ("NEW TABLE AS added", "added"),
    "UPDATE": (
        "OLD TABLE AS removed NEW TABLE AS added",
        # a row that was moved is about both contracts
        "(TABLE removed UNION ALL TABLE added)",
    ),
    "DELETE": ("OLD TABLE AS removed", "removed"),
}


class LicensingReportChange(models.Model):
    """A contract that changed since its rows of the reports were worked out.

    No key holds the number to the contract: one that was deleted has changed, too.
    """

    _name = "licensing.report.change"
    _description = "Contract Changed since Reports were Worked Out"
    _log_access = False
    _rec_name = "contract_number"

    contract_number = fields.Integer(
        required=True, readonly=True, help="Database id of the contract."
    )

    def init(self):
        # the tables of other models may not be there yet
        self.pool.post_init(self._make_triggers)

    def _make_triggers(self):
        """Let the database note what changes, from now on."""
        cr = self.env.cr
        cr.execute(
            SQL(
                """CREATE OR REPLACE FUNCTION %s() RETURNS trigger AS $note$
                   BEGIN
                       EXECUTE 'INSERT INTO licensing_report_change (contract_number)
                           SELECT DISTINCT found.id FROM (' || TG_ARGV[0] || ')
                                  AS found (id)
                            WHERE found.id IS NOT NULL';
                       RETURN NULL;
                   END $note$ LANGUAGE plpgsql""",
                SQL.identifier(NAME),
            )
        )
        for table, query in SOURCES.items():
            for operation, (transition, rows) in _ROWS.items():
                trigger = SQL.identifier(f"{NAME}_{operation.lower()}")
                cr.execute(
                    SQL(
                        """DROP TRIGGER IF EXISTS %(name)s ON %(table)s;
                         CREATE TRIGGER %(name)s AFTER %(operation)s ON %(table)s
                                REFERENCING %(transition)s FOR EACH STATEMENT
                                EXECUTE FUNCTION %(function)s(%(query)s)""",
                        name=trigger,
                        table=SQL.identifier(table),
                        operation=SQL(operation),
                        transition=SQL(transition),
                        function=SQL.identifier(NAME),
                        query=query.format(rows),
                    )
                )


def drop_triggers(cr):
    """Leave no function behind, nor the triggers that call it."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(NAME)))
