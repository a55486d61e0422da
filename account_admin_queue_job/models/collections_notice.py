from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from odoo.addons.account_admin.models.collections.collections_notice_delivery import (
    BATCH,
)
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import identity_exact

from .queue_job import LIVE


class CollectionsNotice(models.Model):
    _inherit = "collections.notice"

    @api.model
    def _cron_send_queue(self):
        """Leave what is queued to jobs, a batch each; without a job runner send here.

        What a dead worker had claimed is given back first, as ever.
        """
        if not self.env["queue.job"]._has_runner():
            return super()._cron_send_queue()
        cron = self.env["ir.cron"]
        self._recover()
        batches = self._get_batches_to_delay()
        remaining = sum(len(batch) for batch in batches)
        cron._commit_progress(remaining=remaining)
        for batch in batches:
            batch._delay_delivery()
            remaining -= len(batch)
            # at once, so that workers begin with the first
            if not cron._commit_progress(len(batch), remaining=remaining):
                break

    @api.model
    def _get_batches_to_delay(self):
        """Queued notices that no job will deliver yet, in batches of one company each.

        :return: list of recordsets of at most :data:`BATCH` notices
        """
        jobs = self.env["queue.job"].search(
            [
                ("model_name", "=", self._name),
                ("method_name", "=", "_job_deliver"),
                ("state", "in", LIVE),
            ]
        )
        in_jobs = {notice for job in jobs for notice in job.records.ids}
        groups = self._read_group(
            self._get_queue_domain(), ["company_id"], ["id:array_agg"]
        )
        batches = []
        for company, ids in groups:
            waiting = sorted(set(ids) - in_jobs)
            notices = self.with_company(company)
            batches += [notices.browse(part) for part in split_every(BATCH, waiting)]
        return batches

    def _delay_delivery(self):
        """One job for these notices.

        :return: the job, a new one or the one that waits already
        """
        return self.with_delay(
            description=self.env._(
                "Send %(count)s notices of %(company)s",
                count=len(self),
                company=self.env.company.display_name,
            ),
            identity_key=identity_exact,
        )._job_deliver()

    def _job_deliver(self):
        """Deliver those of these notices that are still queued.

        :raises RetryableJobError: another worker is delivering some of them: if it
            dies, the next try takes what it leaves
        """
        if self._are_being_sent():
            # by a worker that died over them, or by one that lives
            self._recover()
        batch = self._claim(self._get_queue_domain() & Domain("id", "in", self.ids))
        if batch:
            batch._deliver_batch()
        if self._are_being_sent():
            raise RetryableJobError(
                self.env._("Some of these notices are being sent elsewhere.")
            )

    def _are_being_sent(self):
        return "sending" in self.mapped("state")
