"""One ledger through every report, page and export: the same buckets everywhere."""

import io
import zipfile

from odoo import Command
from odoo.tests import tagged

from ..common import CollectionsHttpCase
from ..reports import ReportsCommon

DAY = "2026-06-30"
LABELS = ("Not due", "1-30", "31-60", "61-90", "91-120", "121+")
BUCKETS = [f"bucket_{number}" for number in range(6)]


@tagged("post_install", "-at_install")
class TestParity(CollectionsHttpCase, ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        cls.other = cls._customer("Other Stores")
        cls._build_ledger()
        cls.expected = {
            "Brook Stores": [500, 310, 0, 30, 0, 900],
            "Other Stores": [0, 70, -25, 0, 0, 0],
        }

    @classmethod
    def _build_ledger(cls):
        """Instalments, a part payment, a credit note, a dispute, a foreign invoice."""
        terms = cls.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        cls._move("2026-06-30", 200)
        cls._move("2026-07-10", 100, date="2026-06-30")
        cls._move("2026-06-15", 400, invoice_payment_term_id=terms.id)
        part = cls._move("2026-06-05", 60)
        cls._pay(part, "2026-06-20", 50)
        cls._move("2026-04-10", 60, currency_id=cls.euro.id)
        disputed = cls._move("2026-01-01", 900)
        cls.env["collections.dispute"].create(
            {"move_id": disputed.id, "amount": 300, "date": "2026-02-01"}
        )
        later = cls._move("2026-06-20", 100)
        # paid after the day of the reports: open on it
        cls._pay(later, "2026-07-05")
        cls._unmatched()

    @classmethod
    def _unmatched(cls):
        """Another account with an invoice and an older credit note beside it."""
        cls._move("2026-06-10", 70, cls.other)
        cls._credit("2026-05-10", 25, cls.other)

    @property
    def _totals(self):
        return [sum(amounts) for amounts in zip(*self.expected.values(), strict=True)]

    def _check(self, name, amounts):
        self.assertEqual(
            [round(float(a or 0), 2) for a in amounts], self.expected[name]
        )

    # ------------------------------------------------------------------
    # AGING
    # ------------------------------------------------------------------

    def test_the_one_definition(self):
        items = self.env["account.admin.open.item"]
        found = items._get_aging(self.company, self._day(DAY))
        self.assertEqual([float(amount) for _l, _c, amount in found], self._totals)

    def test_aging_on_screen(self):
        aged = self.env["account.admin.aged.item"].with_context(aging_day=DAY)
        for partner, *amounts in aged._read_group(
            [("company_id", "=", self.company.id)],
            ["partner_id"],
            [f"{name}:sum" for name in BUCKETS],
        ):
            self._check(partner.name, amounts)
        pivot = dict(aged._read_group([], ["bucket"], ["amount:sum"]))
        self.assertEqual(
            [pivot.get(str(number), 0) for number in range(6)], self._totals
        )

    def test_aging_workbook_in_summary(self):
        rows = self._aging_rows(DAY)
        for name in self.expected:
            self._check(name, [rows[name][label] for label in LABELS])
        self.assertEqual([rows["Total"][label] for label in LABELS], self._totals)

    def test_aging_workbook_in_detail(self):
        content = self._wizard(DAY, detail="items")._get_xlsx()[1]
        rows = self._sheets(content, "Account")["Aging"]
        for name in self.expected:
            mine = [row for row in rows if row["Account"] == name]
            self._check(
                name, [sum(row[label] or 0 for row in mine) for label in LABELS]
            )

    def test_aging_pdf(self):
        report = "account_admin.action_report_aging"
        for options in ({}, {"detail": "items"}):
            text = self._pdf_text(report, self._wizard(DAY, **options))
            for total in self._totals:
                self.assertIn(f"{abs(total):,.2f}", text)

    def test_tie_out(self):
        self._assert_ties(DAY)

    # ------------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------------

    def _sections(self, partner):
        found = self.env["collections.statement"].get_statements(
            self.company, self._day(DAY), partner
        )[partner]
        return {section.currency: section for section in found}

    def _statement_buckets(self, sections):
        """Buckets in the company's currency; 2 EUR are 1 USD."""
        dollars = [0.0] * 6
        for currency, section in sections.items():
            rate = 2 if currency == self.euro.id else 1
            for number, amount in enumerate(section.buckets):
                dollars[number] += float(amount) / rate
        return dollars

    def test_statement_of_open_items(self):
        for partner in (self.customer, self.other):
            sections = self._sections(partner)
            self._check(partner.name, self._statement_buckets(sections))

    def test_statement_of_movements(self):
        partner = self.customer
        found = self.env["collections.statement"].get_statements(
            self.company,
            self._day(DAY),
            partner,
            "balance_forward",
            self._day("2026-06-01"),
        )[partner]
        sections = {section.currency: section for section in found}
        self._check(partner.name, self._statement_buckets(sections))
        for section in found:
            self.assertEqual(sum(section.buckets), section.closing)

    def test_statement_workbook_and_page(self):
        statement = self._statement(DAY, self.other)
        content = statement._get_xlsx()[1]
        row = self._sheets(content, "Account")["Aging"][0]
        labels = ["Not due", *(f"{label} days" for label in LABELS[1:])]
        self._check(self.other.name, [row[label] for label in labels])
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account_admin.action_report_statement", statement.ids
        )[0]
        text = html.decode().replace("\N{NO-BREAK SPACE}", " ")
        for shown in ("$ 70.00", "$ -\ufeff25.00", "$ 45.00"):
            self.assertIn(shown, text)

    def test_statement_in_the_portal(self):
        statement = self._statement(DAY, self.other)
        statement.sudo().state = "sent"
        page = self.url_open(statement._get_share_url()).text
        text = page.replace("\N{NO-BREAK SPACE}", " ")
        for shown in ("$ 70.00", "$ 45.00", "121+ days"):
            self.assertIn(shown, text)

    # ------------------------------------------------------------------
    # KPIS, REVIEW, AUDIT PACK
    # ------------------------------------------------------------------

    def test_kpis(self):
        kpis = self.env["account.admin.kpi"]
        (row,) = kpis.get_kpis(self.company, self._day(DAY), "company")
        self.assertEqual([found["ending"] for found in row["buckets"]], self._totals)
        names = {self.customer.id: "Brook Stores", self.other.id: "Other Stores"}
        for row in kpis.get_kpis(self.company, self._day(DAY), "account"):
            if row["partner_id"]:
                amounts = [found["ending"] for found in row["buckets"]]
                self._check(names[row["partner_id"]], amounts)

    def test_review(self):
        found = self.env["account.admin.review"].get_reviews(
            self.company, self._day(DAY), self.customer | self.other
        )
        for partner, review in found.items():
            self._check(partner.name, review["months"][-1]["inputs"].endings)

    def test_audit_pack(self):
        pack = self.env["account.admin.audit.pack"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": DAY,
                "partner_ids": (self.customer | self.other).ids,
            }
        )
        pack.action_make()
        archive = zipfile.ZipFile(io.BytesIO(pack._take()[1].raw))
        content = archive.read(f"open_items/{DAY}.xlsx")
        rows = self._sheets(content, "Account")["Aging"]
        for name in self.expected:
            mine = [row for row in rows if row["Account"] == name]
            self._check(
                name, [sum(row[label] or 0 for row in mine) for label in LABELS]
            )
        content = archive.read("reconciliation/roll_forward.xlsx")
        (rows,) = self._sheets(content, "Account").values()
        self.assertEqual({row["Difference"] or 0 for row in rows}, {0})
