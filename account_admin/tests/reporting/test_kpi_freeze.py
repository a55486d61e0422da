from decimal import Decimal

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_kpi import MARCH, KpiCommon


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

    def test_frozen_month_shows_by_how_much_todays_books_differ(self):
        """Of every scope, an account without a row included; the figures stay."""
        invoice = self._move("2026-03-10", 100)
        self._freeze("2026-04-01")
        scopes = ("company", "administrator", "account")
        rows = {scope: self._frozen(scope, MARCH) for scope in scopes}
        for row in rows.values():
            self.assertEqual((row.ending_change, row.sales_change), (0, 0))
        self._move("2026-03-15", 40, self._customer("Late Entry"))
        self._pay(invoice, "2026-03-20", 70)
        # of April: no matter of March
        self._move("2026-04-02", 1000)
        self.env.invalidate_all()
        found = {
            scope: (row.ending, row.ending_change, row.sales_change, row.paid_change)
            for scope, row in rows.items()
        }
        self.assertEqual(
            found,
            {
                "company": (100, -30, 40, 70),
                "administrator": (100, -30, 40, 70),
                "account": (100, -70, 0, 70),
            },
        )
        rows["company"].action_recompute()
        for row in self.kpis.search([("month", "=", MARCH)]):
            self.assertEqual((row.ending_change, row.paid_change), (0, 0))

    def test_change_since_is_of_the_members_of_the_frozen_month(self):
        account = self.env["national.account"].create(
            {"name": "Group", "partner_id": self.customer.id}
        )
        self._move("2026-03-10", 100)
        self._freeze("2026-04-01")
        account.active = False
        self._move("2026-03-12", 7)
        row = self._frozen("national", MARCH)
        self.assertEqual((row.ending, row.ending_change), (100, 7))

    def test_export_has_the_change_since(self):
        self._move("2026-03-10", 100)
        self._freeze("2026-04-01")
        self._move("2026-03-12", 7)
        (values,) = self._frozen(month=MARCH).export_data(
            ["subject", "ending", "ending_change"]
        )["datas"]
        self.assertEqual(values[1:], [100, 7])

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
        logger = "odoo.addons.account_admin.models.reporting.account_admin_kpi_compute"
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

    def test_changes_of_many_rows_take_no_more_queries(self):
        for number in range(20):
            self._move("2026-03-10", 100, self._customer(f"Q {number}"))
        self._freeze("2026-04-01")
        rows = self._frozen("account", MARCH)

        def count_queries(found):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found.mapped("ending_change")
            return self.env.cr.sql_log_count - before

        count_queries(rows)
        self.assertEqual(count_queries(rows), count_queries(rows[:2]))
