from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from odoo.addons.account_admin.models.collections import collections_run_night
from odoo.addons.account_admin_queue_job import uninstall_hook
from odoo.addons.queue_job.exception import RetryableJobError

from .common import JobsCommon


@tagged("post_install", "-at_install")
class TestNights(JobsCommon):
    def _companies(self):
        return self.env["collections.run"]._get_companies_of_tonight()

    def _night_job(self, company=None):
        jobs = self._jobs("_job_run_night", "pending", "done", "failed")
        return jobs.filtered(lambda job: job.company_id == (company or self.company))

    def _run_of(self, company):
        return self.env["collections.run"].search([("company_id", "=", company.id)])

    def test_each_company_gets_a_job_of_its_own(self):
        second = self.env["res.company"].create({"name": "Second Ltd"})
        runs = self.env["collections.run"]
        with self._trap("2026-03-02") as trap:
            self._trigger("ir_cron_night")
            trap.assert_jobs_count(len(self._companies()))
            for company in (self.company, second):
                trap.assert_enqueued_job(
                    runs._job_run_night,
                    args=(company,),
                    properties={"identity_key": f"account_admin.night.{company.id}"},
                )
        self.assertFalse(runs.search([]), "the scheduled action itself does nothing")

    def test_night_that_still_waits_is_not_queued_again(self):
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night", "ir_cron_night")
        self.assertEqual(
            self._jobs("_job_run_night").company_id.ids, self._companies().ids
        )
        self.assertEqual(len(self._jobs("_job_run_night")), len(self._companies()))

    def test_job_does_what_the_scheduled_action_does(self):
        self._move("2026-03-01", 100)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
            self._run_job(self._night_job())
        self.assertEqual(self._night_job().state, "done")
        self.assertEqual(self._run_of(self.company).state, "done")
        self.assertEqual(self._cases().notice_ids.state, "queued")

    def test_job_of_a_night_that_is_done_ends_quietly(self):
        self._move("2026-03-01", 100)
        with self._on("2026-03-02"):
            for _time in range(2):
                self._trigger("ir_cron_night")
                self._run_job(self._jobs("_job_run_night")[0])
            for job in self._jobs("_job_run_night"):
                if job.company_id == self.company:
                    self._run_job(job)
        self.assertEqual(len(self._cases().notice_ids), 1)

    def test_night_that_runs_elsewhere_is_tried_again(self):
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
            with self._hold(collections_run_night.NIGHT_LOCK, self.company.id):
                raised = self._perform(self._night_job())
        self.assertIsInstance(raised, RetryableJobError)
        self.assertIn("is running elsewhere", str(raised))

    def test_night_that_cannot_run_fails_its_job_with_the_reason(self):
        empty = self.env["res.company"].create({"name": "Empty Ltd"})
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
            job = self._night_job(empty)
            with mute_logger("odoo.addons.queue_job.controllers.main"):
                raised = self._run_job(job)
        self.assertIsInstance(raised, UserError)
        self.assertEqual(job.state, "failed")
        self.assertIn("Empty Ltd has no receivable account", job.exc_message)

    def test_night_that_cannot_run_says_so_in_the_list_of_nights(self):
        empty = self.env["res.company"].create({"name": "Empty Ltd"})
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
            self.assertIsInstance(self._perform(self._night_job(empty)), UserError)
        run = self._run_of(empty)
        self.assertEqual(run.state, "failed")
        self.assertIn("Empty Ltd has no receivable account", run.message)

    def test_night_longer_than_a_worker_lives_goes_on_in_the_next_try(self):
        partners = [self._customer(f"Customer {number}") for number in range(3)]
        for partner in partners:
            self._move("2026-03-01", 100, partner)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
            job = self._night_job()
            with (
                patch.object(collections_run_night, "BATCH", 1),
                patch.dict(config.options, {"limit_time_real": 1e-9}),
            ):
                for done in (1, 2):
                    raised = self._perform(job)
                    self.assertIsInstance(raised, RetryableJobError)
                    self.assertTrue(raised.ignore_retry)
                    self.assertEqual(len(self._run_of(self.company)), done)
            self.assertIsNone(self._perform(job))
        self.assertEqual(
            self._run_of(self.company).mapped("state"),
            ["done", "interrupted", "interrupted"],
        )
        for partner in partners:
            self.assertEqual(len(self._cases(partner).notice_ids), 1)

    def test_without_a_job_runner_the_scheduled_action_works_itself(self):
        self.runner.close()
        self._move("2026-03-01", 100)
        with self._trap("2026-03-02") as trap:
            self._trigger("ir_cron_night", "ir_cron_notice_queue")
            trap.assert_jobs_count(0)
        self.assertEqual(self._steps_sent(), [1])

    def test_button_of_a_job_opens_the_nights_of_its_company(self):
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
        self.env.user.group_ids |= self.env.ref("queue_job.group_queue_job_manager")
        action = self._night_job().with_user(self.env.user).open_related_action()
        self.assertEqual(action["res_model"], "collections.run")
        self.assertEqual(action["domain"], [("company_id", "=", self.company.id)])

    def test_uninstalling_cancels_the_jobs_that_wait(self):
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
        waiting = self._jobs("_job_run_night")
        uninstall_hook(waiting.env)
        self.assertEqual(set(waiting.mapped("state")), {"cancelled"})

    def _user(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_managers_of_the_job_queue_see_the_jobs(self):
        with self._on("2026-03-02"):
            self._trigger("ir_cron_night")
        user = self._user("jobs", "queue_job.group_queue_job_manager")
        jobs = self.env["queue.job"].with_user(user).search([])
        self.assertEqual(jobs.company_id, self.company, "those of their companies")
        self.assertEqual(jobs.method_name, "_job_run_night")

    def test_administrators_of_accounts_see_no_jobs(self):
        user = self._user("chief", "account_admin.group_account_admin_manager")
        with self.assertRaises(AccessError):
            self.env["queue.job"].with_user(user).search([])
