"""What our roles read of the books: what customers owe, and no more than that."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import CollectionsCommon

#: Roles of ours that work with customers, none of them a role in accounting.
ROLES = (
    "account_admin.group_account_admin_user",
    "account_admin.group_account_admin_manager",
    "account_admin.group_licensing_user",
    "account_admin.group_licensing_manager",
)
ACCOUNTING = (
    "account.group_account_readonly",
    "account.group_account_invoice",
    "account.group_account_user",
)


@tagged("post_install", "-at_install")
class TestBooks(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = [
            new_test_user(
                cls.env,
                f"books_{number}",
                groups=role,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for number, role in enumerate(ROLES)
        ]
        cls.invoice = cls._move("2026-03-01", 100)
        cls.credit = cls._credit("2026-03-01", 20)
        cls.paid = cls._payment("2026-03-02", 30)
        cls.opening = cls._misc("2026-03-03", 40)
        cls.bill = cls._move("2026-03-01", 50, move_type="in_invoice")
        cls.outgoing = cls._payment(
            "2026-03-02", 60, payment_type="outbound", partner_type="supplier"
        )
        cls.salary = cls.env["account.move"].create(
            {
                "journal_id": cls.company_data["default_journal_misc"].id,
                "date": "2026-03-31",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": cls.company_data[
                                f"default_account_{name}"
                            ].id,
                            "balance": balance,
                        }
                    )
                    for name, balance in (("expense", 3000), ("payable", -3000))
                ],
            }
        )

    def test_roles_of_ours_imply_no_role_of_accounting(self):
        for role in ROLES:
            implied = self.env.ref(role).all_implied_ids
            for name in ACCOUNTING:
                self.assertNotIn(self.env.ref(name), implied, role)

    def test_names_of_accounts_stay_as_they_are_without_a_role_of_ours(self):
        employee = new_test_user(self.env, "books_none", groups="base.group_user")
        account = self.company_data["default_account_receivable"]
        plain = account.with_user(employee).display_name
        for user in self.users:
            self.assertEqual(account.with_user(user).display_name, plain, user.login)

    def test_every_role_opens_what_customers_owe_and_what_they_paid(self):
        for user in self.users:
            for record in (
                self.invoice,
                self.credit,
                self.opening,
                self.paid,
                self.paid.move_id,
                self.customer,
            ):
                with self.subTest(role=user.login, record=record.display_name):
                    with Form(record.with_user(user)) as form:
                        self.assertEqual(form.id, record.id)
            lines = (self.invoice.line_ids | self._receivable(self.opening)).with_user(
                user
            )
            self.assertEqual(sum(lines.mapped("balance")), 40)

    def test_every_role_finds_customers_entries_in_a_list(self):
        for user in self.users:
            moves = self.env["account.move"].with_user(user).search([])
            for entry in self.invoice | self.credit | self.opening | self.paid.move_id:
                self.assertIn(entry, moves, user.login)
            self.assertNotIn(self.bill, moves, user.login)

    def test_bills_of_vendors_are_closed_to_every_role(self):
        for user in self.users:
            for record in (self.bill, self.bill.line_ids, self.outgoing):
                with self.subTest(role=user.login, record=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read()

    def test_pay_and_other_entries_show_none_of_their_lines(self):
        for user in self.users:
            found = (
                self.env["account.move.line"]
                .with_user(user)
                .search([("move_id", "in", (self.salary | self.opening).ids)])
            )
            self.assertEqual(found, self._receivable(self.opening), user.login)
            with self.assertRaises(AccessError):
                self.salary.line_ids.with_user(user).read(["balance"])

    def test_who_has_a_role_in_accounting_besides_still_reads_all(self):
        for role in ACCOUNTING:
            user = new_test_user(
                self.env,
                f"books_{role}",
                groups=",".join((role, *ROLES)),
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for record in (self.bill, self.bill.line_ids, self.outgoing, self.salary):
                record.with_user(user).read(["company_id"])

    def test_nothing_in_the_books_is_changed_by_a_role_of_ours(self):
        for user in self.users:
            for record, vals in (
                (self.invoice, {"ref": "mine"}),
                (self.invoice.line_ids, {"name": "mine"}),
                (self.paid, {"memo": "mine"}),
            ):
                with self.subTest(role=user.login, record=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write(vals)
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()
