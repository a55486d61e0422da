from datetime import date
from decimal import Decimal

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine import kpi as engine
from ..models.account_admin_kpi_group import RATIOS
from .common import CollectionsCommon

MARCH = date(2026, 3, 31)
CRON = "ir_cron_kpi"


class KpiCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["account.admin.kpi"]

    def _now(self, month=MARCH, scope="company", company=None):
        return self.kpis.get_kpis(company or self.company, month, scope)

    def _company(self, month=MARCH):
        [row] = self._now(month)
        return row

    def _account(self, partner, month=MARCH):
        found = self._now(month, "account")
        return next(row for row in found if row["partner_id"] == partner.id)

    def _frozen(self, scope="company", month=None, company=None):
        domain = [
            ("company_id", "=", (company or self.company).id),
            ("scope", "=", scope),
        ]
        if month:
            domain.append(("month", "=", month))
        return self.kpis.search(domain, order="month, id")

    def _freeze(self, day):
        with self._on(day):
            self._trigger(CRON)

    def _values(self, rows):
        names = [
            name
            for name, field in self.kpis._fields.items()
            if field.store and name not in ("write_date", "write_uid", "recomputed_on")
        ]
        return rows.sorted("id").read(names, load=None)


@tagged("post_install", "-at_install")
class TestKpi(KpiCommon):
    """The numbers of the specification, from a real ledger."""

    def test_dso_is_what_is_open_over_the_sales_of_the_window(self):
        self.company.collections_kpi_months = 12
        paid = self._move("2025-05-10", 100_000)
        self._pay(paid, "2025-06-10")
        self._move("2026-03-20", 50_000, date="2026-03-10")
        row = self._company()
        self.assertEqual((row["ending"], row["sales_window"]), (50_000, 150_000))
        self.assertEqual(row["window_days"], 365)
        self.assertEqual(row["dso"], Decimal("121.67"))

    def test_window_is_a_setting(self):
        self._move("2025-12-10", 900)
        self._move("2026-03-10", 300)
        self.assertEqual(self._company()["dso"], Decimal("360.00"), "1,200 x 90 / 300")
        self.company.collections_kpi_months = 1
        self.assertEqual(self._company()["window_days"], 31)
        self.assertEqual(self._company()["dso"], Decimal("124.00"))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            self.company.collections_kpi_months = 13
            self.env.flush_all()

    def test_count_back_takes_the_actual_days_of_each_month(self):
        self._move("2026-03-10", 100_000)
        self._move("2026-02-10", 80_000)
        self._pay(self._move("2026-01-10", 70_000), "2026-03-01", 38_000)
        # 31 + 28 + 32/70 x 31
        self.assertEqual(self._company()["count_back_dso"], Decimal("73.17"))

    def test_count_back_is_blank_when_two_years_of_sales_are_not_enough(self):
        self._misc("2023-01-10", 500)
        self._move("2026-03-10", 100)
        self.assertIsNone(self._company()["count_back_dso"])
        self._payment("2026-03-11", 500)
        self.assertEqual(self._company()["count_back_dso"], 31)

    def test_cei_of_a_month(self):
        self._pay(self._move("2026-02-10", 100), "2026-03-10", 70)
        self._move("2026-04-10", 50, date="2026-03-12")
        # (100 + 50 - 80) / (100 + 50 - 50)
        row = self._company()
        inputs = [row[name] for name in ("beginning", "sales", "ending", "current")]
        self.assertEqual(inputs, [100, 50, 80, 50])
        self.assertEqual(row["cei"], 70)

    def test_cei_is_100_when_nothing_overdue_is_left(self):
        self._pay(self._move("2026-02-10", 100), "2026-03-10")
        self._move("2026-04-10", 50, date="2026-03-12")
        self.assertEqual(self._company()["cei"], 100)

    def test_days_to_pay_weigh_amounts(self):
        self._pay(self._move("2026-03-06", 10, date="2026-03-01"), "2026-03-06")
        self._pay(self._move("2026-03-06", 100, date="2026-03-01"), "2026-03-11")
        row = self._company()
        self.assertEqual(row["days_to_pay"], Decimal("9.55"))
        self.assertEqual(row["days_late"], Decimal("4.55"), "due on the 6th")

    def test_only_payments_pay(self):
        invoice = self._move("2026-03-06", 100, date="2026-03-01")
        self._reconcile(invoice, self._credit("2026-03-10", 30))
        self._reconcile(invoice, self._misc("2026-03-10", -20))
        self.assertEqual(self._company()["paid"], 0)
        self._pay(invoice, "2026-03-11", 50)
        self.assertEqual(self._company()["paid"], 50)
        self.assertEqual(self._company()["days_to_pay"], 10)

    def test_payment_counts_in_its_month(self):
        self._pay(self._move("2026-02-01", 100), "2026-03-10")
        self.assertIsNone(self._company(date(2026, 2, 28))["days_to_pay"])
        self.assertEqual(self._company()["days_to_pay"], 37)

    def test_dso_is_best_possible_dso_plus_days_delinquent(self):
        self._move("2026-03-10", 100)
        self._move("2026-04-10", 200, date="2026-03-10")
        row = self._company()
        self.assertEqual(row["dso"], 90)
        self.assertEqual(row["best_possible_dso"], 60)
        self.assertEqual(row["average_days_delinquent"], 30)

    def test_due_on_the_last_day_is_not_overdue(self):
        self._move("2026-03-31", 100)
        self.assertEqual(
            (self._company()["current"], self._company()["overdue"]), (100, 0)
        )

    def test_roll_rates_follow_each_item_into_a_worse_bucket(self):
        self._move("2026-02-10", 100)
        self._pay(self._move("2026-02-11", 60), "2026-03-05", 20)
        self._pay(self._move("2026-02-12", 40), "2026-03-05")
        self._credit("2026-02-12", 500, self._customer("In Credit"))
        row = self._company()
        youngest = row["buckets"][1]
        self.assertEqual(youngest["label"], "1-30")
        self.assertEqual((youngest["balance"], youngest["rolled"]), (200, 140))
        self.assertEqual((youngest["rate"], row["roll_rate"]), (70, 70))
        self.assertIsNone(row["buckets"][-1]["rate"])

    def test_ending_buckets_add_up_to_what_is_open(self):
        self._move("2026-02-10", 100)
        self._credit("2026-03-10", 30)
        self._move("2026-05-10", 7, date="2026-03-10")
        row = self._company()
        self.assertEqual(sum(bucket["ending"] for bucket in row["buckets"]), 77)
        items = self.env["account.admin.open.item"]
        ledger = [
            balance for _a, balance, *_r in items._get_tie_out(self.company, MARCH)
        ]
        self.assertEqual(row["ending"], sum(ledger))

    def test_disputed_is_no_more_than_is_still_owed(self):
        invoice = self._move("2026-03-01", 100)
        self.env["collections.dispute"].create(
            {"move_id": invoice.id, "amount": 80, "date": "2026-03-05"}
        )
        self._move("2026-03-01", 50)
        self._credit("2026-03-02", 25)
        row = self._company()
        self.assertEqual((row["disputed"], row["receivable"]), (80, 150))
        self.assertEqual(row["disputed_share"], Decimal("53.33"))
        self._pay(invoice, "2026-03-20", 90)
        self.assertEqual(self._company()["disputed"], 10)
        self.assertEqual(self._company(date(2026, 2, 28))["disputed"], 0)

    def test_credit_notes_reduce_sales_and_tax_is_in_them(self):
        tax = self.tax_sale_a
        self._move("2026-03-01", 0)
        invoice = self._move("2026-03-01", 100)
        invoice.button_draft()
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self._credit("2026-03-05", 15)
        row = self._company()
        self.assertEqual(float(row["sales"]), invoice.amount_total - 15)
        self.assertEqual(row["sales"], row["ending"])

    def test_foreign_invoice_keeps_the_rate_it_was_booked_at(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2016-01-01", 1.1), ("2026-03-15", 2.2)]
        )
        self._move("2026-03-01", 110, currency_id=euro.id)
        row = self._account(self.customer)
        self.assertEqual((row["ending"], row["sales"]), (100, 100))
        self.assertEqual(row["dso"], 90)

    def test_no_figure_is_blank_and_not_zero(self):
        self._misc("2026-03-10", 100)
        self._freeze("2026-04-01")
        row = self._frozen(month=MARCH)
        blank = ("dso", "count_back_dso", "best_possible_dso", "days_to_pay")
        for name in (*blank, "average_days_delinquent", "promise_kept_rate"):
            self.assertIs(row[name], False, name)
        [values] = row.web_read({"dso": {}, "disputed_share": {}, "paid": {}})
        self.assertIs(values["dso"], False)
        self.assertEqual((values["disputed_share"], values["paid"]), (0, 0))
        self.assertIsInstance(values["disputed_share"], float)
        [[exported, share]] = row.export_data(["dso", "disputed_share"])["datas"]
        self.assertEqual((exported, share), ("", 0))
        domain = [("company_id", "=", self.company.id)]
        self.assertEqual(
            self.kpis.search_count([*domain, ("dso", "=", False)]),
            self.kpis.search_count(domain),
        )
        self.assertFalse(self.kpis.search([*domain, ("dso", "<", 10)]))
        self.assertFalse(self.kpis.search([*domain, ("disputed_share", "=", False)]))
        [group] = self.kpis.formatted_read_group(
            [*domain, ("scope", "=", "company")],
            ["month:month"],
            ["dso:ratio", "dso:avg", "ending:sum"],
        )
        self.assertIs(group["dso:ratio"], False)
        self.assertIs(group["dso:avg"], False)
        self.assertEqual(group["ending:sum"], 100)

    def test_unknown_scope_and_company_without_accounts_are_named(self):
        with self.assertRaisesRegex(ValueError, "Unknown scope 'world'"):
            self._now(scope="world")
        company = self.env["res.company"].create({"name": "Empty Ltd"})
        with self.assertRaisesRegex(UserError, "Empty Ltd has no receivable account"):
            self._now(company=company)


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
            {"account_id": cls.group.id, "partner_id": cls.north.id}
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


