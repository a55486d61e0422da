"""No more than so many contacts in any seven days, over all members of a group."""

from odoo import Command
from odoo.tests import tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestContactLimit(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.east = cls._customer("Northwind East")
        cls.west = cls._customer("Northwind West")
        cls.group = cls.env["national.account"].create(
            {
                "name": "Northwind",
                "partner_id": cls._customer("Northwind Holding").id,
                "company_id": cls.company.id,
                "member_ids": [
                    Command.create({"partner_id": found.id, "date_start": "2026-01-01"})
                    for found in (cls.east, cls.west)
                ],
            }
        )

    def _spoken(self, partner, *days, outcome="informed", **vals):
        for day in days:
            with self._on(day):
                self.env["collections.call"].create(
                    {
                        "partner_id": partner.id,
                        "company_id": self.company.id,
                        "outcome": outcome,
                        "date": f"{day} 10:00:00",
                        **vals,
                    }
                )

    def _judged(self, partner, day):
        with self._on(day):
            today = self.company._collections_today()
            return (
                self.env["collections.run"]
                ._judge(self.company, today, partner.ids)[partner.id]
                .decision
            )

    def test_three_contacts_of_a_group_are_enough_for_seven_days(self):
        self.company.collections_contact_limit = 3
        self._spoken(self.west, "2026-06-04", "2026-06-05", "2026-06-05")
        self._move("2026-06-06", 100, self.east)
        self._night("2026-06-08")
        case = self._cases(self.east)
        self.assertEqual((case.rule, str(case.next_date)), ("limit", "2026-06-11"))
        self.assertEqual(self._steps_sent(self.east), [])
        self._night("2026-06-11")
        self.assertEqual(self._steps_sent(self.east), [1])

    def test_no_limit_holds_nothing_back(self):
        self._spoken(self.west, *["2026-06-05"] * 9)
        self._move("2026-06-06", 100, self.east)
        self._night("2026-06-08")
        self.assertEqual(self._steps_sent(self.east), [1])

    def test_calls_that_came_in_or_reached_nobody_are_free(self):
        self.company.collections_contact_limit = 1
        self._spoken(self.west, "2026-06-05", direction="in")
        self._spoken(self.west, "2026-06-05", outcome="no_answer")
        self._move("2026-06-06", 100, self.east)
        self._night("2026-06-08")
        self.assertEqual(self._steps_sent(self.east), [1])

    def test_a_step_that_the_law_asks_for_goes_and_is_not_counted(self):
        self.company.collections_contact_limit = 1
        self.policy.step_ids.sorted("days")[0].is_exempt = True
        self._spoken(self.west, "2026-06-05")
        self._move("2026-06-06", 100, self.east)
        self._night("2026-06-08")
        self.assertEqual(self._steps_sent(self.east), [1])

    def test_one_slot_goes_to_the_member_with_the_higher_score(self):
        self.company.collections_contact_limit = 1
        invoice = self._move("2026-06-06", 80000, self.east)
        self._move("2026-06-06", 35, self.west)
        self._night("2026-06-08")
        self.assertEqual(self._steps_sent(self.east), [1])
        self.assertEqual(self._steps_sent(self.west), [])
        self.assertEqual(self._cases(self.west).rule, "limit")
        self._pay(invoice, "2026-06-10")
        self._night("2026-06-15")
        self.assertEqual(self._steps_sent(self.west), [1])

    def test_accounts_that_belong_together_share_nothing_with_others(self):
        self.company.collections_contact_limit = 1
        self._spoken(self.west, "2026-06-05")
        self._move("2026-06-06", 100)
        self._night("2026-06-08")
        self.assertEqual(self._steps_sent(), [1])

    def test_a_notice_that_waits_is_stopped_by_a_contact_meanwhile(self):
        self.company.collections_contact_limit = 1
        self._move("2026-06-06", 100, self.east)
        self._night("2026-06-08", send=False)
        self._spoken(self.west, "2026-06-08")
        self._send("2026-06-08")
        notice = self._cases(self.east).notice_ids
        self.assertEqual(notice.state, "suppressed")
        self.assertIn("As many contacts as are allowed", notice.reason)

    def test_dry_run_and_night_decide_the_same(self):
        self.company.collections_contact_limit = 1
        self._spoken(self.west, "2026-06-05")
        self._move("2026-06-06", 100, self.east)
        decision = self._judged(self.east, "2026-06-08")
        self.assertEqual(decision.rule.value, "limit")
        self.assertEqual(str(decision.next_date), "2026-06-12")
