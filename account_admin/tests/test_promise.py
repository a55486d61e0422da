from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestPromise(CollectionsCommon):
    """Promises to pay: 500 by the 10th of March with two days of tolerance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promises = cls.env["collections.promise"]

    def _promise(self, made_on="2026-03-03", amount=500, **vals):
        moves = vals.pop("moves", self.env["account.move"])
        with self._on(made_on):
            return self.promises.create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "amount": amount,
                    "date": "2026-03-10",
                    "move_ids": [Command.set(moves.ids)],
                    **vals,
                }
            )

    def _judge(self, promise, day):
        with self._on(day):
            promise.action_judge()
        return promise[:1].state, promise[:1].received

    def _kinds(self):
        kinds = self._cases().event_ids.sorted("id").mapped("kind")
        return [kind for kind in kinds if kind.startswith("promise")]

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

    # ------------------------------------------------------------------
    # THE NIGHT
    # ------------------------------------------------------------------

    def test_night_judges_before_it_escalates_and_asks_a_person_to_call(self):
        self._move("2026-03-01", 500)
        self._night("2026-03-02")
        self._cases().user_id = self.env.user
        promise = self._promise()
        self.assertEqual(promise.case_id, self._cases())
        self._night("2026-03-12")
        self.assertEqual(self._cases().close_reason, "not_chaseable")
        self._night("2026-03-13")
        self.assertEqual(promise.state, "broken")
        self.assertNotEqual(self._cases().state, "closed", "the same case goes on")
        self.assertEqual(self._steps_sent(), [1, 8])
        self.assertEqual(self._kinds(), ["promised", "promise_broken"])
        activity = self._cases().activity_ids
        self.assertEqual(activity.user_id, self.env.user)
        self.assertIn("500.00", activity.summary)
        self._night("2026-03-14")
        self.assertEqual(len(self._cases().activity_ids), 1, "asked once")

    def test_history_tells_of_kept_and_withdrawn_promises(self):
        self._move("2026-03-01", 2000)
        self._night("2026-03-02")
        self._promise(amount=100)
        gone = self._promise(amount=300)
        self._payment("2026-03-04", 100)
        self._night("2026-03-05")
        with self._on("2026-03-06"):
            gone.action_withdraw()
        self.assertEqual(
            self._kinds(), ["promised", "promised", "promise_kept", "promise_withdrawn"]
        )

    def test_promise_without_a_case_asks_on_the_promise_itself(self):
        promise = self._promise()
        self._night("2026-03-13")
        self.assertEqual(promise.activity_ids.user_id, promise.user_id)

    def test_judging_takes_as_many_queries_for_ten_times_the_promises(self):
        def count_queries(number, day):
            for n in range(number):
                partner = self._customer(f"Q {day} {n}")
                invoice = self._move("2026-03-01", 500, partner)
                self._promise(partner_id=partner.id, moves=invoice)
                self._promise(partner_id=partner.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self._on(day):
                self.promises.sudo()._judge_company(
                    self.company, self.company._collections_today()
                )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(1, "2026-03-13")
        few, many = count_queries(2, "2026-03-14"), count_queries(20, "2026-03-15")
        # messages and activities are inserted in batches of 100, nothing a promise
        self.assertLess(many, few + 10)

    # ------------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------------

    def test_invoice_and_case_open_a_new_promise_or_those_there_are(self):
        invoice = self._move("2026-03-01", 500)
        self._night("2026-03-02")
        for record, method in (
            (invoice, "action_view_collections_promises"),
            (self._cases(), "action_view_promises"),
        ):
            action = getattr(record, method)()
            self.assertEqual((action["view_mode"], action["target"]), ("form", "new"))
        promises = self.promises.with_context(
            **invoice.action_view_collections_promises()["context"]
        )
        with self._on("2026-03-03"), Form(promises) as form:
            form.date = "2026-03-10"
        promise = invoice.collections_promise_ids
        self.assertEqual((promise.amount, promise.partner_id), (500, self.customer))
        self.assertEqual(promise.tolerance_days, 2)
        self.assertEqual(invoice.collections_promise_count, 1)
        action = invoice.action_view_collections_promises()
        self.assertEqual(self.promises.search(action["domain"]), promise)

    def test_tolerance_comes_from_the_company(self):
        self.company.collections_promise_tolerance = 5
        self.assertEqual(self._promise().tolerance_days, 5)
        self.assertEqual(self._promise(tolerance_days=0).tolerance_days, 0)


@tagged("post_install", "-at_install")
class TestPromiseBadInput(CollectionsCommon):
    def _create(self, **vals):
        return self.env["collections.promise"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "amount": 500,
                "made_on": "2026-03-03",
                "date": "2026-03-10",
                **vals,
            }
        )

    def _refused(self, sentence, **vals):
        with (
            self.assertRaisesRegex(ValidationError, sentence),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create(**vals)

    def _refused_by_the_database(self, sentence, **vals):
        with (
            self.assertRaises(IntegrityError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create(**vals)
        shown = self.env["collections.promise"]._sql_error_to_message(caught.exception)
        self.assertIn(sentence, shown)

    def test_amount_of_nothing_is_refused(self):
        for amount in (0, -5, 0.001):
            self._refused_by_the_database("needs an amount above zero", amount=amount)

    def test_day_before_the_promise_is_refused(self):
        self._refused_by_the_database("cannot be before", date="2026-03-02")

    def test_negative_tolerance_is_refused(self):
        self._refused_by_the_database("cannot be negative", tolerance_days=-1)

    def test_contact_instead_of_the_account_is_refused(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id}
        )
        self._refused("Ann is a contact of Brook Stores", partner_id=contact.id)

    def test_invoice_of_another_account_is_refused(self):
        move = self._move("2026-03-01", 500, self._customer("Other Stores"))
        self._refused(
            f"{move.name}.*is owed by Other Stores, not by Brook Stores",
            move_ids=[Command.set(move.ids)],
        )

    def test_currency_other_than_the_invoices_is_refused(self):
        euro = self.setup_other_currency("EUR")
        move = self._move("2026-03-01", 500)
        self._refused(
            f"{move.name}.*is in {move.currency_id.name}",
            move_ids=[Command.set(move.ids)],
            currency_id=euro.id,
        )

    def test_draft_and_bill_are_refused(self):
        draft = self._move("2026-03-01", 500)
        draft.button_draft()
        bill = self._move("2026-03-01", 500, move_type="in_invoice")
        for move in (draft, bill):
            self._refused("no receivable item", move_ids=[Command.set(move.ids)])

    def test_ended_promise_is_not_changed_or_deleted(self):
        promise = self._create()
        with self._on("2026-03-05"):
            promise.action_withdraw()
        with self.assertRaisesRegex(UserError, "has ended and is not changed"):
            promise.amount = 100
        with self.assertRaisesRegex(UserError, "withdraw the one"):
            promise.sudo().unlink()
        promise.note = "They changed their mind"


@tagged("post_install", "-at_install")
class TestPromiseAccess(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, group):
            return new_test_user(
                cls.env,
                login,
                groups=group,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )

        cls.own = user("own", "account_admin.group_account_admin_user")
        cls.all = user("all", "account_admin.group_account_admin_all")
        cls.auditor = user("auditor", "account_admin.group_account_admin_auditor")
        cls.employee = user("employee", "base.group_user")
        cls.customer.collections_user_id = cls.own
        cls.other = cls._customer("Other Stores", collections_user_id=cls.all.id)

    def _create(self, user, partner=None, **vals):
        return (
            self.env["collections.promise"]
            .with_user(user)
            .create(
                {
                    "partner_id": (partner or self.customer).id,
                    "company_id": self.company.id,
                    "amount": 500,
                    "made_on": "2026-03-03",
                    "date": "2026-03-10",
                    **vals,
                }
            )
        )

    def _denied(self, function, *args, **vals):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            function(*args, **vals)

    def test_own_accounts_user_promises_for_own_accounts_only(self):
        mine = self._create(self.own)
        with self._on("2026-03-13"):
            mine.action_judge()
        self.assertEqual(mine.state, "broken")
        theirs = self._create(self.all, self.other)
        self.assertEqual(
            self.env["collections.promise"].with_user(self.own).search([]), mine
        )
        self._denied(theirs.with_user(self.own).action_withdraw)
        self._denied(theirs.with_user(self.own).action_judge)
        self._denied(self._create, self.own, self.other)

    def test_all_accounts_user_works_on_every_promise(self):
        mine = self._create(self.own)
        mine.with_user(self.all).action_withdraw()
        self.assertEqual(mine.state, "withdrawn")

    def test_auditor_reads_and_changes_nothing(self):
        mine = self._create(self.own)
        seen = mine.with_user(self.auditor)
        self.assertEqual((seen.state, seen.level), ("open", 1))
        self._denied(seen.action_withdraw)
        self._denied(seen.action_judge)
        self._denied(seen.write, {"note": "x"})
        self._denied(self._create, self.auditor)

    def test_employee_sees_no_promise(self):
        self._denied(
            self.env["collections.promise"].with_user(self.employee).search, []
        )
        invoice = self._move("2026-03-01", 500)
        self.assertEqual(
            invoice.with_user(self.employee).sudo(False).collections_promise_count, 0
        )

    def test_state_cannot_be_set_by_hand(self):
        mine = self._create(self.own)
        for vals in ({"state": "kept"}, {"received": 500}, {"judged_on": "2026-03-03"}):
            self._denied(mine.write, vals)
            self._denied(mine.with_user(self.all).write, vals)
            self._denied(self._create, self.own, **vals)

    def test_user_of_another_company_sees_nothing(self):
        self._create(self.own)
        other = self.setup_other_company(name="Second Ltd")["company"]
        user = new_test_user(
            self.env,
            "user_b",
            groups="account_admin.group_account_admin_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["collections.promise"].with_user(user).search([]))
