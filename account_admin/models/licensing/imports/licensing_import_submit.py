from odoo import fields, models
from odoo.exceptions import UserError

from ...base.bulk import without_gc
from ..statements.licensing_statement import STATEMENT_OPEN_STATES
from .licensing_import_lines import make_lines, replace_lines


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
        if statement.state not in STATEMENT_OPEN_STATES:
            raise UserError(
                self.env._("%s is approved: revise it.", statement.display_name)
            )
        with without_gc():
            read = self._read_again()
            if not read or self.blocking_count:
                return False
            self._put_lines(*read)
        self._log_submitted(len(read[0].rows))
        return True

    def _put_lines(self, report, matched):
        """Make the rows the statement's lines, computed by the terms of now."""
        self.env["licensing.statement.line"].check_access("create")
        # sudo: whoever submits was checked; what terms come to is the same for all
        statement = self.statement_id.sudo()
        lines = make_lines(self.env, report.rows, matched, self.profile_id)
        self._tell(60)
        _terms, reported, result = statement._compute_result(lines=lines)
        self._tell(70)
        replace_lines(
            statement,
            report.rows,
            lines,
            statement._prepare_lines(reported, result),
            lambda done: self._tell(70 + 30 * done / len(lines)),
        )
        statement._submit_lines(len(lines))
        statement._write_computed(reported, result)

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
        self.env["account.admin.evidence"]._seal([(self, self._get_file(), None)])
        is_licensees = self.env.user.share
        said = self.env
        if is_licensees:
            # the desk reads it, in its own language
            said = said(context={**said.context, "lang": self._get_desk_lang()})
        file = self.filename or said._("A file")
        body = said._(
            "%(file)s was submitted with %(count)s rows (SHA-256 %(checksum)s).",
            file=file,
            count=count,
            checksum=self.checksum,
        )
        if self.ignored_rows:
            body = said._(
                "%(file)s was submitted with %(count)s rows, rows %(ignored)s ignored"
                " (SHA-256 %(checksum)s).",
                file=file,
                count=count,
                ignored=self.ignored_rows,
                checksum=self.checksum,
            )
        self.statement_id.message_post(body=body)
        self._drop_others()
        if is_licensees:
            self._answer_by_file()
