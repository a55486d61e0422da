"""Mail in the worst weather: sent once or in doubt, never twice, never lost."""

import itertools
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_mail_server

from ..common import CollectionsCommon
from ..smtp import WeatherServer

VERBS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT", "QUIT")
ACTS = ("drop before", "drop after", "hang", "421 closing", "450 later", "550 no")
LOGGERS = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
)


@tagged("post_install", "-at_install")
class TestWeather(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = WeatherServer()
        cls.addClassCleanup(cls.server.close)
        cls.env["ir.mail_server"].search([]).smtp_port = cls.server.port
        # nobody waits a minute for a server that hangs
        patient = patch.object(ir_mail_server, "SMTP_TIMEOUT", 0.3)
        patient.start()
        cls.addClassCleanup(patient.stop)
        cls.partners = [cls._customer(f"Customer {n}") for n in range(3)]
        cls.addresses = sorted(partner.email for partner in cls.partners)

    def _owe(self):
        for partner in self.partners:
            self._move("2026-03-01", 100, partner)
        self._night("2026-03-02", send=False)

    def _notices(self):
        return self.env["collections.case"].search([]).notice_ids

    def _deliver(self):
        """Try on three days: longer than anything has to wait."""
        with mute_logger(*LOGGERS):
            for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
                self._send(day)

    def _taken(self):
        return [address for mail in self.server.taken for address in mail[0]]

    def _check(self, taken):
        """Each notice is sent and taken once, or a person's, who is told so."""
        for notice in self._notices():
            count = taken.count(notice.email)
            if notice.state == "sent":
                self.assertEqual(count, 1, notice.email)
            else:
                self.assertEqual(notice.state, "failed", notice.email)
                self.assertLessEqual(count, int(notice.failure == "unknown"))
                self.assertEqual(notice.case_id.state, "attention")
                self.assertTrue(notice.case_id.activity_ids)

    def test_every_weather_at_every_word(self):
        """At the first, second or each mail: the others have left all the same."""
        self._owe()
        self.env.flush_all()
        for verb, act, number in itertools.product(VERBS, ACTS, (1, 2)):
            with self.subTest(verb=verb, act=act, number=number):
                self.env.cr.execute("SAVEPOINT weather")
                self.server.reset({(verb, number): act})
                self._deliver()
                self._check(self._taken())
                sent = self._notices().filtered(lambda n: n.state == "sent")
                self.assertGreaterEqual(len(sent), 2)
                self.env.cr.execute("ROLLBACK TO SAVEPOINT weather")
                self.env.invalidate_all()

    def test_a_server_that_closes_after_each_mail_gets_them_all_at_once(self):
        self._owe()
        self.server.reset(per_session=1)
        self._send("2026-03-02")
        self.assertEqual(sorted(self._taken()), self.addresses)
        self.assertEqual(set(self._notices().mapped("state")), {"sent"})

    def test_a_server_that_hangs_up_on_each_text_gets_each_once(self):
        """One in doubt at a time: the rest waits, and is not counted as tried."""
        self._owe()
        self.server.reset({("TEXT", "all"): "drop after"})
        with mute_logger(*LOGGERS):
            self._send("2026-03-02")
        notices = self._notices()
        self.assertEqual(
            sorted(notices.mapped("state")), ["failed", "queued", "queued"]
        )
        self.assertFalse(any(notices.mapped("attempts")))
        self.assertIn("may have left", notices.filtered("failure").reason)
        self._deliver()
        self.assertEqual(sorted(self._taken()), self.addresses)
        self._check(self._taken())

    def test_what_may_have_left_is_closed_before_a_person_says_that_it_did(self):
        self._owe()
        self.server.reset({("TEXT", 1): "drop after"})
        with mute_logger(*LOGGERS):
            self._send("2026-03-02")
        notice = self._notices().filtered(lambda n: n.failure == "unknown")
        message = notice.message_id.sudo()
        for vals in ({"body": "Pay nothing"}, {"attachment_ids": [Command.clear()]}):
            with self.assertRaises(UserError):
                message.write(vals)
        with self._on("2026-03-03"):
            notice.action_mark_sent()
        self.assertEqual((notice.state, notice.evidence_state), ("sent", "intact"))
        event = notice.case_id.event_ids.filtered(lambda event: event.kind == "sent")
        evidence = self.env["account.admin.evidence"].search(
            [("message_id", "=", message.id)]
        )
        self.assertEqual(event.sha256, evidence.sha256)

    def test_a_server_that_is_away_uses_up_nobodys_tries(self):
        self._owe()
        for plan in (
            {("CONNECT", "all"): "drop before"},
            {("CONNECT", "all"): "421 busy"},
            {("MAIL", "all"): "451 no disk"},
            {("MAIL", "all"): "550 not you"},
        ):
            self.server.reset(plan)
            self._deliver()
            self.assertEqual(set(self._notices().mapped("state")), {"queued"}, plan)
            self.assertFalse(any(self._notices().mapped("attempts")), plan)
            self.assertIn("Not taken by the mail server", self._notices()[0].reason)
        self.server.reset()
        self._send("2026-03-06")
        self.assertEqual(sorted(self._taken()), self.addresses)

    def test_only_a_refused_address_becomes_a_task(self):
        self._owe()
        self.server.reset({("RCPT", n): "550 no such user" for n in (1, 4, 5)})
        self._deliver()
        failed = self._notices().filtered(lambda n: n.state == "failed")
        self.assertEqual((len(failed), failed.failure), (1, "delivery"))
        self.assertIn("no such user", failed.reason)
        self.assertEqual(len(self._taken()), 2)

    def test_an_address_that_is_refused_beside_another_is_listed(self):
        self.partners[0].email = "pia@example.com, ap@example.com"
        self.server.reset({("RCPT", 2): "550 gone"})
        self._move("2026-03-01", 100, self.partners[0])
        self._night("2026-03-02")
        case = self._cases(self.partners[0])
        self.assertEqual(case.notice_ids.state, "sent")
        self.assertEqual(
            self.env["account.admin.bounce"].search([]).mapped("email"),
            ["ap@example.com"],
        )
        self.assertIn(
            "ap@example.com was refused",
            " ".join(filter(None, case.event_ids.mapped("note"))),
        )

    # ------------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------------

    def _state_accounts(self):
        """Statements to everybody, made and about to leave."""
        for partner in self.partners:
            self._move("2026-01-10", 100, partner)
        ids = [partner.id for partner in self.partners]
        wizard = self.env["collections.statement.wizard"].create(
            {"date": "2026-01-31", "partner_ids": ids}
        )
        with self._on("2026-02-01"):
            action = wizard.action_send()
        run = self.env["collections.statement.run"].browse(action["res_id"])
        return run.statement_ids

    def _go_on(self, *days):
        with mute_logger(*LOGGERS):
            for day in days:
                with self._on(day):
                    self._trigger("ir_cron_statements")

    def test_a_statement_leaves_once_or_is_in_doubt(self):
        statements = self._state_accounts()
        self.server.reset({("TEXT", 2): "drop after"})
        self._go_on("2026-02-01", "2026-02-02")
        self.assertEqual(sorted(self._taken()), self.addresses)
        failed = statements.filtered(lambda s: s.state == "failed")
        self.assertEqual(len(failed), 1)
        self.assertIn("may have left", failed.reason)
        self.assertEqual(set((statements - failed).mapped("state")), {"sent"})
        self.assertEqual(set(statements.mapped("evidence_state")), {"intact"})
        for thing in (failed.mail_id.mail_message_id, failed.attachment_id):
            with self.assertRaises(UserError):
                thing.sudo().unlink()

    def test_a_statement_that_was_refused_is_no_evidence(self):
        statements = self._state_accounts()
        self.server.reset({("RCPT", 1): "550 no such user"})
        self._go_on("2026-02-01")
        states = {s.state: s.evidence_state for s in statements}
        self.assertEqual(states, {"failed": "none", "sent": "intact"})

    def test_a_statement_waits_for_a_server_that_is_away(self):
        statements = self._state_accounts()
        self.server.reset({("CONNECT", "all"): "421 busy"})
        self._go_on("2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04")
        self.assertEqual(set(statements.mapped("state")), {"sending"})
        self.server.reset()
        self._go_on("2026-02-05")
        self.assertEqual(sorted(self._taken()), self.addresses)
        self.assertEqual(set(statements.mapped("state")), {"sent"})

    def test_a_worker_that_dies_leaves_one_statement_in_doubt(self):
        """What it was sending stays marked: the first may have left, the rest goes."""
        statements = self._state_accounts()
        self.server.reset({("CONNECT", "all"): "421 busy"})
        self._go_on("2026-02-01")
        statements.sudo().is_given = True
        self.server.reset()
        self._go_on("2026-02-02")
        failed = statements.filtered(lambda s: s.state == "failed")
        self.assertEqual((len(failed), len(self._taken())), (1, 2))
