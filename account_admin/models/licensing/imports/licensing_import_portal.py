"""A report file that the licensee sends by itself."""

from odoo import models

from ..statements.licensing_statement_portal import ASKED

#: Problems of the headings, which the desk can solve once for all.
HEADINGS = ("no_header", "column_missing", "column_twice")
#: Problems and unknown values that are listed for a licensee.
LISTED = 50


class LicensingImport(models.Model):
    _inherit = "licensing.import"

    def _learn(self):
        """As before; from the desk only: who sends a file says nothing of its words."""
        return None if self.env.user.share else super()._learn()

    def _read(self):
        """As before; the desk hears of headings that are not understood."""
        result = super()._read()
        if not self._has_heading_problems():
            if result:
                self.statement_id._settle_activities(ASKED)
        elif self.env.user.share:
            self.statement_id._ask_desk_about_headings()
        return result

    def _log_submitted(self, count):
        """As before; what a licensee submits answers what was asked about it."""
        said = self
        if self.env.user.share:
            # the desk reads it, in its own language
            desk = self.statement_id._get_desk_user()
            said = self.with_context(lang=desk.lang)
        result = super(LicensingImport, said)._log_submitted(count)
        self._drop_others()
        if self.env.user.share:
            queries = self.statement_id._get_unanswered()
            queries.answer = said.env._("A corrected report: %s", self.filename or "")
            queries.action_answer()
            self.statement_id._tell_desk("file")
        return result

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

    def _work_isolated(self):
        """As before; the desk hears of what a licensee sent and nobody can use."""
        wanted = self.state
        result = super()._work_isolated()
        is_lost = wanted == "writing" and self.state != "submitted"
        if self.requested_by_id.share and (is_lost or self.state == "refused"):
            self.statement_id._tell_desk("failed")
        return result

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
