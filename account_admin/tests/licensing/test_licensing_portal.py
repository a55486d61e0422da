"""What a licensee does on the portal: report, correct, submit, answer."""

import io
from unittest.mock import patch

import openpyxl

from odoo.tests import tagged

from ...controllers.licensing.portal_royalties import RoyaltyPortal
from .licensing_import import HEADER, SALE, csv_file, sale, xlsx
from .licensing_portal import LicensingPortalCommon


@tagged("post_install", "-at_install")
class TestLicensingPortal(LicensingPortalCommon):
    # ------------------------------------------------------------------
    # HOME AND LIST
    # ------------------------------------------------------------------

    def _count(self, *names):
        answer = self._open("/my/counters", json={"params": {"counters": names}})
        return answer.json()["result"]

    def test_home_counts_what_waits_for_the_licensee(self):
        names = ("royalty_count", "royalty_waiting_count", "licence_count")
        self.assertEqual(self._count(*names), dict.fromkeys(names, 1))
        self.assertIn("Royalty Reports", self._get("/my/home"))
        self.statement.action_no_sales()
        self.assertEqual(self._count("royalty_waiting_count"), {names[1]: 0})

    def test_list_says_what_is_due_and_has_no_figures_before_approval(self):
        text = self._get("/my/royalties")
        self.assertIn("04/01/2026 – 06/30/2026", text)
        self.assertIn("To report", text)
        self.assertNotIn("Late", text)
        self._submit(SALE)
        self._review()
        self.assertEqual(self.statement.royalty, 8)
        text = self._get("/my/royalties")
        self.assertIn("In review", text)
        self.assertNotIn("8.00", text)

    def test_a_late_report_says_so(self):
        self.assertIn("Late", self._get("/my/royalties", day="2026-07-31"))
        self.assertIn(
            "Your report was due on 07/30/2026: please send it now.",
            self._get(day="2026-07-31"),
        )

    def test_what_waits_comes_first_and_filters_narrow_the_list(self):
        later = self._statement("2026-07-01", "2026-09-30")
        later.action_no_sales()
        links = self._links("/my/royalties")
        self.assertEqual(links, [self.statement.id, later.id])
        found = self._links("/my/royalties?sortby=period")
        self.assertEqual(found, [later.id, self.statement.id])
        found = self._links("/my/royalties?filterby=review")
        self.assertEqual(found, [later.id])
        self.assertIn(
            "There is no such report", self._get("/my/royalties?filterby=approved")
        )

    def test_a_page_of_the_list_finds_its_own_statements_and_no_more(self):
        late = self._statement("2026-01-01", "2026-03-31")
        late.date_due = "2026-04-30"
        done = self._statement("2027-01-01", "2027-03-31")
        done |= self._statement("2026-07-01", "2026-09-30")
        done.action_no_sales()
        order = [late, self.statement, *done]
        for step in (1, 2, 3):
            pages = [order[first : first + step] for first in range(0, 4, step)]
            with patch.object(RoyaltyPortal, "_items_per_page", step):
                for number, shown in enumerate(pages, start=1):
                    with self.subTest(step=step, page=number):
                        path = f"/my/royalties/page/{number}"
                        self.assertEqual(self._links(path), [one.id for one in shown])

    def test_lists_and_counters_load_no_statement_that_is_not_shown(self):
        counters = ("royalty_count", "royalty_waiting_count", "licence_count")
        for act in (lambda: self._get("/my/royalties"), lambda: self._count(*counters)):
            with self.assertLogs("odoo.sql_db", "DEBUG") as logs:
                act()
            said = [" ".join(text.split()) for text in logs.output]
            found = [
                text
                for text in said
                if 'FROM "licensing_' in text and '"partner_id" IN' in text
            ]
            self.assertTrue(found)
            for text in found:
                self.assertRegex(text, r"COUNT\(|LIMIT")

    def _links(self, path):
        text = self._open(path).text
        ids = (self.statement | self.contract.statement_ids).ids
        places = {found: text.find(f'href="/my/royalties/{found}"') for found in ids}
        return sorted((i for i in ids if places[i] >= 0), key=places.get)

    # ------------------------------------------------------------------
    # A FILE
    # ------------------------------------------------------------------

    def test_template_comes_back_as_a_report(self):
        answer = self._open(f"{self.path}/template")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        header = [cell.value for cell in book["Report"][4]]
        sheet = book["Report"]
        values = {"Invoice Date": SALE[0], "SKU": "BEAR-1", "Gross Sales": 100.0}
        for name, value in values.items():
            sheet.cell(6, header.index(name) + 1, value)
        buffer = io.BytesIO()
        book.save(buffer)
        self.assertIn("Check the totals below", self._send(buffer.getvalue()))
        self._submit_file()
        self.assertEqual(self.statement.line_ids.gross, 100)

    def test_nothing_is_submitted_before_the_totals_were_seen(self):
        text = self._send(xlsx(SALE, sale(Gross_Sales=250.0, Net_Sales=250.0)))
        self.assertIn("Check the totals below, then submit your report.", text)
        self.assertRegex(text, "Gross sales, USD 350.00 0.00")
        self.assertEqual(self.statement.state, "expected")
        self.assertFalse(self.statement.line_ids)
        text = self._submit_file()
        self.assertIn("there is nothing to do for now", text)
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(len(self.statement.line_ids), 2)
        self.assertEqual(self._file.submitted_by_id, self.user)

    def test_totals_stand_beside_those_of_the_last_statement(self):
        before = self._statement("2026-01-01", "2026-03-31")
        self._submit(sale(Gross_Sales=70.0, Net_Sales=70.0), statement=before)
        text = self._send(csv_file(SALE), "report.csv")
        self.assertRegex(text, "Gross sales, USD 100.00 70.00")

    def test_rows_that_cannot_be_read_are_listed_and_never_submitted(self):
        text = self._send(xlsx(SALE, sale(Gross_Sales="lots"), sale(Invoice_Date=None)))
        self.assertIn("correct what is listed below", text)
        self.assertIn("Row 3, “Gross Sales”: “lots” is no number.", text)
        self.assertIn("Row 4: the date is missing.", text)
        self.assertNotIn("Submit the report", text)
        self.assertIn("have to be solved", self._submit_file())
        self.assertEqual(self.statement.state, "expected")

    def test_a_corrected_file_takes_the_place_of_the_one_before(self):
        self._send(xlsx(sale(Gross_Sales="lots")))
        wrong = self._file.checksum
        self._send(xlsx(SALE), "corrected.xlsx")
        self.assertEqual(
            self.statement.import_ids.mapped("filename"), ["corrected.xlsx"]
        )
        self.assertIn("was replaced", self._post("submit", checksum=wrong))
        self.assertEqual(self.statement.state, "expected")
        self._submit_file()
        self.assertEqual(self.statement.line_ids.gross, 100)

    def test_unknown_headings_are_named_and_the_desk_is_asked_once(self):
        header = ["When", "Which one", *HEADER[2:]]
        for _again in range(2):
            text = self._send(xlsx(SALE, header=header))
            self.assertIn("We do not understand the headings", text)
            self.assertIn("There is no column “Invoice Date”.", text)
            self.assertIn("Column “When” is not read.", text)
            self.assertIn("Download the template", text)
        activity = self.statement.activity_ids
        self.assertEqual(activity.user_id, self.desk)
        self.assertIn("columns of the licensee's file", activity.summary)
        self.assertTrue(self._file.file)

    def test_what_the_desk_says_of_the_headings_lets_the_licensee_go_on(self):
        self._send(xlsx(SALE, header=["When", "Which one", *HEADER[2:]]))
        report = self._file.with_user(self.desk)
        for text, name in (("When", "date"), ("Which one", "sku")):
            column = report.column_ids.filtered(lambda one, text=text: one.text == text)
            column.field_name = name
        report.action_read()
        self.assertIn("Check the totals below", self._get())
        self._submit_file()
        self.assertEqual(self.statement.line_ids.sku, "BEAR-1")
        self.assertEqual(self._file.submitted_by_id, self.user)

    def test_wrong_and_large_files_are_refused_in_a_sentence(self):
        for name, content, sentence in (
            ("report.pdf", b"%PDF-1.7", "report.pdf is no report"),
            ("report.xlsx", b"x" * (10 * 1024**2 + 1), "larger than 10 MB"),
            ("report.xlsx", b"", "Choose a file"),
        ):
            with self.subTest(name=name, size=len(content)):
                self.assertIn(sentence, self._send(content, name))
                self.assertFalse(self.statement.import_ids)
        self.assertIn("Choose a file", self._post("upload"))
        text = self._send(b"%PDF-1.7 \x00\x01", "report.xlsx")
        self.assertIn("We cannot read your file: send another one.", text)
        self.assertIn("This is no workbook and no CSV file.", text)

    def test_a_file_sent_before_is_submitted_only_when_it_is_meant(self):
        before = self._statement("2026-01-01", "2026-03-31")
        self._submit(SALE, statement=before)
        again = self.env["licensing.import"].browse(before.import_ids.id)
        content = again._get_content()
        self.assertIn("You sent this very file for", self._send(content))
        self._submit_file()
        self.assertEqual(self.statement.state, "expected")
        self._submit_file(again="1")
        self.assertEqual(self.statement.state, "submitted")

    def test_a_long_file_is_read_and_submitted_in_the_background(self):
        rows = [sale(SKU="BEAR-1", Units=1)] * 20_500
        answer = self._send(csv_file(*rows), "long.csv")
        self.assertIn("We are reading your file", answer)
        self.assertEqual(self._open(self.path).headers["Refresh"], "5")
        self._trigger("ir_cron_licensing_import")
        self.assertIn("Check the totals below", self._get())
        self.assertIn("is being submitted", self._submit_file())
        self._trigger("ir_cron_licensing_import")
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(self.statement.line_count, 20_500)
        self.assertIn("Rows: 20,500", self._get())

    def test_the_second_of_two_tabs_submits_nothing_again(self):
        self._send(xlsx(SALE))
        checksum = self._file.checksum
        self._post("submit", checksum=checksum)
        first = self.statement.submitted_on
        text = self._post("submit", checksum=checksum)
        self.assertIn("This report was submitted", text)
        self.assertEqual(self.statement.submitted_on, first)
        self.assertEqual(len(self.statement.line_ids), 1)
        self.assertIn("This report was submitted", self._send(xlsx(SALE)))

    def test_the_desk_hears_of_a_report_that_came_in(self):
        self._send(xlsx(SALE))
        self._submit_file()
        self.env["mail.mail"].process_email_queue()
        mail = self.mailbox.messages[-1]
        self.assertEqual(mail["X-Rcpt"], "dora@example.com")
        self.assertIn("The licensee submitted a report.", self.mailbox.body())

    # ------------------------------------------------------------------
    # NOTHING SOLD, QUESTIONS
    # ------------------------------------------------------------------

    def test_nothing_sold_is_reported_after_a_second_look(self):
        text = self._get(f"{self.path}?step=nothing")
        self.assertIn("Nothing was sold from 04/01/2026 to 06/30/2026?", text)
        self.assertEqual(self.statement.state, "expected")
        text = self._post("nothing")
        self.assertIn("You reported that nothing was sold.", text)
        self.assertEqual(
            (self.statement.state, self.statement.no_sales), ("submitted", True)
        )

    def test_a_question_is_mailed_with_a_link_and_answered_on_the_page(self):
        self._submit(SALE)
        self._review()
        query = self._ask()
        self.env["mail.mail"].process_email_queue()
        self.assertIn(self.path, self.mailbox.body())
        self.assertIn("Why is row 2 so low?", self._get())
        self.assertIn("Answer our question first.", self._post("nothing"))
        self._post(f"answer/{query.id}", answer="  ")
        self.assertEqual(self.statement.state, "queried")
        self._post(f"answer/{query.id}", answer="It was a <b>trial</b> order.")
        self.assertEqual(self.statement.state, "in_review")
        self.assertEqual(query.answer, "It was a <b>trial</b> order.")
        message = self.statement.message_ids.filtered(
            lambda found: "trial" in found.body
        )
        self.assertEqual(message.author_id, self.user.partner_id)
        self.assertNotIn("<b>", message.body)
        self.assertIn("is settled", self._post(f"answer/{query.id}", answer="More"))

    def test_a_question_has_no_link_where_nobody_has_a_login(self):
        self.user.partner_id.parent_id = self._customer("Elsewhere")
        self._submit(SALE)
        self._review()
        self._ask()
        self.env["mail.mail"].process_email_queue()
        self.assertNotIn("/my/royalties", self.mailbox.body())

    def test_a_corrected_report_answers_the_question(self):
        self._submit(SALE)
        self._review()
        query = self._ask()
        self._send(xlsx(sale(Gross_Sales=200.0, Net_Sales=200.0)), "corrected.xlsx")
        self._submit_file()
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(self.statement.line_ids.gross, 200)
        self.assertEqual(query.answer, "A corrected report: corrected.xlsx")
        self.assertTrue(query.answered_on)

    # ------------------------------------------------------------------
    # IN A BROWSER
    # ------------------------------------------------------------------

    def test_a_file_is_corrected_and_submitted_in_a_browser(self):
        self.start_tour("/my/home", "account_admin_royalties", login="tess")
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(sum(self.statement.line_ids.mapped("gross")), 400.5)
        self.assertEqual(self._file.filename, "report.csv")
