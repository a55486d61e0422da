import csv
import io
import json

from openpyxl import load_workbook

from odoo import fields, http
from odoo.tests import new_test_user, tagged

from ..common import CollectionsHttpCase


@tagged("post_install", "-at_install")
class TestReportExport(CollectionsHttpCase):
    """Odoo's own export of the reports: the same figures, text as text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.formula = cls._customer("=1+1")
        cls._move("2026-03-01", 1234.56, cls.formula)
        cls._payment("2026-03-05", 34.56, cls.formula)
        cls._move("2026-03-02", 100)
        cls.user = new_test_user(
            cls.env,
            "exporter",
            groups="account_admin.group_account_admin_all,base.group_allow_export",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _send(self, url, data):
        self.authenticate("exporter", "exporter")
        answer = self.url_open(
            url,
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        answer.raise_for_status()
        return answer

    def _download(self, url, data):
        return load_workbook(io.BytesIO(self._send(url, data).content)).active

    def _export(self, model, names, **vals):
        return self._download(
            "/web/export/xlsx", self._fields(*names, model=model, **vals)
        )

    def _fields(self, *names, model="account.admin.history", **vals):
        """What the browser sends for an export of these fields."""
        return {
            "model": model,
            "fields": [
                {
                    "name": name,
                    "label": name,
                    "type": self.env[model]._fields[name.split("/")[0]].type,
                    "store": True,
                }
                for name in names
            ],
            "ids": False,
            "domain": [("company_id", "=", self.company.id)],
            "import_compat": False,
            "context": {},
            **vals,
        }

    def _activity(self):
        days = map(fields.Date.to_date, ("2026-01-01", "2026-12-31"))
        return self.env["account.admin.history"].get_activity(self.company, *days)

    def test_list_has_the_same_figures(self):
        sheet = self._export("account.admin.history", ["name", "date", "amount"])
        exported = {
            (row[0], row[1].date(), round(row[2], 2))
            for row in sheet.iter_rows(min_row=2, values_only=True)
        }
        self.assertEqual(
            exported,
            {(r["name"], r["date"], float(r["amount"])) for r in self._activity()},
        )

    def test_name_that_looks_like_a_formula_stays_text(self):
        for vals in ({}, {"groupby": ["kind"]}):
            sheet = self._export(
                "account.admin.history", ["kind", "partner_id", "amount"], **vals
            )
            cells = [cell for row in sheet.iter_rows() for cell in row]
            found = [cell for cell in cells if cell.value == "=1+1"]
            self.assertEqual(len(found), 2)
            self.assertEqual({cell.data_type for cell in cells} & {"f"}, set())
            self.assertEqual({cell.data_type for cell in found}, {"s"})

    def test_groups_have_the_same_totals(self):
        sheet = self._export(
            "account.admin.billing.cycle",
            ["name", "amount"],
            groupby=["partner_id"],
        )
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        totals = {row[0]: row[1] for row in rows if row[0].endswith("(1)")}
        self.assertEqual(totals, {"=1+1 (1)": 1234.56, "Brook Stores (1)": 100})

    def test_csv_runs_nothing(self):
        names = ["@SUM(1+1)", "\t=1+1", "=1+1", "Brook Stores"]
        for name in names[:2]:
            self._move("2026-03-01", 100, self._customer(name))
        answer = self._send("/web/export/csv", self._fields("partner_id"))
        cells = {row[0] for row in csv.reader(io.StringIO(answer.text))}
        self.assertFalse([one for one in cells if one[:1] in "=+-@\t\r\n"])
        self.assertLess({"'@SUM(1+1)", "'=1+1", "Brook Stores"}, cells)

    def test_pivot_makes_no_formula_and_no_link_of_a_name(self):
        names = [
            "{=1+1}",
            "http://example.com",
            "ftp://example.com",
            "mailto:a@example.com",
            "external:c:\\a.xlsx",
            "internal:Sheet!A1",
            "file:///etc/passwd",
        ]
        sheet = self._download(
            "/web/pivot/export_xlsx",
            {
                "model": "account.admin.history",
                "title": "Account Activity",
                "measure_count": 1,
                "col_group_headers": [
                    [{"title": name, "width": 1, "height": 1} for name in names]
                ],
                "measure_headers": [{"title": n, "is_bold": False} for n in names],
                "rows": [
                    {"title": n, "indent": 0, "values": [{"value": 1}]} for n in names
                ],
            },
        )
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertFalse([cell.value for cell in cells if cell.hyperlink])
        self.assertNotIn("f", {cell.data_type for cell in cells})
        for name in names:
            self.assertEqual(
                len([c for c in cells if str(c.value).strip() == name]), 3, name
            )

    def test_list_makes_no_formula_and_no_link_of_a_name(self):
        for name in ("{=1+1}", "http://example.com", "external:c:\\a.xlsx"):
            self._move("2026-03-01", 100, self._customer(name))
        for vals in ({}, {"groupby": ["partner_id"]}):
            sheet = self._export(
                "account.admin.history", ["kind", "partner_id", "amount"], **vals
            )
            cells = [cell for row in sheet.iter_rows() for cell in row]
            self.assertFalse([cell.value for cell in cells if cell.hyperlink])
            self.assertNotIn("f", {cell.data_type for cell in cells})

    def test_pivot_has_the_same_figures_and_no_formula(self):
        groups = self.env["account.admin.history"].formatted_read_group(
            [("company_id", "=", self.company.id)], ["partner_id"], ["amount:sum"]
        )
        rows = [
            {
                "title": group["partner_id"][1],
                "indent": 0,
                "values": [{"value": group["amount:sum"]}],
            }
            for group in groups
        ]
        header = {"title": "=1+1", "width": 1, "height": 1}
        sheet = self._download(
            "/web/pivot/export_xlsx",
            {
                "model": "account.admin.history",
                "title": "Account Activity",
                "measure_count": 1,
                "col_group_headers": [[header]],
                "measure_headers": [{"title": "Amount", "is_bold": False}],
                "rows": rows,
            },
        )
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        figures = {
            row[0].strip(): row[1]
            for row in sheet.iter_rows(min_row=3, values_only=True)
        }
        self.assertEqual(figures, {"=1+1": 1200, "Brook Stores": 100})
