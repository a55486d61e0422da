"""A year's plan of an account against what was booked: N13 and N14 on real records."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.base.merging import unite_rows
from ...models.base.next_odoo import get_working_hours
from .office import OfficeCommon

SALES = (80_000, 90_000, 100_000, 110_000, 120_000)
LAST = (60, 60, 80, 80, 100, 120, 100, 80, 100, 120, 140, 160)


@tagged("post_install", "-at_install")
class TestPlan(OfficeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        expense = cls.company_data["default_account_expense"]
        cls.media_account = expense.copy({"name": "Media", "code": "629001"})
        cls.marketing_account = expense.copy({"name": "Marketing", "code": "629002"})
        cls.company.collections_media_account_ids = cls.media_account
        cls.company.collections_marketing_account_ids = cls.marketing_account
        cls.products = cls.env["product.product"].create(
            [{"name": f"Toy {number}", "taxes_id": False} for number in range(4)]
        )
        cls.vendor = cls._customer("Ad Agency")
        cls.group = cls.env["national.account"].create(
            {"name": "Brook Group", "partner_id": cls._customer("Brook Head").id}
        )

    def _sell_until_may(self):
        for month, amount in enumerate(SALES, start=1):
            self._sell(date(2026, month, 15), amount)

    # ------------------------------------------------------------------
    # FORECAST
    # ------------------------------------------------------------------

    def test_n13_run_rate(self):
        self._sell_until_may()
        sales = self._line(self._plan(sales=100_000), "sales")
        self.assertEqual((sales.actual, sales.forecast), (500_000, 1_200_000))
        # collections were planned at nothing and nothing was paid
        collections = self._line(sales.plan_id, "collections")
        self.assertIs(collections.forecast, False)
        self.assertEqual(collections.forecast_reason, "nothing_yet")

    def test_n13_seasonal_months_add_up_to_the_year(self):
        self._sell_until_may()
        for month, amount in enumerate(LAST, start=1):
            self._sell(date(2025, month, 15), amount)
        plan = self._plan(sales=100_000)
        with self._on("2026-06-01"):
            plan.method = "seasonal"
        self.assertEqual(self._line(plan, "sales").forecast, 1_578_947.37)
        months = self._months(plan, "sales")
        self.assertEqual(months[6].forecast, 157_894.74)
        self.assertEqual(months[6].last_year, 120)
        total = sum(round(month.forecast * 100) for month in months.values())
        self.assertEqual(total, 157_894_737)

    def test_n13_nothing_last_year_is_no_seasonal_forecast_and_says_why(self):
        self._sell_until_may()
        plan = self._plan(sales=100_000)
        with self._on("2026-06-01"):
            plan.method = "seasonal"
        line = self._line(plan, "sales")
        self.assertIs(line.forecast, False)
        self.assertEqual(line.forecast_reason, "no_last_year")

    def test_n13_new_since_march(self):
        for month, amount in ((3, 100_000), (4, 110_000), (5, 120_000)):
            self._sell(date(2026, month, 15), amount)
        self.assertEqual(self._line(self._plan(), "sales").forecast, 1_100_000)

    def test_n13_month_under_way_goes_on_by_the_working_days_of_the_company(self):
        closed = {
            "name": "Juneteenth",
            "date_from": "2026-06-19 00:00:00",
            "date_to": "2026-06-19 23:59:59",
        }
        hours = get_working_hours(self.company)
        hours.global_leave_ids = [Command.create(closed)]
        self._sell("2026-05-15", 100)
        self._sell("2026-06-10", 63_000)
        months = self._months(self._plan(day="2026-06-17"), "sales")
        self.assertEqual((months[6].actual, months[6].forecast), (63_000, 110_250))
        self.assertIs(months[6].difference, False)

    def test_a_company_without_working_days_has_a_forecast_of_its_months(self):
        get_working_hours(self.company).attendance_ids.unlink()
        self._sell_until_may()
        plan = self._plan(day="2026-06-17")
        self.assertEqual(self._line(plan, "sales").forecast, 1_200_000)

    # ------------------------------------------------------------------
    # VARIANCE
    # ------------------------------------------------------------------

    def test_n14_sales_below_and_media_below_the_plan(self):
        self._sell("2026-05-15", 470_000)
        self._bill("2026-05-15", 18_000, self.media_account)
        plan = self._plan(sales=100_000, media=4_000)
        sales, media = (self._line(plan, measure) for measure in ("sales", "media"))
        self.assertEqual(
            (sales.compared_plan, sales.difference, sales.difference_percent),
            (500_000, -30_000, -6),
        )
        self.assertEqual((sales.result, media.result), ("bad", "good"))
        self.assertEqual((media.difference, media.difference_percent), (-2_000, -10))

    def test_n14_percent_of_a_plan_of_nothing_is_blank(self):
        self._sell("2026-05-15", 10)
        sales = self._line(self._plan(), "sales")
        self.assertEqual((sales.difference, sales.result), (10, "good"))
        self.assertIs(sales.difference_percent, False)

    def test_n14_margin_in_points(self):
        cost = self.company_data["default_account_expense"].copy(
            {"name": "Cost", "code": "500901", "account_type": "expense_direct_cost"}
        )
        self._sell("2026-05-15", 500)
        plan = self._plan(sales=100, margin=30)
        margin = self._line(plan, "margin")
        self.assertIs(margin.points, False)
        lines = [{"price_unit": amount, "account_id": cost.id} for amount in (-400, 45)]
        self._invoice("2026-05-16", [*lines, self._sale(355)], self.customer)
        self._sell("2026-05-17", 355, move_type="out_refund")
        self._refresh(plan)
        # what is on the account of costs lowers the margin, not the sales
        self.assertEqual(self._line(plan, "sales").actual, 500)
        self.assertEqual((margin.actual, margin.points), (145, -1))

    def test_without_cost_there_is_no_margin(self):
        self._sell("2026-05-15", 500)
        margin = self._line(self._plan(margin=10), "margin")
        self.assertEqual(
            (margin.actual, margin.difference, margin.result, margin.points),
            (False,) * 4,
        )
        self.assertEqual(margin.forecast_reason, "no_cost")

    def test_n14_products_of_several_months_are_not_added_up(self):
        one, two, three, four = self.products
        self._sell("2026-04-15", 1, 1, 1, products=[one, two, three])
        self._sell("2026-05-15", 1, 1, 1, products=[two, three, four])
        credited = self.products[0].copy()
        self._sell("2026-05-20", 1, products=[credited], move_type="out_refund")
        plan = self._plan(sku=3)
        line = self._line(plan, "sku")
        self.assertEqual((line.total, line.compared_plan, line.actual), (3, 3, 4))
        months = self._months(plan, "sku")
        self.assertEqual([months[n].actual for n in (3, 4, 5)], [0, 3, 3])
        self.assertFalse(line.currency_id)

    def test_n14_what_is_left_of_a_budget(self):
        self._bill("2026-02-15", 12_000, self.media_account)
        self._bill("2026-06-15", 8_000, self.media_account)
        self._bill("2026-07-15", 15_000, self.media_account, post=False)
        plan = self._plan(day="2026-06-20")
        with self._on("2026-06-20"):
            self._line(plan, "media").month_01 = 50_000
        media = self._line(plan, "media")
        self.assertEqual((media.committed, media.left_amount), (15_000, 15_000))
        # only months that are over are compared
        self.assertEqual(media.actual, 12_000)

    def test_a_bill_is_spent_for_the_customer_of_its_analytic_account(self):
        other = self._customer("Other Stores")
        analytic_plan = self.env["account.analytic.plan"].create({"name": "Customers"})
        mine, theirs, nobodys = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": analytic_plan.id, "partner_id": partner}
                for name, partner in (
                    ("Brook", self.customer.id),
                    ("Other", other.id),
                    ("House", False),
                )
            ]
        )
        shares = {str(mine.id): 60, str(theirs.id): 30, str(nobodys.id): 10}
        account = self.marketing_account
        self._bill("2026-05-15", 1_000, account, self.vendor, distribution=shares)
        # a share of an advertisement that the account bills itself
        self._bill("2026-05-16", 50, account, self.customer)
        # somebody else's bill without an account is nobody's
        self._bill("2026-05-16", 70, account, self.vendor)
        spent = [
            self._line(self._plan(partner), "marketing").actual
            for partner in (self.customer, other)
        ]
        self.assertEqual(spent, [650, 300])

    def _bill(self, day, amount, account, partner=None, post=True, distribution=None):
        line = {"price_unit": amount, "account_id": account.id}
        if distribution:
            line["analytic_distribution"] = distribution
        partner = partner or self.customer
        return self._invoice(day, [line], partner, "in_invoice", post)

    def _refresh(self, plan, day="2026-06-01"):
        with self._on(day):
            plan.action_refresh()

    # ------------------------------------------------------------------
    # WHAT IS BOOKED
    # ------------------------------------------------------------------

    def test_sales_are_posted_invoices_less_credit_notes_of_the_account(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        self._sell("2026-05-15", 1_000)
        self._sell("2026-05-16", 200, partner=contact)
        self._sell("2026-05-17", 300, move_type="out_refund")
        self._sell("2026-05-18", 5, partner=self.vendor)
        line = {"price_unit": 7}
        self._invoice("2026-05-18", [line], self.customer, post=False)
        self.assertEqual(self._line(self._plan(), "sales").actual, 900)

    def test_sales_are_without_tax_and_by_the_accounting_date(self):
        tax = self.env["account.tax"].create({"name": "Tax", "amount": 20})
        lines = [{"price_unit": 100, "tax_ids": tax.ids}]
        move = self._invoice("2026-04-30", lines, self.customer, post=False)
        move.date = "2026-05-01"
        move.action_post()
        months = self._months(self._plan(), "sales")
        day = move.line_ids[0].date.month
        self.assertEqual(months[day].actual, 100)

    def test_collections_are_payments_matched_with_invoices(self):
        first = self._sell("2026-03-15", 100)
        self._pay(first, "2026-04-20", 60)
        self._payment("2026-05-01", 500)
        credit = self._sell("2026-05-02", 15, move_type="out_refund")
        self._reconcile(first, credit)
        plan = self._plan(collections=10)
        self.assertEqual(self._line(plan, "collections").actual, 60)
        self.assertEqual(self._months(plan, "collections")[4].actual, 60)

    def test_a_national_account_has_its_members_on_the_day_of_the_entry(self):
        self.group.member_ids = [
            Command.create(
                {
                    "partner_id": self.customer.id,
                    "date_start": "2026-02-01",
                    "date_end": "2026-04-30",
                }
            )
        ]
        for month in (1, 2, 4, 5):
            self._sell(date(2026, month, 15), 10**month)
        self._sell("2026-05-15", 7, partner=self.group.partner_id)
        months = self._months(self._plan(self.group), "sales")
        booked = [months[month].actual for month in range(1, 6)]
        self.assertEqual(booked, [0, 100, 0, 10_000, 7])
        # the member's own plan has all of it
        self.assertEqual(self._line(self._plan(), "sales").actual, 110_110)

    def test_a_region_and_its_group_each_have_what_was_sold_below_them(self):
        region = self.group.create({"name": "East", "parent_id": self.group.id})
        region.member_ids = [
            Command.create({"partner_id": self.customer.id, "date_start": "2026-03-01"})
        ]
        self.group.member_ids = [
            Command.create({"partner_id": self.customer.id, "date_end": "2026-02-28"})
        ]
        for month in (2, 4):
            self._sell(date(2026, month, 15), 10**month)
        for account, booked in ((self.group, [100, 10_000]), (region, [0, 10_000])):
            months = self._months(self._plan(account), "sales")
            self.assertEqual([months[month].actual for month in (2, 4)], booked)

    def test_plans_of_many_accounts_are_counted_by_one_statement(self):
        partners = [self._customer(f"Stores {number}") for number in range(12)]
        for partner in partners:
            self._sell("2026-05-15", 10, partner=partner)
        plans = self.env["account.admin.plan"].union(
            *(self._plan(partner) for partner in partners)
        )
        plans.action_refresh()
        self.env.flush_all()
        counts = []
        for some in (plans[:2], plans):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._refresh(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_the_night_counts_what_was_booked_since(self):
        plan = self._plan(sales=10)
        self._sell("2026-05-15", 10)
        self.assertEqual(self._line(plan, "sales").actual, 0)
        with self._on("2026-06-02"):
            self._trigger("ir_cron_plan")
        line = self._line(plan, "sales")
        self.assertEqual((line.actual, line.result), (10, "bad"))
        self.assertEqual(plan.as_of, date(2026, 6, 1))

    # ------------------------------------------------------------------
    # VERSIONS
    # ------------------------------------------------------------------

    def test_a_new_version_takes_the_place_of_the_one_in_force(self):
        plan = self._plan(sales=10, user=self.own)
        plan.action_activate()
        draft = self.env["account.admin.plan"].browse(
            plan.action_new_version()["res_id"]
        )
        self.assertEqual((draft.version, draft.state), (2, "draft"))
        self.assertEqual(self._line(draft, "sales").total, 120)
        self.assertEqual(plan.state, "active")
        draft.with_user(self.own).action_activate()
        self.assertEqual((plan.state, draft.state), ("superseded", "active"))
        self.assertEqual(draft.activated_by_id, self.own)

    def test_what_is_in_force_is_not_changed_or_deleted(self):
        plan = self._plan(sales=10, user=self.own)
        plan.action_activate()
        for change in (
            lambda: self._line(plan, "sales").write({"month_01": 5}),
            lambda: plan.write({"year": 2027}),
            plan.unlink,
            plan.action_activate,
        ):
            with self.assertRaisesRegex(UserError, "Brook Stores 2026, version 1"):
                change()
        with self.assertRaises(AccessError):
            plan.state = "draft"

    def test_one_version_is_active_whoever_writes(self):
        first, second = self._plan(), self._plan()
        self.assertEqual(second.version, 2)
        first.action_activate()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            second.sudo().state = "active"
            self.env.flush_all()

    def test_a_plan_is_for_an_account_or_a_national_account(self):
        plans = self.env["account.admin.plan"]
        for accounts in (
            {},
            {"partner_id": self.customer.id, "national_account_id": self.group.id},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                plans.create({"year": 2026, **accounts})
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "plan for the company"):
            plans.create({"partner_id": contact.id, "year": 2026})

    def test_plans_of_accounts_that_become_one_are_versions_of_one(self):
        other = self._customer("Other Stores")
        old = self._plan(sales=1)
        old.action_activate()
        plan = self._plan(sales=2)
        theirs, draft = self._plan(other, sales=3), self._plan(other, sales=4)
        theirs.action_activate()
        unite_rows(other, self.customer)
        plans = old | plan | theirs | draft
        self.assertEqual(plans.partner_id, self.customer)
        self.assertEqual(len(set(plans.mapped("version"))), 4)
        self.assertEqual(
            plans.mapped("state"), ["active", "draft", "superseded", "draft"]
        )
        self.assertEqual(plans.line_ids.partner_id, self.customer)

    def test_the_plan_in_force_stays_when_the_other_account_has_a_draft(self):
        other = self._customer("Other Stores")
        draft, theirs = self._plan(sales=1), self._plan(other, sales=3)
        theirs.action_activate()
        unite_rows(other, self.customer)
        self.assertEqual((draft.state, theirs.state), ("draft", "active"))

    def test_figures_that_cannot_be_meant_are_not_activated(self):
        plan = self._plan(sales=100, margin=101, sku=1.5, media=-1)
        with self.assertRaises(UserError) as refused:
            plan.action_activate()
        sentences = str(refused.exception).splitlines()
        self.assertEqual(len(sentences), 36)
        self.assertIn("Margin of 2026-01 is 101.0, more than 100 % of", sentences[0])
        self.assertEqual(plan.state, "draft")

    def test_a_plan_is_typed_in_a_form_with_a_row_a_measure(self):
        with self._on("2026-06-01"):
            form = Form(self.env["account.admin.plan"].with_user(self.own))
            form.partner_id = self.customer
            with form.line_ids.edit(0) as line:
                line.month_01 = 12
            plan = form.save()
        self.assertEqual(len(plan.line_ids), 6)
        self.assertEqual(self._line(plan, "sales").compared_plan, 12)
        with self.assertRaises(AccessError):
            plan.line_ids[0].unlink()

    # ------------------------------------------------------------------
    # REPORT
    # ------------------------------------------------------------------

    def test_sums_are_of_one_measure_and_products_are_never_added_up(self):
        self._sell("2026-04-15", 40, products=self.products[:1])
        self._sell("2026-05-15", 50, products=self.products[:1])
        plan = self._plan(sales=100, sku=1)
        months = self.env["account.admin.plan.month"]
        domain = [("plan_id", "=", plan.id)]
        sums = {
            group["measure"]: (group["actual:sum"], group["difference_percent:ratio"])
            for group in months.formatted_read_group(
                domain, ["measure"], ["actual:sum", "difference_percent:ratio"]
            )
        }
        self.assertEqual(sums["sales"], (90, -82))
        self.assertEqual(sums["sku"], (False, False))
        (total,) = months.formatted_read_group(domain, [], ["planned:sum"])
        self.assertFalse(total["planned:sum"])

    # ------------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------------

    def test_own_accounts_all_accounts_and_the_auditor(self):
        mine = self._plan(user=self.own)
        stranger = self._customer("Strange Stores")
        stranger.collections_user_id = self.all
        self.group.user_id = self.all
        theirs = self._plan(stranger)
        plans = self.env["account.admin.plan"]
        for user, seen in (
            (self.own, mine),
            (self.all, mine | theirs),
            (self.auditor, mine | theirs),
        ):
            self.assertEqual(
                plans.with_user(user).search([("id", "in", (mine | theirs).ids)]), seen
            )
        with self.assertRaises(AccessError):
            self._plan(stranger, user=self.own)
        with self.assertRaises(AccessError):
            mine.with_user(self.own).partner_id = self.group.partner_id
        with self.assertRaises(AccessError):
            mine.with_user(self.auditor).action_activate()
        with self.assertRaises(AccessError):
            self._plan(self.group, user=self.own)

    def test_accounts_of_marketing_are_not_those_of_media(self):
        with self.assertRaisesRegex(ValidationError, "marketing and of media"):
            self.company.collections_media_account_ids = self.marketing_account
