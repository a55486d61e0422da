from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account_admin.models.collections.collections_notice_delivery import (
    BATCH_LOCK,
)
from odoo.addons.account_admin_queue_job.models import collections_notice
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import identity_exact

from .common import JobsCommon


@tagged("post_install", "-at_install")
class TestNotices(JobsCommon):
    def _queue(self, count, day="2026-03-02", company=None):
        """Notices that a night of this company has queued on a day."""
        partners = [self._customer(f"Customer {number}") for number in range(count)]
        for partner in partners:
            self._move("2026-03-01", 100, partner)
        with self._on(day):
            self._run_company(self.company)
        return self.env["collections.notice"].search([], order="id")

    def _jobs_to_send(self, *states):
        return self._jobs("_job_deliver", *states)

    def test_nothing_queued_makes_no_job(self):
        with self._trap("2026-03-02") as trap:
            self._trigger("ir_cron_notice_queue")
            trap.assert_jobs_count(0)

    def test_each_job_gets_a_batch_of_notices(self):
        notices = self._queue(5)
        with self._trap("2026-03-02") as trap:
            with patch.object(collections_notice, "BATCH", 2):
                self._trigger("ir_cron_notice_queue")
            trap.assert_jobs_count(3)
            for part in (notices[:2], notices[2:4], notices[4:]):
                trap.assert_enqueued_job(
                    part._job_deliver, properties={"identity_key": identity_exact}
                )
            self.assertFalse(self.mailbox.messages)
            with self.enter_registry_test_mode():
                trap.perform_enqueued_jobs()
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertEqual(len(self.mailbox.messages), 5)

    def test_notices_of_two_companies_are_never_in_one_job(self):
        notices = self._queue(2)
        second = self.setup_other_company()["company"]
        partner = self._customer("Elsewhere Ltd")
        self.env["account.move"].with_company(second).create(
            {
                "move_type": "out_invoice",
                "company_id": second.id,
                "partner_id": partner.id,
                "invoice_date": "2026-03-01",
                "invoice_date_due": "2026-03-01",
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": 5, "tax_ids": False})
                ],
            }
        ).action_post()
        second.collections_policy_id = self.policy
        with self._on("2026-03-02"):
            self._run_company(second)
        other = self.env["collections.notice"].search([("company_id", "=", second.id)])
        self.assertTrue(other)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_notice_queue")
        jobs = self._jobs_to_send()
        self.assertEqual(
            {job.company_id: job.records for job in jobs},
            {self.company: notices, second: other},
        )

    def test_notice_that_waits_in_a_job_gets_no_second_one(self):
        notices = self._queue(3)
        with (
            self._on("2026-03-02"),
            patch.object(collections_notice, "BATCH", 2),
        ):
            self._trigger("ir_cron_notice_queue")
            self._run_job(self._jobs_to_send()[0])
            more = self._customer("More Ltd")
            self._move("2026-03-01", 100, more)
            self._run_company(self.company)
            self._trigger("ir_cron_notice_queue")
        self.assertEqual(
            [job.records for job in self._jobs_to_send()],
            [notices[2], self._cases(more).notice_ids],
        )

    def test_job_whose_notices_are_gone_out_ends_quietly(self):
        notices = self._queue(2)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_notice_queue")
            job = self._jobs_to_send()
            self.runner.close()
            self._trigger("ir_cron_notice_queue")
            self.assertEqual(set(notices.mapped("state")), {"sent"})
            self._run_job(job)
        self.assertEqual(job.state, "done")
        self.assertEqual(len(self.mailbox.messages), 2)

    def test_paid_while_its_job_waited_is_not_sent(self):
        partner = self._customer("Customer 0")
        invoice = self._move("2026-03-01", 100, partner)
        with self._on("2026-03-02"):
            self._run_company(self.company)
            self._trigger("ir_cron_notice_queue")
            self._pay(invoice, "2026-03-02")
            self._run_job(self._jobs_to_send())
        self.assertEqual(self._cases(partner).notice_ids.state, "suppressed")
        self.assertFalse(self.mailbox.messages)

    def test_notices_of_a_worker_that_died_are_sent_by_the_next_try(self):
        notices = self._queue(2)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_notice_queue")
            job = self._jobs_to_send()
            notices.sudo().write({"state": "sending", "claim": notices[0].id})
            self._run_job(job)
        self.assertEqual(job.state, "done")
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertEqual(len(self.mailbox.messages), 2)

    def test_notices_that_another_worker_is_sending_are_left_to_it(self):
        notices = self._queue(3)
        with self._on("2026-03-02"):
            self._trigger("ir_cron_notice_queue")
            job = self._jobs_to_send()
            notices[:2].sudo().write({"state": "sending", "claim": notices[0].id})
            with self._hold(BATCH_LOCK, notices[0].id):
                raised = self._perform(job)
            self.assertIsInstance(raised, RetryableJobError)
            self.assertIn("being sent elsewhere", str(raised))
            self.assertEqual(notices[2].state, "sent")
            self._run_job(job)
        self.assertEqual(job.state, "done")
        self.assertEqual(len(self.mailbox.messages), 3)

    def test_batch_that_fails_says_why_and_the_next_hour_takes_it_up(self):
        notices = self._queue(1)
        self.env.flush_all()
        # a constraint of the customer's own database, as any customisation may add
        self.env.cr.execute(
            "ALTER TABLE collections_notice"
            " ADD CONSTRAINT never_sent CHECK (state <> 'sending')"
        )
        with self._on("2026-03-02"):
            self._trigger("ir_cron_notice_queue")
            job = self._jobs_to_send()
            with mute_logger("odoo.sql_db", "odoo.addons.queue_job.controllers.main"):
                self.assertTrue(self._run_job(job))
            self.assertEqual(job.state, "failed")
            self.assertIn("never_sent", job.exc_message)
            self.env.cr.execute(
                "ALTER TABLE collections_notice DROP CONSTRAINT never_sent"
            )
            self._trigger("ir_cron_notice_queue")
            self._run_job(self._jobs_to_send())
        self.assertEqual(notices.state, "sent")
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_send_now_has_the_jobs_made_at_once(self):
        notices = self._queue(1)
        notices.action_send_now()
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("account_admin.ir_cron_notice_queue").id)]
        )
        self.assertTrue(triggers)
