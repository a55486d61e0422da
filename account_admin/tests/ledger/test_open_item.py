from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged

from ...models.base import next_odoo
from ...models.ledger import payment_states
from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestOpenItem(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.items = cls.env["account.admin.open.item"]
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2016-01-01", 3.0), ("2017-01-01", 2.0)]
        )

    def _assert_ties(self, *days):
        for day in days:
            for found in self.items._get_tie_out(
                self.company, fields.Date.to_date(day)
            ):
                lines = self.env["account.move.line"].search(
                    [
                        ("account_id", "=", found.account),
                        ("company_id", "=", self.company.id),
                        ("parent_state", "=", "posted"),
                        ("date", "<=", day),
                    ]
                )
                balance = self.company.currency_id.round(sum(lines.mapped("balance")))
                self.assertEqual(float(found.ledger), balance, day)
                self.assertEqual(found.difference, 0, f"{day}: {found}")

    def _open(self, day):
        """Residual of the customer's items on a day, in company currency."""
        buckets = self.items._get_aging(self.company, fields.Date.to_date(day))
        return float(sum(amount for _label, _count, amount in buckets))

    def test_past_residual_leaves_out_what_was_matched_later(self):
        invoice = self._move("2026-01-10", 100)
        self._pay(invoice, "2026-02-10", 30)
        self._pay(invoice, "2026-03-10", 70)
        self.assertEqual(self._open("2026-01-09"), 0)
        self.assertEqual(self._open("2026-01-31"), 100)
        self.assertEqual(self._open("2026-02-28"), 70)
        self.assertEqual(self._open("2026-03-10"), 0)
        self._assert_ties("2026-01-09", "2026-01-31", "2026-02-28", "2026-03-10")

    def test_payment_in_advance_is_open_until_the_invoice_is_matched(self):
        payment = self._payment("2026-01-05", 100)
        invoice = self._move("2026-02-05", 100)
        self._reconcile(invoice, payment)
        self.assertEqual(self._open("2026-01-31"), -100)
        self.assertEqual(self._open("2026-02-28"), 0)
        self._assert_ties("2026-01-04", "2026-01-31", "2026-02-05")

    def test_ties_with_credit_notes_misc_entries_and_foreign_currency(self):
        self._move("2016-02-01", 300, currency_id=self.euro.id)
        foreign = self._move("2016-03-01", 600, currency_id=self.euro.id)
        # paid at another rate: Odoo books the exchange difference
        self._pay(foreign, "2017-02-01")
        part = self._move("2016-03-05", 900, currency_id=self.euro.id)
        self._pay(part, "2017-03-01", 450)
        credit = self._credit("2016-04-01", 50)
        self._reconcile(self._move("2016-03-20", 80), credit)
        self._misc("2016-05-01", 33.33)
        self._misc("2016-05-02", -11.11, date_maturity=False)
        self._assert_ties(
            *("2016-01-31", "2016-02-28", "2016-03-31", "2016-04-30", "2016-12-31"),
            *("2017-01-31", "2017-02-28", "2017-03-31", "2026-01-01"),
        )

    def test_today_equals_the_residual_odoo_shows(self):
        invoice = self._move("2026-01-10", 100)
        self._pay(invoice, "2026-01-20", 30)
        self._credit("2026-01-15", 20)
        lines = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(self._open("2026-02-01"), sum(lines.mapped("amount_residual")))

    def test_misc_entry_without_maturity_is_due_on_its_date(self):
        entry = self._misc("2026-01-10", 100, date_maturity=False, no_followup=False)
        line = self._receivable(entry)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE id = %s", [line.id]
        )
        line.invalidate_recordset()
        facts = self._facts("2026-01-15")
        self.assertEqual(str(facts.lead_due), "2026-01-10")
        self.assertEqual(facts.asked, 100)

    def test_credit_larger_than_the_overdue_invoice_leaves_nothing_to_chase(self):
        self._move("2026-01-10", 1000)
        self._credit("2026-01-12", 1200)
        facts = self._facts("2026-02-01")
        self.assertIsNone(facts.lead_item)
        self.assertEqual((facts.asked, facts.open), (0, -200))
        self._night("2026-02-01")
        self.assertFalse(self._cases())

    def test_unapplied_payment_is_netted_against_the_oldest_item(self):
        self._move("2026-01-05", 300)
        second = self._move("2026-01-10", 700)
        self._payment("2026-01-12", 400)
        facts = self._facts("2026-02-01")
        self.assertEqual(facts.asked, 600)
        self.assertEqual(facts.amounts[0].credits, 400)
        self.assertEqual(facts.lead_item, self._receivable(second).id)

    def test_only_an_overdue_credit_note_is_not_selected(self):
        self._credit("2026-01-10", 100)
        self._night("2026-02-01")
        self.assertFalse(self._cases())

    def test_first_of_three_instalments_leads_with_its_residual_only(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Thirds",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((33.33, 10), (33.33, 40), (33.34, 70))
                ],
            }
        )
        invoice = self._move(
            "2026-01-01", 300, invoice_payment_term_id=terms.id, invoice_date_due=False
        )
        first = self._receivable(invoice)[0]
        facts = self._facts("2026-01-20")
        self.assertEqual(facts.lead_item, first.id)
        self.assertEqual(facts.asked, Decimal("99.99"))
        self.assertEqual(facts.open, 300)

    def test_items_left_out_of_follow_up_are_aged_but_not_chased(self):
        blocked = self._move("2026-01-10", 100)
        self._receivable(blocked).no_followup = True
        disabled = self._move("2026-01-10", 60)
        disabled[payment_states.MOVE_STATE] = next_odoo.MOVE_HELD
        self._misc("2026-01-10", 40)
        facts = self._facts("2026-02-01")
        self.assertEqual((facts.asked, facts.overdue), (0, 200))
        self.assertEqual(facts.amounts[0].held, 200)
        self.assertEqual(self._open("2026-02-01"), 200)

    def _payment_on_its_way(self, invoices, amount, **vals):
        """A payment the bank has not confirmed, as Odoo leaves it: no entry yet."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "date": "2026-01-20",
                "journal_id": self.company_data["default_journal_bank"].id,
                "invoice_ids": [Command.set(invoices.ids)],
                **vals,
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        return payment

    def test_payment_on_its_way_is_not_chased_although_the_residual_is_open(self):
        invoice = self._move("2026-01-10", 100)
        self._payment_on_its_way(invoice, 100)
        self.assertEqual(invoice.amount_residual, 100)
        facts = self._facts("2026-02-01")
        self.assertEqual((facts.asked, facts.overdue), (0, 100))
        self.assertEqual(facts.amounts[0].in_process, 100)

    def test_payment_on_its_way_covers_the_invoice_it_names_not_the_oldest(self):
        oldest = self._move("2026-01-05", 100)
        named = self._move("2026-01-10", 100)
        self._payment_on_its_way(named, 60)
        facts = self._facts("2026-02-01")
        self.assertEqual(facts.lead_item, self._receivable(oldest).id)
        self.assertEqual(facts.asked, 140)

    def test_payment_on_its_way_that_names_nothing_counts_as_a_credit(self):
        self._move("2026-01-05", 100)
        self._payment_on_its_way(self.env["account.move"], 30)
        self.assertEqual(self._facts("2026-02-01").asked, 70)

    def test_payment_that_named_a_settled_invoice_is_no_credit_for_later_ones(self):
        paid = self._move("2026-01-05", 100)
        self._payment_on_its_way(paid, 100)
        self._pay(paid, "2026-01-25")
        self._move("2026-01-10", 100)
        self.assertEqual(self._facts("2026-02-01").asked, 100)

    def test_part_in_dispute_is_not_chased_and_still_aged(self):
        invoice = self._move("2026-01-10", 1000)
        with self._on("2026-01-12"):
            self.env["collections.dispute"].create(
                {"move_id": invoice.id, "amount": 400}
            )
        facts = self._facts("2026-02-01")
        self.assertEqual((facts.asked, facts.overdue), (600, 1000))
        self.assertEqual(facts.amounts[0].disputed, 400)
        self.assertEqual(self._open("2026-02-01"), 1000)

    def test_dispute_of_an_invoice_covers_its_oldest_instalments_first(self):
        entry = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-01-01",
                "invoice_payment_term_id": self.pay_terms_b.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 1000, "tax_ids": False})
                ],
            }
        )
        entry.action_post()
        with self._on("2026-01-05"):
            self.env["collections.dispute"].create({"move_id": entry.id, "amount": 400})
        items = self.items._get_items(
            self.company, fields.Date.to_date("2026-03-15"), self.customer.ids
        )[self.customer.id]
        self.assertEqual([item["residual"] for item in items], [300, 700])
        self.assertEqual([item["disputed"] for item in items], [300, 100])

    def test_foreign_item_is_judged_at_its_booked_amount_and_asked_in_its_currency(
        self,
    ):
        self._move("2016-02-01", 330, currency_id=self.euro.id)
        facts = self._facts("2017-02-01")
        self.assertEqual(facts.asked, 110, "booked at 3, not converted again at 2")
        self.assertEqual(facts.amounts[0].asked, 330)
        self.assertEqual(facts.amounts[0].currency, self.euro.id)

    def test_currencies_are_not_netted_against_each_other(self):
        self._move("2017-02-01", 100)
        self._credit("2017-02-01", 80)
        euro_credit = self._move(
            "2017-02-01", 500, move_type="out_refund", currency_id=self.euro.id
        )
        self.assertTrue(euro_credit)
        self.assertEqual(self._facts("2017-03-01").asked, 20)

    def test_buckets_are_complete_and_the_same_as_the_engines(self):
        for due in (
            "2026-03-31",
            "2026-03-30",
            "2026-03-01",
            "2026-02-28",
            "2025-10-01",
        ):
            self._move(due, 10)
        aging = self.items._get_aging(
            self.company, fields.Date.to_date("2026-03-31"), limits=(15, 30, 60)
        )
        self.assertEqual(
            [(label, count) for label, count, _amount in aging],
            [("not due", 1), ("1-15", 1), ("16-30", 1), ("31-60", 1), ("61+", 1)],
        )
        self.assertEqual(sum(amount for _l, _c, amount in aging), 50)

    def test_past_day_is_chased_with_what_was_open_then(self):
        invoice = self._move("2026-01-10", 100)
        self._pay(invoice, "2026-02-10")
        with self._on("2026-03-01"):
            self.assertEqual(self._facts("2026-02-01").asked, 100)
            self.assertIsNone(self._facts("2026-03-01"))

    def test_tonight_a_matched_payment_of_tomorrow_counts_as_paid(self):
        invoice = self._move("2026-01-10", 100)
        self._pay(invoice, "2026-02-02")
        with self._on("2026-02-01"):
            self.assertIsNone(self._facts("2026-02-01"))
            self.assertEqual(self._open("2026-02-01"), 100)
            self._assert_ties("2026-02-01")

    def test_company_without_receivable_account_is_named(self):
        company = self.env["res.company"].create({"name": "Empty Ltd"})
        with self.assertRaisesRegex(Exception, "Empty Ltd has no receivable account"):
            self._facts("2026-02-01", company=company)

    def test_cheap_pass_equals_the_netted_one_for_every_account(self):
        partners = [self._customer(f"Customer {n}") for n in range(6)]
        one, two, three, four, five, six = partners
        self._move("2026-01-10", 100, one)
        self._move("2026-01-20", 50, one)
        self._move("2026-01-10", 300, two, currency_id=self.euro.id)
        self._move("2026-01-12", 70, two)
        held = self._move("2026-01-05", 40, three)
        self._receivable(held).no_followup = True
        self._move("2026-01-07", 60, three)
        self._move("2026-01-10", 100, four)
        self._credit("2026-01-11", 30, four)
        disputed = self._move("2026-01-10", 100, five)
        self.env["collections.dispute"].create({"move_id": disputed.id, "amount": 40})
        self._move("2099-01-10", 100, six, date="2026-01-01")
        today = self.company._collections_today()
        facts = self.items._get_facts(self.company, today)
        for partner in partners:
            one_by_one = self.items._get_facts(self.company, today, partner.ids)
            self.assertEqual(facts[partner.id], one_by_one[partner.id], partner.name)

    def test_reading_takes_as_many_queries_for_ten_times_the_accounts(self):
        today = self.company._collections_today()

        def count_queries(number):
            for n in range(number):
                self._move("2026-01-10", 100, self._customer(f"Q {number} {n}"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.items._get_facts(self.company, today)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        # Odoo's own caches may cost a query or two, a query an account would cost 27
        self.assertLess(count_queries(30), count_queries(3) + 5)
