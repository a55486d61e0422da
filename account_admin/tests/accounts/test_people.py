"""Who answers for what: N4's contacts by day, our people, when to speak again."""

from datetime import date, datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ...models.base.next_odoo import get_working_hours
from .test_document import DocumentCommon


class PeopleCommon(DocumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payable, cls.buyer = (
            cls.env.ref(f"account_admin.contact_role_{name}")
            for name in ("payable", "buyer")
        )
        cls.jane, cls.john, cls.tom = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.account.id,
                    "email": f"{name}@example.com",
                    "phone": "+14155550100",
                }
                for name in ("Jane", "John", "Tom")
            ]
        )

    def _assign(self, contact, role, start=False, end=False, by=None, **vals):
        return (
            self.env["account.admin.contact.assignment"]
            .with_user(by or self.ann)
            .create(
                {
                    "contact_id": contact.id,
                    "role_id": role.id,
                    "date_start": start,
                    "date_end": end,
                    **vals,
                }
            )
        )

    def _n4(self):
        self._assign(self.jane, self.payable, "2026-01-01", "2026-06-30")
        self._assign(self.john, self.payable, "2026-07-15")
        self._assign(self.tom, self.buyer, "2025-01-01")

    def _asked(self, day, channel="email"):
        with self._on(day):
            found = self.account._collections_get_contacts(self.payable, channel)
        return found[self.account.id]


