from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ...engine import kpi as engine
from ...models.reporting.account_admin_kpi import RATIOS
from .test_kpi import MARCH, KpiCommon


@tagged("post_install", "-at_install")
class TestKpiGroups(KpiCommon):
    """Groups are computed from sums; members, administrators, each counted once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = cls.env["res.users"].create(
            [{"name": name, "login": name.lower()} for name in ("Ann", "Bob")]
        )
        cls.head = cls._customer("Head Office", collections_user_id=cls.ann.id)
        cls.north = cls._customer("North Branch", collections_user_id=cls.bob.id)
        cls.group = cls.env["national.account"].create(
            {"name": "Brook Group", "partner_id": cls.head.id}
        )
        cls.membership = cls.env["national.account.member"].create(
            {"national_account_id": cls.group.id, "partner_id": cls.north.id}
        )
        cls.dock = cls.env["res.partner"].create(
            {"name": "Dock 4", "type": "delivery", "parent_id": cls.north.id}
        )

    def _some_ledger(self):
        self._pay(self._move("2026-02-10", 1000, self.head), "2026-03-20", 400)
        self._move("2026-04-10", 300, self.north, date="2026-03-10")
        self._pay(self._move("2026-03-05", 90, self.dock), "2026-03-07")
        self._move("2026-01-05", 77, self.customer)
        self._credit("2026-03-05", 11, self.customer)
        self.env["collections.dispute"].create(
            {
                "move_id": self._move("2026-03-01", 50, self.north).id,
                "date": "2026-03-02",
            }
        )

    def test_two_entities_and_a_delivery_address_are_counted_once(self):
        self._move("2026-03-01", 100, self.head)
        self._move("2026-03-01", 200, self.north)
        self._move("2026-03-01", 50, self.dock)
        [row] = self._now(scope="national")
        self.assertEqual(row["national_account_id"], self.group.id)
        self.assertEqual((row["ending"], row["account_count"]), (350, 2))
        self.assertEqual(self._company()["ending"], 350)
        self.assertEqual(self._account(self.north)["ending"], 250)

    def test_member_who_left_keeps_its_past_figures(self):
        self._move("2026-02-01", 100, self.head)
        self._move("2026-02-01", 200, self.north)
        self.membership.date_end = "2026-02-28"
        february = self._now(date(2026, 2, 28), "national")
        self.assertEqual([row["ending"] for row in february], [300])
        self.assertEqual([row["ending"] for row in self._now(scope="national")], [100])
        self.assertIsNone(self._account(self.north)["national_account_id"])

    def test_national_account_archived_later_keeps_its_frozen_months(self):
        self._move("2026-03-01", 100, self.head)
        self._freeze("2026-04-01")
        before = self._values(self._frozen("national"))
        self.group.active = False
        self._frozen(month=MARCH).action_recompute()
        self.assertEqual(self._values(self._frozen("national")), before)
        self._freeze("2026-05-01")
        self.assertEqual(len(self._frozen("national")), 1)

    def test_frozen_month_keeps_the_administrators_it_was_frozen_with(self):
        self._move("2026-03-01", 100, self.north)
        self._freeze("2026-04-01")
        self.north.collections_user_id = self.ann
        self._frozen(month=MARCH).action_recompute()
        self.assertEqual(self._frozen("administrator", MARCH).user_id, self.bob)
        self._freeze("2026-05-01")
        april = date(2026, 4, 30)
        self.assertEqual(self._frozen("administrator", april).user_id, self.ann)

    def test_accounts_of_nobody_and_items_without_customer_are_somewhere(self):
        self._move("2026-03-01", 100, self.north)
        self._move("2026-03-01", 30, self.customer)
        self._receivable(self._misc("2026-03-01", 7)).partner_id = False
        self.env.flush_all()
        found = {
            row["user_id"]: row["ending"] for row in self._now(scope="administrator")
        }
        self.assertEqual(found, {self.bob.id: 100, None: 37})
        self.assertEqual(self._company()["ending"], 137)

    def test_figures_of_a_group_come_from_sums_not_from_rates(self):
        self._pay(self._move("2026-03-01", 1000, self.head), "2026-03-31", 1000)
        self._pay(self._move("2026-03-01", 10, self.north), "2026-03-02", 10)
        self._move("2026-03-01", 90, self.north)
        [row] = self._now(scope="national")
        self.assertEqual(row["days_to_pay"], Decimal("29.71"), "not 15.50")
        self.assertEqual(row["dso"], Decimal("7.36"), "90 x 90 / 1,100")

    def test_groups_on_screen_have_the_formulas_of_the_engine(self):
        self._some_ledger()
        self._freeze("2026-04-01")
        domain = [("company_id", "=", self.company.id), ("month", "=", MARCH)]
        specs = [f"{name}:ratio" for name in RATIOS]
        for scope in ("account", "administrator", "company"):
            [group] = self.kpis.formatted_read_group(
                [*domain, ("scope", "=", scope)], aggregates=specs
            )
            row = self._company()
            for name in RATIOS:
                expected = False if row[name] is None else float(row[name])
                self.assertEqual(group[f"{name}:ratio"], expected, (scope, name))
        self.assertEqual(
            set(RATIOS) | {"count_back_dso"}, set(engine.Figures.__slots__)
        )

    def test_rows_of_different_scopes_are_never_added_up(self):
        self._some_ledger()
        self._freeze("2026-04-01")
        domain = [("company_id", "=", self.company.id), ("month", "=", MARCH)]
        specs = ["ending:sum", "sales:sum", "dso:ratio", "count_back_dso:ratio"]
        [mixed] = self.kpis.formatted_read_group(domain, aggregates=specs)
        self.assertEqual([mixed[spec] for spec in specs], [False] * 4)
        company = [*domain, ("scope", "=", "company")]
        [single] = self.kpis.formatted_read_group(company, aggregates=specs)
        self.assertEqual(single["ending:sum"], self._frozen(month=MARCH).ending)
        self.assertEqual(
            single["count_back_dso:ratio"], self._frozen(month=MARCH).count_back_dso
        )

    def test_balances_of_several_months_make_no_sum_but_sales_do(self):
        self._move("2026-02-01", 100)
        self._move("2026-03-01", 40)
        self._freeze("2026-04-01")
        [found] = self.kpis.formatted_read_group(
            [("company_id", "=", self.company.id), ("scope", "=", "company")],
            aggregates=["ending:sum", "sales:sum"],
        )
        self.assertIs(found["ending:sum"], False)
        self.assertEqual(found["sales:sum"], 140)
