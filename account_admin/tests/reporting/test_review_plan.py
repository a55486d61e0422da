"""The account review shows plan against actual, as a page and as slides."""

import io
from unittest.mock import patch

from freezegun import freeze_time
from pptx import Presentation

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...reports.reporting import review_pptx
from ..common import CollectionsHttpCase
from ..office.office import OfficeCommon
from ..reports import ReportsCommon

PARTNER = "account_admin.action_report_review_partner"
REPORT = "report.account_admin.review_partner"
DAY = "2026-06-01"


def read_slides(content):
    """Title, texts of tables, and series of charts of each slide."""
    found = []
    for slide in Presentation(io.BytesIO(content)).slides:
        cells, series = [], {}
        for shape in slide.shapes:
            if shape.has_table:
                cells += [[cell.text for cell in row.cells] for row in shape.table.rows]
            if shape.has_chart:
                series |= {
                    one.name: list(one.values) for one in shape.chart.plots[0].series
                }
        found.append((slide.shapes.title.text_frame.text, cells, series))
    return found


@tagged("post_install", "-at_install")
class TestReviewPlan(ReportsCommon, CollectionsHttpCase, OfficeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell("2026-05-15", 470_000)
        cls.plan = cls._plan(sales=100_000)
        with freeze_time(f"{DAY} 12:00:00"):
            cls.plan.action_activate()

    def _slides(self, user=None, account=None):
        with self._on(DAY):
            report = self.env[REPORT].with_user(user or self.own)
            return report._get_pptx((account or self.customer).id)

    def test_page_has_the_plan_in_force(self):
        with self._on(DAY):
            text = self._pdf_text(PARTNER, self.customer)
        for shown in ("Plan against actual", "500,000.00", "-6.00 %", "Bad"):
            self.assertIn(shown, text)

    def test_page_without_a_plan_says_nothing_of_it(self):
        with self._on(DAY):
            text = self._pdf_text(PARTNER, self._customer("No Plan Stores"))
        self.assertNotIn("Plan against actual", text)

    def test_slides_open_with_tables_and_charts_of_the_review(self):
        name, content = self._slides()
        self.assertEqual(name, "Account review Brook Stores.pptx")
        slides = {title: parts for title, *parts in read_slides(content)}
        self.assertEqual(len(slides), 6)
        self.assertIn("Brook Stores", slides)
        (cells, _none) = next(v for k, v in slides.items() if k.startswith("Plan"))
        sales = next(row for row in cells if row[0] == "Sales")
        self.assertEqual(sales[4:6], ["-6.00 %", "Bad"])
        months = next(v for k, v in slides.items() if k.startswith("Sales by month"))[1]
        self.assertEqual(months["Planned"], [100_000.0] * 12)
        self.assertEqual(months["Actual"][4:6], [470_000.0, None])
        paid = next(v for k, v in slides.items() if k.startswith("Invoiced and"))[1]
        self.assertEqual(paid["Invoiced"][-2], 470_000.0)

    def test_slides_come_by_their_address_for_who_may_print_the_review(self):
        for login, code in (("office_own", 200), ("office_all", 200)):
            self.authenticate(login, login)
            answer = self.url_open(
                f"/account_admin/slides/res.partner/{self.customer.id}"
            )
            self.assertEqual(answer.status_code, code)
            self.assertTrue(read_slides(answer.content))
        missing = self.url_open("/account_admin/slides/res.users/2")
        self.assertEqual(missing.status_code, 404)

    def test_slides_of_whom_somebody_else_looks_after_are_refused(self):
        self.customer.collections_user_id = self.all
        with self.assertRaisesRegex(UserError, "Brook Stores"):
            self._slides()

    def test_without_the_library_the_button_says_how_to_get_it(self):
        with (
            patch.object(review_pptx, "Presentation", None),
            self.assertRaisesRegex(UserError, "pip install python-pptx"),
        ):
            self.env[REPORT]._action_slides(self.customer.id)

    def test_print_menu_offers_the_slides(self):
        actions = self.env["ir.actions.actions"].with_user(self.own)
        names = {"res.partner": "partner", "national.account": "national"}
        for model, name in names.items():
            bound = actions.get_bindings(model)
            action = self.env.ref(f"account_admin.action_review_slides_{name}")
            self.assertIn(action.id, [one["id"] for one in bound["report"]])
