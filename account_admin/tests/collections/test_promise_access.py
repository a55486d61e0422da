"""Who may promise what: bad input and access."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsCommon


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
        self._denied(
            invoice.with_user(self.employee).read, ["collections_promise_count"]
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
