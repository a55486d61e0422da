from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_kpi import MARCH, KpiCommon


@tagged("post_install", "-at_install")
class TestKpiAccess(KpiCommon):
    """Who sees and computes which figures, as real users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, group, company=cls.company):
            return new_test_user(
                cls.env,
                login,
                groups=f"account_admin.group_account_admin_{group}"
                if group
                else "base.group_user",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )

        cls.own = user("own", "user")
        cls.all = user("all", "all")
        cls.manager = user("manager", "manager")
        cls.auditor = user("auditor", "auditor")
        cls.employee = user("employee", None)
        second = cls.setup_other_company(name="Second Ltd")
        cls.second = second["company"]
        cls.stranger = user("stranger", "manager", cls.second)
        cls.other = cls._customer("Other Stores", collections_user_id=cls.all.id)
        cls.customer.collections_user_id = cls.own
        cls.env["national.account"].create(
            {"name": "Group", "partner_id": cls.other.id, "user_id": cls.own.id}
        )
        cls._move("2026-03-01", 100)
        cls._move("2026-03-01", 100, cls.other)
        cls._move(
            "2026-03-01",
            70,
            company_id=cls.second.id,
            journal_id=second["default_journal_sale"].id,
        )

    def setUp(self):
        super().setUp()
        self._freeze("2026-04-01")
        self.every = self.kpis.search([("company_id", "=", self.company.id)])

    def _denied(self, function, *args):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            function(*args)

    def test_own_accounts_user_sees_own_accounts_and_their_sum_only(self):
        found = self.kpis.with_user(self.own).search([])
        self.assertEqual(sorted(found.mapped("scope")), ["account", "administrator"])
        self.assertEqual(found.partner_id, self.customer)
        self.assertEqual(found.user_id, self.own)
        for row in self.every - found.sudo():
            self._denied(row.with_user(self.own).read, ["dso"])

    def test_account_taken_over_shows_its_past_to_its_new_administrator(self):
        self.other.collections_user_id = self.own
        found = self.kpis.with_user(self.own).search([("scope", "=", "account")])
        self.assertEqual(found.partner_id, self.customer | self.other)

    def test_all_accounts_users_managers_and_auditors_see_every_row(self):
        for user in (self.all, self.manager, self.auditor):
            found = self.kpis.with_user(user).search([])
            self.assertEqual(found.sudo(), self.every, user.login)
            self.assertTrue(found.read(["dso", "buckets_html", "display_name"]))
            self.assertTrue(
                found.formatted_read_group([], ["scope"], ["dso:ratio", "ending:sum"])
            )

    def test_employee_sees_nothing(self):
        self._denied(self.kpis.with_user(self.employee).search, [])

    def test_company_does_not_see_another_ones_figures(self):
        found = self.kpis.with_user(self.stranger).search([])
        self.assertEqual(found.company_id, self.second)
        self._denied(self.every.with_user(self.stranger).read, ["dso"])
        self._denied(self.every.with_user(self.stranger).action_recompute)

    def test_only_administrators_compute_a_month_again(self):
        for user in (self.own, self.all, self.auditor, self.employee):
            rows = self.kpis.sudo().search(
                [("scope", "=", "account"), ("user_id", "=", self.own.id)]
            )
            self._denied(rows.with_user(user).action_recompute)
        march = self._frozen(month=MARCH).with_user(self.manager)
        self.assertIn("nothing changed", march.action_recompute()["params"]["message"])

    def test_nobody_writes_creates_or_deletes_figures(self):
        row = self._frozen(month=MARCH)
        vals = {
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
            "month": "2026-04-30",
            "scope": "company",
        }
        for user in (self.own, self.all, self.manager, self.auditor):
            rows = self.kpis.with_user(user)
            self._denied(row.with_user(user).write, {"dso": 1})
            self._denied(row.with_user(user).unlink)
            self._denied(rows.create, vals)
