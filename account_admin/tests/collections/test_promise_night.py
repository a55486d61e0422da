"""What the night and the screens do about promises to pay."""

from odoo.tests import Form, tagged

from .promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseNight(PromiseCommon):
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
