"""Statements of account, read as their recipients read them."""

import io

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import format_amount

from ...models.base.formatting import Formatter
from ..reports import ReportsCommon

REPORT = "account_admin.action_report_statement"


@tagged("post_install", "-at_install")
class TestStatement(ReportsCommon):
    def _sections(self, day, partner=None, **options):
        """Sections of one account's statement."""
        accounts = partner or self.customer
        found = self.env["collections.statement"].get_statements(
            self.company, self._day(day), accounts, **options
        )
        return found[accounts]

    def _html(self, statements):
        text = self.env["ir.actions.report"]._render_qweb_html(REPORT, statements.ids)
        return text[0].decode().replace("\N{NO-BREAK SPACE}", " ")

    # ------------------------------------------------------------------
    # WHAT STANDS ON IT
    # ------------------------------------------------------------------

    def test_open_items_add_up_to_the_balance_and_to_the_aging_strip(self):
        self._move("2026-01-10", 100)
        self._move("2026-02-20", 50)
        self._credit("2026-02-01", 30)
        (section,) = self._sections("2026-02-28")
        self.assertEqual([balance for _line, balance in section.lines], [100, 70, 120])
        self.assertEqual(section.closing, 120)
        self.assertEqual(sum(section.buckets), 120)
        self.assertEqual(section.buckets[1:3], [20, 100])
        self.assertEqual(section.overdue, 120)

    def test_balance_forward_ends_where_the_open_items_do(self):
        first = self._move("2026-01-10", 100)
        self._move("2026-01-20", 50)
        self._pay(first, "2026-02-10")
        self._move("2026-02-20", 30)
        (section,) = self._sections(
            "2026-02-28",
            kind="balance_forward",
            date_from=self._day("2026-02-01"),
        )
        self.assertEqual(section.opening, 150)
        self.assertEqual(
            [(line.kind, line.amount) for line, _balance in section.lines],
            [("payment", -100), ("invoice", 30)],
        )
        self.assertEqual(section.closing, 80)
        self.assertEqual(sum(section.buckets), section.closing)

    def test_payment_in_another_currency_leaves_one_balance_and_enters_the_other(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self._move("2026-01-10", 200, currency_id=euro.id)
        payment = self._payment("2026-02-10", 100)
        self._reconcile(invoice, payment)
        sections = self._sections(
            "2026-02-28",
            kind="balance_forward",
            date_from=self._day("2026-01-01"),
        )
        self.assertEqual([section.closing for section in sections], [0, 0])
        kinds = {line.kind for section in sections for line, _balance in section.lines}
        self.assertEqual(kinds, {"invoice", "payment", "converted"})

    def test_currencies_stand_apart_and_foreign_items_in_their_own(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 1.1)])
        self._move("2026-01-10", 110, currency_id=euro.id)
        self._move("2026-01-10", 40)
        text = self._pdf_text(REPORT, self._statement("2026-02-01"))
        for shown in ("In USD", "$ 40.00", "In EUR", "110.00 €"):
            self.assertIn(shown, text)

    def test_disputed_part_is_marked_and_still_owed(self):
        invoice = self._move("2026-01-10", 1000)
        self.env["collections.dispute"].create(
            {"move_id": invoice.id, "amount": 400, "date": "2026-01-12"}
        )
        text = self._pdf_text(REPORT, self._statement("2026-02-01"))
        self.assertIn("disputed: $ 400.00", text)
        self.assertIn("$ 1,000.00", text)

    def test_national_account_covers_its_members_and_names_them(self):
        head, member = self._customer("Harbour Group"), self._customer("Harbour Foods")
        account = self.env["national.account"].create(
            {
                "name": "Harbour",
                "partner_id": head.id,
                "member_ids": [
                    Command.create({"partner_id": head.id}),
                    Command.create({"partner_id": member.id}),
                ],
            }
        )
        self._move("2026-01-10", 100, head)
        self._move("2026-01-12", 23, member)
        statement = self._statement(
            "2026-02-01",
            self.env["res.partner"],
            national_account_ids=account.ids,
        )
        self.assertEqual((statement.partner_id, statement.amount), (head, 123))
        text = self._pdf_text(REPORT, statement)
        for shown in ("Harbour Foods", "$ 123.00"):
            self.assertIn(shown, text)

    def test_french_recipient_reads_french_whoever_prints(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["account_admin"], ["fr_FR"])
        self.customer.lang = "fr_FR"
        self._move("2026-01-10", 1234.5)
        text = self._pdf_text(REPORT, self._statement("2026-02-01"))
        for shown in ("Relevé de compte", "10/01/2026", "1 234,50", "Facture"):
            self.assertIn(shown, text.replace("\N{NARROW NO-BREAK SPACE}", " "))
        self.assertNotIn("Statement", text)

    def test_how_to_pay_names_the_companys_bank_account(self):
        self.env["res.partner.bank"].create(
            {"acc_number": "NL91 ABNA 0417", "partner_id": self.company.partner_id.id}
        )
        self._move("2026-01-10", 100)
        self.assertIn("NL91 ABNA 0417", self._html(self._statement("2026-02-01")))

    def test_account_without_items_is_told_that_its_balance_is_zero(self):
        text = self._html(self._statement("2026-02-01"))
        self.assertIn("your balance is zero", text)

    def test_workbook_has_every_line_and_totals_that_agree(self):
        self._move("2026-01-10", 100, self._customer("=HYPERLINK(1)"))
        partner = self.env["res.partner"].search([("name", "=", "=HYPERLINK(1)")])
        self._move("2026-01-20", 50, partner)
        content = self._statement("2026-02-01", partner)._get_xlsx()[1]
        (rows, aging) = self._sheets(content, "Account").values()
        self.assertEqual([row["Amount"] for row in rows], [100, 50, 150])
        self.assertEqual((aging[-1]["Account"], aging[-1]["Total"]), ("Total", 150))
        cell = load_workbook(io.BytesIO(content))["Statement"]["A5"]
        self.assertEqual((cell.value, cell.data_type), ("=HYPERLINK(1)", "s"))

    def test_fast_formatting_equals_odoos_own(self):
        codes = ("en_US", "fr_FR", "de_CH", "hi_IN", "pl_PL", "ar_001")
        for code in codes:
            self.env["res.lang"]._activate_lang(code)
        currencies = self.env["res.currency"].with_context(active_test=False)
        currencies = currencies.search([("name", "in", ("USD", "EUR", "JPY", "KWD"))])
        for code in codes:
            text = Formatter(self.env, code)
            for currency in currencies:
                for amount in (0, 0.5, -0.5, 999.99, 1000, -1234567.891, 10**9):
                    amount = currency.round(amount)
                    self.assertEqual(
                        text.amount(amount, currency),
                        format_amount(self.env, amount, currency, lang_code=code),
                        (code, currency.name),
                    )

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_contact_is_no_account(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(UserError, "Ann is a contact of Brook Stores"):
            self._statement("2026-02-01", contact)

    def test_balance_forward_that_starts_after_its_end_is_refused(self):
        for start in ("2026-03-01", False):
            with self.assertRaisesRegex(ValidationError, "starts on a day before"):
                self._statement("2026-02-01", kind="balance_forward", date_from=start)

    def test_nobody_promises_more_than_is_owed(self):
        self._move("2026-01-10", 100)
        self.env["collections.promise"].create(
            {
                "partner_id": self.customer.id,
                "amount": 99999,
                "made_on": "2026-01-20",
                "date": "2026-03-01",
            }
        )
        (section,) = self._sections("2026-02-01")
        self.assertEqual(section.promised, 100)

    def test_archived_account_is_written_to(self):
        self._move("2026-01-10", 100)
        self.customer.active = False
        self.assertEqual(
            self._statement("2026-02-01").email, "brook.stores@example.com"
        )

    def test_partner_without_language_gets_the_companys(self):
        self.customer.lang = False
        self._move("2026-01-10", 100)
        self.assertIn("Statement of account", self._html(self._statement("2026-02-01")))
