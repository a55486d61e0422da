"""Terms of the contract itself that change by amendment, each from its day on."""

from datetime import datetime

from markupsafe import escape
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .licensing import LicensingCommon


class TestTermChange(LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author, cls.reviewer, cls.auditor = (
            cls._somebody(login, group)
            for login, group in (
                ("tc_author", "licensing_user"),
                ("tc_reviewer", "licensing_manager"),
                ("tc_auditor", "account_admin_auditor"),
            )
        )

    @classmethod
    def _somebody(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=f"account_admin.group_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _amend(self, contract, day, *rows, **numbers):
        """A draft of a user that changes terms; ``rows`` are values of other kinds."""
        rows = [*rows, *({"term": k, "number": v} for k, v in numbers.items())]
        return (
            self.env["licensing.amendment"]
            .with_user(self.author)
            .create(
                {
                    "name": "Amendment",
                    "contract_id": contract.id,
                    "date": day,
                    "term_change_ids": [Command.create(row) for row in rows],
                }
            )
        )

    def _sign(self, amendment, day):
        with self._on(day):
            amendment.with_user(self.author).action_submit()
            amendment.with_user(self.reviewer).action_approve()
        return amendment

    def _change(self, contract, day, *rows, **numbers):
        """Terms that changed, signed on their day."""
        return self._sign(self._amend(contract, day, *rows, **numbers), day)

    # ------------------------------------------------------------------
    # FROM ITS DAY ON
    # ------------------------------------------------------------------

    def test_a_term_changes_on_its_day_and_both_values_are_kept(self):
        contract = self._contract(interest=18)
        amendment = self._sign(
            self._amend(contract, "2026-05-31", interest=12), "2026-05-01"
        )
        self.assertEqual((amendment.state, contract.interest), ("approved", 18))
        with self._on("2026-05-31"):
            self._trigger("ir_cron_licensing_amendments")
        self.assertEqual((amendment.state, contract.interest), ("applied", 12))
        change = amendment.term_change_ids
        self.assertEqual((change.old_text, change.new_text), ("18 %", "12 %"))
        self._change(contract, "2026-08-01", interest=9)
        self.assertEqual((change.old_text, change.new_text), ("18 %", "12 %"))
        self.assertEqual(contract.term_change_ids.mapped("new_text"), ["9 %", "12 %"])

    def test_an_earlier_change_that_is_signed_later_leaves_the_later_one(self):
        contract = self._contract(interest=18)
        self._change(contract, "2026-07-01", interest=12)
        amendment = self._sign(
            self._amend(contract, "2026-04-01", interest=15), "2026-08-01"
        )
        self.assertEqual(amendment.term_change_ids.old_text, "18 %")
        self.assertEqual(contract.interest, 12)
        for day, value in (
            ("2026-03-31", 18),
            ("2026-04-01", 15),
            ("2026-06-30", 15),
            ("2026-07-01", 12),
        ):
            day = self.env["licensing.amendment"]._fields["date"].to_date(day)
            self.assertEqual(contract._get_value_on("interest", day), value, day)

    def test_each_kind_of_term_is_shown_with_its_unit(self):
        term = self.env.ref("account.account_payment_term_30days")
        contract = self._contract(withholding=10, renewal_minimum=100)
        amendment = self._change(
            contract,
            "2026-05-01",
            {"term": "gross_up", "yes": True},
            {"term": "payment_term_id", "payment_term_id": term.id},
            {"term": "renewal_measure", "measure": "net"},
            {"term": "renewal_since", "day": "2026-07-01"},
            renewal_minimum=5_000,
            audit_years=3,
            audit_notice_days=14,
            notice_from_days=180,
            notice_until_days=90,
        )
        shown = {
            row.term: (row.old_text, row.new_text.replace("\xa0", ""))
            for row in amendment.term_change_ids
        }
        self.assertEqual(shown["gross_up"], ("No", "Yes"))
        self.assertEqual(
            shown["payment_term_id"], ("Of the licensee", term.display_name)
        )
        self.assertEqual(shown["renewal_measure"], ("Royalties", "Net Sales"))
        self.assertEqual(shown["renewal_since"], ("Contract's start", "07/01/2026"))
        self.assertEqual(shown["renewal_minimum"][1], "$5,000.00")
        self.assertEqual(shown["audit_years"], ("0 years", "3 years"))
        self.assertEqual(shown["audit_notice_days"], ("0 days", "14 days"))
        self.assertEqual(contract.payment_term_id, term)
        self.assertEqual(contract.renewal_measure, "net")
        self.assertEqual(str(contract.notice_until), "2027-10-02")

    # ------------------------------------------------------------------
    # INTEREST
    # ------------------------------------------------------------------

    def _late_invoice(self, contract):
        """10,000 due on 30 April and paid on 14 June."""
        self.company.account_sale_tax_id = False
        self.company_data["default_account_revenue"].tax_ids = False
        move = self._approve(contract, 100_000).move_id
        move.write(
            {
                "invoice_date": "2026-04-10",
                "invoice_payment_term_id": False,
                "invoice_date_due": "2026-04-30",
            }
        )
        move.action_post()
        self._pay(move, "2026-06-14")
        return move

    def _interest(self, contract, day="2026-06-15"):
        with self._on(day):
            self._trigger("ir_cron_licensing_interest")
        return self.env["licensing.interest"].search(
            [("contract_id", "=", contract.id)]
        )

    def test_interest_that_changes_while_late_is_computed_in_two_slices(self):
        contract = self._contract(rates=[self._rate(10)], interest=18)
        self._change(contract, "2026-05-31", interest=12)
        self._late_invoice(contract)
        row = self._interest(contract)
        self.assertEqual(row.amount, 197.26)
        self.assertIn("30 at 18 % a year, 15 at 12 % a year", row.explanation)

    def test_a_new_legal_cap_counts_from_its_day(self):
        contract = self._contract(rates=[self._rate(10)], interest=18)
        self._change(contract, "2026-05-31", interest_cap=10)
        self._late_invoice(contract)
        self.assertEqual(self._interest(contract).amount, 189.04)

    def test_interest_that_was_given_up_is_owed_for_the_days_before(self):
        contract = self._contract(rates=[self._rate(10)], interest=18)
        self._change(contract, "2026-05-31", interest=0)
        self._late_invoice(contract)
        # 10,000 x 18 % x 30 / 365
        self.assertEqual(self._interest(contract).amount, 147.95)

    # ------------------------------------------------------------------
    # INVOICES AND STATEMENTS
    # ------------------------------------------------------------------

    def _tax(self, statement):
        found = self.env["licensing.certificate"].search(
            [("move_id", "=", statement.move_id.id)]
        )
        return found.tax

    def test_withholding_goes_by_the_end_of_the_period(self):
        contract = self._contract(withholding=10, negative_policy="credit_note")
        first = self._approve(contract, 100_000)
        self._change(contract, "2026-04-01", withholding=15)
        second = self._approve(contract, 100_000, quarter=1)
        self.assertEqual((self._tax(first), self._tax(second)), (800, 1_200))
        revision = self.env["licensing.statement"].browse(
            first.action_revise()["res_id"]
        )
        revision.line_ids.gross = 50_000
        revision.action_approve()
        self.assertEqual(self._tax(revision), -400, "10 % as of its period")

    def test_gross_up_goes_by_the_end_of_the_period(self):
        contract = self._contract(withholding=10)
        first = self._approve(contract, 112_500)
        self._change(contract, "2026-04-01", {"term": "gross_up", "yes": True})
        second = self._approve(contract, 112_500, quarter=1)
        self.assertEqual((self._untaxed(first), self._untaxed(second)), (9_000, 10_000))

    def test_payment_terms_are_those_of_the_period(self):
        old, new = (
            self.env.ref(f"account.account_payment_term_{name}")
            for name in ("15days", "30days")
        )
        contract = self._contract(payment_term_id=old.id)
        row = {"term": "payment_term_id", "payment_term_id": new.id}
        self._change(contract, "2026-04-01", row)
        first = self._approve(contract, 1_000)
        second = self._approve(contract, 1_000, quarter=1)
        terms = [found.move_id.invoice_payment_term_id for found in (first, second)]
        self.assertEqual(terms, [old, new])

    def test_statements_are_due_as_agreed_for_their_period(self):
        contract = self._contract(report_days=30)
        self._change(contract, "2026-04-01", report_days=10)
        with self._on("2026-07-02"):
            self._trigger("ir_cron_licensing_expect")
        due = contract.statement_ids.sorted("date_start").mapped("date_due")
        self.assertEqual(list(map(str, due)), ["2026-04-30", "2026-07-10"])

    def test_coming_reports_are_due_as_agreed_for_their_period_everywhere(self):
        contract = self._contract(report_days=30)
        self._change(contract, "2026-04-01", report_days=10)
        expected = ["2026-04-30", "2026-07-10", "2026-10-10"]
        with self._on("2026-04-20"):
            portal = [str(day) for day, _text in contract._get_report_dates()]
            calendar = self.env["licensing.upcoming"].search(
                [("contract_id", "=", contract.id), ("kind", "=", "statement")]
            )
            self.assertEqual(portal[:3], expected)
            self.assertEqual(list(map(str, calendar.mapped("date"))), expected)

    def test_a_longer_sell_off_moves_its_end_and_not_what_was_known_before(self):
        contract = self._contract(sell_off_days=30)
        with self._on("2026-04-05"):
            statement = self._approve(contract, 100_000)
        known_at = statement._get_snapshot().known_at
        self._change(contract, "2026-06-01", sell_off_days=90)
        self.assertEqual(str(contract.date_sell_off_end), "2028-03-30")
        self.assertEqual(str(contract._get_sell_off_last(known_at)), "2028-01-30")

    def test_what_was_known_follows_the_days_and_not_the_order_of_signing(self):
        contract = self._contract(sell_off_days=30)
        self._change(contract, "2026-07-01", sell_off_days=60)
        self._sign(self._amend(contract, "2026-03-01", sell_off_days=45), "2026-08-01")
        for day, value in (("2026-06-30", 30), ("2026-07-15", 60), ("2026-08-02", 60)):
            known = contract._get_value_known(
                "sell_off_days", datetime.fromisoformat(day)
            )
            self.assertEqual(known, value, day)
        self.assertEqual(contract.sell_off_days, 60)

    # ------------------------------------------------------------------
    # WHAT IS REFUSED
    # ------------------------------------------------------------------

    def test_terms_that_do_not_go_together_are_named(self):
        contract = self._contract(notice_from_days=90, notice_until_days=30)
        for row, sentence in (
            ({"term": "gross_up", "yes": True}, "nothing is grossed up"),
            ({"term": "interest_cap", "number": 10}, "nothing to cap"),
            ({"term": "notice_until_days", "number": 120}, "before it opens"),
            ({"term": "withholding", "number": 100}, "below 100 %"),
            ({"term": "report_days", "number": 1.5}, "whole numbers"),
            ({"term": "sell_off_days", "number": -1}, "nothing is below 0"),
            ({"term": "renewal_measure"}, "choose what is counted"),
            ({"term": "report_days", "number": 30}, "30 days already"),
        ):
            with self.subTest(sentence=sentence):
                amendment = self._amend(contract, "2026-05-01", row)
                with self.assertRaisesRegex(UserError, sentence):
                    amendment.action_submit()

    def test_terms_have_to_go_together_with_those_that_change_later(self):
        contract = self._contract(interest=18)
        self._change(contract, "2026-07-01", interest=0)
        amendment = self._amend(contract, "2026-04-01", interest_cap=10)
        with self.assertRaisesRegex(UserError, "From 07/01/2026 on: .*nothing to cap"):
            amendment.action_submit()

    def test_a_term_is_judged_for_the_days_that_it_holds(self):
        contract = self._contract(withholding=10)
        self._change(contract, "2026-07-01", {"term": "gross_up", "yes": True})
        none = self._amend(contract, "2026-04-01", withholding=0)
        with self.assertRaisesRegex(UserError, "From 07/01/2026 on: .*grossed up"):
            none.action_submit()
        self._change(contract, "2026-06-15", withholding=20)
        self.assertTrue(none.action_submit(), "it holds until the day before")

    @mute_logger("odoo.sql_db")
    def test_a_term_is_changed_once_by_an_amendment(self):
        rows = [{"term": "interest", "number": number} for number in (1, 2)]
        with self.assertRaises(IntegrityError):
            self._amend(self._contract(), "2026-05-01", *rows)

    def test_payment_terms_are_agreed_and_changed_by_amendments_only(self):
        contract = self._contract()
        with self.assertRaisesRegex(UserError, "write an amendment"):
            contract.with_user(self.reviewer).payment_term_id = self.env.ref(
                "account.account_payment_term_30days"
            )

    def test_changes_stand_once_in_review(self):
        amendment = self._amend(self._contract(), "2026-05-01", interest=5)
        amendment.action_submit()
        change = amendment.term_change_ids.with_user(self.author)
        row = {"amendment_id": amendment.id, "term": "withholding", "number": 5}
        for forbidden in (
            lambda: change.write({"number": 6}),
            change.unlink,
            lambda: change.create(row),
        ):
            with self.assertRaisesRegex(UserError, "no draft any more"):
                forbidden()

    # ------------------------------------------------------------------
    # WHO, AND ON SCREEN
    # ------------------------------------------------------------------

    def test_a_user_writes_drafts_and_an_auditor_reads_them(self):
        change = self._amend(self._contract(), "2026-05-01", interest=5).term_change_ids
        change.number = 6
        self.assertEqual(change.with_user(self.auditor).new_text, "6 %")
        with self.assertRaises(AccessError):
            change.with_user(self.auditor).number = 7
        with self.assertRaises(AccessError):
            change.before = [1]
        change.unlink()

    def test_another_company_and_other_people_see_nothing(self):
        change = self._amend(self._contract(), "2026-05-01", interest=5).term_change_ids
        other = self.setup_other_company()["company"]
        stranger = self._somebody("tc_stranger", "licensing_manager", other)
        collector = self._somebody("tc_collector", "account_admin_user")
        self.assertFalse(change.with_user(stranger).search([("id", "=", change.id)]))
        for user in (stranger, collector):
            with self.assertRaises(AccessError):
                change.with_user(user).read(["number"])

    def test_the_form_shows_what_stands_before(self):
        contract = self._contract(interest=18)
        form = Form(self.env["licensing.amendment"].with_user(self.author))
        form.name, form.contract_id, form.date = "A", contract, "2026-05-01"
        with form.term_change_ids.new() as row:
            row.term = "interest"
            self.assertEqual(row.old_text, "18 %")
            row.number = 12
            self.assertEqual(row.new_text, "12 %")
        amendment = form.save()
        self.assertEqual(amendment.term_change_ids.number, 12)

    def test_the_preview_shows_the_terms_and_changes_nothing(self):
        contract = self._contract(interest=18, sell_off_days=30)
        amendment = self._amend(contract, "2026-05-01", interest=12, sell_off_days=60)
        with self._on("2026-04-01"):
            amendment.action_preview()
        self.assertIn("18 % → 12 %", amendment.impact)
        self.assertIn("30 days → 60 days", amendment.impact)
        self.assertEqual((contract.interest, contract.sell_off_days), (18, 30))
        self.assertFalse(any(amendment.term_change_ids.mapped("before")))

    def test_the_preview_names_the_invoices_that_keep_the_old_terms(self):
        contract = self._contract(withholding=10)
        names = [
            self._approve(contract, 1_000, quarter=quarter).move_id.display_name
            for quarter in range(3)
        ]
        self._change(contract, "2026-07-01", withholding=20)
        amendment = self._amend(contract, "2026-04-01", withholding=15, interest=5)
        with self._on("2026-12-01"):
            amendment.action_preview()
        title, rest = "Invoices that keep the old terms", str(amendment.impact)
        self.assertIn(title, rest)
        section = rest.split(title)[1].split("Approved statements")[0]
        self.assertIn("Withholding Tax (%): 10 %", section)
        found = [escape(name) in section for name in names]
        self.assertEqual(found, [False, True, False], "the third has 20 %")

    def test_the_preview_names_no_invoice_where_none_is_made_by_the_terms(self):
        contract = self._contract(interest=18)
        self._approve(contract, 1_000)
        for day, terms in (("2026-01-01", "interest"), ("2026-04-01", "withholding")):
            amendment = self._amend(contract, day, **{terms: 12})
            amendment.action_preview()
            self.assertNotIn("keep the old terms", amendment.impact)
