"""Retention: what is kept how long, and deleting what is older once that was said."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from .account_admin_evidence import get_kinds
from .isolation import apply_isolated

#: Days between saying what will be deleted and the first deletion.
NOTICE_DAYS = 7
#: Messages and files emptied in one transaction.
BATCH = 100


class AccountAdminEvidence(models.Model):
    _inherit = "account.admin.evidence"

    @api.model
    def _get_periods(self):
        """Kinds of evidence by the setting that says how long they are kept.

        :return: dict name of the setting -> names of models
        """
        periods = {}
        for kind in get_kinds(self.env):
            if kind._evidence_period:
                periods.setdefault(kind._evidence_period, []).append(kind._name)
        return periods

    @api.model
    def _get_before(self, company, name):
        """The day before which a kind of records is not kept any more.

        :return: date, ``None`` where it is kept for ever
        """
        months = company[name]
        return months and company._collections_today() - relativedelta(months=months)

    @api.model
    def _get_due_domain(self, company, name):
        """Evidence of a company that is older than its retention period."""
        before = self._get_before(company, name)
        if not before:
            return Domain.FALSE
        return Domain(
            [
                ("company_id", "=", company.id),
                ("res_model", "in", self._get_periods()[name]),
                ("gone_on", "=", False),
                ("sealed_on", "<", before),
            ]
        )

    @api.model
    def _cron_delete_old(self):
        """Say what is older than its period; delete it a week after it was said."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            for name in self._get_periods():
                domain = self._get_due_domain(company, name)
                if self._is_due(company, name, self.search_count(domain)):
                    self._delete_old(company, name, domain)
        self._delete_more()

    @api.model
    def _delete_more(self):
        """Whatever else has a period of its own."""

    @api.model
    def _is_due(self, company, name, count):
        """Whether it was said long enough ago that these will be deleted.

        What was never said of a company, kind and period is said now.
        """
        if not count:
            return False
        logs, today = (
            self.env["account.admin.privacy.log"],
            company._collections_today(),
        )
        said = logs.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "announced"),
                ("subject", "=", name),
                ("months", "=", company[name]),
            ],
            limit=1,
        )
        if not said:
            self._announce(company, name, count, today + timedelta(days=NOTICE_DAYS))
        return bool(said) and said.due_on <= today

    @api.model
    def _announce(self, company, name, count, due_on):
        """Tell the administrators what will be deleted, and from which day on."""
        before = self._get_before(company, name)
        label = company.fields_get([name], ["string"])[name]["string"]
        note = self.env._(
            "%(label)s of %(company)s: %(count)s records from before %(before)s will be"
            " deleted from %(day)s on. Change the retention period in the settings to"
            " keep them.",
            label=label,
            company=company.name,
            count=count,
            before=before,
            day=due_on,
        )
        self.env["account.admin.privacy.log"]._add(
            {
                "company_id": company.id,
                "kind": "announced",
                "subject": name,
                "months": company[name],
                "before": before,
                "due_on": due_on,
                "count": count,
                "note": note,
            }
        )
        managers = self.env.ref("account_admin.group_account_admin_manager")
        people = managers.all_user_ids.filtered(
            lambda user: company in user.company_ids and user.active
        )
        self.env["mail.thread"].message_notify(
            partner_ids=people.partner_id.ids,
            subject=self.env._("What will be deleted"),
            body=note,
        )

    @api.model
    def _delete_old(self, company, name, domain):
        """Empty what is due, a batch a commit; one that fails does not stop others."""
        before, done, last = self._get_before(company, name), 0, 0
        while batch := self.search(
            domain & Domain("id", ">", last), order="id", limit=BATCH
        ):
            last = batch[-1].id
            done += self._empty_isolated(batch)
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break
        self._log_deleted(company, name, before, done)
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _empty_isolated(self, batch):
        """:return: how many could be emptied"""
        failed = []
        apply_isolated(
            self.env,
            batch,
            lambda part: part._empty("deleted"),
            lambda evidence, _error: failed.append(evidence),
        )
        return len(batch) - len(failed)

    @api.model
    def _log_deleted(self, company, name, before, count):
        self.env["account.admin.privacy.log"]._add(
            {
                "company_id": company.id,
                "kind": "deleted",
                "subject": name,
                "months": company[name],
                "before": before,
                "count": count,
            }
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_retention_domain(self):
        """Evidence of these companies that is older than its retention period."""
        evidence = self.env["account.admin.evidence"]
        return Domain.OR(
            evidence._get_due_domain(company, name)
            for company in self
            for name in evidence._get_periods()
        )
