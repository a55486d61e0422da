from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..common import CollectionsHttpCase


@tagged("post_install", "-at_install")
class TestTours(CollectionsHttpCase):
    """What people do on screen, in a real browser and on the real day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._policy("Tour Policy", [1, 8], gap_days=0)
        cls.company.collections_policy_id = cls.policy
        cls.customer = cls._customer("Tour Stores")
        cls.today = fields.Date.today()
        yesterday = cls.today - timedelta(days=1)
        cls.invoice = cls._move(yesterday, 100, name="TOUR-0001")

    def _user(self, name, group):
        """A user whose login and password are the first name."""
        return new_test_user(
            self.env,
            name.split()[0].lower(),
            groups=f"account_admin.group_account_admin_{group}",
            name=name,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_collector_reads_why_and_takes_a_case(self):
        user = self._user("Carla Collector", "user")
        self._night(self.today)
        self.assertFalse(self._cases().user_id)
        self.start_tour("/odoo", "account_admin_collector", login=user.login)
        self.assertEqual(self._cases().user_id, user)

    def test_screens_show_dates_in_full_no_zeros_and_help_where_they_are_empty(self):
        user = self._user("Carla Collector", "user")
        self.start_tour("/odoo", "account_admin_screens", login=user.login)

    def test_manager_runs_a_dry_run_and_adds_a_step(self):
        user = self._user("Mary Manager", "manager")
        self.start_tour("/odoo", "account_admin_manager", login=user.login)
        self.assertFalse(self._cases(), "a dry run opens no case")
        step = self.policy.step_ids[-1]
        self.assertEqual((step.name, step.days), ("Ring them", 45))
        self.assertEqual(step._get_channels(), ["call"])

    def test_dispute_is_made_on_the_invoice_and_counted_there(self):
        user = self._user("Carla Collector", "user")
        self.start_tour(
            f"/odoo/account.move/{self.invoice.id}",
            "account_admin_dispute",
            login=user.login,
        )
        dispute = self.invoice.collections_dispute_ids
        self.assertEqual((dispute.amount, dispute.user_id), (40, user))
        self._night(self.today)
        self.assertEqual(self._cases().asked_amount, 60)

    def test_approver_lets_a_notice_go_from_the_list(self):
        user = self._user("Anna Approver", "all")
        self.policy.step_ids.approval = True
        self._night(self.today)
        notice = self._cases().notice_ids
        self.assertEqual(notice.state, "to_approve")
        self.assertFalse(self.mailbox.messages)
        self.start_tour("/odoo", "account_admin_approver", login=user.login)
        self.assertEqual(notice.state, "queued")
        self._send(self.today)
        self.assertEqual(self._steps_sent(), [1])

    def test_collector_looks_at_the_aging_and_makes_a_statement(self):
        user = self._user("Carla Collector", "user")
        self.start_tour("/odoo", "account_admin_reports", login=user.login)
        statement = self.env["collections.statement"].search([])
        self.assertEqual((statement.partner_id, statement.amount), (self.customer, 100))
        self.assertEqual((statement.state, statement.create_uid), ("draft", user))
