from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import JobsCommon


@tagged("post_install", "-at_install")
class TestAccess(JobsCommon):
    def setUp(self):
        super().setUp()
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")

    def _user(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_managers_of_the_job_queue_see_the_jobs(self):
        user = self._user("jobs", "queue_job.group_queue_job_manager")
        jobs = self.env["queue.job"].with_user(user).search([])
        self.assertEqual(jobs.company_id, self.company, "those of their companies")
        self.assertEqual(jobs.method_name, "_job_run_night")

    def test_administrators_of_accounts_see_no_jobs(self):
        user = self._user("chief", "account_admin.group_account_admin_manager")
        with self.assertRaises(AccessError):
            self.env["queue.job"].with_user(user).search([])
