from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestDispute(CollectionsCommon):
    def _dispute(self, day, move, amount=0, **vals):
        with self._on(day):
            return self.env["collections.dispute"].create(
                {"move_id": move.id, "amount": amount, **vals}
            )

    def test_notice_asks_for_what_is_not_disputed_and_shows_the_rest(self):
        invoice = self._move("2026-03-01", 1000)
        self._dispute("2026-03-01", invoice, 400)
        self._night("2026-03-02")
        self.assertEqual(self._cases().asked_amount, 600)
        body = self.mailbox.body()
        for text in (invoice.name, "1,000.00", "In dispute", "400.00", "600.00"):
            self.assertIn(text, body)

    def test_disputed_whole_is_not_chased_and_its_case_closes(self):
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        self._dispute("2026-03-03", invoice)
        self._night("2026-03-09")
        case = self._cases()
        self.assertEqual((case.state, case.close_reason), ("closed", "not_chaseable"))
        self.assertEqual(self._steps_sent(), [1])

    def test_closed_dispute_resumes_with_one_step_not_three(self):
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        dispute = self._dispute("2026-03-03", invoice)
        self._night("2026-03-03")
        with self._on("2026-03-18"):
            dispute.action_close_wrong()
        for day in ("2026-03-18", "2026-03-18", "2026-03-19"):
            self._night(day)
        self.assertEqual(self._steps_sent(), [1, 8, 15])
        self.assertEqual(len(self._cases()), 1, "the same case goes on")
        sent = self._cases().notice_ids.sorted("id").mapped("sent_on")
        self.assertEqual([str(day) for day in sent[1:]], ["2026-03-18", "2026-03-19"])

    def test_closed_dispute_resumes_with_the_latest_step_if_so_configured(self):
        self.policy.resume = "closest"
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        dispute = self._dispute("2026-03-03", invoice)
        self._night("2026-03-03")
        with self._on("2026-03-18"):
            dispute.action_close_wrong()
        self._night("2026-03-18")
        self._night("2026-03-19")
        self.assertEqual(self._steps_sent(), [1, 15])

    def test_reopening_a_dispute_undoes_its_closing(self):
        invoice = self._move("2026-03-01", 1000)
        dispute = self._dispute("2026-03-01", invoice)
        with self._on("2026-03-05"):
            dispute.action_close_right()
            dispute.action_reopen()
        self.assertEqual((dispute.state, dispute.closed_on), ("open", False))
        self._night("2026-03-06")
        self.assertFalse(self._cases())

    def test_history_of_the_case_tells_of_the_dispute(self):
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        dispute = self._dispute("2026-03-03", invoice, 10)
        with self._on("2026-03-04"):
            dispute.action_withdraw()
        self.assertEqual(
            self._cases().event_ids.sorted("id").mapped("kind"),
            ["opened", "sent", "disputed", "dispute_closed"],
        )

    def test_more_than_the_invoice_cannot_be_disputed(self):
        invoice = self._move("2026-03-01", 1000)
        with self.assertRaisesRegex(ValidationError, f"{invoice.name}.*1,000.00"):
            self._dispute("2026-03-02", invoice, 1000.01)

    def test_entry_without_receivable_cannot_be_disputed(self):
        bill = self._move("2026-03-01", 100, move_type="in_invoice")
        with self.assertRaisesRegex(ValidationError, "no receivable item"):
            self._dispute("2026-03-02", bill)

    def test_dispute_follows_the_invoice_when_it_is_drafted_and_changed(self):
        invoice = self._move("2026-03-01", 1000)
        dispute = self._dispute(
            "2026-03-01", invoice, line_id=self._receivable(invoice).id
        )
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 500
        invoice.action_post()
        self.assertTrue(dispute.exists())
        self._night("2026-03-02")
        self.assertFalse(self._cases())
