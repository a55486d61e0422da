"""Who sees what on a licensee's pages, and who does not."""

# what tests write is for nobody to read: pylint: disable=translation-required

import io
from datetime import timedelta

import openpyxl

from odoo import Command
from odoo.tests import new_test_user, tagged

from ...models.ledger import payment_states
from .licensing_import import SALE, csv_file, sale, xlsx
from .licensing_portal import DAY, LicensingPortalCommon


@tagged("post_install", "-at_install")
class TestLicensingPortalAccess(LicensingPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = cls._customer("Rival Toys")
        cls.theirs = cls._agree(cls.rival)

    def _all_refused(self, statement):
        """Whatever the licensee does about a statement, it is not there."""
        path = f"/my/royalties/{statement.id}"
        for page in ("", "/template", "/lines"):
            self._open(f"{path}{page}", status=404)
        self._open(f"/my/licences/{statement.contract_id.id}", status=404)
        before = (statement.state, statement.no_sales, statement.import_ids)
        files = {"report": ("report.xlsx", xlsx(SALE))}
        self._refused(f"{path}/upload", files=files)
        for action in ("submit", "nothing", "answer/1"):
            self._refused(f"{path}/{action}")
        self.env.invalidate_all()
        after = (statement.state, statement.no_sales, statement.import_ids)
        self.assertEqual(after, before)
        self.assertNotIn(path, self._open("/my/royalties").text)
        self.assertNotIn(
            f"/my/licences/{statement.contract_id.id}", self._open("/my/licences").text
        )

    def _refused(self, path, files=None):
        self._open(path, 404, data={"csrf_token": self._token()}, files=files)

    def test_own_statement_and_contract_are_there(self):
        self.assertIn("Report what you sold", self._get())
        self.assertIn(
            "What you may sell", self._get(f"/my/licences/{self.contract.id}")
        )

    def test_another_licensees_are_not(self):
        self._all_refused(self.theirs)

    def test_a_sibling_of_the_same_head_office_is_not(self):
        head = self._customer("Toys Holding")
        self.env["national.account"].create(
            {
                "name": "Toys",
                "partner_id": head.id,
                "member_ids": [
                    Command.create({"partner_id": member.id})
                    for member in (self.licensee, self.rival)
                ],
            }
        )
        self._all_refused(self.theirs)

    def test_a_contract_that_is_not_agreed_is_not(self):
        for state in ("draft", "review"):
            with self.subTest(state=state):
                self._all_refused(self._agree(self.licensee, state=state))

    def test_own_contract_with_another_company_is_there(self):
        second = self.setup_other_company(name="Second Ltd")["company"]
        second.partner_id.tz = "UTC"
        contract = self.env["licensing.contract"].with_company(second)
        contract = contract.create(
            {
                "title": "Games",
                "partner_id": self.licensee.id,
                "company_id": second.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "grant_ids": [Command.create({})],
                "rate_ids": [Command.create({"rate": 5})],
            }
        )
        contract.sudo().state = "active"
        statement = contract.statement_ids.create(
            {
                "contract_id": contract.id,
                "date_start": "2026-04-01",
                "date_end": "2026-06-30",
            }
        )
        path = f"/my/royalties/{statement.id}"
        self.assertIn("Second Ltd", self._get(path))
        self.assertIn("Games", self._get("/my/licences"))
        self.assertIn("5 %", self._get(f"/my/licences/{contract.id}"))
        files = {"report": ("report.xlsx", xlsx(SALE))}
        self.assertIn("Check the totals", self._post("upload", path=path, files=files))
        report = statement.import_ids
        self._post("submit", path=path, checksum=report.checksum)
        self.assertEqual(statement.state, "submitted")
        self.assertEqual(report.company_id, second)

    def test_who_is_not_logged_in_is_asked_to(self):
        self.logout()
        for path in (
            "/my/royalties",
            self.path,
            f"{self.path}/lines",
            "/my/licences",
            f"/my/licences/{self.contract.id}",
        ):
            answer = self._open(path, status=303, allow_redirects=False)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_a_form_from_elsewhere_is_refused(self):
        files = {"report": ("report.xlsx", xlsx(SALE))}
        self._open(f"{self.path}/upload", status=400, data={"x": 1}, files=files)
        for action in ("submit", "nothing", "answer/1"):
            self._open(f"{self.path}/{action}", status=400, data={"x": 1})
        self.assertFalse(self.statement.import_ids)
        self.assertEqual(self.statement.state, "expected")

    def test_an_approved_statement_takes_no_file(self):
        self._submit(SALE)
        self._review()
        self.statement.action_approve()
        text = self._send(xlsx(SALE))
        self.assertIn("This report is approved", text)
        self.assertEqual(len(self.statement.import_ids), 1)
        self.assertIn("This report is approved", self._post("nothing"))
        self.assertEqual(self.statement.state, "invoiced")

    def test_what_only_the_desk_sees_is_nowhere(self):
        agent = self._customer("Agency Secret")
        self.contract.write({"agent_id": agent.id, "note": "<p>Note Secret</p>"})
        self._submit(sale(Royalty=5.0))
        self._review()
        self.assertTrue(self.statement.finding_count)
        self.statement.message_post(body="Chatter Secret")
        pages = ("/my/royalties", self.path, f"/my/licences/{self.contract.id}")
        for path in pages:
            text = self._open(path).text
            self.assertNotIn("Secret", text)
            self.assertNotIn("ask why", text)

    def test_a_file_that_the_desk_got_by_mail_is_not_the_licensees(self):
        self._read(xlsx(SALE), "by_mail.xlsx")
        self.assertNotIn("by_mail.xlsx", self._get())
        self._submit_file()
        self.assertEqual(self.statement.state, "expected")

    def test_an_employee_sees_pages_of_the_own_company_only(self):
        employee = new_test_user(self.env, "lp_employee", groups="base.group_user")
        with self._on(DAY):
            self.authenticate(employee.login, employee.login)
        self._open(self.path, status=404)
        self.assertIn("There is no royalty report yet", self._get("/my/royalties"))


@tagged("post_install", "-at_install")
class TestLicensingPortalFigures(LicensingPortalCommon):
    """What a licensee sees once its report is approved."""

    def _approve(self):
        self._submit(SALE)
        self._review()
        self.statement.action_approve()

    def test_figures_are_there_after_approval(self):
        pool = {"name": "All toys", "guarantee": 100, "date_start": "2026-01-01"}
        line = {"date": "2026-01-01", "amount": 6, "kind": "advance"}
        self.contract.sudo().state = "draft"
        self.contract.commitment_ids = [
            Command.create({**pool, "line_ids": [Command.create(line)]})
        ]
        self.contract.sudo().state = "active"
        with self._on(DAY):
            self._approve()
        text = self._get()
        self.assertIn("Approved", text)
        self.assertRegex(text, r"Royalty \$ 8\.00")
        self.assertRegex(text, r"Recouped from what you paid ahead \$ 6\.00")
        self.assertRegex(text, r"Payable, before fees and taxes \$ 2\.00")
        self.assertIn("Earned $ 8.00 of $ 100.00 (8 %)", text)
        self.assertIn("Billed $ 8.00, $ 92.00 left of the guarantee", text)
        self.assertIn("its invoice follows", text)
        self.assertRegex(self._get("/my/royalties"), r"Approved \$ 8\.00 \$ 2\.00")

    def test_the_invoice_is_linked_once_it_is_posted(self):
        self._approve()
        move = self.statement.move_id
        self.assertNotIn("/my/invoices/", self._open(self.path).text)
        move.action_post()
        page = self._open(self.path).text
        self.assertIn(f"/my/invoices/{move.id}", page)
        self.assertIn("please pay its invoice", page)
        late = move.invoice_date_due + timedelta(days=1)
        self.assertIn("please pay it now", self._get(day=str(late)))
        self._pay(move, "2026-07-10")
        self.assertIn("approved and paid", self._get())

    def test_an_invoice_that_was_cancelled_is_neither_paid_nor_to_follow(self):
        self._approve()
        self.statement.move_id.button_cancel()
        self.assertIn("what was billed for it was cancelled", self._get())

    def test_an_invoice_that_was_reversed_is_not_paid(self):
        self._approve()
        move = self.statement.move_id
        move.action_post()
        move._reverse_moves(cancel=True)
        self.assertTrue(payment_states.is_credited(move))
        text = self._get()
        self.assertIn("its invoice was settled by a credit", text)
        self.assertNotIn("approved and paid", text)

    def test_dates_and_amounts_are_written_as_the_visitor_writes_them(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.user.partner_id.lang = "fr_FR"
        with self._on(DAY):
            self.authenticate("tess", "tess")
        self._approve()
        text = self._get().replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("01/04/2026 – 30/06/2026", text)
        self.assertIn("$ 8,00", text)

    def test_lines_come_as_a_workbook_where_text_stays_text(self):
        half = sale(Gross_Sales=50.0, Net_Sales=50.0, Royalty=4.0)
        found = self._read(csv_file(sale(Description="=1+1"), half), "report.csv")
        found.action_submit()
        self._review().action_approve()
        answer = self._open(f"{self.path}/lines")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        table = [[cell.value for cell in row] for row in sheet.iter_rows()]
        head = next(n for n, row in enumerate(table) if row[0] == "Row")
        found = [
            dict(zip(table[head], row, strict=True)) for row in table[head + 1 :][:2]
        ]
        self.assertEqual([row["Royalty in USD"] for row in found], [8, 4])
        self.assertEqual(found[0]["Royalty rate"], "8 %")
        self.assertEqual(found[0]["Territory"], "United States")
        self.assertEqual(found[0]["Description"], "=1+1")
        cell = sheet.cell(head + 2, table[head].index("Description") + 1)
        self.assertEqual(cell.data_type, "s")

    def test_lines_are_not_to_be_had_before_approval(self):
        self._submit(SALE)
        self._review()
        self._open(f"{self.path}/lines", status=404)

    def test_an_earlier_version_is_shown_as_replaced_and_read_only(self):
        self._approve()
        revision = self.env["licensing.statement"].browse(
            self.statement.action_revise()["res_id"]
        )
        revision.line_ids.gross = 200
        revision.action_compute()
        revision.action_approve()
        page = self._open(self.path)
        self.assertIn("A later version took its place.", page.text)
        self.assertIn(f"/my/royalties/{revision.id}", page.text)
        self.assertNotIn('name="report"', page.text)
        self.assertIn("This report is approved", self._send(xlsx(SALE)))
        self.assertIn("Revision 1", self._get("/my/royalties"))

    def test_a_late_report_comes_first_of_what_is_next(self):
        text = self._get(f"/my/licences/{self.contract.id}", day="2026-07-31")
        late = text.index("07/30/2026 Late: report for 04/01/2026 to 06/30/2026")
        self.assertLess(late, text.index("Report for 07/01/2026 to 09/30/2026"))

    def test_a_licence_says_what_may_be_sold_and_what_comes_next(self):
        self.contract.sudo().state = "draft"
        self.contract.write(
            {
                "sell_off_days": 90,
                "notice_from_days": 400,
                "notice_until_days": 300,
            }
        )
        self.contract.grant_ids.property_ids = self.brand
        self.contract.rate_ids.minimum = 0.25
        self.contract.sudo().state = "active"
        self._product("HIDDEN-1", partner_id=self._customer("Rival Toys").id)
        other = self.env["licensing.property"].create({"name": "Other"})
        self._product("ELSE-1", property_id=other.id)
        self.product.action_withdraw()
        text = self._get(f"/my/licences/{self.contract.id}")
        for found in (
            "01/01/2026 – 12/31/2027",
            "Stock may be sold until 03/30/2028.",
            "07/30/2026 Report for 04/01/2026 to 06/30/2026",
            "10/30/2026 Report for 07/01/2026 to 09/30/2026",
            "11/26/2026 Notice of renewal may be given",
            "03/06/2027 Last day for notice of renewal",
            "12/31/2027 The licence ends",
            "Bruno All All All",
            "8 % Net Sales",
            "BEAR-1 BEAR-1 Withdrawn",
        ):
            self.assertIn(found, text)
        for absent in ("HIDDEN-1", "ELSE-1", "Draft"):
            self.assertNotIn(absent, text)
