"""Scorecards: acceptance cases K8 to K10 from real calls, promises and payments."""

import io
from datetime import date
from decimal import Decimal

from openpyxl import load_workbook
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...engine.desk.scorecard import get_rates_of
from ...models.reporting.account_admin_scorecard import RATIOS
from .scorecard import JULY, OUTCOMES, ScorecardCommon


@tagged("post_install", "-at_install")
class TestScorecard(ScorecardCommon):
    def test_k8_rates_of_the_calls_and_promises_of_a_month(self):
        for outcome, number in OUTCOMES.items():
            self._calls(self.ann, "2026-07-06", outcome, number)
        self._calls(self.ann, "2026-07-06", "informed", 2, direction="in")
        self._calls(self.ann, "2026-06-30")
        self._calls(self.ann, "2026-08-01")
        for _number in range(8):
            self._promise(self.ann, "2026-07-06", "2026-08-20")
        for state in ["kept"] * 5 + ["partial", "broken"]:
            self._promise(
                self.ann,
                "2026-06-10",
                "2026-06-20",
                state=state,
                judged_on="2026-07-01",
            )
        with self._on("2026-08-01"):
            self.cards.with_user(self.ann).action_refresh()
        card = self._card(self.ann)
        self.assertEqual(
            (card.dials, card.connects, card.right_party, card.inbound), (40, 18, 12, 2)
        )
        self.assertEqual((card.right_party_rate, card.contact_rate), (30.00, 66.67))
        self.assertEqual((card.promises, card.promise_rate), (8, 66.67))
        self.assertEqual((card.kept, card.partial, card.broken), (5, 1, 1))
        self.assertEqual(card.kept_rate, 71.43)

    def test_k8_without_calls_a_rate_is_blank(self):
        self._promise(self.ann, "2026-07-06", "2026-08-20")
        self._refresh()
        card = self._card(self.ann)
        self.assertEqual((card.dials, card.promises), (0, 1))
        for name in RATIOS:
            self.assertIs(card[name], False, name)

    def test_k8_a_target_counts_for_the_days_present(self):
        self._target(dials=40)
        self._absence(self.ann, "2026-07-13", "2026-07-17")
        self._calls(self.ann, "2026-07-06", number=700)
        self._refresh()
        card = self._card(self.ann)
        self.assertEqual((card.present_days, card.target_dials), (17, 680))
        self.assertEqual(card.dial_target_rate, 102.94)
        # Bob did nothing, was there and has a target
        idle = self._card(self.bob)
        self.assertEqual((idle.present_days, idle.target_dials), (22, 880))
        self.assertEqual((idle.dials, idle.dial_target_rate), (0, 0))

    def test_absence_for_one_account_leaves_the_person_there(self):
        self._target(dials=1)
        self._absence(self.ann, "2026-07-13", "2026-07-17", partner_id=self.customer.id)
        self._refresh()
        self.assertEqual(self._card(self.ann).present_days, 22)

    def test_target_of_ones_own_and_a_new_one_in_the_month(self):
        self._target(dials=40, right_party=4, amount=1000.5)
        self._target("2026-07-20", dials=20)
        self._target("2026-07-01", dials=10, user_id=self.bob.id)
        self._refresh()
        # the 20th is a Monday: 12 working days before, 10 from it on
        ann = self._card(self.ann)
        self.assertEqual(ann.target_dials, 12 * 40 + 10 * 20)
        self.assertEqual((ann.target_right_party, ann.target_amount), (48, 12006))
        self.assertEqual(self._card(self.bob).target_dials, 220)

    def test_running_month_has_the_target_of_its_days_so_far(self):
        self._target(dials=40)
        with self._on("2026-07-08"):
            self.cards.with_user(self.ann).action_refresh()
        card = self._card(self.ann)
        self.assertEqual(str(card.until), "2026-07-08")
        # 1, 2, 6, 7 and 8 July; the 3rd is a holiday
        self.assertEqual((card.present_days, card.target_dials), (5, 200))
        self._refresh("2026-07-10")
        card = self._card(self.ann)
        self.assertEqual((str(card.until), card.present_days), ("2026-07-09", 6))

    def _k9(self):
        """Payments, promises and calls of acceptance case K9; its receipts."""
        paid = {}
        for name, day, amount in (
            ("P", "2026-06-20", 10_000),
            ("Q", "2026-06-22", 4_000),
            ("R", "2026-06-23", 2_000),
            ("S", "2026-06-25", 5_000),
        ):
            paid[name] = self._customer(name)
            self._pay(self._move("2026-05-20", amount, paid[name]), day)
        self._promise(self.bob, "2026-06-12", "2026-06-20", 10_000, paid["P"])
        self._promise(self.bob, "2026-06-18", "2026-06-25", 3_000, paid["S"])
        for name, day in (
            ("P", "2026-06-05"),
            ("Q", "2026-06-01"),
            ("R", "2026-05-01"),
            ("S", "2026-06-15"),
        ):
            self._calls(self.ann, day, partner=paid[name])
        return paid

    def test_k9_money_goes_to_the_promise_then_to_who_spoke_last(self):
        self._k9()
        self._refresh("2026-07-01")
        june = date(2026, 6, 30)
        found = {
            user: self._card(user, june).collected
            for user in (self.bob, self.ann, self.env["res.users"])
        }
        self.assertEqual(list(found.values()), [13_000, 6_000, 2_000])
        [kpi] = self.env["account.admin.kpi"].get_kpis(self.company, june)
        self.assertEqual(sum(found.values()), kpi["paid"])

    def test_k9_promise_kept_in_two_months_counts_once(self):
        invoice = self._move("2026-05-20", 10_000)
        self._promise(self.bob, "2026-06-20", "2026-07-20", 5_000)
        self._calls(self.ann, "2026-07-02")
        self._pay(invoice, "2026-06-25", 4_000)
        self._pay(invoice, "2026-07-10", 6_000)
        self._refresh("2026-08-01")
        self.assertEqual(self._card(self.bob, date(2026, 6, 30)).collected, 4_000)
        self.assertEqual(self._card(self.bob).collected, 1_000)
        self.assertEqual(self._card(self.ann).collected, 5_000)

    def test_k9_payment_of_a_member_keeps_the_promise_of_its_head_office(self):
        head = self._customer("Head")
        self.policy.chase_head_office = True
        self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": head.id,
                "member_ids": [
                    Command.create(
                        {"partner_id": self.customer.id, "date_start": "2026-01-01"}
                    )
                ],
            }
        )
        self._promise(self.bob, "2026-07-01", "2026-07-20", 100, head)
        self._pay(self._move("2026-06-20", 150), "2026-07-10")
        self._refresh()
        self.assertEqual(self._card(self.bob).collected, 100)
        self.assertEqual(self._card().collected, 50)

    def test_k9_of_two_who_spoke_on_a_day_the_later_one_counts(self):
        first, second = sorted((self.ann, self.bob), key=lambda user: -user.id)
        self._calls(first, "2026-07-06")
        self._calls(second, "2026-07-06", date="2026-07-06 11:00:00")
        self._pay(self._move("2026-06-20", 150), "2026-07-10")
        self._refresh()
        self.assertEqual(self._card(second).collected, 150)

    def _k10(self):
        """100/30/80/50 for Ann and 200/60/60/40 for Bob."""
        one = self._customer("One", collections_user_id=self.ann.id)
        two = self._customer("Two", collections_user_id=self.bob.id)
        for partner, late, later, new in ((one, 30, 70, 30), (two, 20, 180, 60)):
            self._move("2026-06-10", late, partner)
            old = self._move("2026-08-10", later, partner, date="2026-06-10")
            new = self._move("2026-08-20", new, partner, date="2026-07-10")
            if partner == one:
                self._pay(old, "2026-07-15", 50)
            else:
                self._pay(old, "2026-07-15", 180)
                self._pay(new, "2026-07-15", 20)

    def test_k10_cei_of_two_people_comes_from_their_sums(self):
        self._k10()
        self._calls(self.ann, "2026-07-06")
        self._refresh()
        cards = self._card(self.ann) | self._card(self.bob)
        inputs = ("beginning", "sales", "ending", "current")
        self.assertEqual(
            [[card[name] for name in inputs] for card in cards.sorted("user_id")],
            [[100, 30, 80, 50], [200, 60, 60, 40]],
        )
        self.assertEqual(cards.sorted("user_id").mapped("cei"), [62.50, 90.91])
        [(together,)] = cards._read_group([("id", "in", cards.ids)], [], ["cei:ratio"])
        self.assertEqual(float(together), 83.33)

    def test_overdue_reduced_is_what_was_overdue_less_what_is(self):
        self.customer.collections_user_id = self.ann
        self._pay(self._move("2026-06-10", 100), "2026-07-10", 70)
        self._move("2026-07-10", 20)
        self._credit("2026-06-10", 5)
        self._calls(self.ann, "2026-07-06")
        self._refresh()
        card = self._card(self.ann)
        self.assertEqual((card.overdue_before, card.overdue), (95, 45))
        self.assertEqual(card.overdue_reduced, 50)

    def test_disputes_are_counted_where_they_were_solved(self):
        with self._on("2026-07-08"):
            disputes = self.env["collections.dispute"].create(
                [
                    {"move_id": self._move("2026-06-10", 9).id, "user_id": user.id}
                    for user in (self.ann, self.bob)
                ]
            )
            disputes[0].action_close_wrong()
        self._refresh()
        self.assertEqual(self._card(self.ann).disputes, 1)
        self.assertEqual(self._card(self.bob).disputes, 0)

    def test_group_figures_are_those_of_the_engine(self):
        self._target(dials=30, right_party=3, amount=100)
        # who has none of dials is above no target
        self._target(right_party=4, amount=50, user_id=self.bob.id)
        self._k10()
        for user, outcome, number in (
            (self.ann, "informed", 3),
            (self.ann, "busy", 4),
            (self.bob, "gatekeeper", 2),
            (self.bob, "promise", 5),
        ):
            self._calls(user, "2026-07-06", outcome, number)
        self._promise(
            self.ann, "2026-07-01", "2026-07-02", state="kept", judged_on=JULY
        )
        self._promise(
            self.bob, "2026-07-01", "2026-07-02", state="broken", judged_on=JULY
        )
        self._refresh()
        team = [("manager_id", "=", self.boss.id), ("month", "=", JULY)]
        [row] = self.cards._read_group(team, [], [f"{name}:ratio" for name in RATIOS])
        expected = get_rates_of(self.cards.search(team)._to_cards())
        found = dict(zip(RATIOS, row, strict=True))
        self.assertEqual(
            {name: Decimal(str(value)) for name, value in found.items()}, expected
        )
        self.assertEqual(len(set(expected.values())), len(expected), "each is its own")

    def test_last_month_is_counted_again_and_older_ones_stay(self):
        self._calls(self.ann, "2026-06-02")
        self._refresh("2026-07-01")
        june = date(2026, 6, 30)
        self.assertEqual(self._card(self.ann, june).dials, 1)
        self._calls(self.ann, "2026-06-03")
        self._refresh("2026-07-20")
        self.assertEqual(self._card(self.ann, june).dials, 2)
        self._calls(self.ann, "2026-06-04")
        self._refresh("2026-08-20")
        self.assertEqual(self._card(self.ann, june).dials, 2)

    def test_months_before_the_first_night_are_counted_once(self):
        self._calls(self.ann, "2026-04-02")
        self._refresh("2026-08-20")
        months = self.cards.search([("user_id", "=", self.ann.id)]).mapped("month")
        self.assertIn(date(2026, 4, 30), months)
        self.assertNotIn(date(2026, 3, 31), months)

    def test_month_that_is_over_keeps_its_team(self):
        self._calls(self.ann, "2026-06-02")
        self._refresh("2026-07-01")
        other = self._user("newboss")
        self.ann.account_admin_manager_id = other
        self._calls(self.ann, "2026-07-02")
        self._refresh("2026-07-20")
        self.assertEqual(self._card(self.ann, date(2026, 6, 30)).manager_id, self.boss)
        self.assertEqual(self._card(self.ann).manager_id, other)

    def test_queries_do_not_grow_with_people_or_calls(self):
        self._target(dials=1)

        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.cards.sudo()._refresh(self.company, JULY)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self._calls(self.ann, "2026-07-06")
        count()
        few = count()
        for number in range(12):
            user = self._user(f"more{number}", account_admin_manager_id=self.boss.id)
            partner = self._customer(f"More {number}", collections_user_id=user.id)
            self._calls(user, "2026-07-06", number=3, partner=partner)
            self._promise(user, "2026-07-06", "2026-07-20", partner=partner)
            self._move("2026-06-10", 9, partner)
        count()
        self.assertLessEqual(count(), few)
        self.assertEqual(self._card(user).dials, 3)

    def test_companies_are_counted_apart_and_one_without_books_is_passed_over(self):
        self.env["res.company"].create({"name": "Nothing Yet"})
        self._calls(self.ann, "2026-07-06")
        self._refresh()
        self.assertEqual(self.cards.search([]).company_id, self.company)

    def test_targets_are_sensible(self):
        self._target(dials=40)
        for broken, error in (
            ({"start": "2026-02-01", "dials": -1}, CheckViolation),
            ({"start": "2026-02-01", "amount": -0.01}, CheckViolation),
            ({"dials": 5}, UniqueViolation),
        ):
            with (
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._target(**broken)
                self.env.flush_all()


@tagged("post_install", "-at_install")
class TestScorecardAccess(ScorecardCommon):
    """Who sees whose figures, as real users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "account_admin.group_account_admin"
        cls.every = cls._user("every", f"{prefix}_all")
        cls.admin = cls._user("theadmin", f"{prefix}_manager")
        cls.auditor = cls._user("theauditor", f"{prefix}_auditor")
        cls.employee = cls._user("employee", "base.group_user")
        cls.loner = cls._user("loner")
        for user in (cls.ann, cls.bob, cls.loner):
            cls._calls(user, "2026-07-06", number=2)

    def setUp(self):
        super().setUp()
        self._refresh()

    def _seen_by(self, user):
        return self.cards.with_user(user).search([]).sudo().user_id

    def _denied(self, function, *args):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            function(*args)

    def test_a_person_sees_their_own_card_only(self):
        self.assertEqual(self._seen_by(self.ann), self.ann)
        self._denied(self._card(self.bob).with_user(self.ann).read, ["dials"])

    def test_a_manager_sees_their_people(self):
        self.assertEqual(self._seen_by(self.boss), self.ann | self.bob)
        self._denied(self._card(self.loner).with_user(self.boss).read, ["dials"])

    def test_all_accounts_administrators_and_auditors_see_everybody(self):
        for user in (self.every, self.admin, self.auditor):
            self.assertEqual(self._seen_by(user), self.ann | self.bob | self.loner)

    def test_employee_sees_nothing_and_refreshes_nothing(self):
        self._denied(self._seen_by, self.employee)
        self._denied(self.cards.with_user(self.employee).action_refresh)

    def test_nobody_writes_or_deletes_a_card(self):
        card = self._card(self.ann)
        for user in (self.ann, self.boss, self.every, self.admin, self.auditor):
            self._denied(card.with_user(user).write, {"dials": 99})
            self._denied(card.with_user(user).unlink)

    def test_cards_of_another_company_are_not_seen(self):
        other = self.setup_other_company(name="Second")["company"]
        stranger = self._user("stranger", "account_admin.group_account_admin_all")
        stranger.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(self.cards.with_user(stranger).search([]))

    def test_administrators_set_targets_others_see_those_that_concern_them(self):
        target = self._target(dials=40)
        own = self._target(dials=10, user_id=self.ann.id)
        targets = self.env["account.admin.target"]
        for user, seen in (
            (self.ann, target | own),
            (self.boss, target | own),
            (self.bob, target),
            (self.every, target | own),
            (self.auditor, target | own),
        ):
            self.assertEqual(targets.with_user(user).search([]).sudo(), seen)
            self._denied(own.with_user(user).write, {"dials": 1})
            self._denied(targets.with_user(user).create, {"dials": 1})
        own.with_user(self.admin).write({"dials": 11})
        targets.with_user(self.admin).create({"date_start": "2026-09-01", "dials": 1})

    def test_buttons_list_what_they_count(self):
        self._promise(self.ann, "2026-07-06", "2026-07-10")
        self._promise(
            self.ann, "2026-06-06", "2026-06-10", state="broken", judged_on="2026-07-01"
        )
        with self._on("2026-07-08"):
            dispute = {"move_id": self._move("2026-06-10", 9).id}
            dispute = self.env["collections.dispute"].create(
                {**dispute, "user_id": self.ann.id}
            )
            dispute.action_close_wrong()
        self._refresh()
        self._calls(self.ann, "2026-08-01")
        for user in (self.every, self.auditor):
            card = self._card(self.ann).with_user(user)
            self.assertFalse(card.is_partly_seen)
            for name, action in (
                ("dial_count", card.action_view_dials()),
                ("promise_count", card.action_view_promises()),
                ("judged_count", card.action_view_judged()),
                ("dispute_count", card.action_view_disputes()),
            ):
                listed = self.env[action["res_model"]].with_user(user)
                self.assertEqual(listed.search_count(action["domain"]), card[name])
            counts = ("dial_count", "promise_count", "judged_count", "dispute_count")
            self.assertEqual([card[name] for name in counts], [2, 1, 1, 1])

    def test_who_may_not_open_an_account_is_told_that_the_list_is_shorter(self):
        self.customer.collections_user_id = self.every
        card = self._card(self.ann).with_user(self.boss)
        self.assertEqual((card.dials, card.dial_count), (2, 0))
        self.assertTrue(card.is_partly_seen)

    def test_workbook_has_the_people_that_the_user_sees_and_their_sums(self):
        self._target(dials=2)
        self._refresh()
        card = self._card(self.ann).with_user(self.boss)
        name, content = card._get_xlsx()
        self.assertEqual(name, "Scorecards July 2026.xlsx")
        rows = list(
            load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        )
        head = next(number for number, row in enumerate(rows) if row[0] == "Person")
        found = {
            row[0]: dict(zip(rows[head], row, strict=True))
            for row in rows[head + 1 :]
            if row[0]
        }
        self.assertEqual(list(found)[:3], ["ann", "bob", "Together"])
        self.assertEqual(found["ann"]["Team"], "boss")
        self.assertEqual([found[n]["Dials"] for n in ("ann", "Together")], [2, 4])
        self.assertEqual(found["Together"]["Target of Dials"], 88)
        self.assertEqual(found["Together"]["Dials of Target (%)"], 4.55)
        self.assertIsNone(found["ann"]["Promises Kept (%)"])
