from odoo import api, models
from odoo.tools import SQL

from odoo.addons.queue_job.job import ENQUEUED, PENDING, STARTED, WAIT_DEPENDENCIES
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

#: A job in one of these states will still do its work, or is at it.
LIVE = (WAIT_DEPENDENCIES, PENDING, ENQUEUED, STARTED)


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.model
    def _has_runner(self):
        """Whether a job runner watches this database.

        It holds an advisory lock there for as long as it lives. Without one, jobs would
        wait for ever and nobody would be asked to pay.
        """
        query = SQL(
            """SELECT EXISTS (
                SELECT FROM pg_locks
                 WHERE locktype = 'advisory' AND granted AND objsubid = 1
                   AND classid = %s AND objid = %s
                   AND database = (SELECT oid FROM pg_database
                                    WHERE datname = current_database()))""",
            PG_ADVISORY_LOCK_ID >> 32,
            PG_ADVISORY_LOCK_ID & 0xFFFFFFFF,
        )
        return self.env.execute_query(query)[0][0]

    def related_action_collections_runs(self):
        """The nights of the company that a job is about."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_admin.collections_run_action"
        )
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id)],
            "context": {},
        }
