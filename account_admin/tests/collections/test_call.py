"""Calls: a step that is a call is met by a call that was made, not by its plan."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...models.base.next_odoo import get_working_hours
from ..common import CollectionsCommon


class CallCommon(CollectionsCommon):
    """A policy of a call on the first day and an email on the eighth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        steps = cls.policy.step_ids.sorted("days")
        steps[0].write({"channel_email": False, "channel_call": True})
        cls.call_step = steps[0]
        cls.customer.write(
            {"phone": "+14155550100", "country_id": cls.env.ref("base.us")}
        )
        cls.roles = cls.env["account.admin.contact.role"].search([])
        cls.payables, cls.buyer = cls.env["account.admin.contact.role"].create(
            [
                {"name": "Payables desk", "sequence": -2},
                {"name": "Purchasing", "sequence": -1},
            ]
        )
        cls.jane, cls.tom = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.customer.id,
                    "phone": phone,
                    "email": f"{name.lower()}@brook.example.com",
                    "collections_role_ids": [Command.link(role.id)],
                }
                for name, phone, role in (
                    ("Jane", "+14155552671", cls.payables),
                    ("Tom", "+14155552672", cls.buyer),
                )
            ]
        )
        cls.call_step.role_id = cls.payables

    def _call(self, day, outcome, contact=None, hour=15, **vals):
        contact = self.jane if contact is None else contact
        with self._on(day):
            return self.env["collections.call"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "contact_id": contact.id,
                    "phone": contact.phone,
                    "outcome": outcome,
                    "date": f"{day} 10:00:00",
                    **vals,
                }
            )

    def _planned(self):
        return self._cases().notice_ids.filtered(lambda n: n.channel == "call")

    def _asked(self):
        """Who is asked to call, as (summary, day) of the open activities."""
        activities = self._cases().activity_ids.filtered(
            lambda activity: activity.activity_type_id
            == self.env.ref("account_admin.mail_activity_type_call")
        )
        return [(found.summary, str(found.date_deadline)) for found in activities]


