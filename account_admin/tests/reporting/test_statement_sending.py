"""Statements of account on their way: by mail, letter or not at all."""

import io

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestStatementSending(ReportsCommon):
    # ------------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------------

    def _run(self, day="2026-02-01"):
        """The scheduled action, as the clock stands on a day; mails leave."""
        with self._on(day), self.allow_pdf_render():
            self.env.ref("account_admin.ir_cron_statements").method_direct_trigger()
        self.env.invalidate_all()

    def _statements(self):
        return self.env["collections.statement"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def _monthly(self, since="2026-01-05"):
        with self._on(since):
            self.company.collections_statement_monthly = True
            self.company.flush_recordset()
        self.company.write(
            {
                "collections_statement_day": 1,
                "street": "Main Street 1",
                "email": "office@example.com",
            }
        )

    def test_monthly_statement_leaves_once_with_its_pdf(self):
        self._monthly()
        self._move("2026-01-10", 100)
        self._run()
        self._run()
        (message,) = self.mailbox.messages
        self.assertEqual(message["X-Rcpt"], "brook.stores@example.com")
        (attachment,) = message.iter_attachments()
        text = self._text_of(attachment.get_content())
        self.assertIn("$ 100.00", text)
        self.assertIn("01/31/2026", text)
        statement = self._statements()
        self.assertEqual(
            (statement.state, statement.amount, str(statement.date)),
            ("sent", 100, "2026-01-31"),
        )
        self.assertEqual(statement.run_id.state, "done")

    def test_nothing_leaves_before_its_day_or_when_turned_off(self):
        self._move("2026-01-10", 100)
        self._run("2026-02-05")
        self._monthly()
        self.company.collections_statement_day = 5
        self._run("2026-02-04")
        self.assertFalse(self._statements())
        self._run("2026-02-05")
        self.assertEqual(len(self._statements()), 1)

    def test_only_accounts_with_a_balance_or_a_movement_get_one(self):
        self._monthly()
        paid = self._move("2025-12-10", 100, self._customer("Paid Before"))
        self._pay(paid, "2025-12-20")
        moved = self._move("2026-01-10", 100, self._customer("Paid Meanwhile"))
        self._pay(moved, "2026-01-20")
        self._move("2026-01-10", 100)
        self._run()
        self.assertEqual(
            set(self._statements().mapped("partner_id.name")),
            {"Brook Stores", "Paid Meanwhile"},
        )

    def test_each_account_gets_it_as_it_wants(self):
        self._monthly()
        street = {"street": "Quay 1", "city": "Oslo", "zip": "0150"}
        wishes = {
            "By Mail": {"collections_statement": "email"},
            "By Letter": {"collections_statement": "letter", **street},
            "At Portal": {"collections_statement": "portal"},
            "No Login": {"collections_statement": "portal"},
            "Not At All": {"collections_statement": "none"},
            "No Street": {"collections_statement": "letter"},
            "No Mail": {"email": False},
        }
        for name, vals in wishes.items():
            customer = self._customer(name, **vals)
            self._move("2026-01-10", 100, customer)
            if name == "At Portal":
                new_test_user(
                    self.env,
                    "pat",
                    name=name,
                    groups="base.group_portal",
                    partner_id=customer.id,
                )
        self._run()
        states = {s.partner_id.name: s.state for s in self._statements()}
        self.assertEqual(
            states,
            {
                "By Mail": "sent",
                "By Letter": "printed",
                "At Portal": "sent",
                "Not At All": "skipped",
                "No Login": "failed",
                "No Street": "failed",
                "No Mail": "failed",
            },
        )
        reasons = {s.partner_id.name: s.reason for s in self._statements()}
        self.assertIn("No Street has no postal address", reasons["No Street"])
        self.assertIn("No Mail has no email address", reasons["No Mail"])
        self.assertEqual(len(self.mailbox.messages), 1)
        run = self._statements().run_id
        text = self._text_of(run.letters_ids.raw)
        self.assertIn("Quay 1", text)
        self.assertEqual((run.failed_count, run.sent_count), (3, 3))
        self.assertIn("Nobody of No Login has a login", reasons["No Login"])

    def test_failed_statement_leaves_once_its_address_is_there(self):
        self._monthly()
        customer = self._customer("No Mail", email=False)
        self._move("2026-01-10", 100, customer)
        self._run()
        self.assertEqual(self._statements().state, "failed")
        customer.email = "found@example.com"
        with self._on("2026-02-03"), self.allow_pdf_render():
            self._statements().action_send()
        self._run("2026-02-03")
        self.assertEqual(self._statements().state, "sent")
        self.assertEqual(self.mailbox.messages[0]["X-Rcpt"], "found@example.com")

    def test_one_statement_for_all_members_goes_to_the_head_office(self):
        self._monthly()
        head, member = self._customer("Harbour Group"), self._customer("Harbour Foods")
        self.env["national.account"].create(
            {
                "name": "Harbour",
                "partner_id": head.id,
                "statement_to_head": True,
                "member_ids": [Command.create({"partner_id": member.id})],
            }
        )
        self._move("2026-01-10", 100, member)
        self._run()
        statement = self._statements()
        self.assertEqual((statement.partner_id, statement.amount), (head, 100))
        self.assertEqual(self.mailbox.messages[0]["X-Rcpt"], head.email)

    @mute_logger("odoo.addons.base.models.ir_qweb")
    def test_one_that_cannot_be_made_is_named_and_the_others_leave(self):
        self._monthly()
        broken = self._customer("Broken One")
        for partner in (self.customer, broken, self._customer("Other")):
            self._move("2026-01-10", 100, partner)
        self.env.ref("account_admin.mail_template_statement").body_html = (
            "<p t-out=\"{'Broken One': 1 / 0 if object.partner_id.name =="
            " 'Broken One' else 1}\"/>"
        )
        self._run()
        states = {s.partner_id.name: s.state for s in self._statements()}
        self.assertEqual(
            states, {"Brook Stores": "sent", "Broken One": "failed", "Other": "sent"}
        )
        failed = self._statements().filtered(lambda s: s.state == "failed")
        self.assertIn("Broken One could not be made", failed.reason)
        self.assertEqual(len(self.mailbox.messages), 2)

    def test_mail_that_no_server_takes_is_a_failed_statement(self):
        self._monthly()
        self._move("2026-01-10", 100)
        self.mailbox.refused.add("brook.stores@example.com")
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._run()
            self._run("2026-02-02")
        statement = self._statements()
        self.assertEqual(statement.state, "failed")
        self.assertIn("brook.stores@example.com", statement.reason)

    def test_month_before_it_was_turned_on_gets_no_statement(self):
        self._monthly(since="2026-02-10")
        self._move("2026-01-10", 100)
        self._run("2026-02-11")
        self.assertFalse(self._statements())
        self._run("2026-03-01")
        self.assertEqual(str(self._statements().date), "2026-02-28")

    def test_run_that_fails_says_why_and_lets_another_company_send(self):
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        self._move("2026-01-10", 100)
        runs = self.env["collections.statement.run"].sudo()
        for company in (other, self.company):
            runs |= runs.create(
                {
                    "company_id": company.id,
                    "date": "2026-01-31",
                    "date_from": "2026-01-01",
                    "kind": "open_item",
                }
            )
        # a database that lost its rate of currencies, a column, whatever: a real error
        self.env["account.move.line"].search([("company_id", "=", other.id)])
        runs[0].kind = "balance_forward"
        runs[0].date_from = "2026-03-01"
        partner = self._customer("Theirs")
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "out_invoice",
                "company_id": other.id,
                "partner_id": partner.id,
                "invoice_date": "2026-01-10",
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": 9, "tax_ids": False})
                ],
            }
        ).action_post()
        self._run()
        states = runs.statement_ids.grouped("company_id")
        self.assertEqual(states[self.company].state, "sent")
        self.assertEqual(states[other].state, "failed")
        self.assertIn("needs a first day", states[other].reason)

    def test_who_wants_none_gets_none_whatever_the_way_of_the_run(self):
        self.customer.collections_statement = "none"
        self._move("2026-01-10", 100)
        self._move("2026-01-10", 100, self._customer("Other"))
        self.env["collections.statement.wizard"].create(
            {"date": "2026-01-31", "channel": "email"}
        ).action_send()
        self._run()
        states = {s.partner_id.name: s.state for s in self._statements()}
        self.assertEqual(states, {"Brook Stores": "skipped", "Other": "sent"})

    def test_stopped_run_sends_no_more(self):
        self._move("2026-01-10", 100)
        wizard = self.env["collections.statement.wizard"].create(
            {"date": "2026-01-31", "partner_ids": self.customer.ids}
        )
        action = wizard.action_send()
        run = self.env["collections.statement.run"].browse(action["res_id"])
        run.action_cancel()
        self._run()
        self.assertEqual((run.state, run.statement_ids.state), ("cancelled", "skipped"))
        self.assertFalse(self.mailbox.messages)

    def test_queries_of_preparing_do_not_grow_with_the_accounts(self):
        def prepare():
            run = self.env["collections.statement.run"].sudo()
            run = run.create(
                {
                    "company_id": self.company.id,
                    "date": "2026-01-31",
                    "date_from": "2026-01-01",
                    "kind": "open_item",
                }
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run._prepare()
            return self.env.cr.sql_log_count - before

        self._move("2026-01-10", 100)
        prepare()
        few = prepare()
        for number in range(10):
            self._move("2026-01-10", 10, self._customer(f"Many {number}"))
        self.assertLessEqual(prepare(), few + 3)

    def test_statement_that_was_sent_is_kept(self):
        self._monthly()
        self._move("2026-01-10", 100)
        self._run()
        with self.assertRaisesRegex(UserError, "kept"):
            self._statements().unlink()

    # ------------------------------------------------------------------
    # ALL MEANS ALL
    # ------------------------------------------------------------------

    def _three_accounts(self):
        """One by mail, one with a dead address, one that wants none."""
        self.customer.email = "brook@example.com"
        dead = self._customer("Dead Letters", email="dead@example.com")
        shy = self._customer("Shy Stores", collections_statement="none")
        for partner in (self.customer, dead, shy):
            self._move("2026-01-10", 100, partner)
        self.env["account.admin.bounce"]._note({"dead@example.com"})
        return self.customer | dead | shy

    def _wizard(self, user=None, **vals):
        wizard = self.env["collections.statement.wizard"]
        return wizard.with_user(user or self.env.user).create(
            {"date": "2026-01-31", "company_id": self.company.id, **vals}
        )

    def test_all_means_all_in_each_button(self):
        partners = self._three_accounts()
        viewed = self.env["collections.statement"].search(
            self._wizard().action_view()["domain"]
        )
        self.assertEqual(viewed.partner_id, partners)
        _name, content = self._wizard()._get_xlsx()
        book = load_workbook(io.BytesIO(content))
        text = str([row for sheet in book for row in sheet.values])
        for partner in partners:
            self.assertIn(partner.name, text)
        with self.allow_pdf_render():
            _name, content = self._wizard()._get_pdf()
        text = self._text_of(content)
        for partner in partners:
            self.assertIn(partner.name, text)
        action = self._wizard().action_send()
        self._run()
        run = self.env["collections.statement.run"].browse(action["res_id"])
        self.assertEqual(run.statement_ids.partner_id, partners)

    def test_all_of_a_collector_are_the_accounts_the_collector_looks_after(self):
        collector = new_test_user(
            self.env,
            "collector_of_statements",
            groups="account_admin.group_account_admin_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        other = new_test_user(self.env, "other_of_statements", groups="base.group_user")
        partners = self._three_accounts()
        partners[0].collections_user_id = collector
        partners[1].collections_user_id = other
        wizard = self._wizard(collector)
        self.assertEqual(
            self.env["res.partner"].concat(*wizard._get_accounts()),
            partners[0] | partners[2],
        )
        action = wizard.action_send()
        self._run()
        run = self.env["collections.statement.run"].browse(action["res_id"])
        self.assertEqual(run.statement_ids.partner_id, partners[0] | partners[2])

    def test_what_will_leave_is_counted_and_shown_before_it_does(self):
        self._three_accounts()
        wizard = self._wizard()
        wizard.action_review()
        self.assertEqual(wizard.ready_count, 1)
        self.assertIn("1 statements will leave: Email 1", wizard.summary)
        self.assertIn("dead@example.com came back", wizard.stopped)
        self.assertIn("Shy Stores: This account wants no statements", wizard.stopped)
        self.assertIn("brook@example.com", wizard.preview_html)
        self.assertIn("100.00", wizard.preview_html)
        self.assertFalse(self._statements(), "nothing is kept")
        self.assertFalse(self.mailbox.messages, "nothing is sent")
        wizard.action_send()
        self._run()
        states = {s.partner_id.name: s.state for s in self._statements()}
        self.assertEqual(
            states,
            {"Brook Stores": "sent", "Dead Letters": "failed", "Shy Stores": "skipped"},
        )
