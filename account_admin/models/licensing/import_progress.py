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

    _import_uniq = models.Constraint(
        "UNIQUE (import_number)", "A file is worked on once at a time."
    )

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
