"""A national account as a tree: acceptance cases N1 to N3 through real invoices."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


class TreeCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._customer("N Head Office")
        cls.p1, cls.p2, cls.p3 = (cls._customer(f"P{n}") for n in (1, 2, 3))
        cls.top = cls.env["national.account"].create(
            {"name": "N", "partner_id": cls.head.id}
        )
        cls.east, cls.west = cls.env["national.account"].create(
            [
                {"name": name, "kind": "region", "parent_id": cls.top.id}
                for name in ("East", "West")
            ]
        )
        cls.env["national.account.member"].create(
            [
                {
                    "national_account_id": node.id,
                    "partner_id": partner.id,
                    "date_start": start,
                    "date_end": end,
                    "role": role,
                }
                for node, partner, start, end, role in (
                    (cls.east, cls.p1, "2025-01-01", False, "billed"),
                    (cls.west, cls.p2, "2025-01-01", False, "billed"),
                    (cls.east, cls.p3, "2025-01-01", "2026-03-31", "billed"),
                    (cls.west, cls.p3, "2026-04-01", False, "billed"),
                    (cls.east, cls.p2, "2025-01-01", False, "licensee"),
                )
            ]
        )

    def _figures(self, day, name="amount_open"):
        """Figures of N, East and West."""
        figures = self.env["national.account"]._get_figures(
            self.company, date.fromisoformat(day)
        )
        return [figures[node.id][name] for node in self.top | self.east | self.west]


@tagged("post_install", "-at_install")
class TestTree(TreeCommon):
    def test_n1_open_items_count_once_where_their_account_is_that_day(self):
        for partner, march, april in (
            (self.p1, 100, 50),
            (self.p2, 200, -20),
            (self.p3, 300, -50),
        ):
            self._move("2026-06-01", march, partner, date="2026-03-10")
            if april > 0:
                self._move("2026-06-01", april, partner, date="2026-04-10")
            else:
                self._payment("2026-04-10", -april, partner)
        self.assertEqual(self._figures("2026-03-31"), [600, 400, 200])
        self.assertEqual(self._figures("2026-04-30"), [580, 150, 430])
        totals = self.env["account.admin.open.item"]._get_totals(
            self.company, date(2026, 4, 30), None
        )
        ours = self.head | self.p1 | self.p2 | self.p3
        self.assertEqual(
            sum(totals[p.id][0] for p in ours if p.id in totals),
            self._figures("2026-04-30")[0],
            "as the open items have it",
        )

    def test_n2_sales_follow_the_day_of_the_invoice(self):
        self._move("2026-06-01", 50, self.p3, date="2026-03-31")
        self._move("2026-06-01", 70, self.p3, date="2026-04-01")
        self.assertEqual(self._figures("2026-04-30", "sales"), [120, 50, 70])

    def test_n2_between_two_memberships_an_account_is_alone(self):
        self.west.member_ids.filtered(
            lambda m: m.partner_id == self.p3
        ).date_start = "2026-04-02"
        self._move("2026-06-01", 10, self.p3, date="2026-03-01")
        self.assertEqual(self._figures("2026-04-01"), [0, 0, 0])

    def test_n3_circle_is_refused_with_a_sentence_that_shows_the_way(self):
        with self.assertRaisesRegex(ValidationError, "N › West › N"):
            self.env["national.account.position"].create(
                {"national_account_id": self.top.id, "parent_id": self.west.id}
            )

    @mute_logger("odoo.sql_db")
    def test_n3_circle_is_refused_by_the_database_whoever_writes(self):
        self.env.flush_all()
        for node, above in ((self.top, self.west), (self.east, self.east)):
            with self.assertRaisesRegex(CheckViolation, "above itself"):
                with self.env.cr.savepoint():
                    self.env.cr.execute(
                        "INSERT INTO national_account_position"
                        " (national_account_id, parent_id) VALUES (%s, %s)",
                        (node.id, above.id),
                    )

    def test_circle_of_days_that_do_not_meet_is_none(self):
        self.env["national.account.position"].search(
            [("national_account_id", "=", self.west.id)]
        ).date_end = "2026-03-31"
        self.env["national.account.position"].create(
            {
                "national_account_id": self.top.id,
                "parent_id": self.west.id,
                "date_start": "2026-04-01",
            }
        )
        below = self.west._get_members(self.company, date(2026, 4, 2))
        self.assertEqual(
            set(below[self.west.id]), {self.head.id, *(self.p1 | self.p2 | self.p3).ids}
        )

    @mute_logger("odoo.sql_db")
    def test_region_has_one_place_at_a_time(self):
        with self.assertRaisesRegex(ValidationError, "East is already part of N"):
            self.env["national.account.position"].create(
                {"national_account_id": self.east.id, "parent_id": self.west.id}
            )

    def test_account_has_one_place_at_a_time_in_each_role(self):
        values = {"national_account_id": self.east.id, "partner_id": self.p2.id}
        with self.assertRaisesRegex(ValidationError, "P2 is already a member of West"):
            self.env["national.account.member"].create(values)
        self.env["national.account.member"].create({**values, "role": "ship_to"})

    def test_group_needs_a_head_office_a_region_does_not(self):
        with self.assertRaisesRegex(ValidationError, "Alone is part of nothing"):
            self.env["national.account"].create({"name": "Alone"})
        self.assertFalse(self.east.partner_id)

    def test_members_of_a_region_are_chased_at_the_groups_head_office(self):
        self.policy.chase_head_office = True
        self._move("2026-03-01", 100, self.p1)
        self._move("2026-03-01", 200, self.p2)
        self._night("2026-03-02")
        case = self._cases(self.head)
        self.assertEqual((case.asked_amount, case.national_account_id), (300, self.top))

    def test_region_with_a_head_office_is_chased_there(self):
        self.policy.chase_head_office = True
        office = self._customer("East Office")
        self.east.partner_id = office
        self._move("2026-03-01", 100, self.p1)
        self._move("2026-03-01", 200, self.p2)
        self._night("2026-03-02")
        self.assertEqual(self._cases(office).asked_amount, 100)
        self.assertEqual(self._cases(self.head).asked_amount, 200)

    def test_policy_of_the_nearest_above_counts(self):
        near, far = (self._policy(name, [3]) for name in ("Near", "Far"))
        self.top.policy_id, self.east.policy_id = far, near
        found = self.env["collections.policy"]._get_of_partners(
            self.company, date(2026, 5, 1), [self.p1.id, self.p2.id]
        )
        self.assertEqual(found, {self.p1.id: near, self.p2.id: far})

    def test_region_is_its_administrators_else_the_groups(self):
        ann, bea = (
            new_test_user(self.env, name, "account_admin.group_account_admin_user")
            for name in ("ann", "bea")
        )
        self.top.user_id, self.east.user_id = ann, bea
        self.west.user_id = False
        partners = self.p1 | self.p2 | self.head
        users = partners._collections_get_responsible(self.company, partners.ids)
        self.assertEqual(
            users, {self.p1.id: bea.id, self.p2.id: ann.id, self.head.id: ann.id}
        )
        self.assertEqual(self.west.responsible_id, ann)

    def test_limit_of_a_region_and_of_its_group_both_count(self):
        limits = self.env["collections.limit"].create(
            [
                {
                    "national_account_id": node.id,
                    "amount": amount,
                    "currency_id": self.company.currency_id.id,
                }
                for node, amount in ((self.top, 1000), (self.east, 400))
            ]
        )
        self._move("2026-06-01", 300, self.p1)
        self._move("2026-06-01", 200, self.p2)
        states = limits._get_states(self.company, [self.p1.id, self.p2.id])
        self.assertEqual(
            [(limit.top, limit.used) for limit in states[self.p1.id]],
            [(400, 300), (1000, 500)],
            "the nearest first",
        )
        self.assertEqual(
            [(limit.top, limit.used) for limit in states[self.p2.id]], [(1000, 500)]
        )

    def test_hold_of_a_region_stops_its_members_only(self):
        hold = self.env["collections.hold"].create(
            {"national_account_id": self.east.id, "reason": "Strike"}
        )
        found = hold.browse()._find_of(self.company, [self.p1.id, self.p2.id])
        self.assertEqual(found, {self.p1.id: hold})

    def test_one_who_looks_after_a_region_sees_the_group_but_does_not_write_it(self):
        bea = new_test_user(self.env, "bea", "account_admin.group_account_admin_user")
        ann = new_test_user(self.env, "ann", "account_admin.group_account_admin_user")
        self.top.user_id, self.east.user_id, self.west.user_id = ann, bea, ann
        self.assertEqual(self.top.with_user(bea).name, "N")
        self.assertEqual(self.east.with_user(bea).parent_id.name, "N")
        with self.assertRaises(AccessError):
            self.top.with_user(bea).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.west.with_user(bea).name  # noqa: B018
        self.east.with_user(bea).name = "East coast"
        self.assertEqual(self.east.with_user(ann).name, "East coast")
        with self.assertRaises(AccessError):
            self.east.with_user(ann).name = "Hers"

    def test_region_below_others_is_not_archived(self):
        with self.assertRaisesRegex(ValidationError, "N still has East below it"):
            self.top.active = False

    def test_group_of_another_company_takes_no_shared_region(self):
        self.top.company_id = self.company
        with self.assertRaisesRegex(ValidationError, "kept for .* only"):
            self.env["national.account"].create(
                {"name": "South", "parent_id": self.top.id}
            )

    def test_heads_of_one_tree_that_become_one_head_the_highest(self):
        office = self._customer("East Office")
        self.east.partner_id = office
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [office.id, self.head.id], self.head
        )
        self.assertEqual(self.top.partner_id, self.head)
        self.assertFalse(self.east.partner_id)
        self.assertTrue(self.east.active)

    def test_search_by_what_it_is_part_of(self):
        nationals = self.env["national.account"]
        mine = [("id", "in", (self.top | self.east | self.west).ids)]
        self.assertEqual(
            nationals.search([("parent_id", "=", self.top.id), *mine]),
            self.east | self.west,
        )
        self.assertEqual(nationals.search([("parent_id", "=", False), *mine]), self.top)
        self.assertEqual(
            nationals.search([("top_id", "=", self.top.id)]),
            self.top | self.east | self.west,
        )

    def test_any_tree_adds_up_to_its_open_items_on_any_day(self):
        """Random trees with moves: each node is the sum of its accounts and parts."""
        rng, start = Random(16), date(2026, 1, 1)
        partners = [self._customer(f"R{n}") for n in range(8)]
        root = self.env["national.account"].create(
            {"name": "R", "partner_id": partners[0].id}
        )
        nodes = [root]
        for number in range(6):
            nodes.append(
                root.create({"name": f"R{number}", "parent_id": rng.choice(nodes).id})
            )
        for partner in partners[1:]:
            days = sorted(rng.sample(range(1, 150), 2))
            edges = [
                start,
                *(start + timedelta(days=n) for n in days),
                date(2026, 12, 31),
            ]
            for first, after in pairwise(edges):
                root.member_ids.create(
                    {
                        "national_account_id": rng.choice(nodes).id,
                        "partner_id": partner.id,
                        "date_start": first,
                        "date_end": after - timedelta(days=1),
                    }
                )
            for _times in range(3):
                day = start + timedelta(days=rng.randrange(150))
                self._move("2026-12-01", rng.randrange(10, 900), partner, date=str(day))
        for _times in range(5):
            day = start + timedelta(days=rng.randrange(160))
            figures = root._get_figures(self.company, day)
            totals = self.env["account.admin.open.item"]._get_totals(
                self.company, day, [partner.id for partner in partners]
            )
            self.assertEqual(
                figures[root.id]["amount_open"],
                sum(opened for opened, _overdue in totals.values()),
            )
            for node in nodes:
                own = [
                    member.partner_id.id
                    for member in node.member_ids
                    if member.date_start <= day <= member.date_end
                ]
                parts = node.part_ids.national_account_id
                self.assertEqual(
                    figures[node.id]["amount_open"],
                    sum(totals[p][0] for p in {*own, node.partner_id.id} if p in totals)
                    + sum(figures[part.id]["amount_open"] for part in parts),
                    (node.name, day),
                )

    def test_form_shows_figures_of_all_that_is_below(self):
        self._move("2026-03-01", 100, self.p1)
        with self._on("2026-04-02"):
            self.assertEqual(self.top.member_count, 3)
            self.assertEqual(self.east.member_count, 1)
            self.assertEqual(self.top.amount_overdue, 100)
            self.assertEqual(self.west.amount_overdue, 0)
            self.assertEqual(self.east.exposure, 100)

    def test_new_region_is_the_groups_administrators(self):
        self.top.user_id = self.env.ref("base.user_admin")
        south = (
            self.env["national.account"]
            .with_context(default_parent_id=self.top.id)
            .create({"name": "South"})
        )
        self.assertFalse(south.user_id)
        self.assertEqual(south.responsible_id, self.top.user_id)
        self.assertEqual(south.parent_id, self.top)
