"""Each night: the tasks of duties, once each, whatever was missed."""

import logging

from odoo import api, models

from ...engine.calendar import NoWorkingDay
from ...engine.days import add_days
from ...engine.office.deadline import LONGEST_PAUSE, get_missing
from ..base.bulk import QUIET
from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)


class AccountAdminTaskTemplate(models.Model):
    _inherit = "account.admin.task.template"

    @api.model
    def _cron_make_tasks(self):
        """Make what is due by each company's day, then tell managers who is late.

        However late or often it runs: a duty has one task a day and account.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            isolate(self.env, company, self._make_of_company, _note_failure)
            isolate(self.env, company, self._tell_of_company, _note_failure)
            if not cron._commit_progress(processed=1):
                break

    @api.model
    def _make_of_company(self, company):
        domain = [("company_id", "=", company.id), ("is_on", "=", True)]
        self.search(domain)._make_tasks(company, company._collections_today())

    @api.model
    def _tell_of_company(self, company):
        day = company._collections_today()
        self.env["account.admin.task"]._tell_late(company, day)

    def _make_tasks(self, company, day):
        """Make the tasks of duties of one company that are to be on the list by a day.

        A duty that cannot be done says why, the others go on. Two at once make each
        task once: the one waits for the other, or leaves it what it has in hand.
        """
        templates = self.try_lock_for_update()
        wanted, rows = {}, []
        for template in templates:
            problem = template._find_problem(company)
            try:
                days = template._find_days(company, day)
            except NoWorkingDay:
                problem, days = template._say_no_working_day(company), ()
            else:
                template._write_kept({"made_until": add_days(day, template.lead_days)})
            if template.problem != problem:
                template._write_kept({"problem": problem})
            wanted[template] = days
        known = templates._find_known(wanted)
        for template, days in wanted.items():
            rows += [
                template._prepare_task(account, due, day)
                for account in template.partner_ids or [template.partner_ids]
                for due in days
                if (template.id, account.id or False, due) not in known
            ]
        self._give_owners(company, rows)
        return self.env["account.admin.task"].with_context(**QUIET).create(rows)

    def _find_days(self, company, day):
        """Days of a duty that have no task yet, up to those that come ahead."""
        self.ensure_one()
        since, until = self.date_start, add_days(day, self.lead_days)
        if self.made_until:
            since = max(since, add_days(self.made_until, 1))
        if self.date_end:
            until = min(until, self.date_end)
        if since > until:
            return []
        since = max(since, add_days(until, -LONGEST_PAUSE))
        calendar = self._get_calendar(company, since)
        return get_missing(self._get_rule(), calendar, since, until)

    @api.model
    def _find_known(self, wanted):
        """Tasks that are there: set of (duty, account or False, day)."""
        days = [day for found in wanted.values() for day in found]
        if not days:
            return set()
        tasks = self.env["account.admin.task"].search_fetch(
            [
                ("template_id", "in", [template.id for template in wanted]),
                ("date", ">=", min(days)),
                ("date", "<=", max(days)),
            ],
            ["template_id", "partner_id", "date"],
        )
        return {(t.template_id.id, t.partner_id.id, t.date) for t in tasks}

    def _find_problem(self, company):
        """What is wrong with who should do it, as a sentence; ``False`` if nothing."""
        if self.owner != "person" or self.user_id._account_admin_present(company):
            return False
        return self.env._(
            "%(person)s does not work for %(company)s any more: choose another person."
            " Until then an administrator gets the tasks.",
            person=self.user_id.name,
            company=company.name,
        )

    def _prepare_task(self, account, due, day):
        return {
            "template_id": self.id,
            "name": self.name,
            "company_id": self.company_id.id,
            "partner_id": account.id or False,
            "user_id": self.owner == "person" and self.user_id.id,
            "date": due,
            "came_on": day,
            "is_evidence_needed": self.is_evidence_needed,
            "note": self.note,
        }

    @api.model
    def _give_owners(self, company, rows):
        """Put into each row who does the task: a person who is there, in any case.

        Who is away keeps theirs: their deputy acts on it meanwhile.
        """
        users, partners = self.env["res.users"], self.env["res.partner"]
        templates = self.browse({row["template_id"] for row in rows})
        of_account = {t.id for t in templates if t.owner == "account"}
        ids = {row["partner_id"] for row in rows if row["template_id"] in of_account}
        found = partners._collections_get_responsible(company, list(ids - {False}))
        for row in rows:
            if row["template_id"] in of_account:
                row["user_id"] = found.get(row["partner_id"]) or False
        owners = users.browse({row["user_id"] for row in rows} - {False})
        present = owners._account_admin_present(company)
        gone = {row["user_id"] for row in rows} - set(present.ids)
        instead = users._account_admin_find(
            company, {user: users.browse(user or ()) for user in gone}
        )
        for row in rows:
            if row["user_id"] in instead:
                row["user_id"] = instead[row["user_id"]].id


def _note_failure(company, error):
    _logger.error(
        "Tasks of %s were not made or told: %s", company.name, describe(error)
    )
