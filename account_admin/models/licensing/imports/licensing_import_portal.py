"""A report file that the licensee sends by itself."""

from odoo import models

from ..statements.licensing_desk_mixin import ASKED

#: Problems of the headings, which the desk can solve once for all.
HEADINGS = ("no_header", "column_missing", "column_twice")
#: Problems and unknown values that are listed for a licensee.
LISTED = 50


class LicensingImport(models.Model):
    _inherit = "licensing.import"

    def _tell_of_headings(self, is_understood):
        """The desk hears of headings that are not understood.

        :param bool is_understood: whether the file could be read
        """
        if not self._has_heading_problems():
            if is_understood:
                self.statement_id._settle_activities(ASKED)
        elif self.env.user.share:
            self.statement_id._ask_desk_about_headings()

    def _answer_by_file(self):
        """What a licensee submits answers what was asked about it."""
        questions = self.statement_id._get_unanswered()
        said = self.with_context(lang=self._get_desk_lang())
        questions.answer = said.env._("A corrected report: %s", self.filename or "")
        questions.action_answer()
        self.statement_id._tell_desk("file")

    def _get_desk_lang(self):
        """The language of who looks after the contract."""
        return self.statement_id._get_desk_user().lang

    def _drop_others(self):
        """Nobody goes on with another file that a licensee left on the statement."""
        # sudo: who submits a report may not delete files, these count no more
        left = self.sudo().search(
            [
                ("statement_id", "=", self.statement_id.id),
                ("state", "!=", "submitted"),
                ("create_uid.share", "=", True),
            ]
        )
        left.unlink()

    def _tell_of_failure(self, wanted):
        """The desk hears of what a licensee sent and nobody can use.

        :param str wanted: the state in which it was worked on
        """
        is_lost = wanted == "writing" and self.state != "submitted"
        if self.requested_by_id.share and (is_lost or self.state == "refused"):
            self.statement_id._tell_desk("failed")

    def _is_busy(self):
        """Whether it waits for the scheduled action; no file does not."""
        return self.state in ("queued", "writing")

    def _has_heading_problems(self):
        return bool(
            self.env["licensing.import.problem"].search_count(
                [("import_id", "=", self.id), ("code", "in", HEADINGS)], limit=1
            )
        )

    def _get_licensee_step(self):
        """What the licensee has to do next with the file, in one sentence."""
        self.ensure_one()
        if self.state == "queued":
            return self.env._("We are reading your file: wait a moment.")
        if self.state == "writing":
            return self.env._("Your report is being submitted: wait a moment.")
        if self.state != "read":
            return self.env._("We cannot read your file: send another one.")
        if self._has_heading_problems():
            return self.env._(
                "We do not understand the headings of your file: send it with the ones"
                " of our template. Our desk was told, too."
            )
        if self.blocking_count:
            return self.env._(
                "Your file cannot be submitted yet: correct what is listed below and"
                " send it again."
            )
        return self.env._("Check the totals below, then submit your report.")

    def _get_listed_problems(self):
        """Problems that a licensee reads: those to correct, and those to know of.

        :return: (``licensing.import.problem``, ``licensing.import.problem``, how many
            more there are to correct)
        """
        self.ensure_one()
        problems = self.env["licensing.import.problem"]
        own = [("import_id", "=", self.id)]
        # below headings that are not understood there are no rows to be seen
        if self._has_heading_problems():
            own.append(("code", "!=", "no_rows"))
        blocking = problems.search([*own, ("blocking", "=", True)], limit=LISTED)
        told = [*own, ("blocking", "=", False), ("code", "!=", "example")]
        more = self.blocking_count - LISTED if len(blocking) == LISTED else 0
        return blocking, problems.search(told, limit=LISTED), more

    def _get_listed_values(self):
        """What is not known to us, the most frequent first."""
        self.ensure_one()
        return self.env["licensing.import.value"].search(
            [("import_id", "=", self.id)], order="count desc, id", limit=LISTED
        )
