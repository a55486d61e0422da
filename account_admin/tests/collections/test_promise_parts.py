"""Promises in instalments: made together, judged apart, chased for what is broken."""

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...engine.promise import Part
from .promise import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseParts(PromiseCommon):
    def _parts(self, *parts):
        """Instalments of (day of March, amount)."""
        return [Part(date(2026, 3, day), Decimal(str(amount))) for day, amount in parts]

    def _promise_parts(self, *parts, day="2026-03-02", moves=None, user=None, **how):
        promises = self.promises.with_user(user or self.env.user)
        with self._on(day):
            return promises._promise_in_parts(
                self.customer.with_env(promises.env),
                self.company.with_env(promises.env),
                self._parts(*parts),
                moves=moves and moves.with_env(promises.env),
                **how,
            )

    def _refused(self, sentence, *parts, **how):
        before = self.promises.search_count([])
        with self.assertRaisesRegex(UserError, sentence):
            self._promise_parts(*parts, **how)
        self.assertEqual(self.promises.search_count([]), before, "nothing half-done")

    # ------------------------------------------------------------------
    # CASE 17
    # ------------------------------------------------------------------

    def test_of_3_x_100_the_second_is_missed(self):
        invoice = self._move("2026-03-01", 300)
        three = self._promise_parts((10, 100), (17, 100), (24, 100), moves=invoice)
        self.assertEqual(three.mapped("part"), [1, 2, 3])
        self.assertEqual(self._facts("2026-03-12").asked, 0)
        self._pay(invoice, "2026-03-10", 100)
        self._judge(three, "2026-03-20")
        self.assertEqual(three.mapped("state"), ["kept", "broken", "open"])
        self.assertEqual(self._facts("2026-03-20").asked, 100, "only what is broken")
        self._night("2026-03-20")
        self.assertEqual(self._cases().asked_amount, 100)
        self._judge(three, "2026-03-27")
        self.assertEqual(three.mapped("state"), ["kept", "broken", "broken"])
        self.assertEqual(self._facts("2026-03-27").asked, 200)

    def test_instalments_of_the_account_as_a_whole(self):
        self._move("2026-03-01", 200)
        self._move("2026-03-02", 100)
        three = self._promise_parts((10, 100), (17, 100), (24, 100))
        self.assertEqual(self._facts("2026-03-12").asked, 0)
        self._payment("2026-03-09", 100)
        self._judge(three, "2026-03-20")
        self.assertEqual(three.mapped("state"), ["kept", "broken", "open"])
        self.assertEqual(self._facts("2026-03-20").asked, 100)

    def test_instalments_cover_several_invoices_one_after_the_other(self):
        both = self._move("2026-03-01", 150) | self._move("2026-03-02", 150)
        self._promise_parts((10, 100), (17, 100), (24, 100), moves=both)
        self.assertEqual(self._facts("2026-03-12").asked, 0)
        self.assertEqual(self._facts("2026-03-13").asked, 100)

    def test_paid_early_keeps_the_next_instalment(self):
        invoice = self._move("2026-03-01", 300)
        three = self._promise_parts((10, 100), (17, 100), (24, 100), moves=invoice)
        self._pay(invoice, "2026-03-05", 250)
        self._judge(three, "2026-03-06")
        self.assertEqual(three.mapped("state"), ["kept", "kept", "open"])
        self.assertEqual(three.mapped("received"), [100, 100, 50])

    def test_the_form_takes_no_more_than_is_owed_and_nothing_that_is_paid(self):
        invoice = self._move("2026-03-01", 300)
        paid = self._move("2026-03-01", 50)
        self._pay(paid, "2026-03-02")
        vals = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "date": "2026-03-10",
        }
        for more, sentence in (
            ({"amount": 300.01}, "owes .*300.00 and would promise .*300.01"),
            ({"amount": 50, "move_ids": [Command.link(paid.id)]}, "is paid"),
        ):
            with (
                self.subTest(sentence=sentence),
                self._on("2026-03-03"),
                self.assertRaisesRegex(UserError, sentence),
                self.env.cr.savepoint(),
            ):
                self.promises.web_save({**vals, **more}, {})
        self.env.invalidate_all()
        self.assertFalse(self.promises.search([]))
        with self._on("2026-03-03"):
            linked = {"amount": 300, "move_ids": [Command.link(invoice.id)]}
            (saved,) = self.promises.web_save({**vals, **linked}, {"amount": {}})
        self.assertEqual(saved["amount"], 300)

    def test_a_promise_is_split_where_it_stands(self):
        invoice = self._move("2026-03-01", 300)
        promise = self._promise("2026-03-02", 300, moves=invoice)
        with self._on("2026-03-03"):
            action = promise.action_split()
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            form = Form(wizard)
            self.assertEqual((form.amount, form.owed), (300, 300))
            form.count, form.every, form.unit = 3, 1, "weeks"
            form.save().action_promise()
        self.assertEqual(len(self.promises.search([])), 3)
        three = promise.part_ids
        self.assertEqual(three[:1].plan_id, promise)
        self.assertEqual(promise.amount, 100)
        days = [str(day) for day in sorted(three.mapped("date"))]
        self.assertEqual(days, ["2026-03-10", "2026-03-17", "2026-03-24"])
        self.assertEqual(set(three.mapped("move_ids")), {invoice})
        self.assertEqual(self._facts("2026-03-05").asked, 0)

    def test_the_form_rolls_days_and_leaves_the_rounding_to_the_last(self):
        self._move("2026-03-01", 100)
        self._night("2026-03-02")
        with self._on("2026-03-03"):
            action = self._cases().action_promise_in_parts()
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            form = Form(wizard)
            form.count, form.first_on, form.every, form.unit = (
                3,
                "2026-03-07",
                7,
                "days",
            )
            plan = form.save()
        self.assertEqual(plan.line_ids.mapped("amount"), [33.33, 33.33, 33.34])
        days = [str(day) for day in plan.line_ids.mapped("date")]
        self.assertEqual(days, ["2026-03-09", "2026-03-16", "2026-03-23"])

    def test_withdrawn_together_they_are_chased_together(self):
        invoice = self._move("2026-03-01", 300)
        three = self._promise_parts((10, 100), (17, 100), (24, 100), moves=invoice)
        self._pay(invoice, "2026-03-05", 100)
        self._judge(three, "2026-03-06")
        with self._on("2026-03-07"):
            three[1].action_withdraw_all()
        self.assertEqual(three.mapped("state"), ["kept", "withdrawn", "withdrawn"])
        self.assertEqual(self._facts("2026-03-07").asked, 200)

    def test_instalments_stay_of_the_same_invoices(self):
        invoice = self._move("2026-03-01", 300)
        three = self._promise_parts((10, 100), (17, 100), (24, 100), moves=invoice)
        with self.assertRaisesRegex(UserError, "is instalment 2 of 3"):
            three[1].move_ids = [Command.clear()]
        three[1].date = "2026-03-18"
        self.assertEqual(str(three[1].date), "2026-03-18")

    # ------------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------------

    def test_what_cannot_be_promised_is_refused_in_one_sentence(self):
        invoice = self._move("2026-03-01", 300)
        for sentence, parts in (
            ("Instalment 1 of Brook Stores is for .*past", [(1, 100), (10, 200)]),
            ("Instalment 2 of Brook Stores needs an amount", [(10, 310), (17, -10)]),
            ("Instalment 2 of Brook Stores .* not after", [(17, 100), (10, 200)]),
            ("owes .*300.00 that is not promised", [(10, 100), (17, 200.01)]),
            ("enter at least one", []),
        ):
            self._refused(sentence, *parts, moves=invoice)
        self._refused(
            "make .*299.00 and not .*300.00",
            *[(10, 100), (17, 199)],
            moves=invoice,
            amount=Decimal(300),
        )

    def test_what_is_paid_or_promised_already_is_refused(self):
        paid, other = self._move("2026-03-01", 100), self._move("2026-03-01", 100)
        self._pay(paid, "2026-03-02")
        self._refused(f"{paid.name} is paid", (10, 50), (17, 50), moves=paid)
        self._promise("2026-03-02", 60, moves=other)
        self._refused("owes .*40.00", (10, 30), (17, 30), moves=other)

    def test_an_instalment_is_not_split_again(self):
        three = self._promise_parts(
            (10, 50), (17, 50), moves=self._move("2026-03-01", 300)
        )
        self._refused("in instalments already", (10, 20), (17, 30), source=three[0])

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_only_whoever_works_on_the_account_promises_for_it(self):
        def user(login, group):
            return new_test_user(
                self.env,
                login,
                groups=f"account_admin.group_account_admin_{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )

        self._move("2026-03-01", 300)
        own, other, auditor = user("o", "user"), user("p", "user"), user("q", "auditor")
        self.customer.collections_user_id = own
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            self._promise_parts((10, 100), (17, 200), user=auditor)
        self._refused("Brook Stores is looked after by", (10, 100), user=other)
        made = self._promise_parts((10, 100), (17, 200), user=own)
        self.assertEqual(made.sudo().user_id, own)
