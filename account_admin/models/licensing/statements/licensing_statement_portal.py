"""A statement as its licensee sees it, and what the licensee may do about it."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...base.next_odoo import to_binary
from ...ledger import payment_states
from ..terms.licensing_contract import BILLED
from ..terms.licensing_review_mixin import MANAGER
from .licensing_statement import STATEMENT_FINAL_STATES

#: States in which it is the licensee's turn, and those in which it is the desk's.
WAITING = ("expected", "queried")
REVIEWED = ("submitted", "in_review")
#: States whose figures were approved, so that the licensee may see them.
SHOWN = (*STATEMENT_FINAL_STATES, "superseded")
#: The largest file and what its name ends in; longer answers are letters.
MAX_BYTES = 10 * 1024**2
SUFFIXES = (".xlsx", ".csv", ".tsv", ".txt")
MAX_ANSWER = 10_000
#: The activity about headings that are not understood.
ASKED = "account_admin.mail_activity_type_report_file"


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    # ------------------------------------------------------------------
    # WHAT IS SEEN
    # ------------------------------------------------------------------

    @api.model
    def _get_licensee_domain(self, partner):
        """Statements of an account, of contracts that were agreed.

        :param partner: a commercial ``res.partner``
        """
        return Domain("partner_id", "=", partner.id) & Domain(
            "contract_id.state", "in", BILLED
        )

    @api.model
    def _get_licensee_states(self):
        """What a licensee reads of each state.

        :return: dict state -> (label, colour of Bootstrap)
        """
        review = (self.env._("In review"), "info")
        approved = (self.env._("Approved"), "success")
        return {
            "expected": (self.env._("To report"), "warning"),
            "submitted": review,
            "in_review": review,
            "queried": (self.env._("Question for you"), "danger"),
            "approved": approved,
            "invoiced": approved,
            "superseded": (self.env._("Replaced"), "light"),
        }

    def _show_state(self):
        """(label, colour) of one statement, late ones by that name."""
        if self.is_late:
            return self.env._("Late"), "danger"
        return self._get_licensee_states()[self.state]

    def _get_licensee_url(self):
        """Address of the page, empty where nobody of the licensee has a login."""
        self.ensure_one()
        if self.partner_id.id not in self.partner_id._collections_get_portal_readers():
            return ""
        return f"{self.get_base_url()}/my/royalties/{self.id}"

    def _get_open_questions(self):
        """Questions that wait for the licensee, the oldest first."""
        if self.state != "queried":
            return self.env["licensing.question"]
        return self._get_unanswered().sorted("id")

    def _get_later(self):
        """The version that took the place of this one."""
        return self.search([("revises_id", "=", self.id)], limit=1)

    def _get_licensee_pools(self):
        """Guarantees and advances of its days, as ``_get_licensee_pools`` of contracts.

        :return: list of dict
        """
        return [
            row
            for row in self.contract_id._get_licensee_pools()
            if row["first"] <= self.date_end and row["last"] >= self.date_start
        ]

    def _get_licensee_step(self, report):
        """What the licensee has to do next, in one sentence.

        :param report: as from :meth:`_get_licensee_file`
        """
        self.ensure_one()
        if report:
            return report._get_licensee_step()
        steps = {
            "expected": self._get_expected_step,
            "queried": self._get_queried_step,
            "approved": self._get_payment_step,
            "invoiced": self._get_payment_step,
            "superseded": lambda: self.env._("A later version took its place."),
        }
        if self.state in steps:
            return steps[self.state]()
        return self.env._("Your report is with us: there is nothing to do for now.")

    def _get_queried_step(self):
        return self.env._(
            "We have a question: answer it below, or send a corrected report."
        )

    def _get_expected_step(self):
        start, end, due = (
            day and format_date(self.env, day)
            for day in (self.date_start, self.date_end, self.date_due)
        )
        if self.is_late:
            return self.env._("Your report was due on %s: please send it now.", due)
        if not due:
            return self.env._(
                "Report what you sold from %(start)s to %(end)s.", start=start, end=end
            )
        return self.env._(
            "Report what you sold from %(start)s to %(end)s by %(due)s.",
            start=start,
            end=end,
            due=due,
        )

    def _is_overdue(self):
        """Whether its invoice should have been paid before today."""
        move, today = self.move_id, self.company_id._collections_today()
        return (
            move.state == "posted"
            and payment_states.is_owed(move)
            and move.invoice_date_due < today
        )

    def _get_payment_step(self):
        move = self.move_id
        if move.move_type not in ("out_invoice", "out_refund"):
            return self.env._("Your report is approved: there is nothing to pay.")
        if move.state == "cancel":
            return self.env._(
                "Your report is approved: what was billed for it was cancelled, there"
                " is nothing to pay for now."
            )
        if move.move_type == "out_refund":
            return self.env._("Your report is approved, with a credit note for you.")
        if move.state != "posted":
            return self.env._("Your report is approved: its invoice follows.")
        if payment_states.is_paid(move):
            return self.env._("Your report is approved and paid.")
        # by a credit note or an entry: its own reversal, or credit from elsewhere
        if payment_states.is_credited(move):
            return self.env._(
                "Your report is approved: its invoice was settled by a credit, there"
                " is nothing to pay."
            )
        due = format_date(self.env, move.invoice_date_due)
        if self._is_overdue():
            return self.env._(
                "Your report is approved: its invoice was due on %s, please pay it"
                " now.",
                due,
            )
        return self.env._(
            "Your report is approved: please pay its invoice, which is due on %s.", due
        )

    # ------------------------------------------------------------------
    # WHAT THE LICENSEE DOES
    # ------------------------------------------------------------------

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

    def _answer_query(self, query_id, answer):
        """Answer a question about it.

        :raise UserError: there is no answer, or no such question any more
        """
        query = self._get_open_questions().filtered(lambda found: found.id == query_id)
        if not query:
            raise UserError(
                self.env._("This question was answered, or is settled by now.")
            )
        if len(answer) > MAX_ANSWER:
            raise UserError(
                self.env._("Your answer is too long: write %s letters.", MAX_ANSWER)
            )
        if not answer.strip():
            raise UserError(self.env._("Write your answer first."))
        query.answer = answer.strip()
        query.action_answer()
        self._tell_desk("answer")

    # ------------------------------------------------------------------
    # WHAT THE DESK IS TOLD
    # ------------------------------------------------------------------

    @api.model
    def _get_events(self):
        """What a licensee did: dict key -> text for the desk."""
        return {
            "file": self.env._("The licensee submitted a report."),
            "nothing": self.env._("The licensee reported that nothing was sold."),
            "answer": self.env._("The licensee answered your question."),
            "failed": self.env._(
                "The licensee's file could not be read or submitted: have a look at it."
            ),
        }

    def _get_desk_user(self):
        """Who is told of it: the responsible, else a licensing manager, if any."""
        self.ensure_one()
        return self._get_desk_users()[self]

    def _get_desk_users(self):
        """Who is told of each statement: dict statement -> ``res.users``."""
        found = {}
        for company, statements in self.grouped("company_id").items():
            # sudo: a licensee's user does not read whose the contract is
            wanted = {each: each.sudo().user_id for each in statements}
            licensees = {
                each: each.sudo().partner_id.commercial_partner_id
                for each in statements
            }
            users = self.env["res.users"]
            found |= users._account_admin_find(
                company, wanted, MANAGER, accounts=licensees
            )
        return found

    def _tell_desk(self, event):
        """Notify the responsible of what the licensee did.

        :param str event: a key of :meth:`_get_events`
        """
        user = self._get_desk_user()
        if not user:
            return
        said = self.with_context(lang=user.lang)
        text = said._get_events()[event]
        said.message_notify(
            partner_ids=user.partner_id.ids,
            subject=f"{self.name}: {text}",
            body=text,
        )

    def _ask_desk_about_headings(self):
        """An activity for the responsible, once: what are the columns of the file?"""
        user = self._get_desk_user() or self.create_uid
        if self.activity_search([ASKED]):
            return
        said = self.with_context(lang=user.lang)
        said.activity_schedule(
            ASKED,
            user_id=user.id,
            summary=said.env._("Say what the columns of the licensee's file are"),
        )

    def _settle_activities(self, *kinds):
        """What somebody was asked to do is done.

        :param kinds: external ids of types of activities
        """
        # sudo: whoever's activity it is
        self.sudo().activity_feedback(kinds)
