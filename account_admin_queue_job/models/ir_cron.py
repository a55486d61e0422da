import time

from odoo import models


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _commit_progress(self, processed=0, *, remaining=None, deactivate=False):
        """Give a job the seconds it has left, as a scheduled action gets its own.

        :return: seconds left; infinity outside of scheduled actions and of jobs that
            set ``account_admin_job_end`` (of :func:`time.monotonic`) in the context
        """
        left = super()._commit_progress(
            processed, remaining=remaining, deactivate=deactivate
        )
        end = self.env.context.get("account_admin_job_end")
        return left if end is None else max(min(left, end - time.monotonic()), 0)
