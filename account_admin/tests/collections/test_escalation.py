from odoo.tests import tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestEscalation(CollectionsCommon):
    def test_due_today_is_not_overdue(self):
        self._move("2026-03-10", 100)
        self._night("2026-03-10")
        self.assertFalse(self._cases())
        self._night("2026-03-11")
        self.assertEqual(self._steps_sent(), [1])

    def test_each_step_is_sent_once_when_its_days_are_reached(self):
        self._move("2026-03-01", 100)
        for day in range(2, 20):
            self._night(f"2026-03-{day:02}")
        self.assertEqual(self._steps_sent(), [1, 8, 15])
        self.assertEqual(len(self.mailbox.messages), 3)

    def test_same_night_again_changes_nothing(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        before = self._cases().read(["write_date", "state", "rule", "next_date"])
        self._night("2026-03-02")
        self.assertEqual(
            self._cases().read(["write_date", "state", "rule", "next_date"]), before
        )
        self.assertEqual(self._steps_sent(), [1])
        self.assertEqual(len(self._cases().event_ids), 2, "opened and sent")

    def test_no_second_step_while_the_first_is_not_sent(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._night("2026-03-12", send=False)
        notices = self._cases().notice_ids
        self.assertEqual(notices.mapped("step_days"), [1])
        self.assertEqual(self._cases().rule, "pending")

    def test_after_ten_missed_nights_the_next_unmet_step_is_sent(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-18")
        self.assertEqual(self._steps_sent(), [1])
        self._night("2026-03-19")
        self.assertEqual(self._steps_sent(), [1, 8])

    def test_after_ten_missed_nights_closest_sends_the_latest_step_only(self):
        self.policy.catch_up = "closest"
        self._move("2026-03-01", 100)
        self._night("2026-03-18")
        self._night("2026-03-19")
        self.assertEqual(self._steps_sent(), [15])

    def test_gap_keeps_days_between_two_contacts(self):
        self.policy.gap_days = 10
        self._move("2026-03-01", 100)
        for day in range(2, 14):
            self._night(f"2026-03-{day:02}")
        notices = self._cases().notice_ids.sorted("id")
        self.assertEqual(
            [str(day) for day in notices.mapped("sent_on")],
            ["2026-03-02", "2026-03-12"],
        )

    def test_due_31_january_plus_30_days_end_of_month_is_31_march(self):
        self.policy.step_ids[1:].unlink()
        self.policy.step_ids.write({"days": 30, "end_of_month": True})
        self._move("2026-01-31", 100)
        self._night("2026-03-30")
        self.assertEqual(str(self._cases().next_date), "2026-03-31")
        self.assertFalse(self._steps_sent())
        self._night("2026-03-31")
        self.assertEqual(self._steps_sent(), [30])

    def test_paid_case_closes_itself_and_a_later_invoice_restarts_at_step_one(self):
        first = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._night("2026-03-09")
        self._pay(first, "2026-03-10")
        self._night("2026-03-10")
        case = self._cases()
        self.assertEqual((case.state, case.close_reason), ("closed", "settled"))
        self.assertEqual(str(case.closed_on), "2026-03-10")
        self._move("2026-03-20", 50)
        self._night("2026-03-21")
        self.assertEqual(self._steps_sent(), [1, 8, 1])
        self.assertEqual(len(self._cases()), 2)

    def test_returned_direct_debit_reopens_with_due_date_and_history(self):
        self.policy.fee_product_id = self.product_a
        self.policy.step_ids[0].fee_amount = 15
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        payment = self._pay(invoice, "2026-03-05")
        self._night("2026-03-05")
        self.assertEqual(self._cases().state, "closed")
        payment.action_draft()
        payment.action_cancel()
        self._night("2026-03-10")
        case = self._cases()
        self.assertEqual(len(case), 1)
        self.assertEqual(str(case.lead_due), "2026-03-01")
        self.assertEqual(self._steps_sent(), [1, 8])
        fees = case.notice_ids.fee_move_id
        self.assertEqual(len(fees), 1)
        self.assertEqual(sum(fees.mapped("amount_untaxed")), 15)

    def test_account_matched_by_two_policies_gets_one_notice(self):
        everybody = "[('is_company', '=', True)]"
        first = self._policy("First", [1], sequence=1, domain=everybody)
        self._policy("Second", [1], sequence=2, domain=everybody)
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._cases().policy_id, first)
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_policy_on_the_account_wins_over_a_matching_one(self):
        own = self._policy("Own", [1])
        self._policy("Match", [1], sequence=1, domain="[('is_company', '=', True)]")
        self.customer.with_company(self.company).collections_policy_id = own
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._cases().policy_id, own)

    def test_below_the_minimum_nothing_starts(self):
        self.policy.minimum_amount = 50
        self._move("2026-03-01", 49.99)
        self._night("2026-03-02")
        self.assertFalse(self._cases())
        self._move("2026-03-02", 0.01)
        self._night("2026-03-03")
        self.assertEqual(self._steps_sent(), [1])

    def test_reminder_before_the_due_date(self):
        policy = self._policy("Early", [-5, 3])
        self.customer.with_company(self.company).collections_policy_id = policy
        self._move("2026-03-10", 100, date="2026-02-10")
        self._night("2026-03-04")
        self.assertFalse(self._cases())
        self._night("2026-03-05")
        self._night("2026-03-13")
        self.assertEqual(self._steps_sent(), [-5, 3])

    def test_step_that_needs_approval_waits_for_it(self):
        self.policy.step_ids[0].approval = True
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        notice = self._cases().notice_ids
        self.assertEqual(notice.state, "to_approve")
        with self._on("2026-03-03"):
            notice.action_approve()
        self._send("2026-03-03")
        self.assertEqual((notice.state, str(notice.sent_on)), ("sent", "2026-03-03"))

    def test_last_step_hands_over_and_puts_on_hold(self):
        self.policy.step_ids[0].write({"handoff": "legal", "hold": True})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        self.assertEqual((case.state, case.handed_to), ("handed_over", "legal"))
        self.assertTrue(case.on_hold)
        self.assertTrue(self.customer.with_company(self.company).collections_on_hold)

    def test_call_step_plans_one_call(self):
        self.policy.step_ids[0].write({"channel_email": False, "channel_call": True})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._night("2026-03-03")
        activity = self._cases().activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("account_admin.mail_activity_type_call"),
        )
        self.assertEqual(self._steps_sent(), [])
