"""What is closed is closed: disputes, promises and what their invoices leave behind."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestClosed(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._move("2026-01-10", 100)
        cls.collector = new_test_user(
            cls.env,
            login="eve",
            groups="account_admin.group_account_admin_all,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _dispute(self, **vals):
        return (
            self.env["collections.dispute"]
            .with_user(self.collector)
            .create({"move_id": self.invoice.id, "date": "2026-01-12", **vals})
        )

    def _promise(self, **vals):
        return (
            self.env["collections.promise"]
            .with_user(self.collector)
            .create(
                {
                    "partner_id": self.customer.id,
                    "amount": 50,
                    "made_on": "2026-01-12",
                    "date": "2026-01-20",
                    "move_ids": self.invoice.ids,
                    **vals,
                }
            )
        )

    def _refused(self, call, *args):
        with (
            self.assertRaises(UserError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            call(*args)
            self.env.flush_all()
        return str(caught.exception)

    # ------------------------------------------------------------------
    # DISPUTES
    # ------------------------------------------------------------------

    def test_dispute_of_a_deleted_draft_stays_closed_with_its_number(self):
        dispute, number = self._dispute(amount=30), self.invoice.display_name
        self.invoice.with_user(self.collector).button_draft()
        self.invoice.with_user(self.collector).with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertTrue(dispute.exists())
        self.assertFalse(dispute.move_id)
        self.assertEqual(dispute.display_name, number)
        self.assertEqual((dispute.state, dispute.resolution), ("closed", "withdrawn"))
        self.assertEqual((dispute.partner_id, dispute.amount), (self.customer, 30))
        self.assertEqual(dispute.company_id, self.company)
        self.assertIn("deleted", dispute.message_ids[0].body)
        self.assertIn("nothing left", self._refused(dispute.action_reopen))

    def test_closed_dispute_keeps_its_day_amount_and_document(self):
        dispute, other = self._dispute(amount=30), self._move("2026-01-11", 200)
        dispute.action_close_wrong()
        for mine in (dispute, dispute.sudo()):
            for vals in (
                {"amount": 1},
                {"date": "2026-01-01"},
                {"move_id": other.id},
                {"line_id": self._receivable(self.invoice).id},
                {"closed_on": "2026-01-13"},
                {"resolution": "customer_right"},
            ):
                self._refused(mine.write, vals)
        for command in (
            Command.update(dispute.id, {"amount": 2}),
            Command.delete(dispute.id),
            Command.unlink(dispute.id),
        ):
            self._refused(self.invoice.write, {"collections_dispute_ids": [command]})
        self._refused(dispute.sudo().unlink)
        dispute.description = "What they said"
        dispute.action_reopen()
        dispute.amount = 20
        self.assertEqual((dispute.state, dispute.amount), ("open", 20))

    def test_dispute_that_is_closed_from_the_start_keeps_its_number(self):
        # sudo: as data that is loaded does
        disputes = self.env["collections.dispute"].sudo()
        dispute = disputes.create(
            {
                "move_id": self.invoice.id,
                "date": "2026-01-12",
                "closed_on": "2026-01-14",
                "resolution": "withdrawn",
            }
        )
        self.assertEqual(dispute.move_name, self.invoice.display_name)

    def test_dispute_takes_only_items_of_its_own_invoice_and_company(self):
        other = self._move("2026-01-11", 200)
        revenue = self.invoice.line_ids - self._receivable(self.invoice)
        for line in (self._receivable(other), revenue[0]):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._dispute(line_id=line.id)
        dispute = self._dispute(line_id=self._receivable(self.invoice).id)
        self._refused(dispute.write, {"line_id": self._receivable(other).id})
        self._refused(dispute.write, {"move_id": other.id})
        self._refused(dispute.write, {"move_id": False, "line_id": False})
        foreign = self.setup_other_company()["company"]
        elsewhere = self._move("2026-01-11", 10, company_id=foreign.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._dispute(line_id=self._receivable(elsewhere).id)

    # ------------------------------------------------------------------
    # PROMISES
    # ------------------------------------------------------------------

    def test_ended_promise_is_not_changed_through_its_invoice(self):
        promise = self._promise()
        promise.action_withdraw()
        other = self._move("2026-01-11", 200)
        for move, commands in (
            (self.invoice, [Command.clear()]),
            (self.invoice, [Command.unlink(promise.id)]),
            (self.invoice, [Command.update(promise.id, {"amount": 1})]),
            (other, [Command.link(promise.id)]),
        ):
            mine = move.with_user(self.collector)
            self._refused(mine.write, {"collections_promise_ids": commands})
        self._refused(
            self.env["account.move"].with_user(self.collector).create,
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "collections_promise_ids": [Command.link(promise.id)],
            },
        )
        for mine in (promise, promise.sudo()):
            for vals in ({"amount": 1}, {"date": "2026-02-01"}, {"move_ids": False}):
                self._refused(mine.write, vals)
        self.assertEqual(promise.move_ids, self.invoice)

    def test_promise_keeps_the_number_of_a_deleted_invoice(self):
        promise, number = self._promise(), self.invoice.display_name
        promise.action_withdraw()
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertFalse(promise.move_ids)
        self.assertEqual(promise.move_names, number)

    # ------------------------------------------------------------------
    # APPROVED NOTICES
    # ------------------------------------------------------------------

    def _approved_notice(self):
        policy = self._policy("Approved", [1], {"approval": True})
        self.company.collections_policy_id = policy
        self._night("2026-01-12", send=False)
        notice = self._cases().notice_ids
        with self._on("2026-01-12"):
            notice.with_user(self.collector).action_approve()
        self.assertEqual(notice.state, "queued")
        return notice

    def test_words_changed_after_the_approval_wait_for_another_one(self):
        notice = self._approved_notice()
        self.template.body_html = "<p>Pay twice</p>"
        self.assertEqual((notice.state, notice.is_approved), ("to_approve", False))
        self._send("2026-01-12")
        self.assertFalse(self.mailbox.messages)
        with self._on("2026-01-12"):
            notice.action_approve()
        self.template.update_field_translations("subject", {"en_US": "Else"})
        self.assertEqual(notice.state, "to_approve")

    def test_step_changed_after_the_approval_waits_for_another_one(self):
        notice = self._approved_notice()
        notice.step_id.pay_days = 1
        self.assertEqual(notice.state, "to_approve")
        self.assertIn("approve it again", notice.case_id.event_ids[0].note)

    def test_other_changes_leave_an_approval_alone(self):
        notice = self._approved_notice()
        self.template.name = "Another name"
        notice.step_id.name = "Another name"
        self.assertEqual((notice.state, notice.is_approved), ("queued", True))
