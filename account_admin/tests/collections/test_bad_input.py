from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestBadInput(CollectionsCommon):
    def _failures(self):
        return self.env["collections.event"].search([("kind", "=", "failed")])

    def test_policy_without_steps_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "“Empty” needs at least one step"):
            self.env["collections.policy"].create({"name": "Empty"})

    def test_last_step_of_a_policy_cannot_be_deleted(self):
        with self.assertRaisesRegex(ValidationError, "“Test” needs at least one step"):
            self.policy.step_ids.unlink()

    def test_two_steps_on_the_same_day_are_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.policy.step_ids[0].days = 8
            self.env.flush_all()

    def test_negative_gap_and_minimum_are_refused(self):
        for name in ("gap_days", "minimum_amount"):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.policy[name] = -1
                self.env.flush_all()

    def test_email_step_without_template_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "“Test 1” of policy “Test”"):
            self.policy.step_ids[0].template_id = False

    def test_step_without_channel_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "“Test 1”.*needs a channel"):
            self.policy.step_ids[0].channel_email = False

    def test_fee_without_product_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "choose the fee product"):
            self.policy.step_ids[0].fee_amount = 5

    def test_filter_that_cannot_be_read_is_refused(self):
        for domain in ("nonsense", "[('no_such_field', '=', 1)]", "[("):
            with self.assertRaisesRegex(ValidationError, "filter of policy “Test”"):
                self.policy.domain = domain

    def test_bucket_limits_that_make_no_sense_are_refused(self):
        for text in ("30, 20", "x", "0"):
            with self.assertRaisesRegex(ValidationError, "[Bb]ucket limit"):
                self.company.collections_bucket_limits = text

    def test_archived_account_is_listed_and_the_others_go_on(self):
        gone = self._customer("Gone Ltd")
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 100, gone)
        gone.active = False
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])
        self.assertFalse(self._cases(gone))
        self.assertIn("Gone Ltd is archived", self._failures().note)

    def test_currency_without_a_rate_is_named_and_the_others_go_on(self):
        rare = self.env["res.currency"].create({"name": "QQQ", "symbol": "Q"})
        foreign = self._customer("Far Away")
        self._move("2026-03-01", 100, foreign, currency_id=rare.id)
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])
        self.assertFalse(self._cases(foreign))
        self.assertRegex(self._failures().note, "Far Away owes QQQ, which has no")

    def test_company_without_receivable_account_does_not_stop_the_others(self):
        empty = self.env["res.company"].create({"name": "Empty Ltd"})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        run = self.env["collections.run"].search([("company_id", "=", empty.id)])
        self.assertEqual(run.state, "failed")
        self.assertIn("Empty Ltd has no receivable account", run.message)
        self.assertEqual(self._steps_sent(), [1])

    def test_one_account_that_fails_is_listed_and_the_others_go_on(self):
        bad = self._customer("Bad Ltd")
        others = [self._customer(f"Good {n}") for n in range(3)]
        for partner in (bad, *others):
            self._move("2026-03-01", 100, partner)
        self.env.flush_all()
        # a constraint of the customer's own database, as any customisation may add
        self.env.cr.execute(
            "ALTER TABLE collections_case"
            " ADD CONSTRAINT no_bad CHECK (partner_id <> %s)",
            [bad.id],
        )
        with mute_logger("odoo.sql_db"):
            self._night("2026-03-02")
        for partner in others:
            self.assertEqual(self._steps_sent(partner), [1])
        self.assertFalse(self._cases(bad))
        self.assertEqual(self._failures().partner_id, bad)
        run = self.env["collections.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            (run.state, run.failed_count, run.opened_count), ("done", 1, 3)
        )

    def test_invoice_reset_cancelled_or_reversed_leaves_the_case(self):
        for leave in ("button_draft", "button_cancel", "reverse"):
            with self.subTest(leave):
                partner = self._customer(f"Customer {leave}")
                invoice = self._move("2026-03-01", 100, partner)
                self._night("2026-03-02")
                if leave == "reverse":
                    invoice._reverse_moves(
                        [{"date": "2026-03-03", "invoice_date": "2026-03-03"}],
                        cancel=True,
                    )
                else:
                    invoice.button_draft()
                    if leave == "button_cancel":
                        invoice.button_cancel()
                self._night("2026-03-09")
                case = self._cases(partner)
                self.assertEqual((case.state, case.close_reason), ("closed", "settled"))
                self.assertEqual(self._steps_sent(partner), [1])

    def test_draft_invoice_that_led_a_case_can_be_deleted(self):
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        invoice.button_draft()
        invoice.name = False
        invoice.with_context(force_delete=True).unlink()
        self.assertEqual(self._cases().event_ids[-1].kind, "opened")

    def test_account_with_history_cannot_be_deleted(self):
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        with self.assertRaisesRegex(UserError, "Brook Stores has a history"):
            self.customer.unlink()

    def test_merging_two_chased_accounts_keeps_one_open_case(self):
        twin = self._customer("Brook Stores Twin")
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 60, twin)
        self._night("2026-03-02")
        with self._on("2026-03-02"):
            self.env["base.partner.merge.automatic.wizard"].create({})._merge(
                (self.customer | twin).ids, self.customer
            )
        cases = self._cases()
        self.assertEqual(sorted(cases.mapped("state")), ["chasing", "closed"])
        self.assertEqual(
            cases.event_ids.filtered("rule").mapped("rule").count("merged"), 1
        )
        self._night("2026-03-09")
        case = cases.filtered(lambda case: case.state != "closed")
        self.assertEqual(case.asked_amount, 160)
        self.assertEqual(case.step_id.days, 8)

    def test_history_cannot_be_changed_or_deleted(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        event = self._cases().event_ids[0]
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            event.note = "never happened"
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            event.sudo().unlink()
        with self.assertRaisesRegex(UserError, "closed, not deleted"):
            self._cases().sudo().unlink()

    def test_account_without_policy_is_listed(self):
        self.company.collections_policy_id = False
        self.env["collections.policy"].search([]).domain = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertIn("choose a default policy", self._failures().note)

    def test_two_open_cases_of_an_account_are_impossible(self):
        vals = {"partner_id": self.customer.id, "company_id": self.company.id}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["collections.case"].sudo().create([vals, vals])

    def test_step_with_a_fee_charges_it_once_as_an_invoice(self):
        self.policy.fee_product_id = self.product_a
        self.policy.fee_auto_post = True
        self.policy.step_ids[0].fee_amount = 12.5
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self._night("2026-03-02")
        fee = self._cases().notice_ids.fee_move_id
        self.assertEqual((fee.state, fee.partner_id), ("posted", self.customer))
        self.assertEqual(fee.amount_untaxed, 12.5)
        self.assertEqual(fee.invoice_line_ids.product_id, self.product_a)
