import io
import json

from openpyxl import load_workbook

from odoo import http
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsHttpCase
from .test_kpi import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiScreen(KpiCommon, CollectionsHttpCase):
    """A month with a figure and one without, wherever a person can look at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collections_kpi_months = 1
        cls._pay(cls._move("2026-02-10", 100), "2026-03-10", 50)
        cls.reader = new_test_user(
            cls.env,
            "kpi_reader",
            groups="account_admin.group_account_admin_manager,base.group_allow_export",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self._freeze("2026-04-01")

    def _export(self, groupby):
        """Cells of Odoo's own XLSX export of the company's rows."""
        self.authenticate(self.reader.login, self.reader.login)
        names = ("month", "dso", "sales")
        response = self.url_open(
            "/web/export/xlsx",
            data={
                "data": json.dumps(
                    {
                        "model": "account.admin.kpi",
                        "fields": [
                            {
                                "name": name,
                                "label": name,
                                "type": self.kpis._fields[name].type,
                                "store": True,
                            }
                            for name in names
                        ],
                        "ids": False,
                        "domain": [["scope", "=", "company"]],
                        "groupby": groupby,
                        "context": {},
                        "import_compat": False,
                    }
                ),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        response.raise_for_status()
        sheet = load_workbook(io.BytesIO(response.content)).active
        # an empty text is as empty as no cell
        return [
            tuple(None if cell == "" else cell for cell in row[1:])
            for row in sheet.iter_rows(min_row=2, values_only=True)
        ]

    def test_month_without_a_figure_is_empty_in_list_graph_pivot_and_form(self):
        self.start_tour("/odoo", "account_admin_kpi", login=self.reader.login)

    def test_exports_leave_the_cell_empty(self):
        self.assertEqual(self._export([]), [(None, 0), (28, 100)])

    @mute_logger("odoo.addons.web.controllers.export")
    def test_grouped_exports_average_no_figures(self):
        rows = self._export(["scope"])
        self.assertEqual(rows, [(None, 100), (None, 0), (28, 100)])

    def _json(self, view):
        self.authenticate(self.reader.login, self.reader.login)
        headers = {  # of a person who typed the address, see _auth_method_bearer
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": "none",
            "Sec-Fetch-User": "?1",
        }
        response = self.url_open(
            f"/json/1/receivables-kpis?view_type={view}", headers=headers
        )
        response.raise_for_status()
        return response.json()

    def test_json_gives_false_and_not_zero(self):
        self.env["ir.config_parameter"].create(
            {"key": "web.json.enabled", "value": "1"}
        )
        found = self._json("list")["records"]
        self.assertEqual([row["dso"] for row in found], [False, 28])
        self.assertIs(found[0]["dso"], False)
        found = self._json("graph&groupby=month:month&fields=dso")["groups"]
        self.assertEqual([group["dso:ratio"] for group in found], [28, False])