@tagged("post_install", "-at_install")
class TestPeople(PeopleCommon):
    # ------------------------------------------------------------------
    # N4
    # ------------------------------------------------------------------

    def test_jane_to_30_june_tom_meanwhile_john_from_15_july(self):
        self._n4()
        self.assertEqual(
            [self._asked(day) for day in ("2026-06-30", "2026-07-01", "2026-07-15")],
            [self.jane, self.tom, self.john],
        )

    def test_who_is_archived_is_skipped_then_the_invoice_address_is_asked(self):
        self._n4()
        address = self.env["res.partner"].create(
            {
                "name": "Accounts",
                "type": "invoice",
                "parent_id": self.account.id,
                "email": "accounts@example.com",
            }
        )
        self.john.active = False
        self.assertEqual(self._asked("2026-07-15"), self.tom)
        self.tom.active = False
        self.assertEqual(self._asked("2026-07-15"), address)

    def test_of_two_with_one_role_whoever_took_over_last_is_asked(self):
        self._assign(self.john, self.payable, "2026-03-01")
        self._assign(self.jane, self.payable, "2026-01-01")
        self.assertEqual(self._asked("2026-02-28"), self.jane)
        self.assertEqual(self._asked("2026-03-01"), self.john)

    def test_a_role_for_calls_gets_no_mail(self):
        self._assign(self.jane, self.payable, channel="call")
        self._assign(self.tom, self.buyer)
        self.assertEqual(self._asked("2026-03-01", "call"), self.jane)
        self.assertEqual(self._asked("2026-03-01", "email"), self.tom)

    def test_a_reminder_goes_to_whoever_answers_on_the_day(self):
        self._n4()
        self.policy.step_ids.role_id = self.payable
        self._move("2026-06-20", 100, self.account)
        for day, name in (("2026-06-29", "Jane"), ("2026-07-16", "John")):
            self._night(day)
            address = self.mailbox.messages[-1]["X-Rcpt"]
            self.assertEqual(address, f"{name.lower()}@example.com", day)

    # ------------------------------------------------------------------
    # ROLES ON THE CONTACT
    # ------------------------------------------------------------------

    def test_a_role_taken_off_a_contact_ends_and_stays_known(self):
        with self._on("2026-03-01"):
            self.jane.collections_role_ids = self.payable | self.buyer
        roles, partners = (
            self.jane.account_admin_assignment_ids,
            self.env["res.partner"],
        )
        self.assertEqual(roles.role_id, self.payable | self.buyer)
        roles.date_start = "2026-03-01"
        with self._on("2026-04-01"):
            self.jane.collections_role_ids = self.buyer
            self.env.invalidate_all()
            self.assertEqual(self.jane.collections_role_ids, self.buyer)
            for role, is_found in ((self.buyer, True), (self.payable, False)):
                found = partners.search([("collections_role_ids", "in", role.ids)])
                self.assertEqual(self.jane in found, is_found, role.name)
        ended = self.jane.account_admin_assignment_ids.filtered("date_end")
        self.assertEqual(ended.role_id, self.payable)
        self.assertEqual(ended.date_end, date(2026, 3, 31))

    def test_contacts_without_a_role_are_found(self):
        self._assign(self.jane, self.payable, end="2026-03-31")
        partners = self.env["res.partner"]
        domain = [("id", "in", (self.jane | self.tom).ids)]
        without = [*domain, ("collections_role_ids", "=", False)]
        with self._on("2026-03-31"):
            self.assertEqual(partners.search(without), self.tom)
        with self._on("2026-04-01"):
            self.assertEqual(partners.search(without), self.jane | self.tom)

    def test_a_role_on_days_it_is_had_already_is_refused_in_a_sentence(self):
        self._assign(self.jane, self.payable, "2026-01-01", "2026-06-30")
        self._assign(self.jane, self.payable, "2026-07-01")
        with self.assertRaisesRegex(ValidationError, "Jane is Accounts Payable"):
            self._assign(self.jane, self.payable, "2026-06-30", "2026-06-30")

    # ------------------------------------------------------------------
    # CADENCE
    # ------------------------------------------------------------------

    def test_spoken_every_14_days_since_19_june_is_due_on_6_july(self):
        # 3 July is Independence Day: the company's hours say so
        day = {"date_from": "2026-07-03 00:00:00", "date_to": "2026-07-03 23:59:59"}
        get_working_hours(self.company).global_leave_ids = [
            (0, 0, {"name": "Independence Day", **day})
        ]
        role = self._assign(self.jane, self.payable, "2026-01-01", cadence_days=14)
        with self._on("2026-06-19"):
            self.env["collections.call"].create(
                {
                    "partner_id": self.account.id,
                    "contact_id": self.jane.id,
                    "company_id": self.company.id,
                    "outcome": "informed",
                    "date": datetime(2026, 6, 19, 9),
                }
            )
        due = self.env["account.admin.contact.assignment"]
        for day, expected in (("2026-07-02", False), ("2026-07-06", True)):
            with self._on(day):
                role.invalidate_recordset()
                self.assertEqual(role.last_spoken_on, date(2026, 6, 19))
                self.assertEqual(role.next_talk_on, date(2026, 7, 6))
                self.assertEqual(role.is_talk_due, expected, day)
                found = due.search([("is_talk_due", "=", True)])
                self.assertEqual(role in found, expected, day)

    def test_the_cadence_is_the_roles_unless_it_is_another(self):
        self.payable.cadence_days = 30
        usual = self._assign(self.jane, self.payable)
        other = self._assign(self.john, self.payable, cadence_days=7)
        self.assertEqual((usual.cadence_days, other.cadence_days), (30, 7))

    # ------------------------------------------------------------------
    # OUR TEAM
    # ------------------------------------------------------------------

    def _team(self, user, function, **vals):
        return self.env["account.admin.team"].create(
            {"user_id": user.id, "function": function, **vals}
        )

    def test_who_is_named_for_the_account_else_for_the_nearest_region(self):
        member = self._customer("Branch", collections_user_id=self.bob.id)
        group = self.env["national.account"].create(
            {"name": "Group", "partner_id": self.account.id}
        )
        region = group.create(
            {
                "name": "East",
                "parent_id": group.id,
                "member_ids": [(0, 0, {"partner_id": member.id})],
            }
        )
        self._team(self.mia, "billing", national_account_id=group.id)
        self._team(self.ann, "legal", national_account_id=group.id)
        self._team(self.bob, "billing", national_account_id=region.id)
        self._team(self.ann, "billing", partner_id=member.id, date_end="2026-03-31")
        teams = self.env["account.admin.team"]
        for day, billing in (("2026-03-31", self.ann), ("2026-04-01", self.bob)):
            found = teams._get_teams(self.company, member, date.fromisoformat(day))
            self.assertEqual(
                found[member.id],
                {"billing": billing, "legal": self.ann, False: self.bob},
                day,
            )

    def test_two_for_one_thing_at_once_are_refused_in_a_sentence(self):
        self._team(self.mia, "billing", partner_id=self.account.id)
        with self.assertRaisesRegex(ValidationError, "mia.*Billing.*Northwind"):
            self._team(self.bob, "billing", partner_id=self.account.id)

    def test_the_map_says_for_each_role_whom_to_ask_and_who_does_with_us(self):
        self._n4()
        self._assign(self.jane, self.env.ref("account_admin.contact_role_dunning"))
        self.buyer.function = "sales_inside"
        self._team(self.mia, "sales_inside", partner_id=self.account.id)
        with self._on("2026-07-01"):
            rows = self.account._get_people_map(date(2026, 7, 1))[self.account.id]
            found = {row.role: row for row in rows}
            self.assertEqual(found[self.payable].contact, self.jane)
            self.assertTrue(found[self.payable].is_instead)
            self.assertEqual(found[self.payable].user, self.ann)
            self.assertEqual(found[self.buyer].contact, self.tom)
            self.assertFalse(found[self.buyer].is_instead)
            self.assertEqual(found[self.buyer].user, self.mia)
            self.account.invalidate_recordset()
            shown = self.account.account_admin_people_map
        for text in ("Tom", "Jane", "instead", "mia", "Sales, Inside"):
            self.assertIn(text, shown)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_only_who_looks_after_the_account_says_who_answers_for_it(self):
        role = self._assign(self.jane, self.payable)
        team = self._team(self.ann, "billing", partner_id=self.account.id)
        for record in (role, team):
            with self.assertRaises(AccessError):
                record.with_user(self.bob).read(["date_start"])
            with self.assertRaises(AccessError):
                record.with_user(self.audrey).write({"date_end": "2026-03-31"})
            self.assertTrue(record.with_user(self.audrey).read(["date_start"]))
        with self.assertRaises(AccessError):
            self._assign(self.john, self.payable, by=self.bob)

    def test_the_form_of_an_account_takes_people(self):
        with Form(self.account.with_user(self.ann)) as form:
            with form.account_admin_people_ids.new() as line:
                line.contact_id = self.jane
                line.role_id = self.payable
            with form.account_admin_team_ids.new() as line:
                line.function = "billing"
                line.user_id = self.mia
        self.assertEqual(self.jane.collections_role_ids, self.payable)
        self.assertEqual(self.account.account_admin_team_ids.user_id, self.mia)
