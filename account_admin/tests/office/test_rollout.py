"""Rollouts stop when too much fails (O7); a backlog says how long it lasts (O8)."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .office import OfficeCommon

DAYS = ("2026-07-06", "2026-07-13", "2026-07-20")


@tagged("post_install", "-at_install")
class TestRollout(OfficeCommon):
    def _rollout(self, sizes=(5, 25, 90), days=DAYS, **vals):
        waves = [
            {"name": f"Wave {n}", "sequence": n, "size": size, "date": day}
            for n, (size, day) in enumerate(zip(sizes, days, strict=True), start=1)
        ]
        return (
            self.env["account.admin.rollout"]
            .with_user(self.own)
            .create(
                {
                    "name": "Electronic invoices",
                    "wave_ids": [Command.create(wave) for wave in waves],
                    **vals,
                }
            )
        )

    def _run(self, rollout, *failed):
        rollout.action_start()
        for wave, number in zip(rollout.wave_ids, failed, strict=False):
            wave.failed = number
            with self._on(str(wave.date)):
                wave.action_done()
        return rollout

    def test_o7_stops_when_more_of_a_wave_fails_than_may(self):
        rollout = self._run(self._rollout(), 0, 1)
        self.assertEqual((rollout.state, rollout.done_count), ("stopped", 29))
        self.assertEqual(rollout.done_percent, 24.17)
        self.assertEqual(
            rollout.reason,
            "Wave 2 of 07/13/2026: 1 of 25 failed, 4.00 %, more than 2 %.",
        )
        with self.assertRaisesRegex(UserError, "does not run"):
            rollout.wave_ids[2].action_done()

    def test_o7_ends_when_no_wave_fails_too_much(self):
        rollout = self._run(self._rollout(), 0, 0, 1)
        self.assertEqual((rollout.state, rollout.done_count), ("done", 119))
        self.assertEqual(rollout.done_percent, 99.17)

    def test_it_goes_on_once_it_is_said_what_was_put_right(self):
        rollout = self._run(self._rollout(), 0, 1)
        with self.assertRaisesRegex(UserError, "what was put right"):
            rollout.action_go_on()
        rollout.decision = "The address was wrong"
        rollout.action_go_on()
        self.assertEqual((rollout.state, rollout.reason), ("running", False))
        rollout.wave_ids[2].action_done()
        self.assertEqual((rollout.state, rollout.done_count), ("done", 119))

    def test_waves_run_in_their_order_and_stay_as_they_ran(self):
        rollout = self._rollout()
        with self.assertRaisesRegex(UserError, "does not run"):
            rollout.wave_ids[0].action_done()
        rollout.action_start()
        with self.assertRaisesRegex(UserError, "Wave Wave 1 comes first"):
            rollout.wave_ids[1].action_done()
        rollout.wave_ids[0].action_done()
        for change in (
            lambda: rollout.wave_ids[0].write({"failed": 3}),
            rollout.wave_ids[0].unlink,
        ):
            with self.assertRaisesRegex(UserError, "its figures stay"):
                change()
        with self.assertRaisesRegex(UserError, "ran already"):
            rollout.wave_ids[0].action_done()
        with self.assertRaises(AccessError):
            rollout.wave_ids[1].state = "done"

    def test_what_cannot_be_is_refused_with_a_sentence(self):
        backwards = self._rollout(days=("2026-07-20", "2026-07-13", "2026-07-20"))
        with self.assertRaisesRegex(UserError, "Wave Wave 2 is on 07/13/2026, before"):
            backwards.action_start()
        with self.assertRaisesRegex(UserError, "has no wave"):
            self._rollout(sizes=(), days=()).action_start()
        for vals in ({"most_percent": 101}, {"most_percent": -1}, {"sizes": (0, 1, 1)}):
            self._refuse(lambda vals=vals: self._rollout(**vals))
        self._refuse(lambda: backwards.wave_ids[0].write({"failed": 6}))

    def _refuse(self, change):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            change()
            self.env.flush_all()

    def test_own_rollouts_all_rollouts_and_the_auditor(self):
        rollout, rollouts = self._rollout(), self.env["account.admin.rollout"]
        other = self._user("office_other", "user")
        for user, seen in (
            (self.own, rollout),
            (other, rollouts),
            (self.all, rollout),
            (self.auditor, rollout),
        ):
            found = rollouts.with_user(user).search([("id", "=", rollout.id)])
            self.assertEqual(found, seen)
        with self.assertRaises(AccessError):
            rollout.with_user(self.auditor).action_start()
        with self.assertRaises(AccessError):
            rollout.wave_ids[0].with_user(other).action_done()


@tagged("post_install", "-at_install")
class TestBacklog(OfficeCommon):
    def _tasks(self, number, came, done=False, **vals):
        rows = [
            {
                "name": f"Task {n}",
                "user_id": self.own.id,
                "date": came,
                "came_on": came,
                "done_on": done,
                "state": "done" if done else "open",
                **vals,
            }
            for n in range(number)
        ]
        return self.env["account.admin.task"].sudo().create(rows)

    def _backlog(self, user=None):
        with self._on("2026-07-31"):
            rows = self.env["account.admin.backlog"].with_user(user or self.own)
            return rows.search_fetch(
                [("user_id", "=", self.own.id), ("company_id", "=", self.company.id)],
                ["waiting", "late", "came", "done"],
            )

    def test_o8_48_with_12_in_and_16_out_a_week_are_12_weeks(self):
        self._tasks(48, "2026-07-10")
        self._tasks(16, "2026-06-01", "2026-07-30")
        self._tasks(48, "2026-06-01", "2026-07-04")
        backlog = self._backlog()
        self.assertEqual(
            (backlog.waiting, backlog.came, backlog.done, backlog.late),
            (48, 48, 64, 48),
        )
        self.assertEqual(backlog.weeks, 12)

    def test_o8_blank_when_it_never_gets_smaller(self):
        self._tasks(48, "2026-07-10")
        self._tasks(48, "2026-06-01", "2026-07-30")
        backlog = self._backlog()
        self.assertIs(backlog.weeks, False)

    def test_what_is_longer_ago_does_not_count(self):
        self._tasks(5, "2026-07-03")
        self._tasks(5, "2026-07-04", "2026-07-31")
        backlog = self._backlog()
        self.assertEqual((backlog.waiting, backlog.came, backlog.done), (5, 5, 5))

    def test_own_backlog_and_that_of_ones_people(self):
        self._tasks(1, "2026-07-10")
        boss, other = (self._user(f"office_{n}", "user") for n in ("boss", "other"))
        self.own.account_admin_manager_id = boss
        self.assertTrue(self._backlog(self.own))
        self.assertTrue(self._backlog(boss))
        self.assertTrue(self._backlog(self.auditor))
        self.assertFalse(self._backlog(other))
