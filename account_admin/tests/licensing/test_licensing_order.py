"""What comes late, moves or is tried around the rules: billed once, and right."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user

from .licensing import LicensingCommon


class TestOrder(LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "licensing_clerk",
            groups="account_admin.group_licensing_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _ten(self, **vals):
        return self._contract(rates=[self._rate(10)], **vals)

    def _sum_on(self, account, contract):
        """Everything on an account under a contract, posted."""
        rows = self.env["licensing.ledger"].search([("contract_id", "=", contract.id)])
        rows.move_id.filtered(lambda move: move.state == "draft").action_post()
        lines = rows.move_id.line_ids.filtered(lambda line: line.account_id == account)
        return sum(lines.mapped("balance"))

    def test_a_shortfall_whose_recoupment_is_over_is_income_once(self):
        pool = self._pool(
            self._advance(20_000), guarantee=30_000, recoup_until="2026-12-31"
        )
        contract = self._ten(commitment_ids=[pool])
        for quarter, gross in enumerate((200_000, 0, 0, 0)):
            self._approve(contract, gross, quarter=quarter)
        self._bill_pools("2027-01-02")
        self.assertEqual(self._sum_on(self.deferred, contract), 0)
        income = self.company_data["default_account_revenue"]
        self.assertEqual(self._sum_on(income, contract), -30_000)

    def test_a_pool_that_ends_within_a_period_waits_for_its_statement(self):
        pool = self._pool(guarantee=20_000, date_end="2026-02-15")
        contract = self._ten(commitment_ids=[pool])
        shortfall = [("contract_id", "=", contract.id), ("kind", "=", "true_up")]
        ledger = self.env["licensing.ledger"]
        self._bill_pools("2026-02-20")
        self.assertFalse(ledger.search(shortfall))
        self._approve(contract, {"gross": 50_000, "date": "2026-02-01"})
        self._bill_pools("2026-04-02")
        self.assertEqual(ledger.search(shortfall).amount, 15_000)

    def test_what_was_paid_outside_a_pool_counts_in_the_one_that_is_added(self):
        contract = self._ten()
        with self._on("2026-04-05"):
            self._approve(contract, 150_000)
        with self._on("2026-04-10"):
            amendment = self.env["licensing.amendment"].create(
                {
                    "name": "Guarantee",
                    "contract_id": contract.id,
                    "date": "2026-01-01",
                    "commitment_ids": [
                        Command.create(
                            {
                                "contract_id": contract.id,
                                "name": "Pool",
                                "guarantee": 20_000,
                                "date_start": "2026-01-01",
                                "date_end": "2026-12-31",
                            }
                        )
                    ],
                }
            )
            amendment.action_submit()
            amendment.sudo().action_approve()
        self.assertFalse(amendment.move_id, "nobody is asked for it again")
        self.assertEqual(self._balance(contract).billed, 15_000)
        for quarter in (1, 2, 3):
            self._approve(contract, 0, quarter=quarter)
        self._bill_pools("2027-01-02")
        self.assertEqual(self._billed(contract), 20_000)

    def test_a_period_that_comes_late_restates_those_after_it(self):
        contract = self._contract(rates=[self._rate(8, [(500_000, 10)])])
        second = self._approve(contract, 120_000, quarter=1)
        self.assertEqual(second.royalty, 9_600)
        first = self._approve(contract, 450_000)
        # 36,000 of its own, and the second's 70,000 above the tier at 2 % more
        self.assertEqual(self._untaxed(first), 36_000 + 1_400)
        third = self._approve(contract, 10_000, quarter=2)
        self.assertEqual(third.royalty, 1_000)

    def test_an_amendment_stands_once_it_is_in_review(self):
        contract = self._ten()
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "Longer",
                "contract_id": contract.id,
                "date": "2026-06-01",
                "date_end": "2028-12-31",
            }
        )
        amendment.action_submit()
        mine = amendment.with_user(self.user)
        for values in (
            {"date_end": "2030-12-31"},
            {"date": "2026-07-01"},
            {"end_rate_ids": [Command.set(contract.rate_ids.ids)]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                mine.write(values)
        with self.assertRaises(UserError):
            amendment.sudo().unlink()

    def test_a_row_is_brought_by_an_amendment_of_its_own_contract(self):
        small, large = self._ten(), self._ten()
        amendment = self.env["licensing.amendment"].create(
            {"name": "Small", "contract_id": small.id, "date": "2026-06-01"}
        )
        with self.assertRaisesRegex(ValidationError, "of another contract"):
            self.env["licensing.rate"].with_user(self.user).create(
                {"contract_id": large.id, "amendment_id": amendment.id, "rate": 1}
            )

    def test_a_revision_stays_with_its_contract(self):
        statement = self._approve(self._ten(), 1_000)
        revision = self.env["licensing.statement"].browse(
            statement.action_revise()["res_id"]
        )
        with self.assertRaisesRegex(UserError, "period stand"):
            revision.with_user(self.user).contract_id = self._ten()

    def test_a_period_with_another_start_is_not_expected_again(self):
        contract = self._ten()
        statement = self._report(contract, [])
        statement.date_start = "2026-02-01"
        with self._on("2026-07-02"):
            self._trigger("ir_cron_licensing_expect")
        starts = sorted(map(str, contract.statement_ids.mapped("date_start")))
        self.assertEqual(starts, ["2026-02-01", "2026-04-01"])

    def test_tax_that_was_withheld_is_not_late(self):
        contract = self._ten(withholding=10, interest=18)
        self.company.account_sale_tax_id = False
        self.company.licensing_withholding_account_id = self.company_data[
            "default_account_assets"
        ]
        move = self._approve(contract, 100_000).move_id
        move.write(
            {
                "invoice_date": "2026-04-10",
                "invoice_payment_term_id": False,
                "invoice_date_due": "2026-04-30",
            }
        )
        move.invoice_line_ids.tax_ids = False
        move.action_post()
        self._pay(move, "2026-04-30", 9_000)
        certificate = self.env["licensing.certificate"].search(
            [("move_id", "=", move.id)]
        )
        certificate.date = "2026-09-30"
        certificate.action_receive()
        with self._on("2026-10-01"):
            self._trigger("ir_cron_licensing_interest")
        row = self.env["licensing.interest"].search([("contract_id", "=", contract.id)])
        self.assertEqual((len(row), row.amount), (1, 0))

    def test_an_audit_counts_what_was_restated(self):
        contract = self._contract(rates=[self._rate(8, [(500_000, 10)])])
        first = self._approve(contract, 450_000)
        self._approve(contract, 120_000, quarter=1)
        revision = self.env["licensing.statement"].browse(
            first.action_revise()["res_id"]
        )
        revision.line_ids.gross = 480_000
        revision.action_approve()
        audit = self.env["licensing.audit"].create(
            {
                "contract_id": contract.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "owed": 50_000,
            }
        )
        self.assertEqual(audit.paid, 36_000 + 11_000 + 3_000)
