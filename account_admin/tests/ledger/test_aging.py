"""The aging, read from its workbook, its PDF and its screen."""

import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.misc import mute_logger

from ...models.ledger import payment_states
from ..reports import ReportsCommon

LABELS = ("Not due", "1-30", "31-60", "61-90", "91-120", "121+")


@tagged("post_install", "-at_install")
class TestAging(ReportsCommon):
    def _row(self, day, partner=None, **vals):
        return self._aging_rows(day, **vals)[(partner or self.customer).name]

    # ------------------------------------------------------------------
    # WHAT IS OPEN, AND HOW OLD
    # ------------------------------------------------------------------

    def test_item_due_today_is_not_overdue(self):
        self._move("2026-03-10", 100)
        self.assertEqual(self._row("2026-03-10")["Not due"], 100)
        self.assertEqual(self._row("2026-03-11")["1-30"], 100)

    def test_item_30_days_late_is_in_the_first_bucket_and_31_in_the_second(self):
        self._move("2026-03-01", 100)
        self.assertEqual(self._row("2026-03-31")["1-30"], 100)
        self.assertEqual(self._row("2026-04-01")["31-60"], 100)

    def test_every_late_item_is_counted_whatever_the_limits(self):
        self.company.collections_bucket_limits = "15, 30, 60"
        day = self._day("2026-06-30")
        late = [0, 1, 15, 16, 30, 31, 60, 61, 500]
        for days in late:
            self._move(str(day - timedelta(days=days)), 10)
        row = self._row("2026-06-30")
        buckets = [row[label] for label in ("Not due", "1-15", "16-30", "31-60", "61+")]
        self.assertEqual(buckets, [10, 20, 20, 20, 20])
        self.assertEqual(row["Total"], sum(buckets))

    def test_disputed_item_is_aged_in_full_and_its_part_can_be_left_out(self):
        invoice = self._move("2026-01-10", 1000)
        self.env["collections.dispute"].create(
            {"move_id": invoice.id, "amount": 400, "date": "2026-01-12"}
        )
        row = self._row("2026-02-01")
        self.assertEqual((row["1-30"], row["of which disputed"]), (1000, 400))
        row = self._row("2026-02-01", without_disputed=True)
        self.assertEqual((row["1-30"], row["Total"]), (600, 600))

    def test_each_instalment_is_aged_from_its_own_due_date(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Three instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((20, 30), (30, 60), (50, 90))
                ],
            }
        )
        self._move("2026-01-01", 1000, invoice_payment_term_id=terms.id)
        row = self._row("2026-02-05")
        self.assertEqual((row["1-30"], row["Not due"]), (200, 800))

    def test_misc_entry_without_maturity_is_aged_from_its_date(self):
        entry = self._misc("2026-01-10", 100)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE move_id = %s",
            [entry.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._row("2026-02-15")["31-60"], 100)
        self._assert_ties("2026-02-15")

    def test_what_may_not_be_chased_is_aged_all_the_same(self):
        held = self._move("2026-01-10", 100)
        self._receivable(held).no_followup = True
        blocked = self._move("2026-01-10", 50)
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE account_move SET {payment_states.HELD} WHERE id = %s",
            [blocked.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._row("2026-02-01")["1-30"], 150)

    def test_overdue_credit_note_counts_as_a_negative(self):
        self._credit("2026-01-10", 100)
        row = self._row("2026-02-01")
        self.assertEqual((row["1-30"], row["Total"]), (-100, -100))
        self._assert_ties("2026-02-01")

    def test_what_was_paid_later_was_open_and_ties_to_the_ledger(self):
        invoice = self._move("2025-12-10", 100)
        self._pay(invoice, "2026-01-05")
        self.assertEqual(self._row("2025-12-31")["Total"], 100)
        self._assert_ties("2025-12-31")
        self.assertNotIn(self.customer.name, self._aging_rows("2026-01-05"))
        self._assert_ties("2026-01-05")

    def test_foreign_item_stands_as_booked_and_in_its_own_currency(self):
        dollar = self.setup_other_currency("EUR", rates=[("2016-01-01", 1.1)])
        self._move("2026-01-10", 110, currency_id=dollar.id)
        row = self._row("2026-02-01")
        self.assertEqual((row["Currency"], row["Total"]), ("USD", 100))
        row = self._row("2026-02-01", currency="item")
        self.assertEqual((row["Currency"], row["Total"]), ("EUR", 110))

    def test_amounts_can_be_converted_at_the_rate_of_the_day(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-02-01", 4.0)]
        )
        self._move("2026-01-10", 100)
        options = {"currency": "other", "other_currency_id": euro.id}
        self.assertEqual(self._row("2026-01-31", **options)["Total"], 200)
        self.assertEqual(self._row("2026-02-01", **options)["Total"], 400)

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _harbour(self):
        """A national account of two legal entities, one with a delivery address."""
        head, member = self._customer("Harbour Group"), self._customer("Harbour Foods")
        dock = self.env["res.partner"].create(
            {"name": "Dock 4", "type": "delivery", "parent_id": member.id}
        )
        account = self.env["national.account"].create(
            {
                "name": "Harbour",
                "partner_id": head.id,
                "member_ids": [
                    Command.create({"partner_id": head.id}),
                    Command.create({"partner_id": member.id, "date_end": "2026-02-28"}),
                ],
            }
        )
        self._move("2026-01-10", 100, head)
        self._move("2026-01-10", 20, member)
        self._move("2026-01-10", 3, dock)
        return account, head, member

    def _national_rows(self, day):
        content = self._wizard(day, group_by="national")._get_xlsx()[1]
        sheets = self._sheets(content, "National account")
        return (
            {row["National account"]: row for row in sheets["National account"]},
            {row["Account"]: row for row in sheets["Account"] if row["Account"]},
        )

    def test_national_account_rolls_up_each_item_of_its_members_once(self):
        self._harbour()
        nationals, accounts = self._national_rows("2026-02-01")
        self.assertEqual(nationals["Harbour"]["Total"], 123)
        self.assertEqual(accounts["Harbour Group"]["Total"], 100)
        self.assertEqual(accounts["Harbour Foods"]["Total"], 23)
        self.assertEqual(accounts["Harbour Foods"]["National account"], "Harbour")

    def test_member_who_left_stays_in_the_figures_of_before(self):
        self._harbour()
        self.assertEqual(self._national_rows("2026-02-28")[0]["Harbour"]["Total"], 123)
        after = self._national_rows("2026-03-01")[0]
        self.assertEqual(after["Harbour"]["Total"], 100)
        self.assertEqual(after["No national account"]["Total"], 23)

    def test_groups_by_every_choice_have_the_same_total(self):
        self.customer.country_id = self.env.ref("base.nl")
        self._move("2026-01-10", 100, invoice_user_id=self.env.user.id)
        self._move("2026-01-20", 50, self._customer("Other"))
        totals = {}
        for name, _label in self._wizard("2026-02-01")._fields["group_by"].selection:
            aging = self.env["account.admin.aged.item"].get_aging(
                self.company, self._day("2026-02-01"), (name,)
            )
            (total,) = aging["totals"].values()
            totals[name] = total["total"]
            self.assertEqual(sum(row["total"] for row in aging["rows"]), total["total"])
        self.assertEqual(set(totals.values()), {150})

    # ------------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------------

    def test_text_stays_text_and_amounts_are_numbers(self):
        customer = self._customer("=1+1")
        self._move("2026-01-10", 12.34, customer)
        content = self._wizard("2026-02-01")._get_xlsx()[1]
        sheet = load_workbook(io.BytesIO(content))["Account"]
        cells = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
        row = cells["=1+1"]
        self.assertEqual(row[0].data_type, "s")
        self.assertEqual([cell.data_type for cell in row[2:5]], ["n", "n", "n"])

    def test_totals_are_formulas_that_agree(self):
        self._move("2026-01-10", 100)
        self._move("2026-01-20", 50.5, self._customer("Other"))
        content = self._wizard("2026-02-01")._get_xlsx()[1]
        sheet = load_workbook(io.BytesIO(content))["Account"]
        total = next(r for r in sheet.iter_rows() if r[0].value == "Total")
        self.assertTrue(str(total[-2].value).startswith("=SUMIF("))
        rows = self._aging_rows("2026-02-01")
        for label in (*LABELS, "Total", "Items"):
            shown = sum(row[label] or 0 for n, row in rows.items() if n != "Total")
            self.assertAlmostEqual(rows["Total"][label], shown, 2, label)
        self.assertEqual(sheet.freeze_panes, "B6")

    def test_detail_lists_each_item_with_its_dates(self):
        invoice = self._move("2026-01-10", 100, ref="PO 7")
        self._move("2026-01-20", 50)
        content = self._wizard("2026-02-01", detail="items")._get_xlsx()[1]
        rows = self._sheets(content, "Account")["Aging"]
        self.assertEqual([row["Number"] for row in rows[:2]][0], invoice.name)
        self.assertEqual(str(rows[0]["Due"].date()), "2026-01-10")
        self.assertEqual(rows[0]["Days past due"], 22)
        self.assertEqual(rows[-1]["Total"], 150)

    def test_pdf_shows_groups_total_tie_out_and_footnotes(self):
        self._harbour()
        text = self._pdf_text(
            "account_admin.action_report_aging",
            self._wizard("2026-02-01", group_by="national"),
        )
        for shown in ("Harbour Foods", "$ 123.00", "Tie-out", "days since", "ledger"):
            self.assertIn(shown, text)

    # ------------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------------

    def test_screen_shows_a_past_day_with_the_buckets_as_columns(self):
        invoice = self._move("2025-12-10", 100)
        self._pay(invoice, "2026-01-05")
        action = self._wizard("2025-12-31").action_view()
        aged = self.env["account.admin.aged.item"].with_context(**action["context"])
        ((_partner, first, total),) = aged._read_group(
            action["domain"], ["partner_id"], ["bucket_1:sum", "amount:sum"]
        )
        self.assertEqual((first, total), (100, 100))
        self.company.collections_bucket_limits = "15, 45"
        arch = aged.get_view(view_type="list")["arch"]
        self.assertIn("16-45", arch)
        self.assertNotIn("bucket_4", arch)
        self.assertEqual(aged.fields_get(["bucket_2"])["bucket_2"]["string"], "16-45")

    def test_pivot_and_workbook_cost_the_same_queries_for_ten_times_the_items(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._wizard("2026-03-01")._get_xlsx()
            return self.env.cr.sql_log_count - before

        self._move("2026-01-10", 100)
        count()
        few = count()
        for number in range(10):
            self._move("2026-01-10", 10, self._customer(f"Many {number}"))
        self.assertLessEqual(count(), few + 2)

    def test_amounts_of_several_currencies_make_no_sum_on_screen(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self._move("2026-01-10", 100)
        self._move("2026-01-10", 100, currency_id=euro.id)
        aged = self.env["account.admin.aged.item"].with_context(aging_day="2026-02-01")
        ((amount, residual, booked),) = aged._read_group(
            [],
            [],
            ["amount:sum", "residual:sum", "residual_company:sum"],
        )
        self.assertEqual((amount, bool(residual), booked), (150, False, 150))

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_currency_without_a_rate_is_named(self):
        euro = self.setup_other_currency("EUR", rates=[])
        self._move("2025-10-10", 100)
        wizard = self._wizard("2025-12-31", currency="other", other_currency_id=euro.id)
        with self.assertRaisesRegex(UserError, "EUR has no rate"):
            wizard.action_xlsx()

    def test_report_converts_as_odoo_does(self):
        """Before the first rate, from the base currency, and with a company's own."""
        self._move("2025-10-10", 100)
        dollar = self.company.currency_id
        euro = self.setup_other_currency("EUR", rates=[])
        rates = self.env["res.currency.rate"]
        for vals in (
            # the company's is measured in another currency, which has no rate itself
            {"currency_id": dollar.id, "name": "2020-01-01", "rate": 1.25},
            {"currency_id": euro.id, "name": "2026-01-01", "rate": 2.0},
            {
                **{"currency_id": euro.id, "name": "2025-01-01", "rate": 4.0},
                "company_id": self.company.id,
            },
        ):
            rates.create({"company_id": False, **vals})
            for day in ("2025-12-31", "2026-02-01"):
                report = self.env["account.admin.aged.item"].get_aging(
                    self.company, self._day(day), currency=euro.id
                )
                expected = dollar._convert(100, euro, self.company, self._day(day))
                self.assertEqual(float(report["totals"][euro]["total"]), expected)

    def test_day_before_the_first_entry_says_when_that_was(self):
        self._move("2026-01-10", 100)
        wizard = self._wizard("2020-01-01")
        notes = " ".join(wizard._get_notes(wizard._get_aging()))
        self.assertIn("the first entry is of 01/10/2026", notes)
        self._assert_ties("2020-01-01")

    def test_day_in_the_future_ages_todays_items_on_to_it(self):
        self._move("2026-01-10", 100)
        with self._on("2026-01-15"):
            self.assertEqual(self._row("2026-03-01")["31-60"], 100)
            wizard = self._wizard("2026-03-01")
            self.assertIn("future", " ".join(wizard._get_notes(wizard._get_aging())))

    def test_limits_that_make_no_sense_are_refused(self):
        for limits in ("60, 30", "30, 30", "-5, 30", "", "a", "1,2,3,4,5,6,7"):
            with self.assertRaises(ValidationError, msg=limits):
                self.company.collections_bucket_limits = limits

    def test_unknown_grouping_is_refused(self):
        with self.assertRaisesRegex(UserError, "colour"):
            self.env["account.admin.aged.item"].get_aging(
                self.company, None, ("colour",)
            )

    def test_day_that_is_none_is_refused(self):
        aged = self.env["account.admin.aged.item"].with_context(aging_day="soon")
        with self.assertRaisesRegex(UserError, "soon is no date"):
            aged.search_count([])

    @mute_logger("odoo.sql_db")
    def test_company_without_receivable_accounts_has_an_empty_aging(self):
        company = self.env["res.company"].create({"name": "Bare"})
        self.env.user.company_ids |= company
        aging = self.env["account.admin.aged.item"].get_aging(company)
        self.assertEqual((aging["rows"], aging["tie_out"]), ([], []))
