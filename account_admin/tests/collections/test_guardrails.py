"""Whom to contact and how often: counsel, consumers, the cadence of calls."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import CollectionsCommon


class CallsCommon(CollectionsCommon):
    def _call(self, day, outcome="no_answer", **vals):
        with self._on(day):
            return self.env["collections.call"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "outcome": outcome,
                    **vals,
                }
            )


@tagged("post_install", "-at_install")
class TestCounsel(CallsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls._customer("Law Firm", phone="+14155550100")
        cls.lex = cls.env["res.partner"].create(
            {
                "name": "Lex",
                "parent_id": cls.firm.id,
                "email": "lex@example.com",
                "phone": "+14155550101",
                "street": "Quay 1",
                "city": "Leeds",
            }
        )
        cls.env["res.partner"].create(
            {
                "name": "Jane",
                "parent_id": cls.customer.id,
                "type": "invoice",
                "email": "jane@example.com",
                "phone": "+14155550102",
            }
        )

    def _asked(self, channel):
        role = self.env["account.admin.contact.role"]
        return self.customer._collections_get_contacts(role, channel)[self.customer.id]

    def test_counsel_alone_is_contacted_on_every_channel(self):
        self.assertEqual(self._asked("email").name, "Jane")
        self.customer.account_admin_counsel_id = self.lex
        for channel in ("email", "call", "letter"):
            self.assertEqual(self._asked(channel), self.lex, channel)

    def test_where_counsel_cannot_be_reached_nobody_else_is_asked(self):
        self.customer.account_admin_counsel_id = self.lex
        self.lex.phone = False
        self.assertFalse(self._asked("call"))
        self.assertEqual(self._asked("email"), self.lex)

    def test_an_account_that_wants_no_contact_has_none_by_counsel_either(self):
        self.customer.account_admin_counsel_id = self.lex
        self.env["account.admin.contact.bar"].create(
            {
                "partner_id": self.customer.id,
                "reason": "Asked for it",
                "date_start": "2020-01-01",
            }
        )
        self.assertFalse(self._asked("email"))

    def test_the_night_writes_to_counsel_and_the_case_says_so(self):
        self.customer.account_admin_counsel_id = self.lex
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self.mailbox.messages[-1]["X-Rcpt"], "lex@example.com")
        with self._on("2026-03-02"):
            self.assertIn("Lex speaks for Brook Stores", self._cases().why_html)

    def test_what_was_prepared_before_goes_to_counsel_too(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self.customer.account_admin_counsel_id = self.lex
        self._send("2026-03-02")
        self.assertEqual(self.mailbox.messages[-1]["X-Rcpt"], "lex@example.com")

    def test_a_call_with_counsel_is_logged(self):
        self.customer.account_admin_counsel_id = self.lex
        call = self._call("2026-03-02", "informed", contact_id=self.lex.id)
        self.assertEqual(call.contact_id, self.lex)
        action = self.customer.action_log_collections_call()
        self.assertEqual(action["context"]["default_contact_id"], self.lex.id)

    def test_counsel_is_of_the_account_and_somebody_else(self):
        contact = self.customer.child_ids[:1]
        with self.assertRaisesRegex(ValidationError, "Jane is a contact of"):
            contact.account_admin_counsel_id = self.lex
        with self.assertRaisesRegex(ValidationError, "cannot be its own counsel"):
            self.customer.account_admin_counsel_id = self.customer

    def test_a_role_that_stands_in_for_nobody_is_asked_only_for_itself(self):
        end_user = self.env.ref("account_admin.contact_role_end_user")
        buyer = self.env.ref("account_admin.contact_role_buyer")
        user = self.env["res.partner"].create(
            {
                "name": "Una",
                "parent_id": self.customer.id,
                "email": "una@example.com",
                "collections_role_ids": [Command.set(end_user.ids)],
            }
        )
        get = self.customer._collections_get_contacts
        self.assertEqual(get(buyer)[self.customer.id].name, "Jane")
        self.assertEqual(get(end_user)[self.customer.id], user)


@tagged("post_install", "-at_install")
class TestCallLimits(CallsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.is_company = False
        cls.company.sudo().write(
            {"collections_call_tries": 7, "collections_talk_days": 7}
        )
        cls.limit = cls.env["collections.contact.limit"]

    def _free(self, day):
        with self._on(day):
            today = self.company._collections_today()
            found = self.limit._get_call_days(self.company, today, self.customer.ids)
        return {account: str(free) for account, free in found.items()}

    def test_seven_tries_in_seven_days(self):
        for day in range(1, 8):
            self._call(f"2026-06-0{day}")
        self.assertEqual(self._free("2026-06-07"), {self.customer.id: "2026-06-08"})
        self.assertEqual(self._free("2026-06-08"), {})

    def test_seven_days_after_a_talk_its_own_the_first(self):
        self._call("2026-06-08", "informed")
        for day in ("08", "14"):
            self.assertEqual(
                self._free(f"2026-06-{day}"), {self.customer.id: "2026-06-15"}
            )
        self.assertEqual(self._free("2026-06-15"), {})

    def test_a_talk_counts_whoever_called(self):
        self._call("2026-06-08", "informed", direction="in")
        self.assertEqual(self._free("2026-06-09"), {self.customer.id: "2026-06-15"})
        self._call("2026-06-20", "gatekeeper", direction="in")
        self.assertEqual(self._free("2026-06-20"), {})

    def test_companies_are_limited_only_where_all_are(self):
        self.customer.is_company = True
        self._call("2026-06-08", "informed")
        self.assertEqual(self._free("2026-06-09"), {})
        self.company.sudo().collections_call_limit_of = "all"
        self.assertEqual(self._free("2026-06-09"), {self.customer.id: "2026-06-15"})

    def test_without_settings_nothing_is_asked(self):
        self.company.sudo().write(
            {"collections_call_tries": 0, "collections_talk_days": 0}
        )
        self._call("2026-06-08", "informed")
        self.assertEqual(self._free("2026-06-09"), {})

    def test_a_step_that_is_a_call_waits_and_says_why(self):
        by_phone = {"channel_email": False, "channel_call": True}
        self.company.collections_policy_id = self._policy("Calls", [8], step=by_phone)
        self._move("2026-06-01", 100)
        self._call("2026-06-08", "informed")
        self._night("2026-06-10")
        case = self._cases()
        self.assertEqual((case.rule, str(case.next_date)), ("limit", "2026-06-15"))
        with self._on("2026-06-10"):
            self.assertIn("may be called again from", case.why_html)
        self._night("2026-06-15")
        self.assertEqual(self._cases().rule, "pending")

    def test_mails_go_on_meanwhile(self):
        self._move("2026-06-01", 100)
        self._call("2026-06-01", "informed")
        self._night("2026-06-02")
        self.assertEqual(self._steps_sent(), [1])


@tagged("post_install", "-at_install")
class TestCadence(CallsCommon):
    def test_after_a_talk_the_next_call_is_planned_by_the_policy(self):
        self.policy.call_days = 14
        self._move("2026-06-01", 100)
        self._night("2026-06-02")
        # 14 days later is a Saturday
        call = self._call("2026-06-06", "informed")
        self.assertEqual(str(call.next_on), "2026-06-22")

    def test_who_says_when_to_call_back_is_called_then(self):
        self.policy.call_days = 14
        self._move("2026-06-01", 100)
        self._night("2026-06-02")
        call = self._call("2026-06-06", "call_back", call_back_at="2026-06-09 09:00:00")
        self.assertFalse(call.next_on)

    def test_without_a_cadence_none_is_planned(self):
        self._move("2026-06-01", 100)
        self._night("2026-06-02")
        self.assertFalse(self._call("2026-06-05", "informed").next_on)
        self.assertEqual(str(self._call("2026-06-05").next_on), "2026-06-08")
