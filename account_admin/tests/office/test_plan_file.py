"""A plan goes out as a workbook, is edited there and comes in again, all or nothing."""

import io
import zipfile
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.base.next_odoo import to_binary
from ..common import CollectionsHttpCase
from .office import OfficeCommon


def edit(content, **cells):
    """The workbook with other values in some cells."""
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book.active[place] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestPlanFile(OfficeCommon):
    def setUp(self):
        super().setUp()
        self.plan = self._plan(sales=100, margin=30, sku=4, user=self.own)

    def _import(self, content, user=None, plan=None):
        plan = plan or self.plan
        wizards = self.env["account.admin.plan.import"].with_user(user or self.own)
        wizard = wizards.create(
            {
                "plan_id": plan.id,
                "file": to_binary(content),
                "filename": "plan.xlsx",
            }
        )
        wizard.action_read()
        return wizard

    def _amounts(self):
        self.env.invalidate_all()
        return [line._months for line in self.plan.line_ids]

    def test_workbook_has_the_amounts_as_numbers_and_guards_the_headings(self):
        name, content = self.plan._get_xlsx()
        self.assertEqual(name, "Brook Stores 2026, version 1.xlsx")
        sheet = load_workbook(io.BytesIO(content)).active
        self.assertEqual(sheet["B5"].value, "2026-01")
        self.assertEqual((sheet["A6"].value, sheet["B6"].value), ("Sales", 100))
        self.assertEqual(sheet["N6"].value, "=SUM(B6:M6)")
        self.assertEqual(sheet["N8"].value, "=MAX(B8:M8)")
        self.assertTrue(sheet.protection.sheet)
        self.assertFalse(sheet["B6"].protection.locked)
        self.assertTrue(sheet["B5"].protection.locked)

    def test_untouched_it_changes_nothing(self):
        wizard = self._import(self.plan._get_xlsx()[1])
        self.assertEqual((wizard.state, wizard.problems), ("good", ""))
        self.assertFalse(wizard.change_ids)

    def test_what_changes_is_shown_before_it_is_taken_in(self):
        content = edit(self.plan._get_xlsx()[1], D6=123.456, B7=0, C8=5)
        wizard = self._import(content)
        self.assertEqual(
            [(c.measure, c.month, c.before, c.after) for c in wizard.change_ids],
            [
                ("sales", date(2026, 3, 1), 100, 123.46),
                ("margin", date(2026, 1, 1), 30, 0),
                ("sku", date(2026, 2, 1), 4, 5),
            ],
        )
        self.assertEqual(self._line(self.plan, "sales").total, 1_200)
        wizard.action_apply()
        self.assertEqual(self._line(self.plan, "sales").total, 1_223.46)
        self.assertEqual(self._line(self.plan, "sku").total, 5)
        # once more in and nothing is left to change
        self.assertFalse(self._import(self.plan._get_xlsx()[1]).change_ids)

    def test_each_fault_is_a_sentence_and_nothing_is_taken_in(self):
        before, content = self._amounts(), self.plan._get_xlsx()[1]
        for cells, sentence in (
            ({"B6": "much"}, "B6: “much” is no number: enter the amount in digits."),
            ({"C6": "=1+1"}, "C6 is a formula without a result"),
            ({"C6": None}, "C6 is empty: enter 0 where nothing is planned."),
            ({"M5": None}, "Row 5: month 2026-12 is missing: put its column back."),
            ({"B7": 101}, "B7: a margin of 101.00 is more than 100 % of the month's"),
            ({"D9": -1}, "D9: -1.00 is below 0: a budget or a number of products"),
            ({"D8": 1.5}, "D8: 1.5 is no whole number: products are counted."),
            ({"A6": "Turnover"}, "A6: “Turnover” is no measure of a plan"),
            ({"A6": "Margin"}, "A7: “Margin” is there twice: keep one row."),
            ({"B2": "plan-0-2026-1"}, "is the file of another plan (plan-0-2026-1)"),
            ({"B2": f"plan-{self.plan.id}-2025-1"}, "the file is for 2025"),
            ({"B2": f"plan-{self.plan.id}-2026-7"}, "the file is of version 7"),
        ):
            with self.subTest(cells):
                wizard = self._import(edit(content, G6=999, **cells))
                self.assertEqual(wizard.state, "bad")
                self.assertIn(sentence, wizard.problems)
                wizard.action_apply()
                self.assertEqual(self._amounts(), before)

    def test_what_is_no_workbook_is_refused_with_a_sentence(self):
        wizard = self._import(b"Sales;1\nMargin;2\n")
        self.assertIn("no workbook", wizard.problems)
        wizard.file = False
        with self.assertRaisesRegex(UserError, "Choose a file first"):
            wizard.action_read()

    def test_result_of_a_formula_is_read_and_told(self):
        content = self.plan._get_xlsx()[1]
        # as a spreadsheet saves it: the formula with its result
        book = edit(content, B6=777)
        wizard = self._import(with_formula(book, b"<v>777</v>", b"<f>700+77</f>"))
        self.assertEqual(wizard.change_ids.after, 777)
        self.assertEqual(wizard.remarks, "B6 is a formula; its result 777 was read.")

    def test_a_plan_in_force_takes_nothing_in(self):
        content = edit(self.plan._get_xlsx()[1], B6=5)
        wizard = self._import(content)
        self.plan.action_activate()
        with self.assertRaisesRegex(UserError, "make a new version"):
            wizard.action_apply()

    def test_whose_account_it_is_not_takes_nothing_in(self):
        content = self.plan._get_xlsx()[1]
        self.customer.collections_user_id = self.all
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self._import(content)


def with_formula(content, value, formula):
    """A workbook whose cell with a value has a formula before it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        with zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                part = old.read(name).replace(value, formula + value)
                new.writestr(name, part)
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestPlanJourney(CollectionsHttpCase, OfficeCommon):
    """A year's plan out to a workbook, edited, and in again: in a real browser."""

    def test_plan_out_edited_and_in_again(self):
        self.customer.name = "Tour Stores"
        plan = self._plan(sales=100, user=self.own)
        self.authenticate("office_own", "office_own")
        answer = self.url_open(f"/account_admin/xlsx/plan/{plan.id}")
        self.assertEqual(answer.status_code, 200)
        file = self.env["ir.attachment"].create(
            {
                "name": "plan.xlsx",
                "raw": edit(answer.content, E6=250),
                "public": True,
            }
        )
        self.env["ir.model.data"].create(
            {
                "module": "account_admin",
                "name": "plan_tour_file",
                "model": file._name,
                "res_id": file.id,
            }
        )
        self.start_tour("/odoo", "account_admin_plan", login=self.own.login)
        self.assertEqual(self._line(plan, "sales").month_04, 250)
        self.assertEqual(plan.state, "active")

    def test_workbook_of_a_stranger_is_not_given(self):
        self.customer.collections_user_id = self.all
        plan = self._plan(sales=100)
        self.authenticate("office_own", "office_own")
        answer = self.url_open(f"/account_admin/xlsx/plan/{plan.id}")
        self.assertNotEqual(answer.status_code, 200)
