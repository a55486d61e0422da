"""Who a mail goes to is read where it arrives: in the envelope of the mail server."""

from odoo import Command
from odoo.tests import tagged

from ..common import BOUNCE, CollectionsCommon


@tagged("post_install", "-at_install")
class TestEnvelope(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pia = cls.env["res.partner"].create(
            {
                "name": "Pia",
                "parent_id": cls.customer.id,
                "email": "pia@example.com",
                "collections_role_ids": [
                    Command.link(cls.env.ref("account_admin.contact_role_dunning").id)
                ],
            }
        )
        cls.customer.email = "office@example.com"
        cls.policy.role_id = cls.env.ref("account_admin.contact_role_dunning")

    def _recipients(self):
        return [message["X-Rcpt"] for message in self.mailbox.messages]

    def _statement(self, **vals):
        wizard = self.env["collections.statement.wizard"].create(
            {"date": "2026-03-31", "partner_ids": self.customer.ids, **vals}
        )
        with self._on("2026-04-01"):
            action = wizard.action_send()
            self._trigger("ir_cron_statements")
        self.env.invalidate_all()
        run = self.env["collections.statement.run"].browse(action["res_id"])
        return run.statement_ids

    # ------------------------------------------------------------------
    # THE CHOSEN CONTACT
    # ------------------------------------------------------------------

    def test_reminder_goes_to_the_chosen_contact(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._recipients(), ["pia@example.com"])
        self.assertEqual(self._cases().notice_ids.email, "pia@example.com")

    def test_reminder_goes_to_the_contact_where_the_company_has_no_address(self):
        self.customer.email = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._recipients(), ["pia@example.com"])

    def test_templates_of_users_do_not_choose_the_recipients(self):
        self._move("2026-03-01", 100)
        templates = (
            {"use_default_to": True},
            {"use_default_to": False, "partner_to": "{{ object.partner_id.id }}"},
            {
                "use_default_to": False,
                "partner_to": False,
                "email_to": "boss@example.com",
                "email_cc": "everybody@example.com",
            },
            {"use_default_to": False, "partner_to": False},
        )
        for step, vals in zip(self.policy.step_ids, templates, strict=True):
            step.template_id = self.template.copy(vals)
        for day in ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-31"):
            self._night(day)
        self.assertEqual(self._recipients(), ["pia@example.com"] * 4)

    def test_statement_goes_to_the_chosen_contact_whatever_its_template_says(self):
        self.env.ref("account_admin.mail_template_statement").write(
            {"use_default_to": True, "email_cc": "everybody@example.com"}
        )
        self._move("2026-03-01", 100)
        self.assertEqual(self._statement().state, "sent")
        self.assertEqual(self._recipients(), ["pia@example.com"])

    # ------------------------------------------------------------------
    # SEVERAL ADDRESSES
    # ------------------------------------------------------------------

    def test_every_address_of_a_contact_gets_notice_and_statement(self):
        self._move("2026-03-01", 100)
        days = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-31")
        texts = (
            "pia@example.com, ap@example.com",
            "pia@example.com;ap@example.com",
            '"Pia P." <pia@example.com>; AP <AP@example.com>',
            "pia@example.com\nap@example.com",
        )
        both = "pia@example.com, ap@example.com"
        for day, text in zip(days, texts, strict=True):
            self.mailbox.messages.clear()
            self.pia.email = text
            self._night(day)
            statement = self._statement()
            self.assertEqual(self._recipients(), [both, both], text)
            notices = self._cases().notice_ids.sorted("id")
            self.assertEqual((notices[-1].email, statement.email), (both, both), text)

    def test_a_name_with_a_line_break_stays_one_header(self):
        self.pia.name = "Pia\r\nBcc: evil@example.com"
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._recipients(), ["pia@example.com"])
        self.assertFalse(self.mailbox.messages[0]["Bcc"])

    def test_statement_greets_a_contact_without_a_name(self):
        self.pia.write({"name": False, "type": "invoice"})
        self._move("2026-03-01", 100)
        self._statement()
        self.assertIn("Dear Brook Stores,", self.mailbox.body())

    # ------------------------------------------------------------------
    # BOUNCES
    # ------------------------------------------------------------------

    def test_bounce_of_the_contact_reaches_the_notice(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._bounce(self.mailbox.messages[0], "pia@example.com")
        case = self._cases()
        self.assertEqual(
            (case.state, case.notice_ids.failure), ("attention", "bounced")
        )

    def test_bounce_of_a_forwarded_address_reaches_the_notice(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._bounce(self.mailbox.messages[0], "pia@forwarded.example.net")
        self.assertEqual(self._cases().notice_ids.failure, "bounced")

    def test_bounce_of_one_of_two_addresses_leaves_the_step_met(self):
        self.pia.email = "pia@example.com, ap@example.com"
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._bounce(self.mailbox.messages[0], "ap@example.com")
        case = self._cases()
        self.assertEqual((case.state, self._steps_sent()), ("chasing", [1]))
        self.assertIn("ap@example.com came back", case.event_ids[0].note)
        self._night("2026-03-09")
        self.assertEqual(self._recipients()[-1], "pia@example.com")
        self._bounce(self.mailbox.messages[-1], "pia@example.com")
        self.assertEqual(case.state, "attention")

    def test_bounced_address_is_not_written_to_again_but_listed(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._bounce(self.mailbox.messages[0], "pia@example.com")
        self.assertEqual(
            self.env["account.admin.bounce"].search([]).mapped("email"),
            ["pia@example.com"],
        )
        self.mailbox.messages.clear()
        statement = self._statement()
        self.assertFalse(self.mailbox.messages)
        self.assertEqual(statement.state, "failed")
        self.assertRegex(statement.reason, "pia@example.com came back")

    def test_statement_that_bounced_failed(self):
        self._move("2026-03-01", 100)
        statement = self._statement()
        self._bounce(self.mailbox.messages[0], "pia@example.com")
        self.assertEqual(statement.state, "failed")
        self.assertIn("bounced", statement.reason)

    def test_only_a_mail_system_says_that_a_mail_came_back(self):
        """Whatever else is answered to a notice marks nothing."""
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        [message] = self.mailbox.messages
        forged = BOUNCE.replace("Return-Path: <>", "Return-Path: <eve@example.com>")
        for name, text in (
            ("somebody's own", forged),
            (
                "without an envelope",
                BOUNCE.replace("Return-Path: <>\n", "").replace(
                    "MAILER-DAEMON@mx", "eve@mx"
                ),
            ),
            ("delayed", BOUNCE.replace("Action: failed", "Action: delayed")),
            ("read", BOUNCE.replace("Action: failed", "Action: delivered")),
            ("of nothing of ours", BOUNCE.replace("{message_id}", "<other@x>")),
        ):
            with self.subTest(name):
                self._bounce(message, "pia@example.com", text=text)
                self.assertEqual(self._cases().notice_ids.state, "sent")
                self.assertFalse(self.env["account.admin.bounce"].search([]))

    def test_a_bounce_lists_no_address_but_those_that_were_written_to(self):
        self.pia.email = "pia@example.com, ap@example.com"
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._bounce(self.mailbox.messages[0], "victim@example.org")
        self.assertFalse(self.env["account.admin.bounce"].search([]))
        self.assertEqual(self._cases().notice_ids.state, "sent")

    def test_every_address_that_a_bounce_gives_up_is_listed(self):
        self.pia.email = "pia@example.com, ap@example.com"
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        second = "\nFinal-Recipient: rfc822; ap@example.com\nAction: failed\n"
        both = BOUNCE.replace("Status: 5.1.1\n", f"Status: 5.1.1\n{second}")
        self._bounce(self.mailbox.messages[0], "pia@example.com", text=both)
        self.assertEqual(self._cases().notice_ids.failure, "bounced")

    def test_trying_again_says_that_the_address_is_right(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._bounce(self.mailbox.messages[0], "pia@example.com")
        self._cases().action_retry()
        self._night("2026-03-03")
        self.assertEqual(self._steps_sent(), [1])
        self.assertFalse(self.env["account.admin.bounce"].search([]))

    def test_sending_one_statement_by_itself_says_that_the_address_is_right(self):
        self.env["account.admin.bounce"]._note({"pia@example.com"})
        self._move("2026-03-01", 100)
        statement = self._statement()
        self.assertEqual(statement.state, "failed")
        with self._on("2026-04-01"):
            statement.action_send()
            self._trigger("ir_cron_statements")
        self.assertEqual(statement.state, "sent")

    def test_a_mail_from_the_address_says_that_it_is_right(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        reminder = self.mailbox.messages[0]
        self._bounce(reminder, "pia@example.com")
        self.env["mail.thread"].message_process(
            "collections.case",
            f"""From: Pia <pia@example.com>
To: collections@example.com
Subject: I am back
Message-ID: <back@example.com>
In-Reply-To: {reminder["Message-ID"]}

Write to me again.
""",
        )
        self.assertFalse(self.env["account.admin.bounce"].search([]))
        self._night("2026-03-03")
        self.assertEqual(self._recipients()[-1], "pia@example.com")
