from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..common import CollectionsHttpCase


@tagged("post_install", "-at_install")
class TestDashboardsScreen(CollectionsHttpCase):
    """Both dashboards in a real browser: figures, charts, and the records behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._policy("Tour Policy", [1, 8], gap_days=0)
        cls.company.collections_policy_id = cls.policy
        cls.customer = cls._customer("Tour Stores")
        cls.today = fields.Date.today()
        cls._move(cls.today - timedelta(days=2), 900, name="TOUR-LATE")
        cls._move(
            cls.today + timedelta(days=20), 600, date=cls.today, name="TOUR-LATER"
        )

    def _tour(self, name, group):
        user = new_test_user(
            self.env,
            f"dash_{group}",
            groups=f"account_admin.group_account_admin_{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self._night(self.today)
        self.start_tour("/odoo", f"account_admin_{name}", login=user.login)

    def test_manager_opens_what_is_behind_the_receivables(self):
        self._tour("dashboard_receivables", "manager")

    def test_collector_sees_receivables_of_own_accounts(self):
        self._tour("dashboard_receivables", "user")

    def test_auditor_opens_the_cases_behind_the_collections(self):
        self._tour("dashboard_collections", "auditor")
