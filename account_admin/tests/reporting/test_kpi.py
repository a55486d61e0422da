from datetime import date
from decimal import Decimal

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon

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
        ledger = [found.ledger for found in items._get_tie_out(self.company, MARCH)]
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
