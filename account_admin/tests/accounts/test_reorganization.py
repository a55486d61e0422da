"""Move, split and merge parts of a national account: the effect is shown first."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .test_tree import TreeCommon


@tagged("post_install", "-at_install")
class TestReorganization(TreeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner, march, april in (
            (cls.p1, 100, 50),
            (cls.p2, 200, 80),
            (cls.p3, 300, 90),
        ):
            cls._move("2026-03-15", march, partner, date="2026-03-10")
            cls._move("2026-06-01", april, partner, date="2026-04-10")

    def _wizard(self, **vals):
        return self.env["national.account.reorganization"].create(
            {"national_account_id": self.west.id, "date": "2026-05-01", **vals}
        )

    def _apply(self, wizard):
        wizard.action_show()
        effect = {
            line.name: (line.open_before, line.open_after) for line in wizard.line_ids
        }
        wizard.action_apply()
        return effect

    def test_n3_merge_counts_from_its_day_on_and_leaves_the_days_before(self):
        with self._on("2026-04-20"):
            march = self._figures("2026-03-31")
            effect = self._apply(self._wizard(kind="merge", target_id=self.east.id))
        self.assertEqual(effect["East"], (150, 820))
        self.assertEqual(effect["West"], (670, 0))
        self.assertEqual(effect["N"], (820, 820))
        self.assertEqual(self._figures("2026-04-30"), [820, 150, 670])
        self.assertEqual(self._figures("2026-05-01"), [820, 820, 0])
        self.assertEqual(self._figures("2026-03-31"), march)
        self.assertEqual(str(self.west.date_end), "2026-04-30")

    def test_showing_the_effect_changes_nothing(self):
        rows = self.env["national.account.member"].search([])
        before = rows.read(["partner_id", "national_account_id", "date_end"])
        nodes = self.env["national.account"].search_count([])
        wizard = self._wizard(
            kind="split", name="Coast", partner_ids=[Command.set(self.p2.ids)]
        )
        wizard.action_show()
        self.assertEqual({"West", "N", "Coast"}, set(wizard.line_ids.mapped("name")))
        self.assertEqual(self.env["national.account.member"].search([]), rows)
        self.assertEqual(
            rows.read(["partner_id", "national_account_id", "date_end"]), before
        )
        self.assertEqual(self.env["national.account"].search_count([]), nodes)

    def test_nothing_is_done_before_the_effect_was_shown(self):
        wizard = self._wizard(kind="merge", target_id=self.east.id)
        with self.assertRaisesRegex(UserError, "Look at the effect first"):
            wizard.action_apply()
        wizard.action_show()
        wizard.target_id = self.top
        with self.assertRaisesRegex(UserError, "Look at the effect first"):
            wizard.action_apply()

    def test_split_makes_a_part_of_its_own_below(self):
        self._apply(
            self._wizard(
                kind="split", name="Coast", partner_ids=[Command.set(self.p2.ids)]
            )
        )
        coast = self.env["national.account"].search([("name", "=", "Coast")])
        with self._on("2026-05-02"):
            self.assertEqual(coast.parent_id, self.west)
            self.assertEqual(coast.amount_open, 280)
            self.assertEqual(self.west.amount_open, 670)
        self.assertEqual(self._figures("2026-04-30"), [820, 150, 670])

    def test_member_moves_and_its_case_goes_on(self):
        self.policy.chase_head_office = True
        office = self._customer("East Office")
        self.east.partner_id = office
        self._night("2026-04-20")
        case = self._cases(self.head)
        self.assertEqual(case.asked_amount, 500, "of West; East is chased at its own")
        with self._on("2026-05-01"):
            wizard = self._wizard(
                target_id=self.east.id,
                whole=False,
                partner_ids=[Command.set(self.p3.ids)],
            )
            wizard.action_show()
            self.assertIn(
                "P3: spoken for by East Office instead of N Head Office.",
                wizard.consequences,
            )
            wizard.action_apply()
        self._night("2026-05-02")
        self.assertEqual(case.asked_amount, 200)
        self.assertEqual(self._cases(office).asked_amount, 400)

    def test_region_goes_to_another_group_and_back(self):
        other_head = self._customer("M Head Office")
        other = self.env["national.account"].create(
            {"name": "M", "partner_id": other_head.id}
        )
        self._apply(self._wizard(target_id=other.id))
        self._apply(self._wizard(target_id=self.top.id, date="2026-07-01"))
        nationals = self.env["national.account"]
        for day, top in (
            ("2026-04-30", self.top),
            ("2026-05-01", other),
            ("2026-06-30", other),
            ("2026-07-01", self.top),
        ):
            found = nationals._get_of_members(
                self.company, date.fromisoformat(day), self.p2.ids
            )
            self.assertEqual(found, {self.p2.id: top}, day)

    def test_region_is_moved_twice_on_one_day(self):
        other = self.env["national.account"].create(
            {"name": "M", "partner_id": self._customer("M Head Office").id}
        )
        self._apply(self._wizard(target_id=other.id))
        self._apply(self._wizard(target_id=self.east.id))
        self.assertEqual(self._figures("2026-05-01"), [820, 820, 670])

    def test_merge_takes_the_head_office_along_as_a_member(self):
        office = self._customer("West Office")
        self.west.partner_id = office
        self._move("2026-06-01", 7, office, date="2026-04-10")
        self._apply(self._wizard(kind="merge", target_id=self.east.id))
        self.assertEqual(self._figures("2026-05-01"), [827, 827, 0])
        self.assertEqual(self._figures("2026-04-30"), [827, 150, 677])

    def test_what_cannot_be_done_is_refused_with_what_to_do(self):
        for vals, sentence in (
            ({}, "Choose where West goes"),
            ({"target_id": self.west.id}, "West is there already"),
            ({"kind": "split"}, "Name the part that is split off from West"),
            ({"kind": "split", "name": "Coast"}, "Choose who is split off from West"),
            ({"whole": False, "target_id": self.east.id}, "Choose which accounts"),
            ({"to_top": True}, "West needs a head office to stand by itself"),
            (
                {
                    "kind": "split",
                    "name": "Coast",
                    "partner_ids": [Command.set(self.p1.ids)],
                },
                "P1 is not in West on that day",
            ),
            (
                {
                    "kind": "merge",
                    "national_account_id": self.top.id,
                    "target_id": self.east.id,
                },
                "N cannot become part of what is below it",
            ),
        ):
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                self._wizard(**vals).action_show()

    def test_form_offers_who_is_there_that_day(self):
        form = Form(
            self.env["national.account.reorganization"].with_context(
                default_national_account_id=self.west.id
            )
        )
        form.date = "2026-03-31"
        self.assertEqual(form.here_ids.ids, self.p2.ids)
        form.date = "2026-04-01"
        self.assertEqual(set(form.here_ids.ids), set((self.p2 | self.p3).ids))

    def test_one_may_move_but_what_is_ones_own(self):
        bea = new_test_user(self.env, "bea", "account_admin.group_account_admin_user")
        ann = new_test_user(self.env, "ann", "account_admin.group_account_admin_user")
        (self.top | self.west).user_id = ann
        self.east.user_id = bea
        wizard = (
            self.env["national.account.reorganization"]
            .with_user(bea)
            .create(
                {
                    "national_account_id": self.east.id,
                    "target_id": self.top.id,
                    "date": "2026-05-01",
                    "kind": "merge",
                }
            )
        )
        with self.assertRaises(UserError):
            wizard.with_user(ann).action_show()
        with self.assertRaises(UserError):
            wizard.with_user(bea).action_show()
