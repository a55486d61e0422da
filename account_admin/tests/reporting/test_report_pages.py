"""Pages on paper: with names and amounts as long as they come, nothing is cut."""

import io
import re

from pypdf import PdfReader

from odoo import Command
from odoo.tests import tagged

from ...engine import letter_head
from ...reports.base import charts, fitting
from ..reports import ReportsCommon

AMOUNT = re.compile(r"^\W*[\d,]+\.\d\d\W*$")
LONG = "Lantern Bay Music Publishing and Merchandising Company South"
PARTNER = "account_admin.action_report_review_partner"
NATIONAL = "account_admin.action_report_review_national"
STATEMENT = "account_admin.action_report_statement"
AGING = "account_admin.action_report_aging"
DAY = "2026-06-30"
#: Days past due, one of each bucket.
AGES = (
    "2026-07-10",
    "2026-06-10",
    "2026-05-10",
    "2026-04-10",
    "2026-03-10",
    "2026-01-10",
)


@tagged("post_install", "-at_install")
class TestReportPages(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = LONG
        cls.company.name = (
            "Northwind International Character Licensing and Merchandising"
        )
        euro = cls.env.ref("base.EUR")
        euro.active = True
        for day in AGES:
            cls._move(day, 87_654_321.5, date="2026-01-05")
            cls._move(day, 12_345_678.9, date="2026-01-05", currency_id=euro.id)

    def _read(self, report, records):
        """Pages of a report."""
        with self._on(DAY), self.allow_pdf_render():
            content, _kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(report, records.ids)
            )
        return PdfReader(io.BytesIO(content)).pages

    def _runs(self, page):
        """Runs of text on a page: list of (text, x of its end, y) in points.

        The end is estimated: a figure is about half as wide as it is high.
        """
        found = []

        def note(text, matrix, place, _font, size):
            if text.strip():
                x = place[4] * matrix[0] + matrix[4]
                y = place[5] * matrix[3] + matrix[5]
                width = len(text.strip()) * size * abs(matrix[0] * place[0]) / 2
                found.append((text.strip(), x + width, y))

        page.extract_text(visitor_text=note)
        return found

    def _check_pages(self, report, records, margin):
        """Numbers of pages, and nothing past the margin in points."""
        pages = self._read(report, records)
        for number, page in enumerate(pages, start=1):
            text = " ".join(page.extract_text().split())
            self.assertRegex(text, rf"Page {number} */ *{len(pages)}\b")
            right = float(page.mediabox.width) - margin
            amounts = [run for run in self._runs(page) if AMOUNT.search(run[0])]
            past = [run for run in amounts if run[1] > right + 6]
            self.assertFalse(past, f"{report}, page {number}")
        return "\n".join(page.extract_text() for page in pages)

    def test_review_of_large_amounts_in_two_currencies_is_whole(self):
        text = self._check_pages(PARTNER, self.customer, 28)
        self.assertIn(LONG, " ".join(text.split()))
        self.assertIn("87,654,321.50", text)

    def test_review_names_each_of_many_members(self):
        members = [self._customer(f"{LONG[:54]} {number:02}") for number in range(40)]
        account = self.env["national.account"].create(
            {
                "name": LONG,
                "partner_id": self.customer.id,
                "member_ids": [
                    Command.create({"partner_id": member.id}) for member in members
                ],
            }
        )
        text = " ".join(self._check_pages(NATIONAL, account, 28).split())
        for member in members:
            self.assertIn(member.name, text)

    def test_statement_of_large_amounts_is_whole(self):
        statement = self._statement(DAY)
        text = self._check_pages(STATEMENT, statement, 20)
        self.assertIn("or " + LONG, " ".join(text.split()))

    def test_aging_of_large_amounts_is_whole(self):
        for detail in ("accounts", "items"):
            with self.subTest(detail=detail):
                self._check_pages(AGING, self._wizard(DAY, detail=detail), 20)

    def test_name_with_a_full_stop_ends_its_sentence_once(self):
        self.customer.name = "Crestline Hotels Corp."
        text = self._check_pages(STATEMENT, self._statement(DAY), 20)
        self.assertNotIn("Corp..", text)

    def test_text_of_a_letter_starts_below_a_high_head(self):
        self.company.write(
            {
                "collections_letter_window": "layout",
                "street": "Harbour Road 1",
                "street2": "Building of the old customs house, second floor",
                "report_header": "<p>Makers of fine things<br/>since 1898</p>",
            }
        )
        for number in range(30):
            self._move("2026-05-01", 100 + number, date="2026-01-05")
        pages = self._read(STATEMENT, self._statement(DAY))
        self.assertGreater(len(pages), 1)
        for page in pages[1:]:
            runs = self._runs(page)
            heads = [y for text, _end, y in runs if "Harbour Road" in text]
            texts = [y for text, _end, y in runs if text in ("Date", "Not due")]
            self.assertTrue(heads and texts)
            self.assertLess(max(texts), min(heads) - 20)

    def test_margin_grows_with_the_head_and_no_more(self):
        self.company.write({"logo": False, "report_header": False})
        self.assertIsNone(self.company._get_letter_head())
        address = "\n".join(["A street of the town"] * 8)
        self.assertGreater(letter_head.needed_margin(True, "", address), 80)
        lower = letter_head.needed_margin(False, "", address)
        self.assertLess(lower, letter_head.needed_margin(True, "", address))

    def test_text_of_a_table_is_as_small_as_its_longest_row_needs(self):
        self.assertEqual(fitting.fit([["a", "bb"]], 20, 0.8), 0.8)
        self.assertEqual(fitting.fit([["a" * 16, "b"], ["c", "d" * 20]], 20, 0.8), 0.4)
        self.assertEqual(fitting.longest_word("Old customs house"), "customs")

    def test_labels_of_a_chart_have_room_at_its_left(self):
        self.assertEqual(charts._room([1, 2]), 60)
        self.assertGreater(charts._room([9_876_543_210]), 90)