@tagged("post_install", "-at_install")
class TestKpiFreeze(KpiCommon):
    """Months are frozen once, by each company's own day, and computed again at will."""

    def test_first_run_fills_in_the_months_before_and_the_next_only_the_new_one(self):
        self._move("2026-01-10", 100)
        self._freeze("2026-04-01")
        months = [str(month) for month in self._frozen().mapped("month")]
        self.assertEqual(months, ["2026-01-31", "2026-02-28", "2026-03-31"])
        before = self._values(self._frozen())
        self._freeze("2026-04-30")
        self.assertEqual(self._values(self._frozen()), before)
        self._freeze("2026-05-01")
        self.assertEqual(len(self._frozen()), 4)

    def test_no_more_than_twelve_months_are_filled_in(self):
        self._move("2023-01-10", 100)
        self._freeze("2026-04-01")
        self.assertEqual(len(self._frozen()), 12)
        self.assertEqual(str(self._frozen()[0].month), "2025-04-30")

    def test_recompute_of_an_unchanged_ledger_is_equal(self):
        invoice = self._move("2026-02-10", 100)
        self._pay(invoice, "2026-03-10", 60)
        self._credit("2026-03-12", 5)
        self._freeze("2026-04-01")
        every = self.kpis.search([("company_id", "=", self.company.id)])
        before = self._values(every)
        with self._on("2026-04-20"):
            self._pay(invoice, "2026-04-10")
            notice = every.action_recompute()
        self.assertEqual(self._values(every), before)
        self.assertIn("nothing changed", notice["params"]["message"])
        self.assertEqual(str(self._frozen(month=MARCH).frozen_on)[:10], "2026-04-01")
        self.assertEqual(
            str(self._frozen(month=MARCH).recomputed_on)[:10], "2026-04-20"
        )

    def test_entry_posted_later_into_a_frozen_month_is_named(self):
        self._move("2026-03-10", 100)
        self._freeze("2026-04-01")
        march = self._frozen(month=MARCH)
        self._move("2026-03-15", 100, self._customer("Late Entry"))
        self.assertEqual(march.ending, 100, "kept until it is computed again")
        notice = march.action_recompute()
        self.assertIn("Open at End 100", notice["params"]["message"])
        self.assertIn("now 200", notice["params"]["message"])
        self.assertEqual((march.ending, march.account_count), (200, 2))
        self.assertEqual(len(self._frozen("account", MARCH)), 2)

    def test_account_that_left_the_month_leaves_its_row(self):
        self._move("2026-03-10", 100)
        wrong = self._move("2026-03-15", 100, self._customer("Mistake"))
        self._freeze("2026-04-01")
        wrong.button_draft()
        self._frozen(month=MARCH).action_recompute()
        self.assertEqual(self._frozen("account", MARCH).partner_id, self.customer)

    def test_fresh_figures_are_the_frozen_ones(self):
        self._pay(self._move("2026-02-10", 100), "2026-03-10", 60)
        self._freeze("2026-04-01")
        row, frozen = self._company(), self._frozen(month=MARCH)
        for name, value in row.items():
            kept = frozen[name]
            if frozen._fields[name].type == "many2one":
                self.assertEqual(kept.id, value or False, name)
            elif isinstance(value, (Decimal, int)):
                self.assertEqual(kept, float(value), name)
            elif value is None:
                self.assertIs(kept, False, name)
            else:
                self.assertEqual(kept, value, name)

    def test_each_company_freezes_by_its_own_day(self):
        second = self.setup_other_company(name="Second Ltd")
        auckland = second["company"]
        auckland.partner_id.tz = "Pacific/Auckland"
        self._move("2026-03-10", 100)
        self._move(
            "2026-03-10",
            70,
            company_id=auckland.id,
            journal_id=second["default_journal_sale"].id,
        )
        # noon of the 31st in London, already April in New Zealand
        self._freeze("2026-03-31")
        self.assertFalse(self._frozen())
        self.assertEqual(self._frozen(company=auckland).ending, 70)
        self._freeze("2026-04-01")
        self.assertEqual(self._frozen().ending, 100)

    def test_broken_company_is_named_and_the_others_go_on(self):
        second = self.setup_other_company(name="Second Ltd")
        self._move("2026-02-10", 100)
        self._move(
            "2026-03-10",
            70,
            company_id=second["company"].id,
            journal_id=second["default_journal_sale"].id,
        )
        self.env.cr.execute(
            "UPDATE res_company SET collections_bucket_limits = 'x' WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        logger = "odoo.addons.account_admin.models.account_admin_kpi_freeze"
        with self.assertLogs(logger, "ERROR") as logged:
            self._freeze("2026-04-01")
        self.assertEqual(len(logged.output), 1, "once, not for each month")
        self.assertIn(self.company.name, logged.output[0])
        self.assertFalse(self._frozen())
        self.assertEqual(self._frozen(company=second["company"]).ending, 70)
        self.company.collections_bucket_limits = "30, 60"
        self._freeze("2026-04-02")
        self.assertEqual(len(self._frozen()), 2)

    def test_month_is_kept_once_for_each_scope(self):
        self._move("2026-03-10", 100)
        self._freeze("2026-04-01")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self._frozen(month=MARCH).sudo().copy()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            self._frozen(month=MARCH).sudo().copy({"month": "2026-04-29"})

    def test_as_many_queries_for_ten_times_the_accounts(self):
        kpis = self.kpis.sudo()

        def count_queries(number):
            for n in range(number):
                self._move("2026-03-10", 100, self._customer(f"Q {number} {n}"))
            kpis.search([("company_id", "=", self.company.id)]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kpis._freeze(self.company, MARCH)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        # Odoo's own caches may cost a query or two, a query an account would cost 27
        self.assertLess(count_queries(30), count_queries(3) + 5)
