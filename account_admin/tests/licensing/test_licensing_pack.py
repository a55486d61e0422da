"""The quarterly pack, read as its readers do: cells of a workbook, text of a PDF."""

import hashlib
import io
import json
import zipfile
from datetime import datetime

from openpyxl import load_workbook

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ..reports import ReportsCommon
from .test_licensing_forecast import ForecastCommon

TODAY = "2026-07-20"


class PackCommon(ForecastCommon, ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pool = cls._pool(cls._advance(10_000), guarantee=20_000)
        cls.contract = cls._contract(commitment_ids=[pool], date_start="2025-01-01")

    def setUp(self):
        super().setUp()
        with self._on("2026-07-10"):
            for quarter in range(4):
                self._approve(self.contract, 1_000, quarter=quarter, year=2025)
            self._approve(self.contract, {"gross": 83_300.5, "units": 7})
            self._approve(
                self.contract, {"gross": 62_500, "returns": 500, "units": 5}, quarter=1
            )

    def _pack(self, **vals):
        return self.env["licensing.pack"].create(
            {"company_id": self.company.id, "quarter": "2", "year": 2026, **vals}
        )

    def _sheet(self, head, **vals):
        """Rows of the sheet whose first column has a label."""
        with self._on(TODAY):
            content = self._pack(**vals)._get_xlsx()[1]
        [rows] = self._sheets(content, head).values()
        return rows


class TestPack(PackCommon):
    def test_the_summary_has_the_quarter_the_year_before_and_the_year(self):
        row, total = self._sheet("Licensee", content="summary")
        self.assertEqual(
            row,
            {
                "Licensee": "Toy Works",
                "Currency": "USD",
                "Units": 5,
                "Gross": 62_500,
                "Net": 62_000,
                "Royalty": 4_960,
                "A year before": 80,
                "Year to date": 4_960 + 6_664.04,
            },
        )
        self.assertEqual(total["Licensee"], "Total")
        self.assertEqual(total["Royalty"], 4_960)
        self.assertEqual(total["Year to date"], row["Year to date"])

    def test_the_summary_is_grouped_as_was_chosen(self):
        for group, name in (
            ("contract", self.contract.display_name),
            ("property", "Not said"),
        ):
            label = group.capitalize()
            row, _total = self._sheet(label, content="summary", group_by=group)
            self.assertEqual((row[label], row["Royalty"]), (name, 4_960))

    def test_the_pace_has_typed_cells(self):
        [row] = self._sheet("Pool", content="pace")
        self.assertEqual(row["Until"], datetime(2026, 12, 31))
        self.assertEqual((row["Guarantee"], row["Earned"]), (20_000, 11_624.04))
        self.assertAlmostEqual(row["Earned share"], 0.581202)
        self.assertAlmostEqual(row["Pace"], 0.581202 / (181 / 365), 5)
        self.assertEqual(row["Outlook"], "Covered")

    def test_flags_are_of_the_quarter_and_dates_from_today(self):
        self._report(self.contract, [], quarter=2, date_due="2026-07-15")
        self.contract.sudo().termination_date = "2026-12-31"
        with self._on(TODAY):
            pack = self._pack(quarter="3")
            content = pack._get_xlsx()[1]
        flags = self._sheets(content, "Licensee")["Red flags"]
        self.assertEqual(
            [flag["What was seen"] for flag in flags],
            ["Not reported. Days past due: 5."],
        )
        coming = self._sheets(content, "What")["Coming up"]
        self.assertEqual(
            [(row["What"], row["Date"], row["Days left"]) for row in coming],
            [("Contract Ends", datetime(2026, 12, 31), 164)],
        )

    def test_a_name_that_starts_like_a_formula_stays_a_name(self):
        self.licensee.name = "=1+1"
        row, _total = self._sheet("Licensee", content="summary")
        self.assertEqual(row["Licensee"], "=1+1")

    def test_the_pdf_says_the_same(self):
        with self._on(TODAY):
            pack = self._pack()
            text = self._pdf_text("account_admin.licensing_pack_report", pack)
        for part in (
            "Royalties 2026 Q2",
            "Royalty summary",
            "$ 4,960.00",
            "$ 11,624.04",
            "Guarantee pace",
            "$ 20,000.00",
            "Red flags",
            "Coming up",
            "10/30/2026",
        ):
            self.assertIn(part, text)

    def test_the_zip_has_both_files_and_their_checksums(self):
        user = self._user("zipper", "licensing_user")
        with self._on(TODAY), self.allow_pdf_render():
            pack = self._pack().with_user(user).copy()
            name, content = pack._get_zip()
        self.assertEqual(name, "Royalties 2026 Q2.zip")
        archive = zipfile.ZipFile(io.BytesIO(content))
        pdf, xlsx, sums = archive.namelist()
        self.assertEqual(
            (pdf, xlsx, sums),
            ("Royalties 2026 Q2.pdf", "Royalties 2026 Q2.xlsx", "SHA256SUMS"),
        )
        self.assertIn("$ 4,960.00", self._text_of(archive.read(pdf)))
        found = self._sheets(archive.read(xlsx), "Licensee")
        self.assertEqual(found["Royalty summary"][0]["Royalty"], 4_960)
        for line in archive.read(sums).decode().splitlines():
            checksum, _space, path = line.partition("  ")
            self.assertEqual(
                hashlib.sha256(archive.read(path)).hexdigest(), checksum, path
            )

    def test_the_last_quarter_that_is_over_comes_first(self):
        with self._on("2026-02-10"):
            pack = self.env["licensing.pack"].create({})
            self.assertEqual((pack.quarter, pack.year), ("4", 2025))

    def test_another_company_is_not_read(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "licensing_manager", other)
        with self._on(TODAY):
            pack = self.env["licensing.pack"].with_user(stranger)
            mine = pack.create({"company_id": other.id, "quarter": "2", "year": 2026})
            self.assertEqual([len(part.rows) for part in mine._get_sections()], [0] * 4)
            theirs = {"company_id": self.company.id}
            with self.assertRaises(AccessError):
                pack.create(theirs)
            # nor however it came about
            with self.assertRaises(AccessError):
                pack.sudo().create(theirs).sudo(False)._get_xlsx()

    def test_a_collector_makes_no_pack(self):
        collector = self._user("collector", "account_admin_user")
        with self.assertRaises(AccessError):
            self.env["licensing.pack"].with_user(collector).create({})


class TestPackDownload(PackCommon, HttpCase):
    def test_user_and_auditor_download_what_they_made_and_no_other(self):
        urls = {}
        for login, group in (
            ("licensor", "licensing_user"),
            ("auditor", "account_admin_auditor"),
        ):
            user = self._user(login, group)
            pack = self.env["licensing.pack"].with_user(user)
            made = pack.create({"quarter": "2", "year": 2026})
            urls[login] = f"/account_admin/xlsx/licensing-pack/{made.id}"
        for login, other in (("licensor", "auditor"), ("auditor", "licensor")):
            self.authenticate(login, login)
            response = self.url_open(urls[login])
            self.assertEqual(response.status_code, 200)
            found = self._sheets(response.content, "Licensee")
            self.assertEqual(found["Royalty summary"][0]["Royalty"], 4_960)
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(urls[other]).status_code, 403)

    def test_the_zip_is_downloaded_by_its_maker_only(self):
        maker, other = (
            self._user(login, "licensing_user") for login in ("maker", "other")
        )
        pack = self.env["licensing.pack"].with_user(maker)
        made = pack.create({"quarter": "2", "year": 2026})
        url = made.action_zip()["url"]
        self.authenticate("maker", "maker")
        with self.allow_pdf_render():
            response = self.url_open(url)
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        archive = zipfile.ZipFile(io.BytesIO(response.content))
        self.assertTrue(archive.read("Royalties 2026 Q2.pdf").startswith(b"%PDF"))
        self.authenticate("other", "other")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)
        self.assertEqual(self.url_open(url.replace("/zip", "0/zip")).status_code, 404)

    def test_a_list_is_exported_with_names_as_text(self):
        self.licensee.name = "=1+1"
        user = self._user("exporter", "licensing_user")
        user.group_ids |= self.env.ref("base.group_allow_export")
        self.authenticate("exporter", "exporter")
        data = {
            "model": "licensing.royalty.item",
            "fields": [
                {"name": name, "label": name, "type": kind, "store": True}
                for name, kind in (("partner_id", "many2one"), ("royalty", "monetary"))
            ],
            "ids": False,
            "domain": [("date_end", "=", "2026-06-30")],
            "import_compat": False,
            "context": {},
        }
        response = self.url_open(
            "/web/export/xlsx",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        sheet = load_workbook(io.BytesIO(response.content)).active
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        self.assertEqual(rows, [("=1+1", 4_960)])
        self.assertEqual(sheet["A2"].data_type, "s")
