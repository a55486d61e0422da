"""Each night: what became due, what was missed, what comes next, who is told."""

import logging

from odoo import Command, api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, split_every

from ...engine import obligation as engine
from ...engine.days import add_days
from ...engine.office.deadline import LONGEST_PAUSE
from ..base.bulk import QUIET
from ..base.isolation import apply_isolated, describe, isolate
from .account_admin_obligation import OPEN, OVER

_logger = logging.getLogger(__name__)

#: Obligations that are worked on together.
BATCH = 1000
#: What the next time takes over.
PASSED_ON = (
    *("type_id", "name", "company_id", "partner_id", "national_account_id"),
    *("user_id", "side", "delay", "unit", "is_before", "roll", "cure_days"),
    *("remind", "document_type_id", "retention_months", "date_until"),
    *("event_date", "fiscal_month", "usdot_number", "note"),
)


class AccountAdminObligation(models.Model):
    _inherit = "account.admin.obligation"

    @api.model
    def _cron_judge(self):
        """Judge the obligations of each company by its day, then tell people.

        However late or often it runs: each next time, reminder and message comes once.
        """
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            day = company._collections_today()
            for work in (self._judge, self._remind, self._tell_late):
                isolate(self.env, company, lambda one, w=work, d=day: w(one, d), _note)
            if not cron._commit_progress(processed=1):
                break

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    @api.model
    def _judge(self, company, day):
        """Bring every obligation of a company to where it stands on a day."""
        mine = Domain("company_id", "=", company.id)
        self._follow_papers(mine)
        opens = Domain("state", "=", "waiting") & Domain("open_on", "<=", day)
        closes = Domain("open_on", "=", False) | Domain("open_on", ">", day)
        closes &= Domain("state", "=", "due")
        self.search(mine & (opens | closes))._open_by_day()
        self._find_missed(mine, day)._miss(day)
        # what was not made while no night ran may be over already
        found = self._find_ended(mine)
        while found:
            made = self.browse()
            for batch in split_every(BATCH, found.ids, self.browse):
                made |= self._make_next_isolated(batch)
            # a next time that is no later than the last one would have no end
            made = made.filtered(
                lambda one: (
                    one.base_date and one.base_date > one.previous_id.base_date
                )
            )
            found = self._find_missed(Domain("id", "in", made.ids), day)
            found._miss(day)

    @api.model
    def _find_missed(self, domain, day):
        domain &= Domain("state", "in", OPEN) & Domain("deadline", "<", day)
        return self.search(domain)

    @api.model
    def _find_ended(self, domain):
        """Obligations that are over and may come back."""
        comes_back = Domain("base", "not in", ("date", "event"))
        comes_back |= Domain("base", "=", "date") & Domain("type_id.rhythm", "!=", "0")
        comes_back |= Domain("base", "=", "event") & Domain(
            "type_id.is_again", "=", True
        )
        return self.search(
            domain
            & Domain("state", "in", OVER)
            & Domain("next_ids", "=", False)
            & Domain("type_id.active", "=", True)
            & comes_back
        )

    def _open_by_day(self):
        """What has its first reminder is due; what moved away waits once more."""
        for day, mine in self._by_day():
            opened = mine.filtered(
                lambda one, d=day: (
                    one.state == "waiting" and one.open_on and one.open_on <= d
                )
            )
            closed = mine.filtered(
                lambda one, d=day: (
                    one.state == "due" and not (one.open_on and one.open_on <= d)
                )
            )
            for state, records in (("due", opened), ("waiting", closed)):
                if records:
                    records.with_context(**QUIET)._write_kept(
                        {"state": state, "changed_on": day}
                    )

    def _miss(self, day):
        if self:
            self.with_context(**QUIET)._write_kept(
                {"state": "missed", "missed_on": day, "changed_on": day}
            )

    # ------------------------------------------------------------------
    # PAPERS
    # ------------------------------------------------------------------

    @api.model
    def _follow_papers(self, domain):
        """Days of open obligations that are counted from papers follow them."""
        domain &= Domain("state", "in", OPEN) & Domain("base", "=", engine.PAPER)
        # sudo: a paper that was accepted counts, whoever may see what follows from it
        found = self.sudo().with_context(**QUIET).search(domain)
        ends = found._find_paper_ends()
        moved = found.filtered(
            lambda one: (
                one.base_date
                != (
                    engine.find_base(
                        one._get_rule(), one._get_facts(ends.get(one)), one.date_start
                    )
                    or False
                )
            )
        )
        moved._set_base_dates(ends)
        moved.filtered(lambda one: one.state != "rejected")._open_by_day()

    # ------------------------------------------------------------------
    # THE NEXT TIME
    # ------------------------------------------------------------------

    @api.model
    def _make_next_isolated(self, over):
        """The next times of a batch; one that fails is named in the log."""
        made = []

        def work(batch):
            made.extend(batch._make_next().ids)

        def fail(one, error):
            _logger.error("What comes after %s: %s", one, describe(error))

        # what another transaction has in hand is its own
        apply_isolated(self.env, over.try_lock_for_update(), work, fail)
        return self.browse(made).exists()

    def _make_next(self):
        """Enter what comes next of obligations that are over, once for each.

        :return: the new ones
        """
        # sudo: the next time is the product's to enter, whoever ended this one
        over = self.sudo().filtered(
            lambda one: one.state in OVER and not one.next_ids and one.type_id.active
        )
        ends = over._find_paper_ends()
        rows = [row for one in over if (row := one._prepare_next(ends.get(one)))]
        return over.with_context(**QUIET).create(rows).with_env(self.env)

    def _prepare_next(self, paper_end):
        """Values of the next time, ``None`` where there is none."""
        self.ensure_one()
        today = self.company_id._collections_today()
        rule, facts, base = self._get_rule(), self._get_facts(paper_end), self.base_date
        if not base:
            return None
        if self.base in engine.PERIODIC:
            # what was due longer ago than that is not caught up with
            base = max(base, add_days(today, -LONGEST_PAUSE))
        done = self._find_done() if self.is_again else None
        found = engine.find_next_base(rule, facts, base, done)
        last = self._get_last_day()
        if not found or (last and found > last):
            return None
        values = self._convert_to_write({name: self[name] for name in PASSED_ON})
        return {
            **values,
            **{name: self[name].id for name in self._get_passed_on()},
            **({"event_date": found} if self.base == engine.EVENT else {}),
            "date_start": found,
            "term_start": facts.term_start,
            "term_end": facts.term_end,
            "previous_id": self.id,
            "coverage_ids": [
                Command.create(
                    {
                        "kind": line.kind,
                        "required": line.required,
                        "currency_id": line.currency_id.id,
                    }
                )
                for line in self.coverage_ids
            ],
        }

    def _get_passed_on(self):
        """Names of more fields that name records and that the next time takes over."""
        return ()

    def _get_last_day(self):
        """The last day that something may be counted from, ``None`` for no end."""
        days = [self.date_until]
        if self.base in engine.PERIODIC:
            days.append(self.term_end)
        return min(filter(None, days), default=None)

    def _find_done(self):
        """The day on which it was done: that of its newest paper, else handed in.

        What was waived counts as done on its day; what was missed was not done.
        """
        if self.state != "accepted":
            return self.date if self.state == "waived" else None
        days = [paper.date_start for paper in self.document_ids if paper.date_start]
        return max(days, default=self.submitted_on)

    # ------------------------------------------------------------------
    # TELL PEOPLE
    # ------------------------------------------------------------------

    @api.model
    def _remind(self, company, day):
        """Remind owners, or who stands in, of what is due: once for each reminder."""
        found = self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "in", OPEN)
            & Domain("remind_on", "<=", day)
        )
        wanted = {one: one.user_id for one in found}
        self._tell(company, found, wanted, "reminded_on", day)

    @api.model
    def _tell_late(self, company, day):
        """Tell the managers of owners what was missed: once for each."""
        found = self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "missed")
            & Domain("told_late_on", "=", False)
        )
        # sudo: whose manager somebody is
        wanted = {one: one.user_id.sudo().account_admin_manager_id for one in found}
        self._tell(company, found, wanted, "told_late_on", day)

    @api.model
    def _tell(self, company, found, wanted, field, day):
        """Activities on obligations for some people, and the day of it.

        :param dict wanted: obligation -> who should get it
        :param str field: of the day on which it was told
        """
        users = {}
        for group, mine in found.grouped(lambda one: one._get_managers()).items():
            users |= self.env["res.users"]._account_admin_find(
                company,
                {one: wanted[one] for one in mine},
                group,
                accounts={
                    one: one.partner_id.commercial_partner_id
                    for one in mine
                    if one.partner_id
                },
            )

        def work(batch):
            batch._ask({one: users[one] for one in batch if users[one]}, field)
            batch.with_context(**QUIET)._write_kept({field: day})

        def fail(one, error):
            _logger.error("Nobody was told of %s: %s", one, describe(error))

        for batch in split_every(BATCH, found.ids, self.browse):
            apply_isolated(self.env, batch.try_lock_for_update(), work, fail)

    def _ask(self, users, field):
        """Activities, one on each obligation.

        :param dict users: obligation -> whom it is for
        """
        kind = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id(self._name)
        texts = {
            "reminded_on": self.env._("%(name)s is due on %(day)s"),
            "told_late_on": self.env._("%(name)s was missed: it was due by %(day)s"),
        }
        self._forget_reminders()
        self.mapped("display_name")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": one.id,
                    "summary": texts[field]
                    % {"name": one.name, "day": format_date(self.env, one.deadline)},
                    "date_deadline": one.deadline,
                    "user_id": user.id,
                    "automated": True,
                }
                for one, user in users.items()
            ]
        )

    def _forget_reminders(self):
        """What was to be done about them is done, or is asked for anew."""
        # sudo: the reminders are the product's own, whoever they are for
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("automated", "=", True),
            ]
        ).unlink()

    # ------------------------------------------------------------------
    # WHAT COUNTS ELSEWHERE
    # ------------------------------------------------------------------

    @api.model
    def _get_counted_papers(self, company):
        """Papers that open obligations are counted from.

        :return: set of (commercial partner id, id of the type)
        """
        domain = Domain("company_id", "=", company.id) & Domain("state", "in", OPEN)
        domain &= Domain("base", "=", engine.PAPER)
        groups = self._read_group(
            domain, ["partner_id", "national_account_id", "document_type_id"]
        )
        return {
            ((account or group.partner_id).commercial_partner_id.id, kind.id)
            for account, group, kind in groups
        }

    @api.model
    def _get_missed_days(self, company, accounts=None, vital=False):
        """The last day of the oldest obligation that an account missed.

        One that was waived or handed in late does not count; one that a newer paper
        followed neither.

        :param accounts: ids of commercial partners, all if ``None``
        :param bool vital: only types that count for the standing
        :return: dict commercial partner id -> (date, what it was)
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (account) account, deadline, name
                     FROM (SELECT partner.commercial_partner_id AS account,
                                  one.deadline, one.name
                             FROM account_admin_obligation one
                             JOIN account_admin_obligation_type kind
                                  ON kind.id = one.type_id
                                  AND (kind.is_vital OR NOT %(vital)s)
                             LEFT JOIN national_account head
                                  ON head.id = one.national_account_id
                             JOIN res_partner partner
                                  ON partner.id
                                   = COALESCE(one.partner_id, head.partner_id)
                            WHERE one.company_id = %(company)s
                              AND one.side = 'theirs'
                              AND one.deadline < %(day)s
                              AND one.state IN ('waiting', 'due', 'rejected', 'missed')
                              AND (one.base <> 'paper' OR NOT EXISTS (
                                   SELECT FROM account_admin_obligation later
                                    WHERE later.previous_id = one.id))
                              AND %(among)s) missed
                    ORDER BY account, deadline""",
                company=company.id,
                day=company._collections_today(),
                vital=vital,
                among=SQL("TRUE")
                if accounts is None
                else SQL("partner.commercial_partner_id = ANY(%s)", list(accounts)),
            )
        )
        return {account: (day, name) for account, day, name in rows}


def _note(company, error):
    _logger.error("Obligations of %s: %s", company.name, describe(error))
