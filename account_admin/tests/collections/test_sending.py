"""Nothing leaves before somebody said so."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestSending(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().collections_sending = False

    def _panel(self, day="2026-03-02"):
        return self.env["collections.dry.run"].create(
            {"company_id": self.company.id, "date": day}
        )

    def test_a_company_is_born_observing(self):
        company = self.env["res.company"].create({"name": "Young Ltd"})
        self.assertFalse(company.sudo().collections_sending)

    def test_a_night_that_observes_keeps_cases_and_sends_nothing(self):
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        self.assertEqual((case.state, case.rule), ("new", "observed"))
        self.assertEqual(case.next_step_id, self.policy.step_ids[0])
        self.assertFalse(case.notice_ids)
        self.assertFalse(self.mailbox.messages)
        with self._on("2026-03-02"):
            self.assertIn("sending is off", case.why_html)
        self._night("2026-03-03")
        self.assertEqual(len(case.event_ids), 1, "nothing is told twice")
        self._pay(invoice, "2026-03-03")
        self._night("2026-03-04")
        self.assertEqual(case.state, "closed")

    def test_the_first_night_after_is_what_the_panel_showed(self):
        self._move("2026-02-20", 1234.5)
        other = self._customer("Other Ltd", email=False)
        self._move("2026-02-20", 10, other)
        self._night("2026-03-02")
        with self._on("2026-03-02"):
            panel = self._panel()
            self.assertFalse(panel.is_sending)
            for text in ("Sending is off", "Test 1", "1,244.50", "<td>", "2", "1"):
                self.assertIn(text, panel.panel_html)
            panel.action_turn_on()
            self.assertTrue(self._panel().is_sending)
            self.assertIn("Sending is on", self._panel().panel_html)
        self._night("2026-03-03")
        self.assertEqual(self._steps_sent(), [1])
        self.assertEqual(self._cases(other).state, "attention")

    def test_what_is_queued_waits_once_sending_is_off_again(self):
        self._panel().action_turn_on()
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._panel().action_turn_off()
        self._send("2026-03-02")
        self.assertEqual(self._cases().notice_ids.state, "queued")
        self.assertFalse(self.mailbox.messages)
        self._panel().action_turn_on()
        self._send("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])

    def test_one_company_sends_and_another_observes(self):
        second = self.setup_other_company(name="Second Ltd")["company"]
        second.collections_policy_id = self.policy
        self._move("2026-03-01", 100)
        partner = self._customer("Second Customer")
        journal = self.env["account.journal"].search(
            [("company_id", "=", second.id), ("type", "=", "sale")], limit=1
        )
        self._move(
            "2026-03-01", 100, partner, company_id=second.id, journal_id=journal.id
        )
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [])
        self.assertEqual(self._steps_sent(partner), [1])

    def test_sums_over_all_accounts_are_not_for_who_has_only_some(self):
        user = new_test_user(
            self.env,
            "some_accounts",
            groups="base.group_user,account_admin.group_account_admin_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        panel = self.env["collections.dry.run"].with_user(user).create({})
        self.assertFalse(panel.is_sending)
        with self.assertRaises(AccessError):
            panel.read(["panel_html"])

    def test_only_an_administrator_turns_sending_on(self):
        for group in ("all", "user", "auditor"):
            user = new_test_user(
                self.env,
                f"no_{group}",
                groups=f"base.group_user,account_admin.group_account_admin_{group}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            company = self.company.with_user(user)
            with self.assertRaises(AccessError):
                company._collections_turn_sending(True)
            with self.assertRaises(AccessError):
                company.write({"collections_sending": True})
        self.assertFalse(self.company.collections_sending)