@tagged("post_install", "-at_install")
class TestCallStep(CallCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._move("2026-06-30", 100)
        self._night("2026-07-01")

    def test_planning_a_call_meets_nothing(self):
        notice, case = self._planned(), self._cases()
        self.assertEqual(
            (notice.state, str(notice.planned_on)), ("queued", "2026-07-01")
        )
        self.assertFalse(case.last_contact)
        self.assertFalse(case.step_id)
        self._night("2026-07-20")
        self.assertEqual(self._steps_sent(), [])
        self.assertEqual(len(self._asked()), 1)

    def test_a_right_party_meets_the_step_on_the_day_of_the_call(self):
        call = self._call("2026-07-02", "informed")
        case = self._cases()
        self.assertEqual(call.case_id, case)
        self.assertEqual(self._planned().state, "sent")
        self.assertEqual(str(case.last_contact), "2026-07-02")
        self.assertEqual(case.step_id, self.call_step)
        self.assertEqual(self._planned().contact_id, self.jane)
        self.assertFalse(self._asked())
        self._night("2026-07-08")
        self.assertEqual(self._steps_sent(), [1, 8])

    def test_no_answer_asks_for_the_next_try_on_the_next_working_day(self):
        get_working_hours(self.company).write(
            {
                "global_leave_ids": [
                    Command.create(
                        {
                            "name": "Independence Day (observed)",
                            "date_from": "2026-07-03 00:00:00",
                            "date_to": "2026-07-03 23:59:59",
                        }
                    )
                ]
            }
        )
        call = self._call("2026-07-02", "no_answer")
        self.assertEqual(str(call.next_on), "2026-07-06")
        self.assertEqual(self._planned().state, "queued")
        [(summary, day)] = self._asked()
        self.assertEqual(day, "2026-07-06")
        self.assertIn("try 2, Brook Stores, Jane", summary)
        self.assertFalse(self._cases().last_contact)

    def test_after_three_tries_the_next_role_is_asked(self):
        for day in ("2026-07-01", "2026-07-02", "2026-07-06"):
            self._call(day, "no_answer")
        [(summary, _day)] = self._asked()
        self.assertIn("try 1, Brook Stores, Tom", summary)
        self.assertEqual(self._planned().state, "queued")

    def test_when_everybody_was_tried_the_step_counts(self):
        tries = [c for c in (self.jane, self.tom, self.customer) for _try in range(3)]
        for number, contact in enumerate(tries, start=1):
            self.assertEqual(self._planned().state, "queued")
            self._call(f"2026-07-{number:02}", "voicemail", contact)
        self.assertEqual(self._planned().state, "sent")

    def test_a_planned_call_that_is_marked_as_done_was_made(self):
        with self._on("2026-07-03"):
            activity = self._cases().activity_ids
            activity.action_feedback(feedback="They pay on Friday")
        call = self.env["collections.call"].search([])
        self.assertEqual((call.outcome, call.note), ("informed", "They pay on Friday"))
        self.assertEqual(call.contact_id, self.jane)
        self.assertEqual(self._planned().state, "sent")

    def test_a_call_that_came_in_is_a_contact(self):
        self._call("2026-07-02", "promise", direction="in")
        self.assertEqual(self._planned().state, "sent")
        self.assertEqual(str(self._cases().last_contact), "2026-07-02")

    def test_a_wrong_number_is_not_dialled_again(self):
        self._call("2026-07-01", "wrong_number")
        with self._on("2026-07-02"):
            form = self._cases().action_log_call()
        self.assertEqual(form["context"]["default_contact_id"], self.tom.id)
        self.jane.phone = "+14155559999"
        with self._on("2026-07-02"):
            form = self._cases().action_log_call()
        self.assertEqual(form["context"]["default_contact_id"], self.jane.id)

    def test_what_was_paid_meanwhile_is_not_called_for(self):
        self._pay(self.invoice, "2026-07-02")
        self._night("2026-07-03")
        self.assertIn(self._planned().state, ("cancelled", "suppressed"))
        self.assertFalse(self._asked())

    def test_a_call_back_is_asked_for_on_its_day(self):
        self._call("2026-07-02", "gatekeeper")
        self._call("2026-07-02", "busy", call_back_at="2026-07-09 09:00:00")
        self.assertEqual(self._asked()[0][1], "2026-07-09")

    def test_a_call_is_an_event_of_its_case(self):
        self._call("2026-07-02", "refused")
        event = self._cases().event_ids.filtered(lambda found: found.kind == "called")
        self.assertEqual(
            (event.note, str(event.date)), ("Will Not Pay: Jane", "2026-07-02")
        )


@tagged("post_install", "-at_install")
class TestCall(CallCommon):
    def test_a_days_calls_are_counted(self):
        log = ["no_answer"] * 13 + ["busy"] * 3 + ["voicemail"] * 6
        log += ["wrong_number"] + ["gatekeeper"] * 5 + ["promise"] * 8
        log += ["dispute", "refused", "informed", "informed"]
        calls = self.env["collections.call"]
        for outcome in log:
            calls |= self._call("2026-07-07", outcome)
        incoming = self._call("2026-07-07", "informed", direction="in")
        out = (calls | incoming).filtered(lambda call: call.direction == "out")
        self.assertEqual(len(out), 40)
        self.assertEqual(len(out.filtered("is_connect")), 18)
        self.assertEqual(len(out.filtered("is_right_party")), 12)

    def test_a_number_is_found_in_any_way_of_writing(self):
        berlin = self._customer(
            "Berlin Stores", country_id=self.env.ref("base.de").id, phone="030 901820"
        )
        find = self.env["res.partner"]._account_admin_find_by_phone
        for number in (
            "+14155552671",
            "+1 415-555-2671",
            "+1 (415) 555-2671",
            "001 415 555 2671",
            "+1.415.555.2671",
            "+1 415 5552671",
        ):
            with self.subTest(number=number):
                self.assertEqual(find(number), self.jane)
        for number in (
            "+4930901820",
            "+49 30 901820",
            "0049 30 901820",
            "+49 (30) 901820",
        ):
            with self.subTest(number=number):
                self.assertEqual(find(number), berlin)
        self.assertFalse(find("+4930901821"))
        self.assertFalse(find("12"))

    def test_the_form_finds_the_account_of_a_number(self):
        with Form(self.env["collections.call"]) as form:
            form.phone = "001 415 555 2672"
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.contact_id, self.tom)
            form.outcome = "informed"

    def test_a_new_number_is_kept_with_the_contact_that_was_reached(self):
        self.tom.phone = False
        self._call(
            "2026-07-07", "informed", self.tom, phone="+14155550199", direction="in"
        )
        self.assertEqual(self.tom.phone, "+14155550199")

    def test_bad_input_is_said_in_a_sentence(self):
        stranger = self._customer("Other Stores")
        for sentence, vals in (
            ("say when, after this call", {"outcome": "call_back"}),
            (
                "say when, after this call",
                {"outcome": "call_back", "call_back_at": "2026-07-06 10:00:00"},
            ),
            ("would be in the future", {"date": "2026-07-08 10:00:00"}),
            ("does not belong to Brook Stores", {"contact_id": stranger.id}),
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, sentence),
                self.env.cr.savepoint(),
            ):
                self._call("2026-07-07", **{"outcome": "informed", **vals})

    def test_a_call_without_outcome_or_of_negative_length_is_refused(self):
        for vals in ({"outcome": False}, {"outcome": "informed", "duration": -1}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception) as caught,
                self.env.cr.savepoint(),
            ):
                self._call("2026-07-07", **vals)
            self.assertNotIsInstance(caught.exception, AssertionError)

    def test_a_calendar_without_working_time_is_named(self):
        get_working_hours(self.company).attendance_ids.unlink()
        with self.assertRaisesRegex(UserError, "have no working day"):
            self._call("2026-07-07", "no_answer")

    def test_what_a_call_was_is_kept(self):
        call = self._call("2026-07-07", "informed")
        with self.assertRaisesRegex(UserError, "is kept"):
            call.outcome = "promise"
        with self.assertRaises(AccessError):
            call.unlink()
        call.note = "Asked for a copy of the invoice"

    def test_who_may_log_and_see_calls(self):
        user, other, auditor = (
            new_test_user(
                self.env,
                login,
                groups=f"base.group_user,account_admin.{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for login, group in (
                ("call_own", "group_account_admin_user"),
                ("call_other", "group_account_admin_user"),
                ("call_auditor", "group_account_admin_auditor"),
            )
        )
        self.customer.with_company(self.company).collections_user_id = user
        vals = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "outcome": "informed",
        }
        model = self.env["collections.call"]
        call = model.with_user(user).create({**vals, "user_id": user.id})
        self.assertEqual(call.with_user(auditor).outcome, "informed")
        for denied in (other, auditor):
            with self.subTest(user=denied.login), self.assertRaises(AccessError):
                model.with_user(denied).create({**vals, "user_id": denied.id})
        with self.assertRaises(AccessError):
            call.with_user(other).read(["outcome"])


