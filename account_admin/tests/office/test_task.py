"""Duties make tasks on working days, once; whoever is away or late: N15 on records."""

from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.base.merging import unite_rows
from ...models.base.next_odoo import get_working_hours
from .office import OfficeCommon

CLOSED = (
    *("2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12"),
    *("2026-11-11", "2026-11-26", "2026-11-27", "2026-12-25", "2027-01-01"),
    *("2027-01-18", "2027-02-15"),
)


class TaskCommon(OfficeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # only the duties of the test
        duties = cls.env["account.admin.task.template"]
        duties.search([("is_on", "=", True)]).is_on = False
        cls.manager = cls._user("office_manager", "manager")
        cls.own.account_admin_manager_id = cls.manager
        get_working_hours(cls.company).global_leave_ids = [
            Command.create(
                {
                    "name": day,
                    "date_from": datetime.fromisoformat(f"{day} 00:00:00"),
                    "date_to": datetime.fromisoformat(f"{day} 23:59:59"),
                }
            )
            for day in CLOSED
        ]

    def _duty(self, **vals):
        values = {
            "name": "Statements",
            "is_on": True,
            "date_start": "2026-01-01",
            "lead_days": 0,
            "user_id": self.own.id,
            **vals,
        }
        return self.env["account.admin.task.template"].create(values)

    def _night(self, day):
        with self._on(day):
            self._trigger("ir_cron_task")

    def _days(self, duty):
        tasks = self.env["account.admin.task"].search([("template_id", "=", duty.id)])
        return [str(task.date) for task in tasks]


@tagged("post_install", "-at_install")
class TestTask(TaskCommon):
    # ------------------------------------------------------------------
    # DAYS
    # ------------------------------------------------------------------

    def test_n15_days_of_duties(self):
        for name, first, last, day, vals in (
            (
                "3rd business day",
                "2026-07-01",
                "2026-07-31",
                "2026-07-06",
                {"number": 3},
            ),
            ("last one", "2026-05-01", "2026-05-31", "2026-05-29", {"number": -1}),
            (
                "last Friday, closed",
                *("2026-11-01", "2026-11-30", "2026-11-25"),
                {"kind": "weekday", "number": -1, "roll": "preceding"},
            ),
            (
                "15th, next open day",
                *("2026-08-01", "2026-08-31", "2026-08-17"),
                {"kind": "date", "number": 15},
            ),
            (
                "31st within the month",
                *("2027-02-01", "2027-02-28", "2027-02-26"),
                {"kind": "date", "number": 31, "roll": "modified"},
            ),
            (
                "no fifth Friday",
                *("2026-06-01", "2026-06-30", None),
                {"kind": "weekday", "number": 5},
            ),
            (
                "fifth day after the quarter",
                *("2026-06-15", "2026-07-31", "2026-07-08"),
                {"rhythm": "quarterly", "number": 5},
            ),
            (
                "29 February",
                *("2027-02-01", "2027-02-28", "2027-02-26"),
                {
                    **{"rhythm": "yearly", "month": "2", "kind": "date"},
                    **{"number": 29, "roll": "preceding"},
                },
            ),
            (
                "Fridays, closed ones before",
                *("2026-07-02", "2026-07-08", "2026-07-02"),
                {"rhythm": "weekly", "friday": True, "roll": "preceding"},
            ),
        ):
            with self.subTest(name):
                duty = self._duty(date_start=first, date_end=last, **vals)
                self._night(last)
                self.assertEqual(self._days(duty), [day] if day else [])

    def test_n15_ten_days_of_pause_make_eight_tasks_once(self):
        duty = self._duty(rhythm="daily", date_start="2026-06-29")
        self._night("2026-06-29")
        self.assertEqual(self._days(duty), ["2026-06-29"])
        self._night("2026-07-10")
        self.assertEqual(len(self._days(duty)), 1 + 8)
        self._night("2026-07-10")
        duty.sudo().made_until = False
        self._night("2026-07-10")
        self.assertEqual(len(self._days(duty)), 1 + 8)

    def test_a_task_is_unique_in_the_database(self):
        duty = self._duty(rhythm="daily", date_start="2026-06-30")
        self._night("2026-06-30")
        task = duty.task_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            task.sudo().copy({"template_id": duty.id, "date": task.date})

    def test_tasks_of_accounts_that_become_one_are_all_kept(self):
        other = self._customer("Other Stores")
        partners = self.customer | other
        duty = self._duty(
            rhythm="daily", date_start="2026-07-10", partner_ids=partners.ids
        )
        self._night("2026-07-10")
        tasks = duty.task_ids
        unite_rows(other, self.customer)
        self.assertEqual(tasks.partner_id, self.customer)
        self.assertEqual(len(duty.task_ids), 1)

    def test_tasks_come_so_many_days_ahead_for_each_account(self):
        other = self._customer("Other Stores")
        duty = self._duty(
            kind="date",
            number=15,
            lead_days=5,
            partner_ids=(self.customer | other).ids,
            date_start="2026-08-01",
        )
        self._night("2026-08-11")
        self.assertFalse(duty.task_ids)
        self._night("2026-08-12")
        self.assertEqual(duty.task_ids.partner_id, self.customer | other)
        self.assertEqual(self._days(duty), ["2026-08-17"] * 2)

    def test_what_was_due_while_it_was_off_is_not_made_up_for(self):
        duty = self._duty(rhythm="daily", is_on=False)
        self._night("2026-07-10")
        self.assertFalse(duty.task_ids)
        with self._on("2026-07-13"):
            duty.is_on = True
        self._night("2026-07-13")
        self.assertEqual(self._days(duty), ["2026-07-13"])

    def test_usual_duties_come_with_it_and_are_off(self):
        for name in ("statements", "royalty", "debt", "tax", "inventory"):
            duty = self.env.ref(f"account_admin.task_template_{name}").sudo()
            self.assertFalse(duty.is_on)
            self.assertNotEqual(duty.next_on, "Never")

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_a_calendar_without_working_days_is_said_and_the_others_go_on(self):
        other = self.setup_other_company(name="Other")["company"]
        theirs = self._duty(
            rhythm="daily",
            company_id=other.id,
            owner="manager",
            date_start="2026-07-10",
        )
        duty = self._duty(rhythm="daily", date_start="2026-07-10")
        get_working_hours(self.company).attendance_ids.unlink()
        self._night("2026-07-10")
        self.assertFalse(duty.task_ids)
        self.assertIn("have no working day: nothing is ever due.", duty.problem)
        self.assertIn("have no working day", duty.next_on)
        self.assertEqual(self._days(theirs), ["2026-07-10"])

    def test_a_person_who_left_is_said_and_an_administrator_gets_the_tasks(self):
        gone = self._user("office_gone", "user", name="Gus Gone")
        duty = self._duty(rhythm="daily", user_id=gone.id, date_start="2026-07-10")
        gone.active = False
        self._night("2026-07-10")
        self.assertIn("Gus Gone does not work for", duty.problem)
        self.assertTrue(
            duty.task_ids.user_id.has_group("account_admin.group_account_admin_manager")
        )
        duty.user_id = self.own
        self._night("2026-07-13")
        self.assertFalse(duty.problem)
        self.assertEqual(duty.task_ids[1].user_id, self.own)

    def test_what_cannot_be_is_refused_with_a_sentence(self):
        for vals, sentence in (
            ({"rhythm": "weekly"}, "choose the weekdays"),
            ({"number": 0}, "1 is the first and -1 the last"),
            ({"number": 24}, "on a day that no month has"),
            ({"user_id": False}, "choose a person"),
        ):
            with self.assertRaisesRegex(ValidationError, sentence):
                self._duty(**vals)
        for vals in ({"date_end": "2025-12-31"}, {"lead_days": -1}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._duty(**vals)

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_the_administrator_of_the_account_is_the_owner(self):
        nobodys = self._customer("Nobody's Stores")
        duty = self._duty(
            rhythm="daily",
            owner="account",
            partner_ids=(self.customer | nobodys).ids,
            date_start="2026-07-10",
        )
        self._night("2026-07-10")
        owners = {task.partner_id: task.user_id for task in duty.task_ids}
        self.assertEqual(owners[self.customer], self.own)
        self.assertTrue(
            owners[nobodys].has_group("account_admin.group_account_admin_manager")
        )

    def test_n15_owner_away_the_deputy_does_it(self):
        deputy = self._user("office_deputy", "user", name="Dora Deputy")
        duty = self._duty(rhythm="daily", date_start="2026-07-10")
        self.env["account.admin.absence"].create(
            {
                "user_id": self.own.id,
                "deputy_id": deputy.id,
                "date_start": "2026-07-09",
                "date_end": "2026-07-12",
            }
        )
        self._night("2026-07-10")
        task = duty.task_ids.with_user(deputy)
        self.assertEqual(duty.task_ids.user_id, self.own)
        with self._on("2026-07-10"):
            self.assertEqual(task.acting_user_id, deputy)
            task.action_done()
        self.assertEqual((task.state, task.done_by_id), ("done", deputy))
        self.env.invalidate_all()
        with self._on("2026-07-13"), self.assertRaises(AccessError):
            task.read(["name"])

    def test_n15_late_ones_are_told_to_the_manager_once(self):
        days = {"date_start": "2026-07-09", "date_end": "2026-07-10"}
        duty = self._duty(rhythm="daily", **days)
        self._night("2026-07-09")
        self.assertFalse(self.mailbox.messages)
        self._night("2026-07-13")
        self._send_mails()
        (message,) = self.mailbox.messages
        self.assertIn("Late tasks of your people: 2", message["Subject"])
        self.assertIn(self.manager.email, message["To"])
        for shown in ("office_own", "07/09/2026", "07/10/2026"):
            self.assertIn(shown, self.mailbox.body())
        self._night("2026-07-14")
        self._send_mails()
        self.assertEqual(len(self.mailbox.messages), 1)
        with self._on("2026-07-14"):
            late = self.env["account.admin.task"].search(
                [("is_late", "=", True), ("template_id", "=", duty.id)]
            )
            self.assertEqual(late.mapped("days_late"), [5, 4])

    def _send_mails(self):
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()

    # ------------------------------------------------------------------
    # DOING
    # ------------------------------------------------------------------

    def test_done_needs_evidence_where_it_is_asked_for(self):
        duty = self._duty(
            rhythm="daily", date_start="2026-07-10", is_evidence_needed=True
        )
        self._night("2026-07-10")
        task = duty.task_ids.with_user(self.own)
        with self.assertRaisesRegex(UserError, "needs evidence: attach a file"):
            task.action_done()
        task.message_post(attachments=[("receipt.txt", b"filed")])
        self.env.invalidate_all()
        self.assertTrue(task.has_evidence)
        self.assertIn(task, task.search([("has_evidence", "=", True)]))
        with self._on("2026-07-10"):
            task.action_done()
        self.assertEqual((task.state, task.done_on), ("done", date(2026, 7, 10)))
        with self.assertRaisesRegex(UserError, "reopen it first"):
            task.action_skip()
        task.action_reopen()
        self.assertEqual((task.state, task.done_by_id.id), ("open", False))

    def test_skipped_with_a_reason_only_and_never_moved_or_deleted(self):
        duty = self._duty(rhythm="daily", date_start="2026-07-10")
        self._night("2026-07-10")
        task = duty.task_ids.with_user(self.own)
        with self.assertRaisesRegex(UserError, "Enter a reason"):
            task.action_skip()
        for change in (
            lambda: task.write({"date": "2026-08-01"}),
            task.unlink,
        ):
            with self.assertRaisesRegex(UserError, "comes from the duty “Statements”"):
                change()
        with self.assertRaises(AccessError):
            task.state = "done"
        task.reason = "Nothing was sold"
        task.action_skip()
        self.assertEqual(task.state, "skipped")
        with self.assertRaisesRegex(UserError, "has tasks, which are kept"):
            duty.unlink()

    def test_a_link_is_one(self):
        task = self.env["account.admin.task"].create({"name": "By hand"})
        task.evidence_link = "https://example.com/receipt"
        self.assertTrue(task.has_evidence)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            task.evidence_link = "on my desk"
            self.env.flush_all()

    def test_own_tasks_all_tasks_and_the_auditor(self):
        tasks = self.env["account.admin.task"]
        mine, theirs = tasks.create(
            [
                {"name": "Mine", "user_id": self.own.id},
                {"name": "Theirs", "user_id": self.all.id},
            ]
        )
        both = [("id", "in", (mine | theirs).ids)]
        licensing = self._user("office_licensing", "user")
        licensing.group_ids = self.env.ref("account_admin.group_licensing_user")
        for user, seen in (
            (self.own, mine),
            (licensing, tasks),
            (self.all, mine | theirs),
            (self.auditor, mine | theirs),
        ):
            self.assertEqual(tasks.with_user(user).search(both), seen)
        with self.assertRaises(AccessError):
            theirs.with_user(self.own).action_done()
        with self.assertRaises(AccessError):
            mine.with_user(self.auditor).action_done()
        with self.assertRaises(AccessError):
            self._duty().with_user(self.all).is_on = False
