from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestBillingCycle(CollectionsCommon):
    """From delivery to payment, one row an invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cycle = cls.env["account.admin.billing.cycle"]

    def _rows(self, partners=None):
        days = ("2026-01-01", "2026-12-31")
        return self.cycle.get_billing_cycle(
            self.company, *map(fields.Date.to_date, days), partners
        )

    def _row(self, move):
        (row,) = [row for row in self._rows() if row["move_id"] == move.id]
        return row

    def _average(self, name, groupby=()):
        groups = self.cycle.formatted_read_group(
            [("company_id", "=", self.company.id)], list(groupby), [f"{name}:avg"]
        )
        return [group[f"{name}:avg"] for group in groups]

    def test_days_from_delivery_to_invoice_to_due_to_payment(self):
        invoice = self._move("2026-03-31", 100, date="2026-03-01")
        invoice.delivery_date = "2026-02-25"
        self._pay(invoice, "2026-04-10")
        row = self._row(invoice)
        self.assertEqual(str(row["paid_on"]), "2026-04-10")
        self.assertEqual(
            (row["days_to_invoice"], row["days_of_terms"], row["days_to_settle"]),
            (4, 30, 40),
        )
        self.assertEqual(
            (row["days_to_pay"], row["days_late"], row["timing"]), (40, 10, "late")
        )

    def test_invoice_without_a_delivery_date_has_no_days_to_invoice(self):
        invoice = self._move("2026-03-31", 100)
        self.assertIsNone(self._row(invoice)["days_to_invoice"])
        self.assertEqual(self._average("days_to_invoice"), [False])

    def test_early_on_time_late_open_and_credited(self):
        expected = {}
        for day, timing in (
            ("2026-03-09", "early"),
            ("2026-03-10", "on_time"),
            ("2026-03-11", "late"),
        ):
            invoice = self._move("2026-03-10", 100, date="2026-03-01")
            self._pay(invoice, day)
            expected[invoice.id] = timing
        part = self._move("2026-03-10", 100, date="2026-03-01")
        self._pay(part, "2026-03-05", 40)
        expected[part.id] = "open"
        credited = self._move("2026-03-10", 100, date="2026-03-01")
        self._reconcile(credited, self._credit("2026-03-05", 100))
        expected[credited.id] = "credited"
        rows = {row["move_id"]: row for row in self._rows()}
        self.assertEqual({key: row["timing"] for key, row in rows.items()}, expected)
        self.assertIsNone(rows[part.id]["paid_on"])
        self.assertEqual(rows[part.id]["paid_amount"], 40)
        self.assertIsNone(rows[credited.id]["paid_on"])
        self.assertEqual(
            (rows[credited.id]["credited_amount"], rows[credited.id]["paid_amount"]),
            (100, 0),
        )

    def test_average_is_weighted_by_amount(self):
        for amount, day in ((10, "2026-03-06"), (100, "2026-03-11")):
            self._pay(self._move("2026-03-01", amount), day)
        (average,) = self._average("days_to_pay")
        self.assertEqual(round(average, 2), 9.55)
        (group,) = self.cycle.formatted_read_group(
            [("company_id", "=", self.company.id)],
            [],
            ["paid_amount_days:sum", "paid_amount:sum"],
        )
        self.assertEqual(
            (group["paid_amount_days:sum"], group["paid_amount:sum"]), (1050, 110)
        )

    def test_average_of_a_group_of_groups_is_not_an_average_of_averages(self):
        other = self._customer("Other Stores")
        for partner, amount, day in (
            (self.customer, 900, "2026-03-11"),
            (other, 50, "2026-03-02"),
            (other, 50, "2026-03-04"),
        ):
            self._pay(self._move("2026-03-01", amount, partner), day)
        self.assertEqual(sorted(self._average("days_to_pay", ["partner_id"])), [2, 10])
        self.assertEqual(self._average("days_to_pay"), [9.2])

    def test_part_payments_count_each_with_its_days(self):
        invoice = self._move("2026-03-11", 100, date="2026-03-01")
        self._pay(invoice, "2026-03-05", 25)
        self._pay(invoice, "2026-03-21", 75)
        row = self._row(invoice)
        self.assertEqual(row["paid_amount_days"], 25 * 4 + 75 * 20)
        self.assertEqual(row["days_to_pay"], Decimal(16))
        self.assertEqual(row["days_late"], Decimal(6))
        self.assertEqual(row["days_to_settle"], 20)

    def test_instalment_is_late_against_its_own_due_date(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (10, 40)
                ],
            }
        )
        invoice = self._move(
            "2026-03-01", 100, invoice_payment_term_id=terms.id, invoice_date_due=False
        )
        first = self._receivable(invoice)[0]
        payment = self._payment("2026-03-21", 50)
        (first | self._receivable(payment)).reconcile()
        row = self._row(invoice)
        self.assertEqual((row["days_late"], row["timing"]), (10, "open"))
        self.assertEqual(row["payment_term_id"], terms.id)
        self.assertEqual(len(self._rows()), 1)

    def test_payment_in_advance_took_no_days(self):
        payment = self._payment("2026-02-01", 100)
        invoice = self._move("2026-03-01", 100)
        self._reconcile(invoice, payment)
        row = self._row(invoice)
        self.assertEqual((row["days_to_pay"], row["timing"]), (0, "on_time"))

    def test_foreign_invoice_counts_in_company_currency(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 3.0), ("2026-03-05", 2.0)]
        )
        invoice = self._move("2026-03-01", 330, currency_id=euro.id)
        self._pay(invoice, "2026-03-11")
        row = self._row(invoice)
        self.assertEqual((row["amount"], row["timing"]), (110, "late"))
        self.assertEqual(row["days_to_pay"], 10)

    def test_reversed_payment_makes_the_invoice_open_again(self):
        invoice = self._move("2026-03-01", 100)
        payment = self._pay(invoice, "2026-03-11")
        payment.action_draft()
        row = self._row(invoice)
        self.assertEqual((row["timing"], row["paid_amount"]), ("open", 0))
        self.assertIsNone(row["days_to_pay"])

    def test_contacts_before_payment(self):
        invoice = self._move("2026-03-01", 100)
        later = self._move("2026-03-08", 100)
        for day in ("2026-03-02", "2026-03-09"):
            self._night(day)
        self._pay(invoice, "2026-03-10")
        self._night("2026-03-23")
        row = self._row(invoice)
        self.assertEqual(
            (str(row["first_contact"]), row["contact_count"]), ("2026-03-02", 2)
        )
        row = self._row(later)
        self.assertEqual(
            (str(row["first_contact"]), row["contact_count"]), ("2026-03-09", 2)
        )

    def test_notice_to_the_head_office_counts_for_its_members(self):
        self.policy.chase_head_office = True
        member = self._customer("Member Stores")
        self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.customer.id,
                "member_ids": [Command.create({"partner_id": member.id})],
            }
        )
        invoice = self._move("2026-03-01", 100, member)
        self._night("2026-03-02")
        self.assertEqual(self._row(invoice)["contact_count"], 1)

    def test_credit_notes_and_drafts_are_no_rows(self):
        self._credit("2026-03-01", 100)
        self._move("2026-03-01", 100).button_draft()
        self.assertEqual(self._rows(), [])

    def test_row_opens_its_invoice(self):
        invoice = self._move("2026-03-01", 100)
        action = self.cycle.browse(invoice.id).action_open()
        self.assertEqual(action["res_id"], invoice.id)
