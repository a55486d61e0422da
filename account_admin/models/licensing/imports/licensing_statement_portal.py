"""A licensee reports by itself: a file, or that nothing was sold."""

from odoo import models
from odoo.exceptions import UserError

from ...base.next_odoo import to_binary
from ..statements.licensing_statement import SHOWN, WAITING

#: The largest file and what its name ends in.
MAX_BYTES = 10 * 1024**2
SUFFIXES = (".xlsx", ".csv", ".tsv", ".txt")


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def _get_licensee_file(self):
        """The file that the licensee sent and did not submit yet."""
        self.ensure_one()
        files = self.env["licensing.import"]
        if self.state not in WAITING:
            return files
        sender = "create_uid.partner_id.commercial_partner_id"
        return files.search(
            [
                ("statement_id", "=", self.id),
                ("state", "!=", "submitted"),
                (sender, "=", self.partner_id.id),
            ],
            limit=1,
        )

    def _check_licensee_turn(self):
        """Whether the licensee may report on it now.

        :raise UserError: what became of it, and what to do instead
        """
        self.ensure_one()
        if self.state in SHOWN:
            raise UserError(
                self.env._(
                    "This report is approved: write to us if it has to be corrected."
                )
            )
        if self.state not in WAITING:
            raise UserError(
                self.env._(
                    "This report was submitted: write to us if it has to be corrected."
                )
            )

    def _receive_file(self, filename, content):
        """Take a licensee's file and read it; nothing is submitted.

        :param str filename: as the licensee calls it
        :param bytes content: up to one byte more than is allowed
        :raise UserError: it is no report, or none is wanted
        :raise LockError: somebody works on it right now
        """
        # two uploads at once would be two files
        self.lock_for_update()
        self._check_licensee_turn()
        if not content:
            raise UserError(self.env._("Choose a file with your report first."))
        if len(content) > MAX_BYTES:
            raise UserError(
                self.env._(
                    "The file is larger than %s MB: send one with the report only.",
                    MAX_BYTES // 1024**2,
                )
            )
        if not filename.lower().endswith(SUFFIXES):
            raise UserError(
                self.env._(
                    "%s is no report: send a workbook (.xlsx) or a CSV file.", filename
                )
            )
        vals = {"file": to_binary(content), "filename": filename[-120:]}
        report = self._get_licensee_file()
        if report.state == "writing":
            raise UserError(self.env._("Your report is being submitted."))
        if report:
            report.write(vals)
        else:
            report = report.create({"statement_id": self.id, **vals})
        report.action_read()

    def _submit_file(self, checksum, is_confirmed):
        """Submit the file that the licensee looked at.

        :param str checksum: of the file that was shown
        :param bool is_confirmed: it is meant although it was sent before
        :raise UserError: it is another one by now, or loses information
        """
        self._check_licensee_turn()
        report = self._get_licensee_file()
        if not report or report.checksum != checksum:
            raise UserError(
                self.env._("This file was replaced: look at the new one first.")
            )
        if is_confirmed:
            report.is_confirmed = True
        report.action_submit()

    def _report_nothing(self):
        """Report that nothing was sold.

        :raise UserError: it was reported already, a question is open, or a file of
            the licensee is worked on
        """
        self._check_licensee_turn()
        if self.state != "expected":
            raise UserError(self.env._("Answer our question first."))
        report = self._get_licensee_file()
        if report._is_busy():
            raise UserError(report._get_licensee_step())
        self.action_no_sales()
        self._tell_desk("nothing")
