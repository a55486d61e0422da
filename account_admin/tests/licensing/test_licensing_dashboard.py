"""The licensing dashboard: its figures are those of the reports behind it."""

from odoo.exceptions import AccessError

from ..reporting import dashboards
from .test_licensing_forecast import ForecastCommon

TODAY = "2026-07-20"


class TestLicensingDashboard(ForecastCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = dashboards.load("dashboard_licensing")
        cls.sources = {found["name"]: found for found in dashboards.sources(cls.book)}
        cls.users = {
            group: cls._user(cls, group, group)
            for group in ("licensing_user", "account_admin_auditor")
        }

    def setUp(self):
        super().setUp()
        contract = self._contract(
            commitment_ids=[self._pool(guarantee=20_000)],
            date_end="2026-12-31",
            notice_from_days=180,
            notice_until_days=90,
        )
        with self._on("2026-04-10"):
            self._approve(contract, 10_000)
        self._report(contract, [], quarter=1, date_due="2026-07-15")

    def _read(self, source, user):
        env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
        return dashboards.read(self.sources[source], env)

    def test_figures_are_those_of_the_reports_for_user_and_auditor(self):
        for user in self.users.values():
            with self._on(TODAY):
                self.env.invalidate_all()
                [royalties] = self._read("pivot 1", user)
                counts = [
                    self._read(f"pivot {number}", user)[0]["__count"]
                    for number in range(2, 7)
                ]
                [pool] = self._read("list 1", user)
                [missing] = self._read("list 2", user)
                quarters = self._read("chart-quarter", user)
            self.assertEqual(royalties["royalty_company:sum"], 800)
            self.assertEqual(counts, [1, 1, 1, 1, 1])
            self.assertEqual(pool["earned_share"], 4)
            self.assertEqual(
                (str(missing["date_end"]), missing["found"]), ("2026-06-30", 5)
            )
            self.assertEqual([row["royalty_company:sum"] for row in quarters], [800])

    def test_every_source_runs_with_each_filter(self):
        user = self.users["licensing_user"]
        env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
        values = {
            "partner_id": ("in", self.licensee.ids),
            "user_id": ("in", user.ids),
            "date_end": (">=", "2026-01-01"),
        }
        with self._on(TODAY):
            for source in self.sources.values():
                for match in source["matching"].values():
                    with self.subTest(source=source["name"], field=match["chain"]):
                        operator, value = values[match["chain"]]
                        domain = [(match["chain"], operator, value)]
                        dashboards.read(source, env, domain)

    def test_it_is_for_licensing_and_audit_only(self):
        board = self.env.ref("account_admin.dashboard_licensing")
        for user in self.users.values():
            self.assertTrue(board.with_user(user).search([("id", "=", board.id)]))
        collector = self._user("collector", "account_admin_user")
        self.assertFalse(board.with_user(collector).search([("id", "=", board.id)]))
        with self.assertRaises(AccessError):
            self._read("pivot 1", collector)
