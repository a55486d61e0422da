from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestActivity(CollectionsCommon):
    """What happened on each account: documents and contacts of a period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity = cls.env["account.admin.history"]
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 3.0), ("2026-03-05", 2.0)]
        )

    def _rows(self, date_from="2026-01-01", date_to="2026-12-31", partners=None):
        return self.activity.get_activity(
            self.company,
            fields.Date.to_date(date_from),
            fields.Date.to_date(date_to),
            partners,
        )

    def _ledger(self, date_from, date_to):
        """Change of the receivable accounts over a period."""
        lines = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", date_from),
                ("date", "<=", date_to),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def test_one_row_for_each_document_and_each_contact(self):
        invoice = self._move("2026-03-01", 1000)
        self._night("2026-03-02")
        with self._on("2026-03-03"):
            self.env["collections.dispute"].create(
                {"move_id": invoice.id, "amount": 100}
            )
            self.env["collections.promise"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "amount": 50,
                    "date": "2026-03-20",
                }
            )
        self._credit("2026-03-04", 200)
        payment = self._payment("2026-03-05", 300)
        self._misc("2026-03-06", -40)
        rows = self._rows()
        self.assertEqual(
            [(row["kind"], row["amount"]) for row in rows if row["amount"]],
            [
                ("invoice", 1000),
                ("credit_note", -200),
                ("payment", -300),
                ("other", -40),
            ],
        )
        self.assertEqual(
            sorted(
                (str(row["date"]), row["kind"]) for row in rows if not row["amount"]
            ),
            [
                ("2026-03-02", "notice"),
                ("2026-03-03", "dispute"),
                ("2026-03-03", "promise"),
            ],
        )
        opened = {row["kind"]: (row["res_model"], row["res_id"]) for row in rows}
        self.assertEqual(opened["invoice"], ("account.move", invoice.id))
        self.assertEqual(opened["payment"], ("account.payment", payment.id))
        self.assertEqual(opened["notice"], ("collections.case", self._cases().id))

    def test_invoice_in_instalments_is_one_row(self):
        self._move(
            "2026-03-01",
            1000,
            invoice_payment_term_id=self.pay_terms_b.id,
            invoice_date_due=False,
        )
        self.assertEqual([row["amount"] for row in self._rows()], [1000])

    def test_amounts_of_a_period_are_the_change_of_the_ledger(self):
        foreign = self._move("2026-03-01", 600, currency_id=self.euro.id)
        # paid at another rate: Odoo books the exchange difference
        self._pay(foreign, "2026-03-10")
        part = self._move("2026-03-02", 900, currency_id=self.euro.id)
        self._pay(part, "2026-03-20", 450)
        self._pay(self._move("2026-01-10", 100), "2026-02-10", 30)
        self._reconcile(self._move("2026-02-20", 80), self._credit("2026-03-04", 50))
        self._misc("2026-03-06", 33.33)
        refund = self._payment("2026-03-06", 20, payment_type="outbound")
        self.assertTrue(refund)
        for period in (
            ("2026-01-01", "2026-02-28"),
            ("2026-03-01", "2026-03-31"),
            ("2026-03-05", "2026-03-12"),
        ):
            total = float(sum(row["amount"] for row in self._rows(*period)))
            self.assertEqual(total, self._ledger(*period), period)

    def test_foreign_invoice_shows_what_was_booked_and_its_own_currency(self):
        self._move("2026-02-01", 330, currency_id=self.euro.id)
        (row,) = self._rows()
        self.assertEqual((row["amount"], row["amount_currency"]), (110, 330))
        self.assertEqual(row["currency_id"], self.euro.id)
        self.assertIsInstance(row["amount"], Decimal)

    def test_misc_entry_without_maturity_and_held_items_are_there(self):
        entry = self._misc("2026-01-10", 100, date_maturity=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE id = %s",
            [self._receivable(entry).id],
        )
        self.assertTrue(self._receivable(entry).no_followup)
        self.assertEqual([str(row["date"]) for row in self._rows()], ["2026-01-10"])

    def test_draft_and_cancelled_documents_are_not_there(self):
        self._move("2026-03-01", 100).button_draft()
        cancelled = self._move("2026-03-01", 100)
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertEqual(self._rows(), [])

    def test_group_of_two_entities_and_an_address_counts_each_invoice_once(self):
        member = self._customer("Member Stores")
        address = self.env["res.partner"].create(
            {"name": "Dock 4", "parent_id": self.customer.id, "type": "delivery"}
        )
        account = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.customer.id,
                "member_ids": [
                    Command.create({"partner_id": member.id}),
                    Command.create({"partner_id": self.customer.id}),
                ],
            }
        )
        for partner, amount in ((self.customer, 1), (address, 10), (member, 100)):
            self._move("2026-03-01", amount, partner)
        rows = self._rows()
        self.assertEqual(sorted(row["amount"] for row in rows), [1, 10, 100])
        self.assertEqual({row["national_account_id"] for row in rows}, {account.id})
        self.assertEqual(
            {row["partner_id"] for row in rows}, {self.customer.id, member.id}
        )

    def test_member_that_left_keeps_its_past(self):
        member = self._customer("Member Stores")
        account = self.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": self.customer.id,
                "member_ids": [
                    Command.create({"partner_id": member.id, "date_end": "2026-02-28"})
                ],
            }
        )
        self._move("2026-02-28", 10, member)
        self._move("2026-03-01", 10, member)
        nationals = [row["national_account_id"] for row in self._rows()]
        self.assertEqual(nationals, [account.id, None])

    def test_only_the_accounts_and_days_that_were_asked_for(self):
        other = self._customer("Other Stores")
        self._move("2026-03-01", 1)
        self._move("2026-03-31", 2, other)
        self._move("2026-04-01", 4, other)
        rows = self._rows("2026-03-01", "2026-03-31", other)
        self.assertEqual([row["amount"] for row in rows], [2])

    def test_report_opens_the_record_of_a_row(self):
        invoice = self._move("2026-03-01", 100)
        row = self.activity.search([("partner_id", "=", self.customer.id)])
        action = row.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            (
                "account.move",
                invoice.id,
            ),
        )

    def test_pivot_sums_what_the_rows_say(self):
        self._move("2026-03-01", 100)
        self._move("2026-03-15", 50)
        self._payment("2026-04-02", 30)
        groups = self.activity.formatted_read_group(
            [("partner_id", "=", self.customer.id)],
            ["kind", "date:month"],
            ["amount:sum", "__count"],
        )
        figures = {
            (g["kind"], g["date:month"][0][:7]): (g["amount:sum"], g["__count"])
            for g in groups
        }
        self.assertEqual(
            figures,
            {("invoice", "2026-03"): (150, 2), ("payment", "2026-04"): (-30, 1)},
        )


@tagged("post_install", "-at_install")
class TestReportAccess(CollectionsCommon):
    """Who sees which rows of the reports on the ledger."""

    MODELS = ("account.admin.history", "account.admin.billing.cycle")

    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=group,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _denied(self, function, *args):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            function(*args)

    def test_rows_of_own_accounts_all_accounts_and_nobody(self):
        own = self._user("own", "account_admin.group_account_admin_user")
        everybody = self._user("all", "account_admin.group_account_admin_all")
        auditor = self._user("auditor", "account_admin.group_account_admin_auditor")
        employee = self._user("employee", "base.group_user")
        other = self._customer("Other Stores", collections_user_id=everybody.id)
        nobodys = self._customer("Nobody Stores")
        self.customer.collections_user_id = own
        for partner in (self.customer, other, nobodys):
            self._move("2026-03-01", 100, partner)
        for model in self.MODELS:
            report = self.env[model]
            seen = report.with_user(own).search([]).sudo().partner_id
            self.assertEqual(seen, self.customer | nobodys, model)
            for user in (everybody, auditor):
                seen = report.with_user(user).search([]).sudo().partner_id
                self.assertEqual(seen, self.customer | other | nobodys, model)
            self._denied(report.with_user(employee).search, [])
            row = report.search([("partner_id", "=", other.id)])
            self._denied(row.with_user(own).read, ["name"])
            self._denied(row.with_user(everybody).write, {"name": "x"})
            self._denied(row.with_user(everybody).unlink)

    def test_member_of_anothers_national_account_is_hidden(self):
        own = self._user("own", "account_admin.group_account_admin_user")
        other = self._user("other", "account_admin.group_account_admin_user")
        self.env["national.account"].create(
            {"name": "Group", "partner_id": self.customer.id, "user_id": other.id}
        )
        self._move("2026-03-01", 100)
        for model in self.MODELS:
            self.assertFalse(self.env[model].with_user(own).search([]))
            self.assertEqual(len(self.env[model].with_user(other).search([])), 1)

    def test_user_of_one_company_sees_nothing_of_the_other(self):
        second = self.setup_other_company(name="Second Ltd")
        group = "account_admin.group_account_admin_manager"
        user = self._user("user_b", group, second["company"])
        self._move("2026-03-01", 100)
        theirs = self._move(
            "2026-03-01",
            70,
            company_id=second["company"].id,
            journal_id=second["default_journal_sale"].id,
        )
        for model in self.MODELS:
            self.assertEqual(
                self.env[model].with_user(user).search([]).mapped("name"),
                [theirs.name],
            )