@tagged("post_install", "-at_install")
class TestDoNotContact(CallCommon):
    def setUp(self):
        super().setUp()
        self.call_step.write({"channel_email": True, "channel_call": False})
        self.call_step.template_id = self.template
        self._move("2026-06-30", 100)

    def _bar(self, partner, channel="all", **vals):
        return self.env["account.admin.contact.bar"].create(
            {
                "partner_id": partner.id,
                "channel": channel,
                "reason": "Asked for it",
                "date_start": "2026-01-01",
                **vals,
            }
        )

    def _recipients(self):
        return [message["X-Rcpt"] for message in self.mailbox.messages]

    def test_a_barred_person_gives_way_to_the_next(self):
        self._bar(self.jane)
        self._night("2026-07-01")
        self.assertEqual(self._recipients(), ["tom@brook.example.com"])

    def test_a_person_barred_from_calls_still_gets_mails(self):
        self._bar(self.jane, "call")
        self._night("2026-07-01")
        self.assertEqual(self._recipients(), ["jane@brook.example.com"])

    def test_a_bar_ends_with_its_last_day(self):
        self._bar(self.jane, date_end="2026-06-30")
        self._night("2026-07-01")
        self.assertEqual(self._recipients(), ["jane@brook.example.com"])

    def test_a_barred_account_is_not_contacted_and_a_person_hears_why(self):
        self._bar(self.customer)
        self._night("2026-07-01")
        self.assertEqual(self._recipients(), [])
        self.assertIn("must not be contacted", self._cases().attention)
