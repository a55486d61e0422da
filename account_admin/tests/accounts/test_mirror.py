"""The mirror: N12 against a real web server on this machine."""

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import _super_send
from odoo.tools import mute_logger

from .change import ChangeCommon
from .other_side import OtherSide

START = datetime(2026, 7, 1, 12)


class MirrorCommon(ChangeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = OtherSide()
        cls.addClassCleanup(cls.other.stop)
        cls.mirror = cls.env["account.admin.mirror"].create(
            {
                "company_id": cls.company.id,
                "url": cls.other.url,
                "secret": "s3cret",
                "timeout": 1,
            }
        )

    def setUp(self):
        super().setUp()
        self.other.script.clear()
        self.other.heard.clear()
        self.other.tickets.clear()

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Odoo's tests wait ten seconds at least; ours mean what they say."""
        return _super_send(session, request, **kwargs)

    def _tick(self, minutes):
        """The scheduled action runs so many minutes after the first try."""
        with self._at(START + timedelta(minutes=minutes)):
            self._trigger("ir_cron_mirror")

    def _ask_now(self, change=None):
        change = change or self._street()
        with self._at(START):
            change.action_ask()
        return change

    def _posts(self):
        return [heard for heard in self.other.heard if heard[0] == "POST"]


@tagged("post_install", "-at_install")
class TestMirror(MirrorCommon):
    def test_n12_one_ticket_after_four_tries(self):
        self.other.script.extend(["down", "lost", "lost", "ok"])
        change = self._ask_now()
        for minute in range(8):
            self._tick(minute)
        keys = {heard[2]["Idempotency-Key"] for heard in self._posts()}
        self.assertEqual((len(self._posts()), len(keys)), (4, 1))
        self.assertEqual(self.other.tickets, {change.key: "T1"})
        self.assertEqual(change.mirror_ticket, "T1")
        message = change.mirror_message_ids
        self.assertEqual((message.state, message.attempts), ("sent", 4))
        self.assertFalse(message.problem)

    def test_n12_tries_at_0_1_3_7_15_31_63_123_minutes_then_given_up(self):
        self.other.script.extend([(503, ())] * 20)
        change, tried = self._ask_now(), []
        for minute in range(190):
            before = len(self._posts())
            if change.mirror_message_ids.next_try <= START + timedelta(minutes=minute):
                self._tick(minute)
            if len(self._posts()) > before:
                tried.append(minute)
        self.assertEqual(tried, [0, 1, 3, 7, 15, 31, 63, 123])
        message = change.mirror_message_ids
        self.assertEqual(message.state, "failed")
        self.assertRegex(message.problem, "answered 503. Given up after 8 tries: ask")
        self.assertIn("was not told", change.message_ids[0].body)
        self.other.script.clear()
        with self._at(START + timedelta(hours=5)):
            message.with_user(self.boss).action_retry()
        self._tick(300)
        self.assertEqual(message.state, "sent")

    def test_n12_retry_after_is_kept(self):
        self.other.script.append((503, {"Retry-After": "300"}))
        change = self._ask_now()
        self._tick(0)
        message = change.mirror_message_ids
        self.assertEqual(message.next_try, START + timedelta(minutes=5))
        self._tick(4)
        self.assertEqual(message.attempts, 1)
        self._tick(5)
        self.assertEqual((message.state, message.attempts), ("sent", 2))

    def test_n12_what_is_tried_again_and_what_is_given_up(self):
        again = (408, 425, 429, 500, 503)
        for status in (400, 401, 404, 409, 422, *again):
            change = self._ask_now(self._street(f"Street {status}"))
            self.other.script.append((status, ()))
            self._tick(0)
            expected = "waiting" if status in again else "failed"
            message = change.mirror_message_ids
            self.assertEqual(message.state, expected, status)
            self.assertIn(f"answered {status}.", message.problem)
            message.sudo().state = "failed"

    def test_no_redirect_is_followed(self):
        elsewhere = OtherSide()
        self.addCleanup(elsewhere.stop)
        for status in (301, 302, 303, 307, 308):
            self.other.script.append((status, {"Location": elsewhere.url}))
            change = self._ask_now(self._street(f"Street {status}"))
            self._tick(0)
            message = change.mirror_message_ids
            self.assertEqual(message.state, "failed")
            self.assertIn(f"a redirect to {elsewhere.url}", message.problem)
            self.assertIn("enter that address in the mirror", message.problem)
        self.assertEqual(elsewhere.heard, [])

    def test_ten_megabytes_are_not_read(self):
        self.other.script.append("huge")
        change = self._ask_now()
        self._tick(0)
        self.assertRegex(
            change.mirror_message_ids.problem, "answered more than 64 KB.*have them"
        )
        self.assertLess(self.other.flooded, 150, "the connection was closed")

    def test_delays_are_no_answer(self):
        for word in ("slow", "drip"):
            self.other.script.append(word)
            change = self._ask_now(self._street(f"Street {word}"))
            begun = time.monotonic()
            # by the real clock, which is what a delay is about
            self._trigger("ir_cron_mirror")
            self.assertLess(time.monotonic() - begun, 3)
            message = change.mirror_message_ids
            self.assertEqual((message.state, message.attempts), ("waiting", 1))
            self.assertIn("No answer", message.problem)
            message.sudo().state = "failed"

    def test_lies_are_given_up_with_a_sentence(self):
        for word, said in (
            ("html", "without a ticket"),
            ("other_key", "about another message"),
        ):
            self.other.script.append(word)
            change = self._ask_now(self._street(f"Street {word}"))
            self._tick(0)
            self.assertEqual(change.mirror_message_ids.state, "failed")
            self.assertIn(said, change.mirror_message_ids.problem)
            self.assertFalse(change.mirror_ticket)

    def test_nobody_there(self):
        self.mirror.url = "http://127.0.0.1:9/"
        change = self._ask_now()
        self._tick(0)
        self.assertEqual(change.mirror_message_ids.state, "waiting")
        self.assertIn("No answer (ConnectionError)", change.mirror_message_ids.problem)

    def test_what_is_told_is_signed_and_has_no_bank_details(self):
        change = self._ask_now(self._bank())
        self._tick(0)
        _method, _path, headers, body = self._posts()[0]
        self.assertEqual(headers["Authorization"], "Bearer s3cret")
        sent = change.mirror_message_ids.body.encode()
        signed = hmac.new(b"s3cret", sent, hashlib.sha256).hexdigest()
        self.assertEqual(headers["X-Signature"], f"sha256={signed}")
        self.assertEqual(headers["Idempotency-Key"], f"{change.key}-v1")
        self.assertEqual((body["status"], body["version"]), ("pending", 1))
        self.assertEqual(body["requested"], "2026-07-01T12:00:00Z")
        (line,) = body["fields"]
        self.assertEqual((line["before"], line["after"]), ("…3000", "…6819"))

    def test_versions_are_told_in_order_under_one_ticket(self):
        self.other.script.extend(["down", "down"])
        change = self._ask_now()
        self._tick(0)
        self._decide(change, self.mia, day="2026-07-01")
        self.assertEqual(change.mirror_message_ids.mapped("number"), [2, 1])
        for minute in range(1, 8):
            self._tick(minute)
        told = [heard[3]["version"] for heard in self._posts()]
        self.assertEqual(told, [1, 1, 1, 2])
        self.assertEqual(len(self.other.tickets), 1)
        self.assertEqual([heard[3]["status"] for heard in self._posts()][-1], "applied")

    def test_a_mirror_that_is_off_keeps_what_waits(self):
        change = self._ask_now()
        self.mirror.active = False
        self._tick(0)
        self.assertEqual(self._posts(), [])
        self.mirror.active = True
        self._tick(1)
        self.assertEqual(change.mirror_message_ids.state, "sent")

    def test_only_https_leaves_this_machine_and_only_administrators_set_it(self):
        for url, said in (
            ("http://tickets.example.com/", "is not encrypted: begin with https"),
            ("https://me:pw@example.com/", "has a login in it"),
            ("file:///etc/passwd", "is no address"),
        ):
            with self.assertRaisesRegex(ValidationError, said):
                self.mirror.url = url
        for user in (self.ann, self.mia, self.auditor):
            with self.assertRaises(AccessError):
                self.mirror.with_user(user).url = "https://evil.example.com"
        for user in (self.mia, self.auditor):
            with self.assertRaises(AccessError):
                self.mirror.with_user(user).read(["secret", "token"])
        with self.assertRaises(UserError):
            self.mirror.with_user(self.boss).write({"token": "0" * 32})
        self.assertEqual(len(bytes.fromhex(self.mirror.token)) * 8, 128)

    def test_n12_drift(self):
        pairs = [
            *(("applied", "closed"), ("applied", "open"), ("asked", "closed")),
            *(("asked", "open"), ("rejected", False), ("applied", False)),
        ]
        changes = self.env["account.admin.change"]
        for number, (state, theirs) in enumerate(pairs, 1):
            change = self._ask_now(self._street(f"Street {number}"))
            change.mirror_message_ids.sudo().state = "sent"
            change.sudo().write({"state": state, "mirror_status": theirs})
            changes |= change
        found = self.env["account.admin.change"].search([("is_drift", "=", True)])
        self.assertEqual(
            [n for n, change in enumerate(changes, 1) if change in found], [2, 3, 6]
        )
        self.assertEqual(changes[1].mirror_note, "Differs: they have open")
        self.assertEqual(changes[0].mirror_note, "The same: they have closed")


@tagged("post_install", "-at_install")
class TestInbound(MirrorCommon, HttpCase):
    """What comes back, from outside."""

    def _trigger(self, *names):
        for name in names:
            self.env.ref(f"account_admin.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _report(self, token=None, raw=None, **body):
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/account_admin/mirror/{token or self.mirror.token}",
                data=raw if raw is not None else json.dumps(body),
                headers={"Content-Type": "application/json"},
            )
        self.env.invalidate_all()
        return answer

    def _event(self, change, number, status, key=None, **more):
        said = {"event": f"e{number}", "sequence": number, "status": status}
        return self._report(**{**said, "change": key or change.key, **more})

    def test_n12_late_and_repeated_answers(self):
        change = self._ask_now()
        self.env.flush_all()
        taken = [
            self._event(change, *event).json()["taken"]
            for event in ((1, "open"), (3, "closed"), (2, "in work"), (3, "closed"))
        ]
        self.assertEqual(taken, [True, True, False, False])
        self.assertEqual(change.mirror_status, "closed")

    def test_a_wrong_token_finds_nothing(self):
        change = self._ask_now()
        self.env.flush_all()
        old = self.mirror.token
        for token in ("0" * 32, old[:-1], old + "0", "é", old.upper() + "x"):
            self.assertEqual(
                self._event(change, 1, "closed", token=token).status_code, 404
            )
        self.mirror.with_user(self.boss).action_new_token()
        self.env.flush_all()
        answer = self._event(change, 1, "closed", token=old)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(change.mirror_status)

    def test_a_mirror_that_is_off_takes_nothing(self):
        change = self._ask_now()
        self.mirror.active = False
        self.env.flush_all()
        self.assertEqual(self._event(change, 1, "closed").status_code, 404)

    def test_bad_messages_are_answered_with_a_sentence(self):
        change = self._ask_now()
        self.env.flush_all()
        for answer, said in (
            (self._event(change, 1, "won't fix"), "“status” is one of open, in work"),
            (self._event(change, "x", "open"), "“sequence” is a whole number"),
            (self._report(raw="{"), "Send a JSON object"),
            (self._report(raw=" "), "Send a JSON object"),
            (self._report(raw="[" * 60_000), "Send a JSON object"),
            (self._report(raw=" " * 70_000), "More than 64 KB"),
            (self._event(change, 1, "open", key="none"), "no such change"),
            (self._event(change, 1, "open", event=5), "“event” is a text"),
        ):
            self.assertEqual(answer.status_code, 422)
            self.assertIn(said, answer.json()["error"])
        self.assertFalse(change.mirror_status)

    def test_another_companys_mirror_does_not_reach_it(self):
        elsewhere = self.setup_other_company(name="Elsewhere")["company"]
        theirs = self.env["account.admin.mirror"].create(
            {"company_id": elsewhere.id, "url": "https://example.com/"}
        )
        change = self._ask_now()
        self.env.flush_all()
        answer = self._event(change, 1, "closed", token=theirs.token)
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(change.mirror_status)

    def test_a_status_does_not_approve_anything(self):
        change = self._ask_now()
        self.env.flush_all()
        self._event(change, 1, "closed")
        self.assertEqual((change.state, self.account.street), ("asked", "Old 1"))
        # nothing is on its way any more, and they closed what is open here
        change.mirror_message_ids.sudo().state = "sent"
        self.assertTrue(change.is_drift)
        self.assertEqual(fields.Datetime.to_string(change.asked_on), str(START))
