from odoo import api, fields, models
from odoo.tools import SQL


class LicensingImportProgress(models.Model):
    """How far a file in the background is: seen before the work is committed.

    The row is written by a cursor of its own, so that the work's transaction and this
    one never wait for each other: no key holds it to the file.
    """

    _name = "licensing.import.progress"
    _description = "Progress of a Report File"
    _log_access = False
    _rec_name = "import_number"

    import_number = fields.Integer(required=True)
    percent = fields.Integer()
    attempts = fields.Integer(help="How often work on it began and did not end.")

    _import_uniq = models.Constraint(
        "UNIQUE (import_number)", "A file is worked on once at a time."
    )

    @api.model
    def _begin(self, number):
        """Work on a file begins: seen even if the process dies of it.

        :param int number: id of the file
        :return: how often it began, this time included
        """
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL(
                    """INSERT INTO licensing_import_progress AS known
                              (import_number, percent, attempts) VALUES (%s, 0, 1)
                       ON CONFLICT (import_number)
                       DO UPDATE SET attempts = COALESCE(known.attempts, 0) + 1
                    RETURNING attempts""",
                    number,
                )
            )
            return cursor.fetchone()[0]

    @api.model
    def _tell(self, number, percent):
        """Let everybody see how far a file is.

        :param int number: id of the file
        :param int percent: done
        """
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL(
                    """INSERT INTO licensing_import_progress (import_number, percent)
                       VALUES (%s, %s) ON CONFLICT (import_number)
                       DO UPDATE SET percent = EXCLUDED.percent""",
                    number,
                    int(percent),
                )
            )

    @api.model
    def _drop(self, number):
        """The work is over: by a cursor of its own, too, which sees what it told."""
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL(
                    "DELETE FROM licensing_import_progress WHERE import_number = %s",
                    number,
                )
            )
