import time

from odoo import api, models
from odoo.exceptions import LockError
from odoo.tools import config

from odoo.addons.queue_job.exception import RetryableJobError


class CollectionsRun(models.Model):
    _inherit = "collections.run"

    @api.model
    def _cron_run_night(self):
        """Leave each company's night to a job; without a job runner do it here."""
        if not self.env["queue.job"]._has_runner():
            return super()._cron_run_night()
        companies = self._get_companies_of_tonight()
        for company in companies:
            self._delay_night(company)
        self.env["ir.cron"]._commit_progress(len(companies), remaining=0)

    @api.model
    def _delay_night(self, company):
        """One job a company: tonight's joins one that still waits from last night.

        :return: the job, a new one or the one that waits
        """
        return (
            self.with_company(company)
            .with_delay(
                description=self.env._("Night of %s", company.display_name),
                identity_key=f"account_admin.night.{company.id}",
            )
            ._job_run_night(company)
        )

    @api.model
    def _job_run_night(self, company):
        """One company's night, as long as a worker may take for a request.

        :raises RetryableJobError: it is running elsewhere, or its time was up: what was
            done is committed, the next try goes on from there
        """
        end = time.monotonic() + self._get_job_seconds()
        try:
            done = self.with_context(account_admin_job_end=end)._run_company(company)
        except LockError as error:
            raise RetryableJobError(str(error)) from error
        if not done:
            raise RetryableJobError(
                self.env._("The night of %s goes on.", company.display_name),
                seconds=1,
                ignore_retry=True,
            )

    @api.model
    def _get_job_seconds(self):
        """Half of what a worker may take before Odoo kills it; infinity if it may."""
        limits = (config["limit_time_real"], config["limit_time_cpu"])
        return min((limit for limit in limits if limit > 0), default=float("inf")) / 2
