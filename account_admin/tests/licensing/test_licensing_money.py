"""Cases T18, T22, T24: withholding tax, late interest, the costs of an audit."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .licensing import LicensingCommon


class TestMoney(LicensingCommon):
    def _royalty_invoice(self, amount, **vals):
        """A posted royalty invoice without taxes, due on 30 April."""
        self.company.account_sale_tax_id = False
        self.company_data["default_account_revenue"].tax_ids = False
        contract = self._contract(rates=[self._rate(10)], **vals)
        move = self._approve(contract, amount * 10).move_id
        move.write(
            {
                "invoice_date": "2026-04-10",
                "invoice_payment_term_id": False,
                "invoice_date_due": "2026-04-30",
            }
        )
        move.action_post()
        return contract, move

    def test_t18_the_licensee_keeps_tax_back_and_owes_a_certificate(self):
        contract, move = self._royalty_invoice(
            10_000, withholding=10, commitment_ids=[self._pool(guarantee=20_000)]
        )
        found = self.env["licensing.certificate"].search([("move_id", "=", move.id)])
        self.assertEqual((found.tax, found.cash, found.state), (1_000, 9_000, "open"))
        self.assertEqual(self._balance(contract).billed, 10_000, "the whole counts")

    def test_t18_a_certificate_settles_what_was_kept_back(self):
        _contract, move = self._royalty_invoice(10_000, withholding=10)
        self.company.licensing_withholding_account_id = self.company_data[
            "default_account_assets"
        ]
        self._pay(move, "2026-04-30", 9_000)
        found = self.env["licensing.certificate"].search([("move_id", "=", move.id)])
        self.assertEqual(move.amount_residual, 1_000)
        found.date = "2026-05-20"
        found.action_receive()
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(found.state, "received")

    def test_no_limit_and_no_hold_stops_royalties_and_interest(self):
        account = {"partner_id": self.licensee.id, "company_id": self.company.id}
        self.env["collections.limit"].create({**account, "amount": 0})
        hold = {**account, "reason": "Asked", "date_start": "2026-01-01"}
        self.env["collections.hold"].create(hold)
        bookkeeper = new_test_user(
            self.env,
            "bookkeeper",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        royalty = self._approve(self._contract(), 1000).move_id
        royalty.with_user(bookkeeper).action_post()
        self.assertEqual(royalty.state, "posted")
        other = royalty.copy()
        with self.assertRaisesRegex(UserError, "cannot be posted"):
            other.with_user(bookkeeper).action_post()

    def _credit_note(self, move):
        """The posted credit note of a revision that takes 4,000 of royalties back."""
        statement = self.env["licensing.statement"].search(
            [("move_id", "=", move.id)], limit=1
        )
        revision = self.env["licensing.statement"].browse(
            statement.action_revise()["res_id"]
        )
        revision.line_ids.gross -= 40_000
        revision.action_approve()
        credit = revision.move_id
        credit.invoice_date = "2026-05-10"
        credit.action_post()
        return credit

    def _certificates(self, contract):
        return self.env["licensing.certificate"].search(
            [("contract_id", "=", contract.id)], order="id"
        )

    def test_a_credit_note_corrects_the_tax_that_was_withheld(self):
        contract, move = self._royalty_invoice(
            10_000, withholding=10, negative_policy="credit_note"
        )
        credit = self._credit_note(move)
        self.assertEqual(credit.move_type, "out_refund")
        first, second = self._certificates(contract)
        self.assertEqual((first.move_id, second.move_id), (move, credit))
        self.assertEqual((second.base, second.tax, second.cash), (-4_000, -400, -3_600))
        self.assertEqual(first.tax + second.tax, 600, "10 % of what is left")

    def test_a_grossed_up_credit_note_corrects_the_tax_in_full(self):
        contract, move = self._royalty_invoice(
            9_000, withholding=10, gross_up=True, negative_policy="credit_note"
        )
        credit = self._credit_note(move)
        self.assertEqual(credit.amount_total, 4_444.44)
        tax = sum(self._certificates(contract).mapped("tax"))
        self.assertAlmostEqual(tax, (10_000 - 4_444.44) / 10, 2)

    def test_the_corrected_certificate_settles_the_credit_note(self):
        contract, move = self._royalty_invoice(
            10_000, withholding=10, negative_policy="credit_note"
        )
        account = self.company_data["default_account_assets"]
        self.company.licensing_withholding_account_id = account
        credit = self._credit_note(move)
        self._pay(move, "2026-04-30", 9_000)
        refund = self._payment(
            "2026-05-20", 3_600, self.licensee, payment_type="outbound"
        )
        self._reconcile(credit, refund)
        certificates = self._certificates(contract)
        manager = self._user("licensing_manager")
        certificates.with_user(manager).action_receive()
        self.assertEqual((move.amount_residual, credit.amount_residual), (0, 0))
        kept = certificates.entry_id.line_ids.filtered(
            lambda line: line.account_id == account
        )
        self.assertEqual(sum(kept.mapped("balance")), 600)
        rows = self.env["licensing.ledger"].search(
            [("contract_id", "=", contract.id), ("kind", "=", "withheld")]
        )
        self.assertEqual(sum(rows.mapped("amount")), 600)

    def _netted(self):
        """A credit note of -4,000 that was matched with the next invoice of 5,000.

        :return: (that invoice, its certificate of 500, the credit note's of -400)
        """
        contract, move = self._royalty_invoice(
            10_000, withholding=10, negative_policy="credit_note"
        )
        self.account = self.company_data["default_account_assets"]
        self.company.licensing_withholding_account_id = self.account
        credit = self._credit_note(move)
        self._pay(move, "2026-04-30", 9_000)
        invoice = self._approve(contract, 50_000, quarter=1).move_id
        invoice.invoice_date = "2026-07-10"
        invoice.action_post()
        self._reconcile(credit, invoice)
        self._pay(invoice, "2026-07-20", 4_500 - 3_600)
        self.assertEqual((credit.amount_residual, invoice.amount_residual), (0, 100))
        first, second, third = self._certificates(contract)
        first.action_receive()
        return invoice, third, second

    def test_a_credit_note_that_was_matched_has_its_tax_corrected_all_the_same(self):
        for reverse in (False, True):
            with self.subTest(credit_note_first=reverse):
                invoice, *both = self._netted()
                for certificate in reversed(both) if reverse else both:
                    certificate.action_receive()
                self.assertEqual(invoice.amount_residual, 0)
                certificates = self._certificates(both[0].contract_id)
                self.assertEqual(set(certificates.mapped("state")), {"received"})
                lines = certificates.entry_id.line_ids
                self.assertTrue(
                    all(
                        lines.filtered(
                            lambda line: line.account_type == "asset_receivable"
                        ).mapped("reconciled")
                    ),
                    "nothing stays open",
                )
                kept = lines.filtered(lambda line: line.account_id == self.account)
                rows = self.env["licensing.ledger"].search(
                    [
                        ("contract_id", "=", both[0].contract_id.id),
                        ("kind", "=", "withheld"),
                    ]
                )
                self.assertEqual(sum(kept.mapped("balance")), 1_100)
                self.assertEqual(sum(rows.mapped("amount")), 1_100)
                self.assertEqual(sum(certificates.mapped("tax")), 1_100)

    def test_what_a_licensee_kept_too_much_stays_open(self):
        invoice, certificate, corrected = self._netted()
        self._pay(invoice, "2026-07-21", 100)
        corrected.action_receive()
        line = corrected.entry_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(line.amount_residual, 400)
        certificate.action_receive()
        self.assertEqual(line.amount_residual, 0, "what it nets it with")

    def test_nothing_is_withheld_from_an_invoice_that_was_paid_in_full(self):
        contract, move = self._royalty_invoice(10_000, withholding=10)
        self._pay(move, "2026-04-30")
        with self.assertRaisesRegex(UserError, "paid in full"):
            self._certificates(contract).action_receive()

    def test_a_licensing_user_does_not_book_certificates(self):
        _contract, move = self._royalty_invoice(10_000, withholding=10)
        found = self.env["licensing.certificate"].search([("move_id", "=", move.id)])
        user = self._user("licensing_user")
        with self.assertRaises(AccessError):
            found.with_user(user).action_receive()

    def _user(self, group):
        return self.env["res.users"].create(
            {
                "name": group,
                "login": group,
                "company_id": self.company.id,
                "company_ids": self.company.ids,
                "group_ids": [(4, self.env.ref(f"account_admin.group_{group}").id)],
            }
        )

    def test_t18_gross_up_raises_the_invoice(self):
        _contract, move = self._royalty_invoice(10_000, withholding=10, gross_up=True)
        self.assertEqual(move.amount_total, 11_111.11)
        found = self.env["licensing.certificate"].search([("move_id", "=", move.id)])
        self.assertEqual(found.cash, 10_000)

    def test_t22_interest_on_what_was_paid_late(self):
        whole, parts = (
            (("2026-06-14", None),),
            (("2026-05-15", 4_000), ("2026-06-14", None)),
        )
        for payments, cap, expected in (
            (whole, 0, 221.92),
            (parts, 0, 162.74),
            (whole, 10, 123.29),
        ):
            with self.subTest(expected=expected):
                contract, move = self._royalty_invoice(
                    10_000, interest=18, interest_cap=cap
                )
                for day, amount in payments:
                    self._pay(move, day, amount)
                for day in ("2026-06-15", "2026-06-16"):
                    with self._on(day):
                        self._trigger("ir_cron_licensing_interest")
                row = self.env["licensing.interest"].search(
                    [("contract_id", "=", contract.id)]
                )
                self.assertEqual(row.amount, expected)
                self.assertEqual(row.move_id.amount_untaxed, expected)
                self.assertEqual(row.move_id.state, "draft")
                self.assertIn("45 days late", row.explanation)

    def test_an_invoice_paid_in_time_has_no_interest(self):
        contract, move = self._royalty_invoice(10_000, interest=18)
        self._pay(move, "2026-04-30")
        with self._on("2026-06-15"):
            self._trigger("ir_cron_licensing_interest")
        row = self.env["licensing.interest"].search([("contract_id", "=", contract.id)])
        self.assertFalse(row.move_id)

    def test_t24_who_bears_the_costs_of_an_audit(self):
        for basis, percent, bears in (("paid", 5.00, True), ("owed", 4.76, False)):
            with self.subTest(basis=basis):
                contract = self._contract(
                    rates=[self._rate(10)], audit_threshold=5, audit_basis=basis
                )
                self._approve(contract, 1_000_000)
                audit = self.env["licensing.audit"].create(
                    {
                        "contract_id": contract.id,
                        "date_start": "2026-01-01",
                        "date_end": "2026-12-31",
                        "owed": 105_000,
                    }
                )
                self.assertEqual(audit.paid, 100_000)
                self.assertEqual(audit.shortfall, 5_000)
                self.assertEqual(audit.percent, percent)
                self.assertEqual(audit.licensee_bears_costs, bears)

    def test_the_invoice_speaks_the_licensees_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "account_admin")]
        )._update_translations("fr_FR")
        self.licensee.lang = "fr_FR"
        contract = self._contract(rates=[self._rate(8, name="Plush")])
        move = self._approve(contract, 100_000).move_id
        self.assertIn("Redevance 01/01/2026", move.invoice_line_ids.name)
