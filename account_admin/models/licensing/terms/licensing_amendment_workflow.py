"""From draft to an applied amendment: other people review it, its date applies it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...base.isolation import isolate
from .licensing_amendment import TERMS

#: States of a contract that can be amended.
AMENDABLE = ("approved", "active", "sell_off")


class _Undo(Exception):
    """Takes a preview back."""


class LicensingAmendment(models.Model):
    _name = "licensing.amendment"
    _inherit = ["licensing.amendment", "licensing.review.mixin"]

    def action_submit(self):
        """Send drafts to review; something must change."""
        self._check_action("draft")
        for amendment in self:
            amendment._check_changes()
            amendment._check_contract()
        self._write_kept({"state": "review", "author_id": self.env.uid})
        return True

    def action_back_to_draft(self):
        """Open amendments in review for changes again."""
        self._check_action("review", "rejected")
        self._write_kept({"state": "draft", "author_id": False})
        return True

    def action_reject(self):
        """Refuse it; it can be opened again."""
        self._check_manager()
        self._check_action("review", "approved")
        self._write_kept({"state": "rejected"})
        return True

    def action_approve(self):
        """Approve amendments in review; one whose day has come is applied at once."""
        self._check_manager()
        self._check_action("review")
        for amendment in self:
            amendment._check_four_eyes()
            # sudo: applying it, be it to try, changes what was agreed and bills that
            trusted = amendment.sudo()
            trusted.contract_id._lock_billing()
            trusted._check_applicable()
            amendment._write_kept({"state": "approved", "reviewer_id": self.env.uid})
            if amendment.date <= amendment.company_id._collections_today():
                trusted._apply()
        return True

    @api.model
    def _cron_apply(self):
        """Apply approved amendments on their day; one that fails lets others go on."""
        due = self.browse()
        for company in self.env["res.company"].search([("active", "=", True)]):
            due |= self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "approved"),
                    ("date", "<=", company._collections_today()),
                ],
                order="date, id",
            )
        for position, amendment in enumerate(due, start=1):
            isolate(
                self.env,
                amendment,
                lambda amendment: amendment._apply(),
                amendment.contract_id._ask_about_failure,
            )
            remaining = len(due) - position
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    def action_view_move(self):
        """The invoice of what it changed about approved statements."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_changes(self):
        """Something must change, and each term to another value."""
        if not (self._changes_terms() or self.termination_date):
            raise UserError(
                self.env._(
                    "%s changes nothing: add or end rows, change terms, or move the end"
                    " of the term.",
                    self.display_name,
                )
            )
        for change in self.term_change_ids:
            if change._get_new() == change._get_old():
                raise UserError(
                    self.env._(
                        "%(change)s is %(value)s already: remove the row.",
                        change=change.display_name,
                        value=change.old_text,
                    )
                )

    def _changes_terms(self):
        rows = self._get_added() or self._get_ended()
        return bool(rows or self.date_end or self.term_change_ids)

    def _check_contract(self):
        """The contract must be in force, the dates within it, the rows its own."""
        contract = self.contract_id
        if contract.state not in AMENDABLE:
            raise UserError(
                self.env._(
                    "%s is not in force: only a contract that is can be amended.",
                    contract.display_name,
                )
            )
        if self.date < contract.date_start:
            raise UserError(
                self.env._(
                    "%(amendment)s begins before its contract, on %(date)s: choose a"
                    " later day.",
                    amendment=self.display_name,
                    date=self.date,
                )
            )
        if self.date_end and self.date_end < self.date:
            raise UserError(
                self.env._(
                    "%s ends the term before it is effective: choose a later day.",
                    self.display_name,
                )
            )
        problems = contract._find_term_problems(self.term_change_ids)
        if problems:
            raise UserError(
                self.env._(
                    "%(amendment)s:\n%(problems)s",
                    amendment=self.display_name,
                    problems="\n".join(problems),
                )
            )
        if any(rows.contract_id != contract for rows in self._get_added()):
            raise UserError(
                self.env._(
                    "%s adds rows of another contract: remove them.",
                    self.display_name,
                )
            )
        for row in self._get_ended():
            if row.contract_id != contract or row.ended_by_id:
                raise UserError(
                    self.env._(
                        "%(row)s cannot be ended by %(amendment)s: it is of another"
                        " contract, or ended already.",
                        row=row.display_name,
                        amendment=self.display_name,
                    )
                )
        if self.termination_date:
            self._check_termination()

    def _get_added(self):
        """Rows that it adds.

        :return: list of recordsets that are not empty
        """
        return [rows for name in TERMS if (rows := self[f"{_short(name)}_ids"])]

    def _get_ended(self):
        """Rows that it ends, of whatever kind.

        :return: list of single records
        """
        return [row for name in TERMS for row in self[f"end_{_short(name)}_ids"]]

    # ------------------------------------------------------------------
    # APPLYING
    # ------------------------------------------------------------------

    def _apply(self):
        """Change the contract, and bill what that changes about approved statements."""
        self.ensure_one()
        contract = self.contract_id
        contract._lock_billing()
        self._check_applicable()
        self._apply_terms()
        self._restate()
        contract._refresh_states()

    def _apply_terms(self):
        """End and add the rows, change terms, and move the end of the term."""
        if self.termination_date:
            self._terminate()
        before = self.date - timedelta(days=1)
        for name in TERMS:
            self[f"end_{_short(name)}_ids"]._end(self, before)
            rows = self[f"{_short(name)}_ids"]
            rows.filtered(lambda row: not row.date_start).date_start = self.date
        self.term_change_ids._apply()
        values = {"state": "applied", "applied_on": fields.Datetime.now()}
        if self.date_end:
            values["date_end_before"] = self.contract_id.date_end
            self.contract_id.date_end = self.date_end
        self.write(values)

    def action_propose_extension(self):
        """Add the rows that run to the old end, from there to the new one."""
        self._check_action("draft")
        for amendment in self:
            if not amendment.date_end:
                raise UserError(
                    self.env._(
                        "%s: enter the new end of the term first.",
                        amendment.display_name,
                    )
                )
            amendment._extend_rows()
        return True

    def _extend_rows(self):
        """Copies of the rows that end with the contract, for the time after it."""
        old = self.contract_id.date_end
        for name in TERMS:
            rows = self.env[name].search(
                [
                    ("contract_id", "=", self.contract_id.id),
                    ("date_end", "=", old),
                    ("is_proposed", "=", False),
                    ("ended_by_id", "=", False),
                ]
            )
            for row in rows:
                row.copy(
                    {
                        "amendment_id": self.id,
                        "date_start": old + timedelta(days=1),
                        "date_end": self.date_end,
                        **({"continues_id": row.id} if "continues_id" in row else {}),
                    }
                )

    # ------------------------------------------------------------------
    # AS IF APPLIED
    # ------------------------------------------------------------------

    def _as_if_applied(self, read):
        """What is read once the terms are changed; the change is taken back.

        :param read: function of the amendment
        """
        found = None
        try:
            with self.env.cr.savepoint():
                self._check_contract()
                found = read(self)
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
        return found

    def _check_applicable(self):
        """Refuse what could not be applied on its day.

        :raise UserError: naming everything that has to be mended first
        """

        def find_problems(amendment):
            amendment._apply_terms()
            return amendment._find_problems_after()

        problems = self._as_if_applied(find_problems)
        if problems:
            raise UserError(
                self.env._(
                    "%(amendment)s cannot be applied:\n%(problems)s",
                    amendment=self.display_name,
                    problems="\n".join(problems),
                )
            )

    def _find_problems_after(self):
        """What has to be mended about the contract once the terms are applied.

        Rows of a contract that ends early need no day of its term.
        """
        return [] if self.termination_date else self.contract_id._find_problems()

    def _restate(self):
        """Bill what it changes about approved statements."""


def _short(name):
    """The field that a kind of row has: ``grant`` of ``licensing.grant``."""
    return name.removeprefix("licensing.")
