"""What an account may owe, with everybody above it, and who may allow more."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .credit import CreditCommon


@tagged("post_install", "-at_install")
class TestLimit(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two, cls.three = (cls._customer(name) for name in "ABC")
        cls.alone = cls._customer("L")
        members = [
            Command.create({"partner_id": one.id})
            for one in (cls.one, cls.two, cls.three)
        ]
        cls.group = cls.env["national.account"].create(
            {
                "name": "Group",
                "partner_id": cls._customer("Head").id,
                "member_ids": members,
            }
        )

    def _owe(self):
        """Group 100,000; A unset owes 55,000, B 30,000/28,000, C 0/0."""
        self._move("2026-06-01", 55000, self.one)
        self._move("2026-06-01", 28000, self.two)
        self._move("2026-06-01", 900000, self.alone)
        self._limit(100000, self.group)
        self._limit(False, self.one)
        self.limit = self._limit(30000, self.two)
        self._limit(0, self.three)

    def test_exposure_is_items_less_credits_with_drafts(self):
        limit = self._limit(50000, self.alone)
        self._move("2026-06-01", 40000, self.alone)
        self._credit("2026-06-01", 3000, self.alone)
        self._draft(4000, self.alone)
        self._draft(2000, self.alone)
        self.assertEqual(limit.used, 43000)
        self.assertEqual(limit.free, 7000)
        self.assertEqual(limit.share, 86)

    def test_draft_of_a_credit_note_lowers_what_is_used(self):
        limit = self._limit(50000, self.alone)
        self._draft(4000, self.alone)
        self._draft(1000, self.alone, move_type="out_refund")
        self.assertEqual(limit.used, 3000)

    def test_own_limit_that_is_not_set_does_not_stop(self):
        self._owe()
        self.assertTrue(self._is_let(17000, self.one))

    def test_limit_of_the_group_stops_a_member(self):
        self._owe()
        self.assertFalse(self._is_let(17000.01, self.one))
        self.assertIn("Group owes $ 100,000.01, $ 0.01 more", self.said)
        self.assertIn("limit of $ 100,000.00", self.said)

    def test_own_limit_stops(self):
        self._owe()
        self.assertTrue(self._is_let(2000, self.two))
        self.assertFalse(self._is_let(5000, self.two))
        self.assertIn("B owes $ 33,000.00, $ 3,000.00 more", self.said)
        self.assertNotIn("Group", self.said)

    def test_every_limit_above_is_named_the_nearest_first(self):
        self._owe()
        self.assertFalse(self._is_let(17000.01, self.two))
        self.assertLess(self.said.index("With it B"), self.said.index("With it Group"))

    def test_limit_of_zero_is_no_credit(self):
        self._owe()
        self.assertFalse(self._is_let(0.01, self.three))

    def test_limit_of_every_other_account_counts_where_there_is_no_other(self):
        self._owe()
        self.assertTrue(self._is_let(1, self.alone))
        self._limit(500000)
        self.assertFalse(self._is_let(1, self.alone))
        self.assertIn("With it L owes $ 900,001.00", self.said)
        self.assertTrue(self._is_let(17000, self.one))

    def test_sentence_names_who_may_override(self):
        self._owe()
        self._user("zoe", "account_admin.group_account_admin_override")
        self._is_let(5000, self.two)
        self.assertRegex(self.said, r"May override limits: .*\.")

    def test_limit_counts_on_its_days(self):
        self._limit(0, self.alone, date_start="2026-07-02", date_end="2026-07-10")
        self.assertTrue(self._is_let(1, self.alone, day="2026-07-01"))
        self.assertFalse(self._is_let(1, self.alone, day="2026-07-02"))
        self.assertFalse(self._is_let(1, self.alone, day="2026-07-10"))
        self.assertTrue(self._is_let(1, self.alone, day="2026-07-11"))

    def test_member_that_left_counts_no_more(self):
        self._owe()
        member = self.group.member_ids.filtered(lambda m: m.partner_id == self.one)
        member.date_end = "2026-06-30"
        self.assertTrue(self._is_let(17000.01, self.one))
        self.assertTrue(self._is_let(2000, self.two))

    # ------------------------------------------------------------------
    # OVERRIDES
    # ------------------------------------------------------------------

    def _override(self, amount, start="2026-07-01", end="2026-07-31", **vals):
        return self.env["collections.limit.override"].create(
            {
                "limit_id": self.limit.id,
                "amount": amount,
                "date_start": start,
                "date_end": end,
                "reason": "Christmas",
                **vals,
            }
        )

    def test_override_adds_until_its_last_day(self):
        self._owe()
        self._override(5000)
        self.assertTrue(self._is_let(7000, self.two, day="2026-07-31"))
        self.assertFalse(self._is_let(7000.01, self.two, day="2026-07-31"))
        self.assertFalse(self._is_let(5000, self.two, day="2026-08-01"))

    def test_what_was_posted_under_an_override_stays(self):
        self._owe()
        self._override(5000)
        invoice = self._draft(7000, self.two)
        self._post(invoice)
        self._night("2026-08-01", send=False)
        self.assertEqual(invoice.state, "posted")

    def test_two_overrides_at_once_are_refused(self):
        self._owe()
        self._override(5000)
        self._override(5000, "2026-08-01", "2026-08-31")
        with self.assertRaisesRegex(ValidationError, "overridden until 07/31/2026"):
            self._override(1000, "2026-07-31", "2026-08-05")

    def test_override_needs_a_reason(self):
        self._owe()
        with self.assertRaisesRegex(ValidationError, "Say why the limit of B"):
            self._override(5000, reason=" ")

    @mute_logger("odoo.sql_db")
    def test_override_that_ends_before_it_begins_is_refused(self):
        self._owe()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._override(5000, "2026-07-31", "2026-07-01")

    def test_override_is_kept(self):
        self._owe()
        override = self._override(5000)
        override.date_end = "2026-07-15"
        with self.assertRaisesRegex(UserError, "is kept"):
            override.amount = 6000
        with self.assertRaisesRegex(UserError, "is kept"):
            override.sudo().unlink()
        with self.assertRaisesRegex(UserError, "limit of B was overridden"):
            self.limit.unlink()

    def test_who_may_override_posts_and_it_is_noted(self):
        self._owe()
        zoe = self._user(
            "zoe",
            "account.group_account_invoice,account_admin.group_account_admin_override",
        )
        invoice = self._draft(5000, self.two)
        self._post(invoice, zoe)
        (noted,) = self.limit.override_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual((noted.move_id, noted.user_id), (invoice, zoe))
        self.assertEqual(noted.amount, 3000)
        self.assertFalse(self.limit.extra)
        self.assertFalse(self._is_let(1, self.two))

    def test_only_who_may_overrides_a_limit(self):
        self._owe()
        zoe = self._user("zoe", "account_admin.group_account_admin_override")
        own = self._user("own", "account_admin.group_account_admin_all")
        vals = {
            "limit_id": self.limit.id,
            "amount": 1,
            "reason": "Asked",
            "date_start": "2026-07-01",
            "date_end": "2026-07-02",
        }
        overrides = self.env["collections.limit.override"]
        with self.assertRaises(AccessError):
            overrides.with_user(own).create(vals)
        made = overrides.with_user(zoe).create(vals)
        self.assertEqual(made.user_id, zoe)
        self.assertEqual(made.with_user(own).reason, "Asked")

    # ------------------------------------------------------------------
    # CURRENCIES AND COMPANIES
    # ------------------------------------------------------------------

    def test_amount_in_another_currency_is_converted_once(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 1 / 1.1)])
        limit = self._limit(100, self.alone, currency_id=euro.id)
        self._draft(110, self.alone)
        self.assertEqual(limit.used, 100)
        self._draft(50, self.alone, currency_id=euro.id)
        self.env.invalidate_all()
        self.assertEqual(limit.used, 150)

    def test_one_limit_over_two_companies_and_one_in_each(self):
        other = self.setup_other_company(name="Elsewhere")
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 1 / 1.1)])
        shared = self._limit(100000, self.alone, company_id=False, currency_id=euro.id)
        self._move("2026-06-01", 66000, self.alone)
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": "2020-01-01",
                "rate": 1 / 1.1,
                "company_id": other["company"].id,
            }
        )
        journal = other["default_journal_sale"]
        there = self._draft(
            44000, self.alone, journal_id=journal.id, company_id=other["company"].id
        )
        there.action_post()
        self.assertEqual(shared.used, 100000)
        self.assertTrue(self._is_let(0, self.alone))
        self.assertFalse(self._is_let(0.02, self.alone))
        shared.amount = False
        self._limit(70000, self.alone, currency_id=euro.id)
        self.assertTrue(self._is_let(0.02, self.alone))
        self.assertTrue(self._is_let(11000, self.alone))
        self.assertFalse(self._is_let(11000.02, self.alone))

    def test_currency_without_a_rate_is_refused(self):
        euro = self.setup_other_currency("EUR", rates=[])
        with self.assertRaisesRegex(UserError, "EUR has no rate"):
            self._limit(100, self.alone, currency_id=euro.id)

    def test_invoice_in_a_currency_without_a_rate_is_not_compared_one_to_one(self):
        self._limit(1000, self.alone)
        pound = self.setup_other_currency("GBP", rates=[])
        self.assertFalse(self._is_let(1, self.alone, currency_id=pound.id))
        self.assertIn("GBP has no rate", self.said)

    # ------------------------------------------------------------------
    # ONE AFTER THE OTHER
    # ------------------------------------------------------------------

    def test_of_two_drafts_the_first_is_posted(self):
        self._limit(10000, self.alone)
        first, second = self._draft(6000, self.alone), self._draft(6000, self.alone)
        self.assertFalse(self._is_posted(second))
        self._post(first)
        self.assertFalse(self._is_posted(second))

    def test_many_invoices_at_once_are_asked_about_together(self):
        self._limit(10000, self.alone)
        both = self._draft(6000, self.alone) + self._draft(6000, self.alone)
        self.assertFalse(self._is_posted(both))
        self.assertIn("2 invoices of L cannot be posted", self.said)

    def test_posting_many_takes_no_more_queries_for_limits(self):
        customers = [self._customer(f"Many {number}") for number in range(12)]
        for customer in customers:
            self._limit(10, customer)
        self._limit(100000)
        moves = self.env["account.move"]
        for customer in customers:
            moves += self._draft(5, customer)

        def count_queries(part):
            part.action_post()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            part._check_credit()
            return self.cr.sql_log_count - before

        count_queries(moves[:1])
        self.assertLess(count_queries(moves[2:]), count_queries(moves[1:2]) + 3)

    def test_posting_asks_once_where_there_is_no_limit(self):
        invoices = self._draft(5) + self._draft(5, self.alone)
        invoices.action_post()
        self.env.flush_all()
        with self.assertQueryCount(1):
            invoices._check_credit()

    # ------------------------------------------------------------------
    # AGAIN
    # ------------------------------------------------------------------

    def _reopen(self, amount):
        """An invoice over 100 is set back to draft and posted over another amount."""
        invoice = self._draft(100, self.alone)
        invoice.action_post()
        self._limit(50, self.alone)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = amount
        return invoice

    def test_invoice_that_grew_is_asked_about_again(self):
        self.assertFalse(self._is_posted(self._reopen(120)))

    def test_invoice_that_shrank_is_not_asked_about(self):
        self.assertTrue(self._is_posted(self._reopen(80)))

    def test_invoice_that_stays_as_it_was_is_not_asked_about(self):
        self.assertTrue(self._is_posted(self._reopen(100)))

    def test_cancelled_invoice_that_comes_back_is_asked_about(self):
        invoice = self._reopen(100)
        invoice.button_cancel()
        invoice.button_draft()
        self.assertFalse(self._is_posted(invoice))

    def test_invoice_that_goes_to_another_account_is_asked_about(self):
        invoice = self._reopen(100)
        self._limit(50, self.two)
        invoice.partner_id = self.two
        self.assertFalse(self._is_posted(invoice))

    # ------------------------------------------------------------------
    # SHOWN AND TYPED
    # ------------------------------------------------------------------

    def test_account_shows_the_limit_with_least_left(self):
        self._owe()
        with self._on("2026-07-01"):
            account = self.two.with_company(self.company)
            self.assertEqual(account.collections_limit_whose, "B")
            self.assertEqual(account.collections_limit_free, 2000)
            self.assertFalse(account.collections_over_limit)
            self._move("2026-07-01", 3000, self.two)
            account.invalidate_recordset()
            self.assertTrue(account.collections_over_limit)

    def test_draft_says_beforehand_what_would_stop_it(self):
        self._owe()
        ann = self._user(
            "ann",
            "account.group_account_invoice,account_admin.group_account_admin_user",
        )
        draft = self._draft(5000, self.two).with_user(ann)
        with self._on("2026-07-01"):
            self.assertIn("3,000.00 more", draft.collections_credit_warning)
            fine = self._draft(12000, self.one).with_user(ann)
            self.assertFalse(fine.collections_credit_warning)

    def test_work_item_knows_who_is_over_the_limit(self):
        self._owe()
        self._move("2026-06-01", 3000, self.two)
        accounts = (self.one | self.two | self.alone).ids
        with self._on("2026-07-01"):
            found = self.env["collections.work.item"]._get_over_limit(
                self.company, accounts
            )
        self.assertEqual(found, {self.two.id})

    def test_two_limits_at_once_are_refused(self):
        self._limit(1, self.alone, date_end="2026-06-30")
        self._limit(2, self.alone, date_start="2026-07-01")
        self._limit(2, self.alone, company_id=False)
        with self.assertRaisesRegex(ValidationError, "L already has a limit"):
            self._limit(3, self.alone)

    def test_limit_of_a_contact_is_refused(self):
        contact = self.env["res.partner"].create(
            {"name": "Jane", "parent_id": self.alone.id}
        )
        with self.assertRaisesRegex(ValidationError, "give the account the limit"):
            self._limit(3, contact)

    @mute_logger("odoo.sql_db")
    def test_bad_limits_are_refused_by_the_database(self):
        for vals in (
            {"amount": -1},
            {"date_start": "2026-07-02", "date_end": "2026-07-01"},
            {"national_account_id": self.group.id},
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._limit(**{"amount": 1, "of": self.alone, **vals})

    def test_collector_sees_limits_of_own_accounts_and_changes_none(self):
        ann = self._user("ann", "account_admin.group_account_admin_user")
        bob = self._user("bob", "account_admin.group_account_admin_user")
        eve = self._user("eve", "account_admin.group_account_admin_auditor")
        self.alone.collections_user_id = ann
        limit = self._limit(5, self.alone)
        self.assertEqual(limit.with_user(ann).amount, 5)
        self.assertEqual(limit.with_user(eve).amount, 5)
        with self.assertRaises(AccessError):
            limit.with_user(bob).read(["amount"])
        with self.assertRaises(AccessError):
            limit.with_user(ann).amount = 6
        with self.assertRaises(AccessError):
            limit.with_user(eve).amount = 6
