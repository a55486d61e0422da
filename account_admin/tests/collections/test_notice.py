from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestNotice(CollectionsCommon):
    def _attention(self):
        return self.env.ref("account_admin.mail_activity_type_attention")

    def test_paid_between_run_and_send_is_not_sent(self):
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._pay(invoice, "2026-03-02")
        self._send("2026-03-02")
        notice = self._cases().notice_ids
        self.assertEqual(notice.state, "suppressed")
        self.assertIn("Nothing overdue", notice.reason)
        self.assertFalse(self.mailbox.messages)

    def test_part_paid_between_run_and_send_asks_for_the_rest(self):
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._pay(invoice, "2026-03-02", 40)
        self._send("2026-03-02")
        self.assertIn("60.00", self.mailbox.body())
        self.assertEqual(self._cases().notice_ids.amount, 60)

    def test_step_that_the_new_leading_item_has_not_reached_is_not_sent(self):
        old = self._move("2026-03-01", 100)
        self._move("2026-03-08", 100)
        self._night("2026-03-02")
        self._night("2026-03-09", send=False)
        self._pay(old, "2026-03-09")
        self._send("2026-03-09")
        self.assertEqual(self._steps_sent(), [1])
        self.assertEqual(self._cases().notice_ids[0].state, "suppressed")

    def test_unapplied_payment_is_shown_and_taken_off(self):
        self._move("2026-03-01", 1000)
        self._payment("2026-03-01", 400)
        self._night("2026-03-02")
        body = self.mailbox.body()
        for text in ("1,000.00", "400.00", "600.00", "not yet matched"):
            self.assertIn(text, body)

    def test_bounce_leaves_the_step_unmet_and_alerts_a_person(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        sent = self.mailbox.messages[-1]
        case = self._cases()
        self.assertEqual(case.step_id.days, 1)
        self._bounce(sent, sent["X-Rcpt"], "2026-03-02")
        notice = case.notice_ids
        self.assertEqual((notice.state, notice.failure), ("failed", "bounced"))
        self.assertEqual((case.state, case.step_id.id), ("attention", False))
        self.assertEqual(case.activity_ids.activity_type_id, self._attention())
        self._night("2026-03-12")
        self.assertEqual(self._steps_sent(), [], "no second step, no second try")

    def test_new_address_after_a_bounce_takes_the_step_up_again(self):
        self.test_bounce_leaves_the_step_unmet_and_alerts_a_person()
        self.customer.email = "new@example.com"
        self._night("2026-03-13")
        self.assertEqual(self._steps_sent(), [1])
        self.assertIn("new@example.com", self.mailbox.messages[-1]["X-Rcpt"])
        self.assertFalse(self._cases().activity_ids, "the alert is gone")

    def test_no_address_is_a_task_not_silence(self):
        self.customer.email = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        self.assertEqual(case.state, "attention")
        self.assertIn("Brook Stores has no email address", case.attention)
        self.assertEqual(case.activity_ids.activity_type_id, self._attention())
        self.customer.email = "brook@example.com"
        self._night("2026-03-03")
        self.assertEqual(self._steps_sent(), [1])

    def test_try_again_takes_the_step_up_the_next_night(self):
        self.customer.email = "not an address"
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._cases().state, "attention")
        self.customer.email = "right@example.com"
        self._cases().action_retry()
        self.assertEqual(self._cases().state, "new")
        self._night("2026-03-03")
        self.assertEqual(self._steps_sent(), [1])

    def test_template_that_does_not_render_fails_its_own_account_only(self):
        bad = self.template.copy({"body_html": "<p t-out='object.nothing_here'/>"})
        policy = self._policy("Bad", [1], step={"template_id": bad.id})
        broken = self._customer("Broken Ltd")
        broken.with_company(self.company).collections_policy_id = policy
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 100, broken)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])
        case = self._cases(broken)
        self.assertEqual(case.state, "attention")
        self.assertRegex(case.attention, "does not render for Broken Ltd")
        self.assertEqual(case.notice_ids.failure, "template")

    def test_mail_server_that_is_down_is_tried_again_then_becomes_a_task(self):
        self.mailbox.refused.add("brook.stores@example.com")
        self._move("2026-03-01", 100)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._night("2026-03-02")
            notice = self._cases().notice_ids
            self.assertEqual((notice.state, notice.attempts), ("queued", 1))
            self._send("2026-03-03")
            self._send("2026-03-04")
        self.assertEqual((notice.state, notice.failure), ("failed", "delivery"))
        self.assertIn("No such user", self._cases().attention)

    def test_refusal_that_passes_sends_once(self):
        self.mailbox.refused.add("brook.stores@example.com")
        self._move("2026-03-01", 100)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._night("2026-03-02")
        self.mailbox.refused.clear()
        self._send("2026-03-03")
        self._send("2026-03-03")
        self.assertEqual(len(self.mailbox.messages), 1)
        self.assertEqual(self._steps_sent(), [1])

    def test_role_then_invoice_contact_then_company_is_written_to(self):
        dunning = self.env.ref("account_admin.contact_role_dunning")
        payable = self.env.ref("account_admin.contact_role_payable")
        contacts = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": self.customer.id,
                    "type": kind,
                    "email": f"{name}@example.com",
                    "collections_role_ids": [(6, 0, role.ids)],
                }
                for name, kind, role in (
                    ("invoice", "invoice", dunning.browse()),
                    ("payable", "contact", payable),
                    ("dunning", "contact", dunning),
                )
            ]
        )
        expected = ["dunning", "payable", "invoice", "brook.stores"]
        for name, contact in zip(expected, [*contacts[::-1], None], strict=True):
            found = self.customer._collections_get_contacts(dunning)[self.customer.id]
            self.assertEqual(found.email, f"{name}@example.com")
            if contact:
                contact.email = False

    def test_letter_counts_once_it_is_printed(self):
        self.policy.step_ids[0].write({"channel_email": False, "channel_letter": True})
        self.customer.write({"street": "1 High Street", "city": "Leeds"})
        invoice = self._move("2026-03-01", 100)
        self._night("2026-03-02")
        notice = self._cases().notice_ids
        self.assertEqual((notice.state, notice.channel), ("queued", "letter"))
        with self._on("2026-03-04"):
            action = notice.action_print_letters()
        self.assertEqual((notice.state, str(notice.sent_on)), ("sent", "2026-03-04"))
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            action["report_name"], notice.ids
        )
        self.assertIn(invoice.name, html.decode())
        self.assertEqual(self._steps_sent(), [1])

    def test_printed_letter_is_a_pdf(self):
        self.policy.step_ids[0].write({"channel_email": False, "channel_letter": True})
        self.customer.write({"street": "1 High Street", "city": "Leeds"})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        notice = self._cases().notice_ids
        with self._on("2026-03-04"):
            notice.action_print_letters()
        with self.allow_pdf_render():
            pdf, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(
                    "account_admin.action_report_notice_letter", notice.ids
                )
            )
        self.assertEqual((kind, pdf[:5]), ("pdf", b"%PDF-"))

    def test_cancelled_notice_leaves_the_step_to_a_later_night(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        self._cases().notice_ids.action_cancel()
        self._night("2026-03-03")
        self.assertEqual(self._steps_sent(), [1])
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_portal_step_counts_at_once_and_sends_no_mail(self):
        self.policy.step_ids[0].write({"channel_email": False, "channel_portal": True})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        self.assertEqual(self._steps_sent(), [1])
        self.assertFalse(self.mailbox.messages)

    def test_notice_left_by_a_dead_worker_is_sent_once(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        notice = self._cases().notice_ids.sudo()
        notice.write({"state": "sending", "claim": notice.id})
        self._send("2026-03-02")
        self._send("2026-03-02")
        self.assertEqual(len(self.mailbox.messages), 1)
        self.assertEqual(notice.state, "sent")

    def test_mail_that_may_have_left_before_a_crash_asks_a_person(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        notice = self._cases().notice_ids.sudo()
        mail = self.env["mail.mail"].create({"state": "outgoing", "body_html": "x"})
        notice.write(
            {
                "state": "sending",
                "claim": notice.id,
                "mail_id": mail.id,
                "email": "a@b.c",
            }
        )
        self._send("2026-03-02")
        self.assertEqual((notice.state, notice.failure), ("failed", "unknown"))
        self.assertFalse(self.mailbox.messages)
        self.assertEqual(self._cases().state, "attention")

    def test_notice_in_doubt_that_did_leave_is_marked_as_sent(self):
        self.test_mail_that_may_have_left_before_a_crash_asks_a_person()
        with self._on("2026-03-03"):
            self._cases().notice_ids.action_mark_sent()
        self.assertEqual((self._cases().state, self._steps_sent()), ("chasing", [1]))
        self._night("2026-03-04")
        self.assertFalse(self.mailbox.messages)

    def test_mended_address_settles_no_doubt(self):
        """An address that was missing before is there: the mail may have left."""
        self.customer.email = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        self.customer.email = "brook@example.com"
        with self._on("2026-03-03"):
            case.action_retry()
        self._night("2026-03-03", send=False)
        notice = case.notice_ids.sorted("id")[-1].sudo()
        mail = self.env["mail.mail"].create({"state": "outgoing", "body_html": "x"})
        notice.write(
            {
                "state": "sending",
                "claim": notice.id,
                "mail_id": mail.id,
                "email": "brook@example.com",
            }
        )
        self._send("2026-03-03")
        self.assertEqual((case.state, notice.failure), ("attention", "unknown"))
        self._night("2026-03-04")
        self.assertEqual(case.state, "attention")
        self.assertFalse(self.mailbox.messages)

    def test_doubt_outlives_a_case_that_closes_meanwhile(self):
        self.test_mail_that_may_have_left_before_a_crash_asks_a_person()
        case = self._cases()
        move = case.notice_ids.lead_item_id.move_id
        with self._on("2026-03-03"):
            dispute = self.env["collections.dispute"].create({"move_id": move.id})
        self._night("2026-03-03")
        self.assertEqual(case.state, "closed")
        with self._on("2026-03-04"):
            dispute.action_close_right()
        self._night("2026-03-05")
        self.assertEqual((self._cases(), case.state), (case, "attention"))
        self.assertTrue(case.activity_ids)
        self.assertFalse(self.mailbox.messages)
        with self._on("2026-03-05"):
            case.action_retry()
        self._night("2026-03-06")
        self.assertEqual(len(self.mailbox.messages), 1)

    def test_mail_in_doubt_of_a_closed_case_is_marked_as_sent_there(self):
        self.test_mail_that_may_have_left_before_a_crash_asks_a_person()
        case = self._cases()
        move = case.notice_ids.lead_item_id.move_id
        with self._on("2026-03-03"):
            self.env["collections.dispute"].create({"move_id": move.id})
        self._night("2026-03-03")
        self.assertEqual(case.state, "closed")
        with self._on("2026-03-04"):
            case.notice_ids.action_mark_sent()
        self.assertEqual((case.state, case.attention), ("closed", False))

    def test_a_contact_without_a_mail_is_named_without_one(self):
        self.customer.email = False
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        notice = self._cases().notice_ids
        self.assertNotIn("alse", notice.recipient)
        notice.sudo().contact_id = self.customer
        self.assertEqual(notice.recipient, "Brook Stores")

    def test_fee_that_may_not_be_posted_stays_a_draft(self):
        """A rule of the house, such as an approval, refuses to post fees."""
        self.policy.write({"fee_product_id": self.product_a.id, "fee_auto_post": True})
        self.policy.step_ids[0].fee_amount = 5
        self._move("2026-03-01", 100)
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE account_move ADD CONSTRAINT no_fee"
            " CHECK (ref IS DISTINCT FROM 'Test 1' OR state = 'draft')"
        )
        with mute_logger(
            "odoo.sql_db", "odoo.addons.account_admin.models.base.isolation"
        ):
            self._night("2026-03-02")
        notice = self._cases().notice_ids
        self.assertEqual((notice.state, notice.fee_move_id.state), ("sent", "draft"))
        self.assertIn("stays a draft", self._cases().activity_ids.summary)
        self._night("2026-03-09")
        self.assertEqual(self._steps_sent(), [1, 8], "the case goes on")

    def test_fee_that_cannot_be_invoiced_stops_no_notice(self):
        self.policy.fee_product_id = self.product_a
        self.policy.step_ids[0].fee_amount = 5
        other = self._customer("Other Stores")
        self._move("2026-03-01", 100)
        self._move("2026-03-01", 100, other)
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.active = False
        self._night("2026-03-02")
        for partner in (self.customer, other):
            self.assertEqual(self._steps_sent(partner), [1])
            self.assertIn("The fee of", self._cases(partner).attention)
        self.assertEqual(len(self.mailbox.messages), 2)

    def test_letter_without_postal_address_waits_for_one(self):
        self.policy.step_ids[0].write({"channel_email": False, "channel_letter": True})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        with self._on("2026-03-02"), self.assertRaisesRegex(UserError, "None of these"):
            self._cases().notice_ids.action_print_letters()

    def test_step_on_two_channels_counts_once_both_are_delivered(self):
        self.policy.step_ids[0].channel_letter = True
        self.customer.write({"street": "1 High Street", "city": "Leeds"})
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        case = self._cases()
        self.assertFalse(case.step_id)
        with self._on("2026-03-03"):
            letter = case.notice_ids.filtered(lambda n: n.channel == "letter")
            letter.action_print_letters()
        self.assertEqual(case.step_id, self.policy.step_ids[0])

    def test_general_mail_queue_leaves_our_mails_alone(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02", send=False)
        notice = self._cases().notice_ids.sudo()
        with self._on("2026-03-02"), self.enter_registry_test_mode():
            notice._set_contacts("email")._render(self.template)
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(notice.mail_id.state, "outgoing")
        self.assertFalse(self.mailbox.messages)
