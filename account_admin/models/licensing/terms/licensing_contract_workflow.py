"""From draft to an approved contract, and its early end."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from .contract_states import LIVE

#: What is agreed with the licensee: after the draft only an amendment changes it.
LOCKED = frozenset(
    (
        "name",
        "title",
        "company_id",
        "partner_id",
        "currency_id",
        "date_start",
        "date_end",
        "sell_off_days",
        "year_start_month",
        "period",
        "report_days",
        "payment_term_id",
        "fx_rule",
        "negative_policy",
        "withholding",
        "gross_up",
        "interest",
        "interest_cap",
        "day_count",
        "audit_notice_days",
        "audit_years",
        "audit_threshold",
        "audit_basis",
        "notice_from_days",
        "notice_until_days",
        "renewal_minimum",
        "renewal_measure",
        "renewal_since",
        "no_deductions",
    )
)
ENDED = ("draft", "expired", "terminated")
#: States that the calendar changes; whoever amends the term calls _refresh_states.
RUNNING = ("approved", *LIVE, "expired")
BATCH = 200


class LicensingContract(models.Model):
    _name = "licensing.contract"
    _inherit = ["licensing.contract", "licensing.review.mixin"]

    def write(self, vals):
        if not self.env.su:
            self._check_locked(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        for contract in self:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is no draft any more and stays: terminate it instead.",
                        contract.display_name,
                    )
                )

    def _check_locked(self, names):
        """Refuse to change what was agreed.

        :raise UserError: naming the contract, the fields and what to do
        """
        locked = LOCKED.intersection(names)
        for contract in self:
            if locked and contract.state != "draft":
                contract._refuse_change(locked)
            archived = "active" in names and not names["active"]
            if archived and contract.state not in ENDED:
                raise UserError(
                    self.env._(
                        "%s is in force or about to be: it is archived once it ended.",
                        contract.display_name,
                    )
                )

    def _refuse_change(self, names):
        labels = self.fields_get(names, ["string"])
        fields = ", ".join(sorted(label["string"] for label in labels.values()))
        name = self.display_name
        if self.state == "review":
            raise UserError(
                self.env._(
                    "%(contract)s is in review: send it back to draft to change"
                    " %(fields)s.",
                    contract=name,
                    fields=fields,
                )
            )
        raise UserError(
            self.env._(
                "%(contract)s is no draft any more: write an amendment to change"
                " %(fields)s.",
                contract=name,
                fields=fields,
            )
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_submit(self):
        """Send drafts to review."""
        self._check_action("draft")
        self._write_kept({"state": "review", "author_id": self.env.uid})
        return True

    def action_back_to_draft(self):
        """Open contracts in review for changes again."""
        self._check_action("review")
        self._write_kept({"state": "draft", "author_id": False})
        return True

    def action_approve(self):
        """Approve contracts in review; those that have begun are active at once.

        :raise UserError: naming everything that has to be mended first
        """
        self._check_manager()
        self._check_action("review")
        for contract in self:
            contract._check_four_eyes()
        # sudo: counting is no change of the company
        self.company_id.sudo()._count_licensing_approval()
        for contract in self:
            contract._check_problems()
            # one by one: the next one is judged against those approved before it
            contract._write_kept({"state": "approved", "reviewer_id": self.env.uid})
        self._refresh_states()
        return True

    def action_terminate(self):
        """Ask from when on, and why, a contract ends early.

        One that was asked for already and waits for its approval is opened.
        """
        self.ensure_one()
        self._check_manager()
        self._check_action("approved", "active", "sell_off")
        waiting = self.env["licensing.amendment"].search(
            [
                ("contract_id", "=", self.id),
                ("termination_date", "!=", False),
                ("state", "in", ("draft", "review", "approved")),
            ],
            limit=1,
        )
        if waiting:
            return waiting._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate %s", self.display_name),
            "res_model": "licensing.termination",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def _check_termination(self, day):
        """Refuse a last day that is none of the term.

        :raise UserError: naming the contract
        """
        if not self.date_start <= day <= self.date_end:
            raise UserError(
                self.env._(
                    "%s ends early on a day of its term: choose one.",
                    self.display_name,
                )
            )

    def _terminate(self, day, reason):
        """End a contract early, as an approved amendment says.

        :param date day: its last day
        """
        self.ensure_one()
        self._write_kept({"termination_date": day, "termination_reason": reason})
        self._refresh_states()

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_problems(self):
        problems = self._find_problems()
        if problems:
            raise UserError(
                self.env._(
                    "%(contract)s cannot be approved yet:\n\n%(problems)s",
                    contract=self.display_name,
                    problems="\n".join(f"• {problem}" for problem in problems),
                )
            )

    # ------------------------------------------------------------------
    # STATES OF THE CALENDAR
    # ------------------------------------------------------------------

    def _get_state_on(self, day):
        """The state of an approved contract on a day."""
        self.ensure_one()
        first, last = self._get_duration()
        if day <= last:
            return "active" if first <= day else "approved"
        if day <= self._get_sell_off_last():
            return "sell_off"
        return "terminated" if self.termination_date else "expired"

    def _refresh_states(self):
        """Give approved contracts the state of today, each by its company's day."""
        running = self.filtered(lambda contract: contract.state in RUNNING)
        for company, contracts in running.grouped("company_id").items():
            today = company._collections_today()
            by_state = contracts.grouped(lambda c, day=today: c._get_state_on(day))
            for state, same in by_state.items():
                changed = same.filtered(lambda c, state=state: c.state != state)
                changed._write_kept({"state": state})

    @api.model
    def _cron_states(self):
        """Begin and end contracts, as the superuser, each by its company's day."""
        due = self.search(
            self._get_domain_of_today(self._get_due_domain_on), order="id"
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for ids in split_every(BATCH, due.ids):
            self.browse(ids)._refresh_states()
            if not cron._commit_progress(processed=len(ids)):
                return
        self._after_states()

    @api.model
    def _after_states(self):
        """Hook: what else a night does for contracts, once their states are those of
        the day."""

    @api.model
    def _get_domain_of_today(self, get_domain):
        """Contracts of all companies, each by its company's day.

        :param get_domain: gives the domain for a day
        :rtype: Domain
        """
        # an ended contract is left to whoever amends it
        groups = self._read_group(
            [("state", "in", ("approved", *LIVE))], ["company_id"]
        )
        companies = {company: company._collections_today() for (company,) in groups}
        return Domain.OR(
            Domain("company_id", "=", company.id) & get_domain(day)
            for company, day in companies.items()
        )

    @api.model
    def _get_due_domain_on(self, day):
        ended = Domain("termination_date", "<", day)
        over = Domain("date_end", "<", day) | ended
        within = Domain("date_end", ">=", day) & (
            Domain("termination_date", "=", False)
            | Domain("termination_date", ">=", day)
        )
        return (
            (Domain("state", "=", "approved") & Domain("date_start", "<=", day))
            | (Domain("state", "in", ("approved", "active")) & over)
            | (
                Domain("state", "=", "sell_off")
                & (Domain("date_sell_off_end", "<", day) | within)
            )
        )
