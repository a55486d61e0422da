from odoo import fields, models
from odoo.exceptions import UserError

from .import_lines import make_vals, replace_lines
from .statement import OPEN


class LicensingImportSubmit(models.Model):
    """Submitting a file: its rows become the statement's, all or none."""

    _inherit = "licensing.import"

    def _submit(self):
        """Put the rows of the file on the statement.

        :return: whether it was submitted; otherwise what was read says why not
        """
        self.ensure_one()
        statement = self.statement_id
        statement.lock_for_update()
        if statement.state not in OPEN:
            raise UserError(
                self.env._("%s is approved: revise it.", statement.display_name)
            )
        read = self._read_again()
        if not read or self.blocking_count:
            return False
        report, matched = read
        self.env["licensing.statement.line"].check_access("create")
        replace_lines(
            statement,
            make_vals(report.rows, matched, self.profile_id),
            lambda done: self._tell(60 + 40 * done / len(report.rows)),
        )
        statement._submit_lines(
            line_count=len(report.rows),
            reported_royalty=self._get_reported(report, matched),
        )
        self._log_submitted(len(report.rows))
        return True

    def _log_submitted(self, count):
        """Say when, by whom and which file, here and on the statement."""
        # sudo: the state is not for writing by hand
        self.sudo().write(
            {
                "state": "submitted",
                "submitted_on": fields.Datetime.now(),
                "submitted_by_id": self.env.uid,
                "rows_read": False,
                "rows_read_by": False,
            }
        )
        self.statement_id.message_post(
            body=self.env._(
                "%(file)s was submitted with %(count)s rows (SHA-256 %(checksum)s).",
                file=self.filename or self.env._("A file"),
                count=count,
                checksum=self.checksum,
            )
        )

    def _get_reported(self, report, matched):
        """What the licensee says it owes, at the rates of the period's last day."""
        statement, total = self.statement_id, 0
        ids = matched.ids.get("currency", {})
        for text, sums in report.sums().items():
            currency = self.profile_id.currency_id
            if text:
                currency = currency.browse(ids[text])
            total += currency._convert(
                float(sums["reported_royalty"]),
                statement.currency_id,
                statement.company_id,
                statement.date_end,
            )
        return total
