"""What is on hold, why, what that stops, and who lets go."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .credit import CreditCommon


@tagged("post_install", "-at_install")
class TestHold(CreditCommon):
    def _hold(self, of=None, **vals):
        of = of or self.customer
        named = {"res.partner": "partner_id", "national.account": "national_account_id"}
        return self.env["collections.hold"].create(
            {
                named[of._name]: of.id,
                "reason": "Asked by sales",
                "date_start": "2026-07-01",
                **vals,
            }
        )

    def _caused(self, partner=None):
        """Sources of the holds that stand on an account."""
        holds = self.env["collections.hold"].search(
            [
                ("partner_id", "=", (partner or self.customer).id),
                ("state", "=", "active"),
                ("source", "!=", "hand"),
            ]
        )
        return holds.mapped("source")

    # ------------------------------------------------------------------
    # WHAT IT STOPS
    # ------------------------------------------------------------------

    def test_hold_stops_an_invoice_with_its_reason(self):
        self._hold()
        self.assertFalse(self._is_let(1))
        self.assertIn("Brook Stores is on hold since", self.said)
        self.assertIn("Asked by sales", self.said)

    def test_from_today_is_the_day_of_the_company_not_of_the_user(self):
        for name in (
            "collections.hold",
            "collections.limit.override",
            "account.admin.contact.bar",
        ):
            with self.subTest(name), self._on("2026-07-01"):
                model = self.env[name].with_context(tz="Pacific/Kiritimati")
                day = model.default_get(["date_start"])["date_start"]
                self.assertEqual(day, self.company._collections_today())

    def test_hold_stops_only_what_it_says(self):
        self._hold(stops_invoice=False)
        self.assertTrue(self._is_let(1))
        holds = self.env["collections.hold"]
        with self._on("2026-07-01"):
            stopped = {
                kind: bool(holds._find_stopping(self.company, self.customer.ids, kind))
                for kind in ("invoice", "order", "delivery", "credit_note", "bill")
            }
        self.assertEqual(
            stopped,
            {
                "invoice": False,
                "order": True,
                "delivery": True,
                "credit_note": False,
                "bill": False,
            },
        )

    def test_hold_of_a_national_account_stops_its_members(self):
        group = self.env["national.account"].create(
            {"name": "Group", "partner_id": self._customer("Head").id}
        )
        self.env["national.account.member"].create(
            {"national_account_id": group.id, "partner_id": self.customer.id}
        )
        self._hold(group)
        self.assertFalse(self._is_let(1))
        self.assertIn("Group is on hold", self.said)

    def test_hold_of_another_company_stops_nothing_here(self):
        other = self.setup_other_company(name="Elsewhere")
        self._hold(company_id=other["company"].id)
        self.assertTrue(self._is_let(1))

    def test_hold_holds_on_its_days(self):
        self._hold(date_end="2026-07-10")
        self.assertTrue(self._is_let(1, day="2026-06-30"))
        self.assertFalse(self._is_let(1, day="2026-07-10"))
        self.assertTrue(self._is_let(1, day="2026-07-11"))

    def test_nothing_else_is_stopped(self):
        self._hold()
        self._limit(0, self.customer)
        bill = {"move_type": "in_invoice", "date": "2026-07-01"}
        for move in (
            self._draft(9, move_type="out_refund"),
            self._draft(9, move_type="out_receipt"),
            self._draft(9, **bill),
        ):
            self.assertTrue(self._is_posted(move), move.move_type)
        self.assertFalse(self._is_let(9))

    def test_payment_and_statement_are_not_stopped(self):
        self._hold()
        self._limit(0, self.customer)
        payment = self._payment("2026-07-01", 10)
        self.assertIn(payment.state, ("in_process", "paid"))

    def test_fee_of_a_step_is_not_stopped(self):
        fee = self.env["product.product"].create({"name": "Fee", "taxes_id": False})
        step = {"fee_amount": 12}
        policy = self._policy(
            "Fees", [1], step=step, fee_product_id=fee.id, fee_auto_post=True
        )
        self.customer.collections_policy_id = policy
        self._move("2026-06-01", 100)
        self._hold(date_start="2026-06-01")
        self._limit(0, self.customer)
        self._night("2026-07-01")
        notice = self._cases().notice_ids
        self.assertEqual(notice.fee_move_id.state, "posted")

    def test_who_may_override_posts_and_it_is_noted(self):
        hold = self._hold()
        zoe = self._user(
            "zoe",
            "account.group_account_invoice,account_admin.group_account_admin_override",
        )
        invoice = self._draft(5)
        self._post(invoice, zoe)
        noted = self.env["collections.limit.override"].search(
            [("hold_id", "=", hold.id)]
        )
        self.assertEqual((noted.move_id, noted.user_id), (invoice, zoe))

    # ------------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------------

    def test_hold_by_hand_is_released_by_hand(self):
        ann = self._user("ann", "account_admin.group_account_admin_user")
        hold = self._hold()
        self._night("2026-07-02", send=False)
        self.assertEqual(hold.state, "active")
        hold.with_user(ann).action_release()
        self.assertEqual((hold.state, hold.released_by_id), ("released", ann))
        self.assertTrue(hold.released_at)
        self.assertTrue(self._is_let(1))

    def test_hold_by_hand_expires(self):
        hold = self._hold(date_end="2026-07-10")
        self._night("2026-07-10", send=False)
        self.assertEqual(hold.state, "active")
        self._night("2026-07-11", send=False)
        self.assertEqual(hold.state, "expired")
        self.assertFalse(hold.released_by_id)

    def test_hold_needs_a_reason(self):
        with self.assertRaisesRegex(ValidationError, "Say why Brook Stores"):
            self._hold(reason=" ")

    @mute_logger("odoo.sql_db")
    def test_bad_holds_are_refused_by_the_database(self):
        nothing = ("stops_invoice", "stops_order", "stops_delivery")
        for vals in (
            {"date_end": "2026-06-30"},
            {"partner_id": False},
            dict.fromkeys(nothing, False),
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._hold(**vals)

    def test_hold_of_a_contact_is_refused(self):
        contact = self.env["res.partner"].create(
            {"name": "Jane", "parent_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "put the account on hold"):
            self._hold(contact)

    def test_hold_is_kept_as_it_was_set(self):
        hold = self._hold().with_user(
            self._user("ann", "account_admin.group_account_admin_user")
        )
        with self.assertRaisesRegex(UserError, "release it"):
            hold.reason = "Another"
        with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
            hold.state = "released"
        hold.action_release()
        with self.assertRaisesRegex(UserError, "has ended"):
            hold.stops_order = False
        with self.assertRaisesRegex(UserError, "Holds are kept"):
            hold.sudo().unlink()

    def test_collector_holds_own_accounts_only(self):
        ann = self._user("ann", "account_admin.group_account_admin_user")
        bob = self._user("bob", "account_admin.group_account_admin_user")
        eve = self._user("eve", "account_admin.group_account_admin_auditor")
        self.customer.collections_user_id = ann
        holds = self.env["collections.hold"]
        vals = {"partner_id": self.customer.id, "reason": "Mine"}
        hold = holds.with_user(ann).create(vals)
        with self.assertRaises(AccessError):
            holds.with_user(bob).create(vals)
        with self.assertRaises(AccessError):
            hold.with_user(bob).action_release()
        with self.assertRaises(AccessError):
            hold.with_user(eve).action_release()
        self.assertEqual(hold.with_user(eve).reason, "Mine")
        with self.assertRaises(AccessError):
            hold.with_user(self.bookkeeper).read(["reason"])

    # ------------------------------------------------------------------
    # WITH ITS CAUSE
    # ------------------------------------------------------------------

    def test_hold_by_a_limit_comes_and_goes(self):
        self._limit(100, self.customer)
        self._move("2026-07-01", 100)
        self._night("2026-07-01", send=False)
        self.assertEqual(self._caused(), [])
        more = self._move("2026-07-01", 50)
        self._night("2026-07-02", send=False)
        self.assertEqual(self._caused(), ["limit"])
        self._pay(more, "2026-07-02")
        with self._on("2026-07-02"):
            self.env.cr.precommit.run()
        self.assertEqual(self._caused(), [])

    def test_hold_by_a_limit_comes_at_once(self):
        self._limit(100, self.customer)
        with self._on("2026-07-01"):
            self._move("2026-07-01", 150)
            self.env.cr.precommit.run()
        self.assertEqual(self._caused(), ["limit"])

    def test_hold_by_a_limit_goes_with_an_override(self):
        limit = self._limit(100, self.customer)
        self._move("2026-07-01", 150)
        self._night("2026-07-01", send=False)
        with self._on("2026-07-01"):
            self.env["collections.limit.override"].create(
                {
                    "limit_id": limit.id,
                    "amount": 50,
                    "reason": "Agreed",
                    "date_end": "2026-07-05",
                }
            )
        self.assertEqual(self._caused(), [])
        self._night("2026-07-06", send=False)
        self.assertEqual(self._caused(), ["limit"])

    def test_hold_by_a_limit_follows_the_limit(self):
        with self._on("2026-07-01"):
            self._move("2026-07-01", 150)
            limit = self._limit(100, self.customer)
            self.assertEqual(self._caused(), ["limit"])
            limit.amount = 200
            self.assertEqual(self._caused(), [])

    def test_deputy_sees_holds_of_whom_they_cover(self):
        ann = self._user("ann", "account_admin.group_account_admin_user")
        bob = self._user("bob", "account_admin.group_account_admin_user")
        self.customer.collections_user_id = ann
        hold, limit = self._hold(), self._limit(5, self.customer)
        away = {"user_id": ann.id, "deputy_id": bob.id}
        days = {"date_start": "2026-07-01", "date_end": "2026-07-10"}
        self.env["account.admin.absence"].create({**away, **days})
        with self._on("2026-07-05"):
            self.assertEqual(hold.with_user(bob).reason, "Asked by sales")
            self.assertEqual(limit.with_user(bob).amount, 5)
        self.env.invalidate_all()
        with self._on("2026-07-11"), self.assertRaises(AccessError):
            hold.with_user(bob).read(["reason"])

    def test_limit_may_set_no_hold(self):
        self._limit(100, self.customer, sets_hold=False)
        self._move("2026-07-01", 150)
        self._night("2026-07-01", send=False)
        self.assertEqual(self._caused(), [])

    def test_hold_with_a_cause_is_not_released_by_hand(self):
        self._limit(100, self.customer)
        self._move("2026-07-01", 150)
        self._night("2026-07-01", send=False)
        hold = self.env["collections.hold"].search([("source", "=", "limit")])
        with self.assertRaisesRegex(UserError, "goes when its cause is gone"):
            hold.action_release()

    def test_hold_by_a_step_goes_with_its_case(self):
        step = {"hold": True}
        policy = self._policy("Holding", [1], step=step)
        self.customer.collections_policy_id = policy
        invoice = self._move("2026-06-01", 100)
        self._night("2026-06-10")
        self._night("2026-06-11")
        self.assertEqual(self._caused(), ["step"])
        self.assertFalse(self._is_let(1, day="2026-06-11"))
        self._pay(invoice, "2026-06-12")
        self._night("2026-06-13")
        self.assertEqual(self._caused(), [])

    def _overdue(self, *items, days=30, amount=500):
        """Whether the rule holds an account with items of (days past due, amount)."""
        customer = self._customer(f"Late {len(items)} {days} {amount} {items}")
        self.company.write(
            {
                "collections_hold_overdue": days is not None,
                "collections_hold_days": days or 0,
                "collections_hold_amount": amount,
            }
        )
        for age, owed in items:
            self._move(date(2026, 7, 1) - timedelta(days=age), owed, customer)
        with self._on("2026-07-01"):
            self.env["collections.hold"]._follow_causes(self.company, customer.ids)
        return self._caused(customer) == ["overdue"]

    def test_overdue_rule_asks_for_days_and_amount_both(self):
        self.assertFalse(self._overdue((45, 400)))
        self.assertFalse(self._overdue((20, 5000)))
        self.assertFalse(self._overdue((45, 500)))
        self.assertTrue(self._overdue((45, 500.01)))
        self.assertFalse(self._overdue((45, 300), (10, 900)))
        self.assertFalse(self._overdue((30, 5000)))

    def test_overdue_rule_that_is_off_at_once_and_of_any_amount(self):
        self.assertFalse(self._overdue((1, 1), days=None, amount=0))
        self.assertTrue(self._overdue((1, 1), days=0, amount=0))
        self.assertFalse(self._overdue((1, 1), days=30, amount=0))

    def test_hold_by_the_overdue_rule_goes_when_it_is_paid(self):
        self.company.write(
            {"collections_hold_overdue": True, "collections_hold_days": 30}
        )
        invoice = self._move("2026-05-01", 100)
        self._night("2026-07-01", send=False)
        self.assertEqual(self._caused(), ["overdue"])
        self.assertFalse(self._is_let(1))
        self._pay(invoice, "2026-07-01")
        with self._on("2026-07-01"):
            self.env.cr.precommit.run()
        self.assertEqual(self._caused(), [])
        self.assertTrue(self._is_let(1))

    def test_account_and_case_show_that_they_are_on_hold(self):
        self._move("2026-06-01", 100)
        self._night("2026-07-01", send=False)
        self._hold()
        with self._on("2026-07-01"):
            account = self.customer.with_company(self.company)
            self.assertEqual(account.collections_hold_reason, "Asked by sales")
            self.assertEqual(self._cases().hold_reason, "Asked by sales")
