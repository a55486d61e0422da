"""Where a licensee's pages and the desk meet on one statement."""

from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools.translate import code_translations

from ...models.base.next_odoo import to_binary
from .licensing_import import HEADER, SALE, sale, xlsx
from .licensing_portal import LicensingPortalCommon


@tagged("post_install", "-at_install")
class TestLicensingPortalDesk(LicensingPortalCommon):
    # ------------------------------------------------------------------
    # WHAT THE DESK TAUGHT
    # ------------------------------------------------------------------

    def _foreign(self, **changes):
        """A report whose gross sales stand under a heading of the licensee's own."""
        header = ["Verkäufe" if name == "Gross Sales" else name for name in HEADER]
        return xlsx(sale(**changes), header=header)

    def _teach(self, report):
        """Somebody of the desk says what the heading means, on a file."""
        report = report.with_user(self.desk)
        column = report.column_ids.filtered(lambda one: one.text == "Verkäufe")
        column.field_name = "gross"
        report.action_read()

    def _meaning(self):
        self.env.invalidate_all()
        words = self.profile.alias_ids
        return words.filtered(lambda one: one.text == "Verkäufe").field_name

    def test_a_licensee_who_sends_a_file_again_does_not_undo_what_was_taught(self):
        before = self._statement("2026-01-01", "2026-03-31")
        self._send(self._foreign())
        self._teach(self._read(self._foreign(), statement=before))
        for content in (self._foreign(), self._foreign(Units=11)):
            self.assertIn("Check the totals below", self._send(content))
            self.assertEqual(self._meaning(), "gross")
        self._submit_file()
        self.assertEqual(self._meaning(), "gross")
        self.assertEqual(self.statement.line_ids.gross, 100)

    def test_what_was_read_before_a_word_was_taught_does_not_undo_it(self):
        before = self._statement("2026-01-01", "2026-03-31")
        older = self._read(self._foreign())
        self._teach(self._read(self._foreign(), statement=before))
        older.action_read()
        self.assertEqual(self._meaning(), "gross")
        self.assertFalse(older.blocking_count)

    def test_a_licensee_who_submits_does_not_bring_back_what_the_desk_took_back(self):
        self._send(xlsx(sale(SKU="B1")))
        report = self._file.with_user(self.desk)
        report.value_ids.product_id = self.product
        report.action_keep()
        other = self._product("BEAR-2")
        self.profile.alias_ids.product_id = other
        self._submit_file()
        self.assertEqual(self.profile.alias_ids.product_id, other)
        self.assertEqual(self.statement.line_ids.product_id, other)

    def test_another_upload_forgets_the_columns_and_values_of_the_one_before(self):
        self._send(xlsx(sale(SKU="B1")))
        report = self._file
        self.assertTrue(report.column_ids and report.value_ids)
        report.file = self._upload(xlsx(SALE)).file
        self.assertFalse(report.column_ids or report.value_ids)

    # ------------------------------------------------------------------
    # TWO AT ONCE
    # ------------------------------------------------------------------

    def test_an_upload_locks_the_statement_before_it_looks_for_a_file(self):
        with self.assertLogs("odoo.sql_db", "DEBUG") as logs:
            self._send(xlsx(SALE))
        said = [" ".join(text.split()) for text in logs.output]
        locked = [
            place
            for place, text in enumerate(said)
            if 'FROM "licensing_statement"' in text and "FOR UPDATE" in text
        ]
        looked = [
            place
            for place, text in enumerate(said)
            if 'FROM "licensing_import"' in text or 'INTO "licensing_import"' in text
        ]
        self.assertTrue(locked)
        self.assertLess(locked[0], looked[0])

    def test_what_a_licensee_left_is_gone_once_another_file_is_submitted(self):
        for units, user in enumerate((self.user, self.desk), start=1):
            with self.subTest(user=user.login):
                stale = self._put(self.user, sale(Gross_Sales="lots"))
                report = self._put(user, sale(Units=units))
                report.action_read()
                report.action_submit()
                self.assertEqual(report.state, "submitted")
                self.assertFalse(stale.exists())

    def _put(self, user, row):
        """A file that a person sent."""
        model = self.env["licensing.import"].with_user(user).sudo()
        content = to_binary(xlsx(row))
        return model.create({"statement_id": self.statement.id, "file": content})

    # ------------------------------------------------------------------
    # IN THE BACKGROUND
    # ------------------------------------------------------------------

    def _submit_later(self):
        """A file of the licensee that waits for the scheduled action to submit it."""
        self._send(xlsx(SALE))
        self._file.with_user(self.user).sudo()._queue("writing")
        return self._file

    def _mails(self, login_mail):
        self.env["mail.mail"].process_email_queue()
        return [m for m in self.mailbox.messages if m["X-Rcpt"] == login_mail]

    def test_nothing_is_reported_while_a_file_is_being_submitted(self):
        self._submit_later()
        text = self._get(f"{self.path}?step=nothing")
        self.assertNotIn("Yes, nothing was sold", text)
        self.assertIn("Your report is being submitted", self._post("nothing"))
        self.assertEqual(self.statement.state, "expected")
        self._trigger("ir_cron_licensing_import")
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(self.statement.line_ids.gross, 100)

    def _in_french(self):
        """The desk reads French, of which two sentences are translated."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.desk.lang = "fr_FR"
        french = {
            "A corrected report: %s": "Un rapport corrigé : %s",
            "%(file)s was submitted with %(count)s rows (SHA-256 %(checksum)s).": (
                "%(file)s a été soumis."
            ),
        }
        known = code_translations.python_translations
        return patch.dict(known, {("account_admin", "fr_FR"): french})

    def test_what_is_written_of_a_report_is_in_the_language_of_the_desk(self):
        with self._in_french():
            ways = (self._submit_now, self._submit_in_background)
            for units, submit in enumerate(ways, start=20):
                with self.subTest(submit=submit.__name__):
                    self._submit(sale(Units=units))
                    self._review()
                    query = self._ask()
                    before = self.statement.message_ids
                    submit()
                    self.assertEqual(query.answer, "Un rapport corrigé : report.xlsx")
                    said = (self.statement.message_ids - before).mapped("body")
                    self.assertIn("<p>report.xlsx a été soumis.</p>", said)

    def test_the_desk_finds_its_language_in_what_the_background_writes(self):
        report = self._put(self.desk, SALE)
        report.filename = "long.xlsx"
        report.action_read()
        report._queue("writing")
        with self._in_french():
            self._trigger("ir_cron_licensing_import")
        said = self.statement.message_ids.mapped("body")
        self.assertIn("<p>long.xlsx a été soumis.</p>", said)

    def _submit_now(self):
        self._send(xlsx(SALE))
        self._submit_file(again="1")

    def _submit_in_background(self):
        self._submit_later()
        self._trigger("ir_cron_licensing_import")

    def test_the_desk_hears_of_a_file_that_fails_in_the_background(self):
        report = self._submit_later()
        self.statement.sudo().state = "approved"
        self._trigger("ir_cron_licensing_import")
        self.assertEqual(report.state, "refused")
        self.assertEqual(len(self._mails("dora@example.com")), 1)
        self.assertIn("could not be read or submitted", self.mailbox.body())

    # ------------------------------------------------------------------
    # WHO IS TOLD, AND UNTIL WHEN
    # ------------------------------------------------------------------

    def _without_responsible(self):
        """The contract is nobody's: the company's first licensing manager by name."""
        self.contract.user_id = False
        return new_test_user(
            self.env,
            "lp_manager",
            groups="account_admin.group_licensing_manager",
            name="Aaron First",
            email="aaron@example.com",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def _remind(self):
        with self._on("2026-07-31"):
            self.env["licensing.statement"]._remind(self.company)
        return self.statement.activity_ids.filtered(
            lambda act: "is late" in act.summary
        )

    def test_a_manager_is_told_where_nobody_is_responsible(self):
        manager = self._without_responsible()
        self._send(self._foreign())
        self.assertEqual(self.statement.activity_ids.user_id, manager)
        self.assertEqual(self._remind().user_id, manager)
        self._post("nothing")
        mail = self._mails("aaron@example.com")[-1]
        self.assertIn("reported that nothing was sold", mail["Subject"])

    def test_what_the_desk_has_to_say_of_a_file_is_done_once_it_is_understood(self):
        self._send(self._foreign())
        self.assertEqual(len(self.statement.activity_ids), 1)
        self._teach(self._file)
        self.assertFalse(self.statement.activity_ids)

    def test_what_the_desk_has_to_do_is_done_once_the_report_is_there(self):
        self._send(self._foreign())
        self._remind()
        self.assertEqual(len(self.statement.activity_ids), 2)
        self._post("nothing")
        self.assertFalse(self.statement.activity_ids)

    def test_a_late_report_is_reminded_of_once_whatever_else_is_to_be_done(self):
        self._send(self._foreign())
        self.statement.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.desk.id, automated=False
        )
        reminder = self._remind()
        self.assertEqual(reminder.user_id, self.desk)
        self.assertEqual(self._remind(), reminder)
