"""What keeps a promise to pay, and what it changes about chasing."""

from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromise(PromiseCommon):
    # ------------------------------------------------------------------
    # CASE 15
    # ------------------------------------------------------------------

    def test_paid_on_the_12th_is_kept(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        self._pay(invoice, "2026-03-12")
        self.assertEqual(self._judge(promise, "2026-03-13"), ("kept", 500))
        self.assertEqual(str(promise.judged_on), "2026-03-13")

    def test_paid_on_the_13th_is_broken(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        self._pay(invoice, "2026-03-13")
        self.assertEqual(self._judge(promise, "2026-03-14"), ("broken", 0))

    def test_unpaid_is_open_until_the_12th_and_broken_on_the_13th(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        self.assertEqual(self._judge(promise, "2026-03-12"), ("open", 0))
        self.assertFalse(promise.judged_on)
        self.assertEqual(self._judge(promise, "2026-03-13"), ("broken", 0))

    def test_currency_without_a_rate_is_named(self):
        franc = self.env["res.currency"].with_context(active_test=False)
        franc = franc.search([("name", "=", "CHF")])
        franc.active = True
        franc.rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "CHF has no rate"):
            self._promise(currency_id=franc.id)

    def test_300_is_kept_in_part(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        self._pay(invoice, "2026-03-10", 300)
        self.assertEqual(self._judge(promise, "2026-03-11"), ("open", 300))
        self.assertEqual(self._judge(promise, "2026-03-13"), ("partial", 300))

    def test_reversed_payment_breaks_a_kept_promise_again(self):
        for named in (True, False):
            invoice = self._move("2026-03-01", 500)
            promise = self._promise(moves=invoice if named else invoice.browse())
            payment = self._pay(invoice, "2026-03-09")
            self.assertEqual(self._judge(promise, "2026-03-10"), ("kept", 500))
            with self._on("2026-03-20"):
                payment.move_id._reverse_moves(
                    [{"date": fields.Date.to_date("2026-03-20")}], cancel=True
                )
            self.assertEqual(self._judge(promise, "2026-03-21"), ("broken", 0), named)
            self.assertEqual(str(promise.judged_on), "2026-03-21")
            with self._on("2026-03-22"):
                self._pay(invoice, "2026-03-22")

    def test_cancelled_payment_opens_a_kept_promise_again_before_its_day(self):
        for named in (True, False):
            invoice = self._move("2026-03-01", 500)
            promise = self._promise(moves=invoice if named else invoice.browse())
            payment = self._pay(invoice, "2026-03-05")
            self.assertEqual(self._judge(promise, "2026-03-05"), ("kept", 500))
            # Odoo keeps the match of a payment that goes back to draft
            payment.action_draft()
            self.assertEqual(self._judge(promise, "2026-03-06"), ("open", 0), named)
            self.assertFalse(promise.judged_on)
            with self._on("2026-03-06"):
                promise.action_withdraw()

    def test_payment_booked_later_but_dated_in_time_keeps_a_broken_promise(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        self.assertEqual(self._judge(promise, "2026-03-13"), ("broken", 0))
        self._pay(invoice, "2026-03-11")
        self._night("2026-03-14", send=False)
        self.assertEqual(promise.state, "kept")

    # ------------------------------------------------------------------
    # WHAT COUNTS AS RECEIVED
    # ------------------------------------------------------------------

    def test_money_booked_after_the_promise_counts_from_the_day_before_on(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        whole = self._promise()
        early = self._promise(made_on="2026-03-08")
        self._age(promise | whole | early)
        self._pay(invoice, "2026-03-02")
        self._payment("2026-03-02", 500)
        self.assertEqual(self._judge(promise, "2026-03-04"), ("kept", 500))
        self.assertEqual(self._judge(whole, "2026-03-04"), ("kept", 500))
        self.assertEqual(self._judge(early, "2026-03-13"), ("broken", 0), "long ago")

    def _age(self, promises):
        """As if they had been noted in a transaction of their own."""
        promises.flush_recordset()
        self.env.cr.execute(
            "UPDATE collections_promise SET create_date = create_date - INTERVAL '1h'"
            " WHERE id = ANY(%s)",
            [promises.ids],
        )
        promises.invalidate_recordset()

    def test_credit_note_keeps_no_promise(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        whole = self._promise()
        self._reconcile(invoice, self._credit("2026-03-05", 500))
        self.assertEqual(self._judge(promise, "2026-03-13"), ("broken", 0))
        self.assertEqual(self._judge(whole, "2026-03-13"), ("broken", 0))

    def test_payment_of_another_invoice_keeps_no_promise_that_names_one(self):
        invoice = self._move("2026-03-01", 500)
        promise = self._promise(moves=invoice)
        self._pay(self._move("2026-03-01", 500), "2026-03-05")
        self.assertEqual(self._judge(promise, "2026-03-13"), ("broken", 0))

    def test_promise_of_the_account_is_kept_by_any_payment_in_time(self):
        self._payment("2026-03-02", 500)
        self._payment("2026-03-04", 200)
        promise = self._promise()
        self.assertEqual(self._judge(promise, "2026-03-05"), ("open", 200))
        child = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.customer.id, "type": "invoice"}
        )
        self._payment("2026-03-06", 400, child)
        self.assertEqual(self._judge(promise, "2026-03-06"), ("kept", 500))

    def test_one_payment_does_not_keep_two_promises(self):
        first = self._promise()
        second = self._promise(date="2026-03-20")
        self._payment("2026-03-09", 700)
        self._judge(first | second, "2026-03-10")
        self.assertEqual(first.state, "kept")
        self.assertEqual((second.state, second.received), ("open", 200))

    def test_money_given_back_does_not_count(self):
        promise = self._promise()
        payment = self._payment("2026-03-05", 500)
        refund = self._payment("2026-03-06", 200, payment_type="outbound")
        self._reconcile(payment, refund)
        self.assertEqual(self._judge(promise, "2026-03-13"), ("partial", 300))

    def test_exchange_difference_keeps_no_promise(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 3.0), ("2026-03-05", 2.0)]
        )
        invoice = self._move("2026-03-01", 600, currency_id=euro.id)
        promise = self._promise(moves=invoice, amount=600)
        self.assertEqual(promise.currency_id, euro)
        self.assertEqual(promise.amount_company, 200, "at the rate of the 3rd")
        self._pay(invoice, "2026-03-06", 400)
        self.assertEqual(self._judge(promise, "2026-03-13"), ("partial", 400))

    def test_payment_of_a_member_keeps_the_promise_of_its_head_office(self):
        self.policy.chase_head_office = True
        member = self._customer("Member Stores")
        self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.customer.id,
                "member_ids": [Command.create({"partner_id": member.id})],
            }
        )
        invoice = self._move("2026-03-01", 500, member)
        named, whole = self._promise(moves=invoice, amount=200), self._promise()
        day = fields.Date.to_date("2026-03-05")
        heads = self.env["collections.policy"]._get_heads(self.company, day)
        facts = self.env["account.admin.open.item"]._get_facts(
            self.company, day, accounts=self.customer.ids, heads=heads
        )
        self.assertIsNone(facts[self.customer.id].lead_item, "all of it is promised")
        self._pay(invoice, "2026-03-05")
        self._judge(named | whole, "2026-03-06")
        self.assertEqual((named.state, whole.received), ("kept", 300))

    # ------------------------------------------------------------------
    # CASE 16
    # ------------------------------------------------------------------

    def test_promise_after_a_withdrawn_one_is_the_second(self):
        invoice = self._move("2026-03-01", 500)
        first = self._promise(moves=invoice)
        with self._on("2026-03-05"):
            first.action_withdraw()
        second = self._promise("2026-03-05", moves=invoice)
        self.assertEqual((first.state, first.level), ("withdrawn", 1))
        self.assertEqual((second.state, second.level), ("open", 2))

    def test_promise_after_a_kept_one_is_the_first_again(self):
        invoice = self._move("2026-03-01", 800)
        first = self._promise(moves=invoice)
        self._pay(invoice, "2026-03-06", 500)
        self._judge(first, "2026-03-07")
        again = self._promise("2026-03-08", 300, moves=invoice, date="2026-03-20")
        self.assertEqual((first.state, again.level), ("kept", 1))

    def test_promise_for_other_invoices_is_a_first_one(self):
        broken = self._promise(moves=self._move("2026-03-01", 500))
        self._judge(broken, "2026-03-13")
        later = {"made_on": "2026-03-14", "date": "2026-03-20"}
        other = self._promise(moves=self._move("2026-03-01", 500), **later)
        whole = self._promise(**later)
        self.assertEqual((other.level, whole.level), (1, 2))

    # ------------------------------------------------------------------
    # CHASING
    # ------------------------------------------------------------------

    def test_promised_part_is_not_chased_and_still_aged(self):
        invoice = self._move("2026-03-01", 1000)
        self._promise(moves=invoice, amount=400)
        facts = self._facts("2026-03-12")
        self.assertEqual((facts.asked, facts.overdue), (600, 1000))
        self.assertEqual(facts.amounts[0].promised, 400)
        aging = self.env["account.admin.open.item"]._get_aging(
            self.company, fields.Date.to_date("2026-03-12")
        )
        self.assertEqual(sum(amount for _l, _c, amount in aging), 1000)

    def test_broken_promise_is_chased_again_the_day_after_its_last_day(self):
        self._promise(moves=self._move("2026-03-01", 1000), amount=400)
        self.assertEqual(self._facts("2026-03-12").asked, 600)
        self.assertEqual(self._facts("2026-03-13").asked, 1000)
        self.assertEqual(self._facts("2026-03-02").asked, 1000, "not made yet")

    def test_withdrawn_promise_is_chased_from_that_day(self):
        promise = self._promise(moves=self._move("2026-03-01", 1000), amount=400)
        with self._on("2026-03-06"):
            promise.action_withdraw()
        self.assertEqual(self._facts("2026-03-05").asked, 600)
        self.assertEqual(self._facts("2026-03-06").asked, 1000)

    def test_part_that_was_paid_is_no_longer_promised(self):
        invoice = self._move("2026-03-01", 1000)
        self._promise(moves=invoice)
        self._pay(invoice, "2026-03-05", 300)
        facts = self._facts("2026-03-05")
        self.assertEqual((facts.amounts[0].promised, facts.asked), (200, 500))

    def test_promise_of_the_account_covers_the_oldest_items_not_in_dispute(self):
        disputed = self._move("2026-03-01", 300)
        self._move("2026-03-02", 300)
        self._move("2026-03-20", 300, date="2026-03-01")
        with self._on("2026-03-02"):
            self.env["collections.dispute"].create({"move_id": disputed.id})
        self._promise(amount=400)
        items = self.env["account.admin.open.item"]._get_items(
            self.company, fields.Date.to_date("2026-03-05"), self.customer.ids
        )[self.customer.id]
        self.assertEqual([item["promised"] for item in items], [0, 300, 100])
        self.assertEqual([item["chaseable"] for item in items], [0, 0, 200])

    def test_two_promises_of_the_account_add_up(self):
        self._move("2026-03-01", 500)
        self._move("2026-03-02", 500)
        self._promise(amount=400)
        self._promise(amount=300, date="2026-03-12")
        facts = self._facts("2026-03-05")
        self.assertEqual((facts.amounts[0].promised, facts.asked), (700, 300))

    def test_unapplied_payment_of_a_promise_is_netted_once(self):
        self._move("2026-03-01", 1000)
        self._promise()
        self._payment("2026-03-04", 500)
        facts = self._facts("2026-03-05")
        self.assertEqual((facts.amounts[0].promised, facts.asked), (0, 500))

    def test_cheap_pass_equals_the_netted_one_with_promises(self):
        other = self._customer("Other Stores")
        self._move("2026-03-01", 100, other)
        self._promise(amount=60, moves=self._move("2026-03-01", 100))
        items = self.env["account.admin.open.item"]
        with self._on("2026-03-05"):
            today = self.company._collections_today()
            facts = items._get_facts(self.company, today)
            for partner in (self.customer, other):
                alone = items._get_facts(self.company, today, partner.ids)
                self.assertEqual(facts[partner.id], alone[partner.id])
        self.assertEqual(facts[self.customer.id].asked, Decimal(40))

    def test_notice_and_why_say_what_is_promised(self):
        invoice = self._move("2026-03-01", 1000)
        self._promise("2026-03-01", 400, moves=invoice)
        self._night("2026-03-02")
        body = self.mailbox.body()
        for text in (invoice.name, "1,000.00", "Promised", "400.00", "600.00"):
            self.assertIn(text, body)
        with self._on("2026-03-02"):
            html = self._cases().why_html
        self.assertIn("Promised", html)
        self.assertEqual(self._cases().promise_count, 1)
