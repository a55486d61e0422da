from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..reporting.test_kpi import KpiCommon

DAY = "2026-04-01"


@tagged("post_install", "-at_install")
class TestExpected(KpiCommon):
    """When an open item is likely to be paid, as of the 1st of April."""

    def _invoice(self, due="2026-04-15", amount=100, partner=None, **vals):
        return self._move(due, amount, partner, date="2026-03-15", **vals)

    def _expected(self, move, day=DAY):
        self.env.invalidate_all()
        items = self.env["account.admin.aged.item"].with_context(aging_day=day)
        [item] = items.search([("move_id", "=", move.id)])
        return str(item.expected_on)

    def _promise(self, moves, day="2026-04-20", **vals):
        with self._on("2026-03-30"):
            return self.env["collections.promise"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "amount": 100,
                    "date": day,
                    "move_ids": [Command.set(moves.ids)],
                    **vals,
                }
            )

    def _paid_late(self, *days, month="2026-03-01", partner=None):
        """Invoices of 100 that were paid so many days late; then the month is over."""
        due = date.fromisoformat(month).replace(day=10)
        for late in days:
            invoice = self._move(due, 100, partner)
            self._pay(invoice, due.replace(day=due.day + late))
        self._freeze(DAY)

    def test_without_history_it_is_expected_when_due(self):
        self.assertEqual(self._expected(self._invoice()), "2026-04-15")

    def test_named_by_a_live_promise_on_the_promised_day(self):
        self._paid_late(5)
        invoice = self._invoice()
        self._promise(invoice)
        self.assertEqual(self._expected(invoice), "2026-04-20")

    def test_named_by_two_promises_on_the_later_day(self):
        invoice = self._invoice(amount=200)
        self._promise(invoice, "2026-04-25")
        self._promise(invoice, "2026-04-20")
        self.assertEqual(self._expected(invoice), "2026-04-25")

    def test_promise_that_names_no_invoice_moves_none(self):
        invoice = self._invoice()
        self._promise(self.env["account.move"])
        self.assertEqual(self._expected(invoice), "2026-04-15")

    def test_promise_that_was_withdrawn_or_broken_counts_no_more(self):
        withdrawn = self._invoice()
        with self._on(DAY):
            self._promise(withdrawn).action_withdraw()
        self.assertEqual(self._expected(withdrawn), "2026-04-15")
        broken = self._invoice()
        self._promise(broken, "2026-04-03")
        self.assertEqual(self._expected(broken, "2026-04-30"), "2026-04-30")
        self.assertEqual(self._expected(broken, "2026-04-10"), "2026-04-15")

    def test_account_that_pays_ten_days_late_is_expected_to_do_so_again(self):
        self._paid_late(10)
        self.assertEqual(self._expected(self._invoice()), "2026-04-25")

    def test_half_a_day_late_is_a_day(self):
        self._paid_late(3, 4)
        self.assertEqual(self._expected(self._invoice()), "2026-04-19")

    def test_account_that_pays_early_is_expected_when_due(self):
        self._paid_late(-5)
        self.assertEqual(self._expected(self._invoice()), "2026-04-15")

    def test_latest_month_with_payments_counts(self):
        self._pay(self._move("2026-01-10", 100), "2026-01-30")
        self._pay(self._move("2026-02-10", 100), "2026-02-17")
        invoice = self._invoice()
        self._freeze(DAY)
        months = self._frozen("account").filtered(lambda row: row.days_late is False)
        self.assertEqual(months.mapped("month"), [date(2026, 3, 31)])
        self.assertEqual(self._expected(invoice), "2026-04-22")

    def test_report_of_an_earlier_day_knows_the_months_before_it(self):
        invoice = self._move("2026-03-10", 100, date="2026-02-01")
        self._pay(self._move("2026-02-10", 100), "2026-02-17")
        self._pay(self._move("2026-03-10", 100), "2026-03-25")
        self._freeze(DAY)
        self.assertEqual(self._expected(invoice, "2026-03-05"), "2026-03-17")

    def test_habits_of_one_account_or_company_are_not_those_of_another(self):
        self._paid_late(10)
        other = self._customer("Other Stores")
        self.assertEqual(self._expected(self._invoice(partner=other)), "2026-04-15")
        second = self.setup_other_company(name="Second Ltd")
        foreign = self._invoice(
            company_id=second["company"].id,
            journal_id=second["default_journal_sale"].id,
        )
        items = self.env["account.admin.aged.item"].with_context(
            aging_day=DAY, allowed_company_ids=second["company"].ids
        )
        found = items.search([("move_id", "=", foreign.id)])
        self.assertEqual(str(found.expected_on), "2026-04-15")

    def test_never_before_the_day_of_the_report(self):
        invoice = self._move("2026-02-10", 100)
        credit = self._credit("2026-02-10", 40)
        self.assertEqual(self._expected(invoice), DAY)
        self.assertEqual(self._expected(credit), DAY)
        self.assertEqual(self._expected(invoice, "2026-05-06"), "2026-05-06")

    def test_credit_is_not_late(self):
        self._paid_late(10)
        credit = self._credit("2026-03-28", 30)
        self.assertEqual(self._expected(credit, "2026-03-28"), "2026-03-28")
        self.assertEqual(self._expected(credit), DAY)

    def test_weeks_add_up_to_what_is_open(self):
        self._paid_late(10)
        for due in ("2026-02-10", "2026-04-02", "2026-04-15"):
            self._move(due, 100, date="2026-02-10")
        self._credit("2026-03-28", 30)
        items = self.env["account.admin.aged.item"].with_context(aging_day=DAY)
        weeks = items.formatted_read_group([], ["expected_on:week"], ["amount:sum"])
        amounts = [week["amount:sum"] for week in weeks]
        self.assertEqual(amounts, [70, 100, 100])
