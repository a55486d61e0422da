"""How accounts stand: by rules that are lines, worst first, each in words."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .credit import CreditCommon
from .promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestStanding(CreditCommon, PromiseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["collections.standing.rule"]
        cls.standings = cls.env["collections.standing"]
        cls.overrides = cls.env["collections.standing.override"]

    @classmethod
    def _person(cls, login, group):
        return cls._user(login, f"account_admin.group_account_admin_{group}")

    def _level(self, day="2026-03-05", partner=None):
        """Level and reasons as a screen that shows the account has them."""
        partner = partner or self.customer
        with self._on(day):
            partner.invalidate_recordset()
            return partner.collections_standing, partner.collections_standing_reasons

    def _set(self, level="good", day="2026-03-05", until="2026-03-10", **vals):
        with self._on(day):
            return self.overrides.create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "level": level,
                    "reason": "The bank has said so",
                    "date_end": until,
                    **vals,
                }
            )

    def _rows(self, day):
        with self._on(day):
            self.standings.action_open()
        return self.standings.search([("company_id", "=", self.company.id)])

    # ------------------------------------------------------------------
    # CASE N5
    # ------------------------------------------------------------------

    def test_share_of_the_limit_that_is_used(self):
        self._limit(1000, self.customer, sets_hold=False)
        self.assertEqual(self._level(), ("good", ""))
        for amount, level in ((799.90, "good"), (0.10, "watch"), (200, "watch")):
            self._move("2026-03-20", amount, date="2026-03-01")
            self.assertEqual(self._level()[0], level, amount)
        self.assertIn("100 % of the credit limit used", self._level()[1])
        self._move("2026-03-20", 0.01, date="2026-03-01")
        self.assertEqual(self._level()[0], "hold")

    def test_no_credit_and_something_owed_is_above_every_share(self):
        self._limit(0, self.customer, sets_hold=False)
        self.assertEqual(self._level()[0], "good")
        self._move("2026-03-20", 1, date="2026-03-01")
        level, reasons = self._level()
        self.assertEqual(level, "hold")
        self.assertIn("has no credit", reasons)

    def test_every_reason_is_told_the_worst_first(self):
        self._limit(1000, self.customer, sets_hold=False)
        invoice = self._move("2026-01-01", 850)
        promise = self._promise("2026-02-01", 100, moves=invoice, date="2026-02-10")
        self._judge(promise, "2026-02-20")
        with self._on("2026-03-05"):
            self.env["collections.hold"].create(
                {"partner_id": self.customer.id, "reason": "Asked for it"}
            )
        level, reasons = self._level()
        self.assertEqual(level, "hold")
        self.assertEqual(
            reasons.split("; "),
            [
                "On hold by hand",
                "85 % of the credit limit used",
                "Broken promises in 90 days: 1",
                "63 days past due",
            ],
        )

    def test_a_promise_counts_for_so_many_days(self):
        invoice = self._move("2026-02-01", 100)
        promise = self._promise("2026-02-01", 100, moves=invoice, date="2026-02-10")
        self._judge(promise, "2026-02-20")
        self._pay(invoice, "2026-02-25")
        self.assertEqual(self._level("2026-05-20")[0], "watch")
        self.assertEqual(self._level("2026-05-21")[0], "good")

    def test_mails_that_come_back(self):
        self._move("2026-03-01", 100)
        self.assertEqual(self._level()[0], "good")
        self.env["account.admin.bounce"].sudo()._note({"brook.stores@example.com"})
        self.assertEqual(self._level(), ("watch", "Mails to it come back"))

    # ------------------------------------------------------------------
    # SET BY HAND
    # ------------------------------------------------------------------

    def test_what_somebody_set_counts_up_to_its_last_day(self):
        self._limit(10, self.customer, sets_hold=False)
        self._move("2026-03-20", 11, date="2026-03-01")
        self._set()
        levels = [self._level(f"2026-03-{day}")[0] for day in ("10", "11")]
        self.assertEqual(levels, ["good", "hold"])
        row = self._rows("2026-03-10")
        self.assertEqual((row.level, row.computed_level), ("good", "hold"))
        self.assertIn("110 %", row.reasons, "all reasons, whatever was set")
        self.assertTrue(row.override_id)
        self.assertEqual(self._rows("2026-03-11").level, "hold")

    def test_it_is_ended_not_changed_and_kept(self):
        override = self._set("hold")
        self.assertEqual(self._level()[0], "hold")
        manager = self._person("manager", "manager")
        for vals in ({"level": "good"}, {"date_end": "2026-03-20"}):
            with self.assertRaisesRegex(UserError, "end it"):
                override.with_user(manager).write(vals)
        with self.assertRaisesRegex(UserError, "is kept"):
            override.sudo().unlink()
        with self._on("2026-03-06"):
            override.with_user(manager).action_end()
        self.assertEqual(override.ended_by_id, manager)
        self.assertEqual(self._level("2026-03-06")[0], "good")

    def test_nonsense_is_refused(self):
        self._set()
        with self.assertRaisesRegex(ValidationError, "Brook Stores is set from 0"):
            self._set("watch", until="2026-03-20")
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._set(reason=" ", partner_id=self._customer("Other").id)
        contact = self.env["res.partner"].create(
            {"name": "Jane", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "Jane is a contact of"):
            self._set(partner_id=contact.id)

    def test_only_administrators_set_a_standing(self):
        for group in ("user", "all", "auditor"):
            user = self._person(f"no_{group}", group)
            form = self.customer.with_user(user).action_set_collections_standing
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                form()
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self.overrides.with_user(user).create(
                    {
                        "partner_id": self.customer.id,
                        "company_id": self.company.id,
                        "reason": "Mine",
                        "date_end": "2099-01-01",
                    }
                )
        manager = self._person("manager", "manager")
        action = self.customer.with_user(manager).action_set_collections_standing()
        self.assertEqual(action["context"]["default_partner_id"], self.customer.id)

    # ------------------------------------------------------------------
    # ROWS, GROUPS, HOLDS
    # ------------------------------------------------------------------

    def test_the_list_has_the_worst_first_and_follows_what_is_paid(self):
        self._limit(10, self.customer, sets_hold=False)
        other = self._customer("Other Stores")
        invoice = self._move("2026-03-20", 11, date="2026-03-01")
        self._move("2025-12-01", 11, other)
        self._customer("Good Stores")
        rows = self._rows("2026-03-05")
        self.assertEqual(rows.mapped("level"), ["hold", "watch"])
        self.assertEqual(rows.partner_id, self.customer | other)
        self._pay(invoice, "2026-03-06")
        rows |= self._rows("2026-03-06")
        mine = rows.filtered(lambda row: row.partner_id == self.customer)
        self.assertEqual((mine.level, str(mine.since)), ("good", "2026-03-06"))

    def test_the_night_looks_at_every_account(self):
        self._move("2025-12-01", 11)
        self._night("2026-03-05", send=False)
        row = self.standings.search([("partner_id", "=", self.customer.id)])
        self.assertEqual((row.level, row.reasons), ("watch", "94 days past due"))
        self._night("2026-03-06", send=False)
        self.assertEqual((str(row.since), str(row.date)), ("2026-03-05", "2026-03-06"))

    def test_a_national_account_stands_as_its_worst_member(self):
        member = self._customer("Member Stores")
        national = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.customer.id,
                "member_ids": [Command.create({"partner_id": member.id})],
            }
        )
        self._move("2025-12-01", 11, member)
        with self._on("2026-03-05"):
            self.assertEqual(national.standing, "watch")
            self.assertEqual(
                national.standing_reasons, "Member Stores: 94 days past due"
            )
        rows = self._rows("2026-03-05")
        self.assertEqual(rows.national_account_id, national)
        self.assertEqual(self._level(partner=self.customer)[0], "good")
        self._set("hold", partner_id=False, national_account_id=national.id)
        with self._on("2026-03-05"):
            national.invalidate_recordset()
            self.assertEqual(national.standing, "hold")

    def test_a_rule_may_place_a_hold_that_goes_with_its_cause(self):
        rule = self.env.ref("account_admin.standing_rule_overdue")
        rule.write({"level": "hold", "places_hold": True})
        invoice = self._move("2025-12-01", 11)
        self._night("2026-03-05", send=False)
        hold = self.env["collections.hold"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual((hold.source, hold.state), ("standing", "active"))
        self.assertEqual(hold.reason, "94 days past due.")
        self.assertFalse(
            self._is_posted(self._draft(5, date="2026-03-05"), day="2026-03-05")
        )
        self._set("good", day="2026-03-06")
        self.assertEqual(hold.state, "released", "what somebody set counts")
        self._night("2026-03-11", send=False)
        again = self.env["collections.hold"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "active")]
        )
        self.assertTrue(again)
        self._pay(invoice, "2026-03-12")
        self._night("2026-03-12", send=False)
        self.assertEqual(again.state, "released")

    def test_without_such_a_rule_nothing_is_held(self):
        self._move("2025-12-01", 11)
        self._night("2026-03-05", send=False)
        self.assertFalse(
            self.env["collections.hold"].search([("partner_id", "=", self.customer.id)])
        )

    def test_a_case_shows_how_its_account_stands(self):
        self._move("2025-12-01", 11)
        self._night("2026-03-05", send=False)
        with self._on("2026-03-05"):
            case = self._cases()
            self.assertEqual(case.standing, "watch")
            self.assertEqual(case.standing_reasons, "94 days past due")
            invoice = self._draft(5)
            self.assertEqual(invoice.collections_standing, "watch")

    def test_rules_that_make_no_sense_are_refused(self):
        for vals, sentence in (
            ({"fact": "used", "floor": -1}, "Share of the credit limit used"),
            ({"fact": "broken", "floor": 0}, "Broken promises.*from 1 at least"),
            ({"fact": "overdue", "floor": 0}, "Days past due.*from 1 at least"),
            (
                {"fact": "broken", "floor": 9, "window_days": 0},
                "counts over some days",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, sentence):
                self.rules.create(vals)

    def test_rules_of_another_company_do_not_count(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        self.env.ref("account_admin.standing_rule_overdue").company_id = other
        self._move("2025-12-01", 11)
        self.assertEqual(self._level()[0], "good")

    def test_own_accounts_only_in_the_list(self):
        own = self._person("own", "user")
        other = self._customer("Other Stores")
        other.collections_user_id = self._person("else", "user")
        self.customer.collections_user_id = own
        self._move("2025-12-01", 11)
        self._move("2025-12-01", 11, other)
        with self._on("2026-03-05"):
            self.standings.with_user(own).action_open()
        seen = self.standings.with_user(own).search([])
        self.assertEqual(seen.partner_id, self.customer)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            seen.level = "good"
        employee = new_test_user(self.env, "plain", groups="base.group_user")
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            self.standings.with_user(employee).action_open()
