"""What the screens of an account show: what happened, and what it consists of."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..accounts.test_tree import TreeCommon

GROUP = "account_admin.group_account_admin_user"


@tagged("post_install", "-at_install")
class TestTimeline(TreeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "cora", f"{GROUP},account_admin.group_account_admin_all"
        )

    def _page(self, record, user=None, **kwargs):
        timeline = self.env["account.admin.timeline"].with_user(user or self.user)
        timeline = timeline.with_company(self.company)
        return timeline.get_page(record._name, record.id, **kwargs)

    def _titles(self, record, **kwargs):
        return [line["title"] for line in self._page(record, **kwargs)["lines"]]

    def test_everything_is_in_one_list_the_newest_first(self):
        invoice = self._move("2026-03-01", 100, self.p1, date="2026-02-01")
        self._payment("2026-02-10", 40, self.p1)
        self._night("2026-03-02")
        with self._on("2026-03-03"):
            self.env["collections.promise"].create(
                {
                    "partner_id": self.p1.id,
                    "amount": 60,
                    "date": "2026-03-10",
                    "company_id": self.company.id,
                }
            )
            self.env["collections.call"].create(
                {
                    "partner_id": self.p1.id,
                    "company_id": self.company.id,
                    "outcome": "no_answer",
                    "date": "2026-03-03 08:00:00",
                }
            )
            said = {"body": "We pay on Friday.", "subject": "Friday"}
            self.p1.message_post(message_type="comment", **said)
        titles = self._titles(self.p1)
        self.assertEqual(
            [title.split(":")[0] for title in titles],
            [
                *("Friday", "Call", "Promise for 03/10/2026", "Test 1", "Paid"),
                f"Invoice {invoice.name}",
            ],
        )

    def test_contact_has_the_timeline_of_its_account(self):
        contact = self.env["res.partner"].create(
            {"name": "Jane", "parent_id": self.p1.id}
        )
        self._move("2026-03-01", 100, self.p1)
        self.assertEqual(self._titles(contact), self._titles(self.p1))

    def test_pages_follow_each_other_without_a_gap(self):
        for number in range(7):
            self._move("2026-06-01", 10 + number, self.p1, date="2026-02-01")
            self._payment(f"2026-02-{number + 1:02}", 5, self.p1)
        whole = [line["key"] for line in self._page(self.p1)["lines"]]
        self.assertEqual(len(whole), 14)
        found, cursor, more = [], None, True
        while more:
            page = self._page(self.p1, cursor=cursor, limit=4)
            found += [line["key"] for line in page["lines"]]
            cursor, more = page["cursor"], page["more"]
        self.assertEqual(found, whole)

    def test_one_kind_alone_can_be_asked_for(self):
        self._move("2026-06-01", 10, self.p1)
        self._payment("2026-02-01", 5, self.p1)
        self.assertEqual(self._titles(self.p1, kinds=["payment"]), ["Paid"])

    def test_group_has_what_happened_on_all_of_its_accounts(self):
        self._move("2026-06-01", 10, self.p1)
        self._move("2026-06-01", 20, self.p2)
        with self._on("2026-05-01"):
            page = self._page(self.top)
        self.assertEqual({line["whose"] for line in page["lines"]}, {"P1", "P2"})

    def test_what_makes_no_sense_as_a_cursor_begins_at_the_newest(self):
        self._move("2026-06-01", 10, self.p1)
        for cursor in ({"invoice": "x"}, {"invoice": [1, 2, 3]}, {"nothing": ["a", 1]}):
            self.assertEqual(len(self._page(self.p1, cursor=cursor)["lines"]), 1)

    def test_timeline_of_anything_else_is_refused(self):
        with self.assertRaisesRegex(UserError, "Only accounts have a timeline"):
            self._page(self.env.user)

    def test_outsider_reads_no_timeline_and_one_with_own_accounts_only_theirs(self):
        outsider = new_test_user(self.env, "out", "base.group_user")
        self._move("2026-06-01", 10, self.p1)
        with self.assertRaises(AccessError):
            self._page(self.top, outsider)
        with self.assertRaises(AccessError):
            self._page(self.p1, outsider)
        bea = new_test_user(self.env, "bea", GROUP)
        self.p1.collections_user_id = self.user
        self.env["collections.call"].create(
            {
                "partner_id": self.p1.id,
                "company_id": self.company.id,
                "outcome": "no_answer",
                "date": "2026-03-03 08:00:00",
            }
        )
        kinds = [line["kind"] for line in self._page(self.p1, bea)["lines"]]
        self.assertNotIn("call", kinds)

    def test_line_opens_its_record(self):
        invoice = self._move("2026-06-01", 10, self.p1)
        timeline = self.env["account.admin.timeline"].with_user(self.user)
        action = timeline.open_line("account.move", invoice.id)
        self.assertEqual(action["res_id"], invoice.id)
        payment = self._payment("2026-02-01", 5, self.p1)
        [paid] = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        action = timeline.open_line("account.move.line", paid.id)
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("account.move", payment.move_id.id),
        )
        said = self.p1.message_post(message_type="comment", body=invoice.name)
        action = timeline.open_line("mail.message", said.id)
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.p1.id)
        )
        with self.assertRaisesRegex(UserError, "nothing to open"):
            timeline.open_line("res.users", self.user.id)

    def test_page_takes_as_many_queries_however_long_it_is(self):
        def count(partner, number):
            for _times in range(number):
                self._move("2026-06-01", 10, partner)
                self._payment("2026-02-01", 5, partner)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._page(partner)
            return self.env.cr.sql_log_count - before

        count(self.p1, 1)
        self.assertLessEqual(count(self.p2, 12), count(self.p3, 2) + 2)


@tagged("post_install", "-at_install")
class TestStructure(TreeCommon):
    def _structure(self, node, day="2026-04-30", user=None, **kwargs):
        overview = self.env["account.admin.overview"]
        if user:
            overview = overview.with_user(user).with_company(self.company)
        found = overview.get_structure(node.id, day, **kwargs)
        return {row["name"]: row for row in found["rows"]}

    def test_rows_are_the_account_its_parts_and_its_members_that_day(self):
        self._move("2026-05-01", 100, self.p1, date="2026-03-01")
        self._move("2026-03-15", 300, self.p3, date="2026-03-01")
        top = self._structure(self.top)
        self.assertEqual(list(top), ["N", "East", "West", "N Head Office"])
        self.assertIn("400.00", top["N"]["amount_open"])
        self.assertEqual(list(self._structure(self.west)), ["West", "P2", "P3"])
        west = self._structure(self.west)
        self.assertIn("300.00", west["P3"]["amount_overdue"])
        self.assertTrue(west["P3"]["is_overdue"])
        march = self._structure(self.west, "2026-03-31")
        self.assertEqual(list(march), ["West", "P2"])

    def test_standing_of_a_part_is_its_worst_members(self):
        self.env["collections.standing.override"].create(
            {
                "partner_id": self.p1.id,
                "level": "hold",
                "reason": "Fraud",
                "date_end": "2199-01-01",
            }
        )
        top = self._structure(self.top, False)
        self.assertEqual((top["East"]["level"], top["N"]["level"]), ("hold", "hold"))
        self.assertEqual(top["West"]["level"], "good")

    def test_drawing_has_each_part_under_what_it_is_part_of(self):
        drawing = self.env["account.admin.overview"].get_drawing(
            self.top.id, "2026-04-30"
        )
        self.assertEqual(
            {(node["name"], node["parent"]) for node in drawing["nodes"]},
            {("N", False), ("East", self.top.id), ("West", self.top.id)},
        )
        self.assertEqual(drawing["more"], 0)

    def test_day_that_is_none_is_refused(self):
        with self.assertRaisesRegex(UserError, "“31/31/2026” is no day"):
            self._structure(self.top, "31/31/2026")

    def test_structure_is_for_who_may_see_the_national_account(self):
        ann, bea = (new_test_user(self.env, name, GROUP) for name in ("ann", "bea"))
        (self.top | self.east | self.west).user_id = ann
        self.assertIn("East", self._structure(self.top, user=ann))
        with self.assertRaises(AccessError):
            self._structure(self.top, user=bea)

    def test_many_members_come_in_parts(self):
        partners = self.env["res.partner"].create(
            [{"name": f"M{number:03}", "is_company": True} for number in range(130)]
        )
        self.env["national.account.member"].create(
            [
                {"national_account_id": self.east.id, "partner_id": partner.id}
                for partner in partners
            ]
        )
        overview = self.env["account.admin.overview"]
        first = overview.get_structure(self.east.id, "2026-05-01")
        self.assertEqual(first["more"], 31)
        rest = overview.get_structure(self.east.id, "2026-05-01", 100)
        names = [row["name"] for row in (*first["rows"], *rest["rows"])]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(rest["more"], 0)
