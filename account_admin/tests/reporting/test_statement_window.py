"""Statements of account on paper: in the same envelopes as the letters."""

import io

from pypdf import PdfReader

from odoo.tests import tagged

from ...engine.letter_head import DIN_B, US_10
from ..collections.test_letter_pages import LetterWindowCommon

STATEMENT = "account_admin.action_report_statement"


@tagged("post_install", "-at_install")
class TestStatementWindow(LetterWindowCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(40):
            cls._move("2026-02-01", 100 + number, cls.alder)
        cls._move("2026-02-01", 100, cls.birch)

    def _pages(self, statements):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        with self._on("2026-03-02"), self.allow_pdf_render():
            content, _kind = report._render_qweb_pdf(STATEMENT, statements.ids)
        return PdfReader(io.BytesIO(content)).pages

    def test_address_of_each_statement_is_in_the_window_of_the_country(self):
        statements = self._statement("2026-02-28", self.alder | self.birch)
        for country, window in (("de", DIN_B), ("us", US_10)):
            self.company.country_id = self.env.ref(f"base.{country}")
            pages = self._pages(statements)
            self._assert_in_window(pages[0], window, "Alder", "Alder Street 1")
            self._assert_in_window(pages[-1], window, "Birch", "Birch Street 1")

    def test_each_statement_of_a_batch_counts_its_own_pages(self):
        pages = self._pages(self._statement("2026-02-28", self.alder | self.birch))
        [*alder, birch] = [self._words(page) for page in pages]
        self.assertGreater(len(alder), 1)
        for number, page in enumerate(alder, 1):
            self.assertIn(f"Page {number} / {len(alder)}", page)
        self.assertIn("Page 1 / 1", birch)

    def test_layout_that_places_the_address_itself_is_left_alone(self):
        self.company.collections_letter_window = "layout"
        [*_pages, last] = self._pages(
            self._statement("2026-02-28", self.alder | self.birch)
        )
        self.assertIn("Birch Street 1", self._words(last))
