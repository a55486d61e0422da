"""What people do with obligations: hand in, review, waive; what the papers show."""

from datetime import date

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine import obligation as engine
from ...engine.days import add_days
from .account_admin_obligation import OPEN, OVER
from .res_users import MANAGER

#: Who waives: whoever answers for all accounts.
WAIVES = "account_admin.group_account_admin_all"


class AccountAdminObligation(models.Model):
    _inherit = "account.admin.obligation"

    # ------------------------------------------------------------------
    # HAND IN
    # ------------------------------------------------------------------

    def action_submit(self):
        """Hand it in with its papers, late as well."""
        self.check_access("write")
        for one in self:
            one._check_state(*OPEN, "missed")
            one._check_evidence()
        for day, mine in self._by_day():
            mine._write_kept(
                {
                    "state": "submitted",
                    "submitted_by_id": self.env.uid,
                    "submitted_on": day,
                    "changed_on": day,
                    "reviewed_by_id": False,
                    "reason": False,
                    "cure_until": False,
                }
            )
        self._forget_reminders()
        # sudo: of fields of its papers only their state is asked for
        papers = self.sudo().document_ids.filtered(
            lambda paper: paper.state in ("draft", "rejected")
        )
        if papers:
            papers.with_env(self.env).action_submit()
        return True

    def action_take_back(self):
        """It was handed in by mistake."""
        self.check_access("write")
        for one in self:
            one._check_state("submitted")
        self._write_kept({"submitted_by_id": False, "submitted_on": False})
        return self._reopen()

    def _check_evidence(self):
        """Refuse to hand in what nothing shows.

        :raise UserError: naming the obligation and what is missing
        """
        # sudo: counted, whoever may read papers and files
        one = self.sudo()
        wanted = one.document_type_id
        if wanted:
            papers = one.document_ids.filtered(lambda paper: paper.type_id == wanted)
            if not papers:
                raise UserError(
                    self.env._(
                        "%(obligation)s needs a document of type %(type)s: add it under"
                        " “Evidence”.",
                        obligation=self.display_name,
                        type=wanted.name,
                    )
                )
            self._check_newer(papers)
        elif not (one.document_ids or one.evidence_link or one._has_files()):
            raise UserError(
                self.env._(
                    "%s needs evidence: add a document, attach a file or enter a link.",
                    self.display_name,
                )
            )
        account = one._get_paper_account()
        for paper in one.document_ids:
            if account and paper.partner_id.commercial_partner_id != account:
                raise UserError(
                    self.env._(
                        "%(paper)s is not a paper of %(account)s: take it away.",
                        paper=paper.display_name,
                        account=account.display_name,
                    )
                )

    def _has_files(self):
        return self.message_attachment_count > 0

    def _check_newer(self, papers):
        """Refuse a paper that runs out no later than the one that it replaces."""
        if self.base != engine.PAPER or not self.base_date:
            return
        last = max(paper.date_end or date.max for paper in papers)
        if last <= self.base_date:
            raise UserError(
                self.env._(
                    "The document of %(obligation)s runs out on %(day)s, no later than"
                    " what is there: add a newer one.",
                    obligation=self.display_name,
                    day=format_date(self.env, last),
                )
            )

    # ------------------------------------------------------------------
    # REVIEW
    # ------------------------------------------------------------------

    def action_accept(self):
        """It is in order, and so are its papers."""
        self.check_access("write")
        for one in self:
            one._check_state("submitted")
            one._check_second_person()
            one._check_covered()
        papers = self._get_submitted_papers()
        if papers:
            papers.action_accept()
        for one in self:
            one._check_papers_accepted()
        self._decide("accepted")
        self._make_next()
        return True

    def action_reject(self):
        """It is not in order, and why; from today on there is time to cure."""
        self.check_access("write")
        for one in self:
            one._check_state("submitted")
            one._check_second_person()
            one._check_reason(
                self.env._("Say on %s what is wrong before you reject it.")
            )
        for one in self:
            papers = one._get_submitted_papers()
            if papers:
                papers.write({"reason": one.reason})
                papers.action_reject()
        for (day, number), mine in self.grouped(
            lambda one: (one.company_id._collections_today(), one.cure_days)
        ).items():
            mine._write_kept({"cure_until": add_days(day, number) if number else False})
        return self._decide("rejected")

    def action_waive(self):
        """It need not be done this time: a reason, and another person than its owner.

        :raise AccessError: for who does not answer for all accounts
        """
        self.check_access("write")
        for one in self:
            one._check_may_waive()
            one._check_state(*OPEN, "missed")
            one._check_reason(
                self.env._("Say on %s why it is waived before you do so.")
            )
            if one.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You look after %s: another person waives it.", one.display_name
                    )
                )
        self._decide("waived")
        self._forget_reminders()
        self._make_next()
        return True

    def action_reopen(self):
        """It has to be done after all."""
        self.check_access("write")
        for one in self:
            one._check_may_waive()
            one._check_state("waived")
            # sudo: whoever may see the next time, it is there
            if one.sudo().next_ids:
                raise UserError(
                    self.env._(
                        "The next time of %s is there: work on that one.",
                        one.display_name,
                    )
                )
        self._write_kept({"reviewed_by_id": False})
        return self._reopen()

    def _reopen(self):
        for day, mine in self._by_day():
            mine._write_kept({"state": "waiting", "changed_on": day})
        self.env.add_to_compute(self._fields["base_date"], self)
        self._open_by_day()
        return True

    def _by_day(self):
        """Pairs of a company's day and its obligations."""
        return [
            (company._collections_today(), mine)
            for company, mine in self.grouped("company_id").items()
        ]

    def _decide(self, state):
        for day, mine in self._by_day():
            mine._write_kept(
                {"state": state, "reviewed_by_id": self.env.uid, "changed_on": day}
            )
        return True

    def _check_may_waive(self):
        groups = self._get_waivers()
        if not (self.env.su or any(map(self.env.user.has_group, groups))):
            raise AccessError(
                self.env._(
                    "Whoever answers for all accounts waives an obligation: ask them."
                )
            )

    def _get_waivers(self):
        """External ids of the groups whose people waive it."""
        return (WAIVES,)

    def _get_managers(self):
        """External id of the group that gets what nobody else would."""
        return MANAGER

    def _get_submitted_papers(self):
        # sudo: which of its papers wait for the review, then as the user
        papers = self.sudo().document_ids.filtered(lambda one: one.state == "submitted")
        return papers.with_env(self.env)

    def _check_state(self, *states):
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(obligation)s is not “%(wanted)s” but “%(state)s”.",
                    obligation=self.display_name,
                    wanted=labels[states[0]],
                    state=labels[self.state],
                )
            )

    def _check_second_person(self):
        if self.submitted_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "You handed in %s: another person reviews it.", self.display_name
                )
            )

    def _check_reason(self, text):
        if not (self.reason or "").strip():
            raise UserError(text % self.display_name)

    def _check_covered(self):
        """Refuse an insurance that covers less than was agreed.

        :raise UserError: naming each shortfall
        """
        if short := self._say_shortfalls():
            raise UserError(
                self.env._(
                    "%(obligation)s is not in order: %(problem)s Reject it, or correct"
                    " what the certificate shows.",
                    obligation=self.display_name,
                    problem=" ".join(short),
                )
            )

    def _check_papers_accepted(self):
        # sudo: the state of its papers, whoever may read them
        for paper in self.sudo().document_ids:
            if paper.state != "accepted":
                raise UserError(
                    self.env._(
                        "%s is not accepted: review it first, or take it away.",
                        paper.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # WHAT THE PAPERS SHOW
    # ------------------------------------------------------------------

    @api.depends(
        *("coverage_ids.required", "coverage_ids.shown", "document_ids.date_end"),
        *("document_ids.date_start", "base_date", "date", "state"),
    )
    def _compute_problem(self):
        known = self._find_known_papers()
        for one in self:
            said = one._say_gaps(known.get(one, ()))
            if one.state not in OVER:
                said += one._say_shortfalls()
            if one.base_date and not one.date:
                said.append(
                    self.env._(
                        "The working hours of %s have no working day: nothing is due.",
                        one.company_id.name,
                    )
                )
            one.problem = "\n".join(said) or False

    def _find_known_papers(self):
        """Accepted papers of the type and account of each, and its own.

        :return: dict obligation -> documents
        """
        counted = self.filtered(
            lambda one: one.base == engine.PAPER and one.document_type_id
        )
        if not counted:
            return {}
        accounts = {one: one._get_paper_account() for one in counted}
        found = self.env["account.admin.document"].search(
            Domain("type_id", "in", counted.document_type_id.ids)
            & Domain("state", "=", "accepted")
            & Domain("partner_id", "in", [one.id for one in accounts.values() if one])
        )
        by_kind = found.grouped(lambda paper: (paper.partner_id, paper.type_id))
        return {
            one: one.document_ids._origin.filtered(
                lambda paper, one=one: paper.type_id == one.document_type_id
            )
            | by_kind.get((account, one.document_type_id), found.browse())
            for one, account in accounts.items()
        }

    def _say_gaps(self, papers):
        """Days around its own papers that none covers, in words."""
        own = self.document_ids._origin
        gaps = engine.get_gaps(
            (paper.date_start or None, paper.date_end or None) for paper in papers
        )
        starts = {add_days(paper.date_start, -1) for paper in own if paper.date_start}
        ends = {add_days(paper.date_end, 1) for paper in own if paper.date_end}
        return [
            self.env._(
                "Nothing was in force for %(count)s days: %(first)s to %(last)s.",
                count=engine.count_days([(first, last)]),
                first=format_date(self.env, first),
                last=format_date(self.env, last),
            )
            for first, last in gaps
            if first in ends or last in starts
        ]

    def _say_shortfalls(self):
        """What is covered too little, in words: a list of sentences."""
        kinds = dict(self.coverage_ids._fields["kind"]._description_selection(self.env))
        return [
            self.env._(
                "%(kind)s is short of %(amount)s.",
                kind=kinds[line.kind],
                amount=line.currency_id.format(line.shortfall),
            )
            for line in self.coverage_ids
            if line.currency_id.compare_amounts(line.shortfall, 0) > 0
        ]

    @api.depends("document_ids.date_start", "document_ids.date_end", "retention_months")
    def _compute_kept_until(self):
        for one in self:
            days = [
                engine.get_kept_until(
                    paper.date_start or paper.create_date.date(),
                    paper.date_end or None,
                    one.retention_months,
                )
                for paper in one.document_ids._origin
            ]
            is_known = one.retention_months and days and None not in days
            one.kept_until = max(days) if is_known else False
