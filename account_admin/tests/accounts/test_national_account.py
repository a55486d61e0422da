from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestNationalAccount(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.chase_head_office = True
        cls.head = cls._customer("Head Office")
        cls.north = cls._customer("North Branch")
        cls.south = cls._customer("South Branch")
        cls.account = cls.env["national.account"].create(
            {"name": "Brook Group", "partner_id": cls.head.id}
        )
        cls.members = cls.env["national.account.member"].create(
            [
                {"national_account_id": cls.account.id, "partner_id": partner.id}
                for partner in cls.north | cls.south
            ]
        )

    def test_two_entities_and_a_delivery_address_are_chased_once_at_the_head_office(
        self,
    ):
        delivery = self.env["res.partner"].create(
            {"name": "Dock 4", "type": "delivery", "parent_id": self.south.id}
        )
        self._move("2026-03-01", 100, self.north)
        self._move("2026-03-01", 200, self.south)
        self._move("2026-03-01", 50, delivery)
        self._move("2026-03-01", 7, self.head)
        self._night("2026-03-02")
        case = self.env["collections.case"].search([])
        self.assertEqual(case.partner_id, self.head)
        self.assertEqual(case.national_account_id, self.account)
        self.assertEqual(case.asked_amount, 357)
        self.assertEqual(len(self.mailbox.messages), 1)
        self.assertIn("head.office@example.com", self.mailbox.messages[0]["X-Rcpt"])

    def test_decentralised_member_is_chased_itself(self):
        own = self._policy("Own", [1], chase_head_office=False)
        self.north.with_company(self.company).collections_policy_id = own
        self._move("2026-03-01", 100, self.north)
        self._move("2026-03-01", 200, self.south)
        self._night("2026-03-02")
        self.assertEqual(self._cases(self.north).asked_amount, 100)
        self.assertEqual(self._cases(self.head).asked_amount, 200)

    def test_central_billing_writes_to_the_head_offices_payables_contact(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Pay Desk",
                "parent_id": self.head.id,
                "email": "ap@example.com",
                "collections_role_ids": [
                    (4, self.env.ref("account_admin.contact_role_payable").id)
                ],
            }
        )
        self._move("2026-03-01", 100, self.north)
        self._night("2026-03-02")
        self.assertEqual(self._cases(self.head).notice_ids.contact_id, contact)

    def test_policy_of_the_national_account_applies_to_its_members(self):
        group = self._policy("Group", [1], chase_head_office=False)
        self.account.policy_id = group
        self._move("2026-03-01", 100, self.north)
        self._night("2026-03-02")
        self.assertEqual(self._cases(self.north).policy_id, group)

    def test_credit_of_one_member_covers_another_when_chased_together(self):
        self._move("2026-03-01", 100, self.north)
        self._credit("2026-03-01", 100, self.south)
        self._night("2026-03-02")
        self.assertFalse(self._cases(self.head))

    def test_member_who_left_keeps_the_past_and_is_chased_itself_from_then(self):
        self.members[0].date_end = "2026-03-31"
        self._move("2026-03-01", 100, self.north)
        policies = self.env["collections.policy"]
        heads = {
            day: policies._get_heads(self.company, day)
            for day in ("2026-03-31", "2026-04-01")
        }
        self.assertEqual(heads["2026-03-31"].get(self.north.id), self.head.id)
        self.assertNotIn(self.north.id, heads["2026-04-01"])
        self._night("2026-03-31")
        self._night("2026-04-01")
        self.assertEqual(self._cases(self.head).state, "closed")
        self.assertEqual(self._cases(self.north).state, "chasing")

    def test_case_of_the_head_office_counts_what_its_members_dispute_and_promise(self):
        moves = [self._move("2026-03-01", 100, self.north) for _number in range(2)]
        self._night("2026-03-02")
        case = self._cases(self.head)
        with self._on("2026-03-02"):
            for move in moves:
                self.env["collections.dispute"].create(
                    {"move_id": move.id, "amount": 10}
                )
            moves[0].collections_dispute_ids.action_withdraw()
            self.env["collections.promise"].create(
                {"partner_id": self.south.id, "amount": 5, "date": "2026-04-01"}
            )
        self.assertEqual((case.dispute_count, case.promise_count), (1, 1))
        action = case.action_view_disputes()
        listed = self.env["collections.dispute"].search(action["domain"])
        self.assertEqual(listed.move_id, moves[0] | moves[1])
        self.assertTrue(action["context"]["search_default_open"])
        action = case.action_view_promises()
        listed = self.env["collections.promise"].search(action["domain"])
        self.assertEqual(listed.partner_id, self.south)

    def test_cycle_is_rejected(self):
        with self.assertRaisesRegex(ValidationError, "North Branch is the head office"):
            self.env["national.account"].create(
                {"name": "Circle", "partner_id": self.north.id}
            )

    def test_head_office_of_another_group_cannot_become_a_member(self):
        other = self._customer("Other Head")
        self.env["national.account"].create({"name": "Other", "partner_id": other.id})
        with self.assertRaisesRegex(ValidationError, "Other Head is the head office"):
            self.env["national.account.member"].create(
                {"national_account_id": self.account.id, "partner_id": other.id}
            )

    def test_partner_is_in_one_national_account_at_a_time(self):
        other = self.env["national.account"].create(
            {"name": "Other", "partner_id": self._customer("Other Head").id}
        )
        self.members[0].date_end = "2026-03-31"
        vals = {"national_account_id": other.id, "partner_id": self.north.id}
        later = {**vals, "date_start": "2026-04-01"}
        self.env["national.account.member"].create(later)
        with self.assertRaisesRegex(ValidationError, "already a member of Brook Group"):
            self.env["national.account.member"].create(
                {**vals, "date_start": "2026-03-01", "date_end": "2026-03-15"}
            )

    def test_contact_cannot_be_a_member(self):
        contact = self.env["res.partner"].create(
            {"name": "Person", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "make the company the member"):
            self.env["national.account.member"].create(
                {"national_account_id": self.account.id, "partner_id": contact.id}
            )

    def test_head_office_form_shows_what_is_chased_for_its_members(self):
        self._move("2026-03-01", 100, self.north)
        self._night("2026-03-02")
        with self._on("2026-03-02"):
            self.assertEqual(
                self.north.collections_case_id, self.head.collections_case_id
            )
            self.assertEqual(self.north.collections_chaseable, 100)


@tagged("post_install", "-at_install")
class TestWhichNationalAccount(CollectionsCommon):
    """Which national account a partner is in on a day has one answer for everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nationals = cls.env["national.account"]
        cls.head, cls.member, cls.other = (
            cls._customer(name) for name in ("Head", "Member", "Other Head")
        )
        cls.shared = cls._national("Shared", cls.head)
        cls.own = cls._national("Own", cls.other, company_id=cls.company.id)
        for national, start, end in (
            (cls.shared, False, "2026-01-31"),
            (cls.own, "2026-02-01", "2026-02-28"),
            (cls.shared, "2026-04-01", False),
        ):
            cls.env["national.account.member"].create(
                {
                    "national_account_id": national.id,
                    "partner_id": cls.member.id,
                    "date_start": start,
                    "date_end": end,
                }
            )

    @classmethod
    def _national(cls, name, head, **values):
        return cls.nationals.create({"name": name, "partner_id": head.id, **values})

    def _read_rows(self, company, day):
        """What a row of a report is told: dict partner id -> national account id."""
        self.nationals._flush_members()
        found = {}
        for partner in self.head | self.member | self.other:
            sql = self.nationals._member_sql(
                *(SQL("%s", value) for value in (partner.id, company.id)),
                SQL("%s::date", day),
            )
            for (national,) in self.env.execute_query(sql):
                found[partner.id] = national
        return found

    def _read_all(self, company, day):
        """What whoever asks for all is told."""
        found = self.nationals._get_of_members(company, day)
        return {partner: national.id for partner, national in found.items()}

    def test_a_row_and_all_at_once_have_the_same_answer(self):
        for day, wanted in (
            ("2026-01-31", self.shared),
            ("2026-02-01", self.own),
            ("2026-03-01", self.nationals),
            ("2026-04-01", self.shared),
        ):
            rows = self._read_rows(self.company, day)
            self.assertEqual(rows.get(self.member.id, False), wanted.id, day)
            self.assertEqual(rows, self._read_all(self.company, day), day)

    def test_an_archived_one_is_nobodys(self):
        self.own.active = False
        rows = self._read_rows(self.company, "2026-02-01")
        self.assertEqual(rows, {self.head.id: self.shared.id})
        self.assertEqual(rows, self._read_all(self.company, "2026-02-01"))

    def test_a_branch_has_those_of_the_company_above_it(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        rows = self._read_rows(branch, "2026-02-01")
        self.assertEqual(rows[self.member.id], self.own.id)
        self.assertEqual(rows, self._read_all(branch, "2026-02-01"))

    def test_another_company_has_only_what_is_shared(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids |= other
        rows = self._read_rows(other, "2026-02-01")
        self.assertEqual(rows, {self.head.id: self.shared.id})
        self.assertEqual(rows, self._read_all(other, "2026-02-01"))

    def test_members_are_counted_while_they_are_members(self):
        for day, shared, own in (("2026-02-01", 0, 1), ("2026-04-01", 1, 0)):
            with freeze_time(day):
                (self.shared | self.own).invalidate_recordset(["member_count"])
                self.assertEqual(self.shared.member_count, shared, day)
                self.assertEqual(self.own.member_count, own, day)
