"""Cases T4b, T11 to T16, T20, T21, T26, T27: pools, guarantees and restatements."""

from odoo.exceptions import UserError

from .licensing import LicensingCommon


class TestPool(LicensingCommon):
    def _approve_royalties(self, contract, *amounts):
        """Statements that earn these royalties at 10 %, and what they bill."""
        return [
            self._untaxed(self._approve(contract, amount * 10, quarter=quarter))
            for quarter, amount in enumerate(amounts)
        ]

    def _ten(self, **vals):
        return self._contract(rates=[self._rate(10)], **vals)

    def test_t4b_a_negative_royalty_reopens_credit_and_pays_nothing_back(self):
        contract = self._ten(commitment_ids=[self._pool(self._advance(10_000))])
        billed = self._approve_royalties(contract, 6_664, -1_000)
        self.assertEqual(billed, [0, 0])
        self.assertEqual(self._balance(contract).credit, 4_336)
        third = self._approve(contract, 50_000, quarter=2)
        self.assertEqual(self._untaxed(third), 664)

    def test_t11_t12_an_advance_is_recouped_and_the_guarantee_trued_up(self):
        pool = self._pool(self._advance(10_000), guarantee=20_000)
        contract = self._ten(commitment_ids=[pool])
        billed = self._approve_royalties(contract, 6_664, 5_000, 3_200, 1_900)
        self.assertEqual(billed, [0, 1_664, 3_200, 1_900])
        self._bill_pools("2027-01-02")
        self.assertEqual(self._shortfall(contract), 3_236)
        self.assertEqual(self._billed(contract), 20_000)

    def _shortfall(self, contract):
        rows = self.env["licensing.ledger"].search(
            [("contract_id", "=", contract.id), ("kind", "=", "true_up")]
        )
        return sum(rows.mapped("amount"))

    def test_t11_recouping_is_a_line_on_the_account_of_advances(self):
        contract = self._ten(commitment_ids=[self._pool(self._advance(10_000))])
        self._approve_royalties(contract, 6_664, 5_000)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.deferred.id)], order="id"
        )
        self.assertEqual(lines.mapped("balance"), [-10_000, 6_664, 3_336])

    def test_a_shortfall_is_billed_once(self):
        contract = self._ten(commitment_ids=[self._pool(guarantee=5_000)])
        self._approve_royalties(contract, 100, 0, 0, 0)
        for day in ("2027-01-02", "2027-01-03"):
            self._bill_pools(day)
        self.assertEqual(self._billed(contract), 5_000)

    def test_a_shortfall_waits_for_every_statement_of_the_pool(self):
        contract = self._ten(commitment_ids=[self._pool(guarantee=5_000)])
        self._approve_royalties(contract, 100, 0, 0)
        self._report(contract, [], quarter=3)
        self._bill_pools("2027-01-02")
        self.assertEqual(self._shortfall(contract), 0)

    def test_t12b_t12c_what_was_paid_ahead_counts_toward_the_guarantee(self):
        for guarantee, shortfall in ((20_000, 0), (30_000, 10_000)):
            with self.subTest(guarantee=guarantee):
                pool = self._pool(self._advance(20_000), guarantee=guarantee)
                contract = self._ten(commitment_ids=[pool])
                self._approve_royalties(contract, 14_000, 0, 0, 0)
                self._bill_pools("2027-01-02")
                self.assertEqual(self._shortfall(contract), shortfall)

    def test_t13_an_instalment_bills_what_is_missing_until_then(self):
        pool = self._pool(
            self._advance(10_000), ("2026-12-15", 10_000, "guarantee"), guarantee=20_000
        )
        contract = self._ten(commitment_ids=[pool])
        self.assertEqual(self._approve_royalties(contract, 12_000), [2_000])
        self._bill_pools("2026-12-16")
        self.assertEqual(
            contract.commitment_ids.line_ids[1].move_id.amount_untaxed, 8_000
        )

    def test_t14_one_pool_crosses_two_properties_two_pools_do_not(self):
        bear, fox = self.env["licensing.property"].create(
            [{"name": "Bear"}, {"name": "Fox"}]
        )
        lines = [
            {"gross": 150_000, "property_id": bear.id},
            {"gross": 50_000, "property_id": fox.id},
        ]
        crossing = self._ten(commitment_ids=[self._pool(guarantee=20_000)])
        split = self._ten(
            commitment_ids=[
                self._pool(
                    self._advance(amount), name=owner.name, property_ids=owner.ids
                )
                for amount, owner in ((12_000, bear), (8_000, fox))
            ]
        )
        for contract, billed in ((crossing, 20_000), (split, 23_000)):
            with self.subTest(billed=billed):
                self._approve(contract, *lines)
                self._approve_quarters(contract, 1)
                self._bill_pools("2027-01-02")
                self.assertEqual(self._billed(contract), billed)
        self.assertEqual(self._balance(split, split.commitment_ids[1]).credit, 3_000)

    def _approve_quarters(self, contract, first):
        for quarter in range(first, 4):
            statement = self._report(contract, [], quarter=quarter)
            statement.sudo().write({"no_sales": True, "state": "submitted"})
            statement.action_approve()

    def test_t15_a_guarantee_of_each_year_or_of_both(self):
        annual = self._ten(
            commitment_ids=[
                self._pool(
                    name=str(year),
                    guarantee=20_000,
                    date_start=f"{year}-01-01",
                    date_end=f"{year}-12-31",
                )
                for year in (2026, 2027)
            ]
        )
        both = self._ten(
            commitment_ids=[
                self._pool(
                    ("2026-12-31", 20_000, "guarantee"),
                    ("2027-12-31", 20_000, "guarantee"),
                    guarantee=40_000,
                    date_end="2027-12-31",
                )
            ]
        )
        for contract, billed in ((annual, 46_000), (both, 41_000)):
            with self.subTest(billed=billed):
                self._approve(contract, 260_000)
                self._approve_quarters(contract, 1)
                self._bill_pools("2027-01-02")
                self._approve(contract, 150_000, year=2027)
                for quarter in (1, 2, 3):
                    self._approve(contract, 0, quarter=quarter, year=2027)
                self._bill_pools("2028-01-02")
                self.assertEqual(self._billed(contract), billed)

    def test_t16_recoupment_ends_and_the_rest_lapses(self):
        for until, pays, left in (
            ("2026-12-31", 5_000, 6_000),
            ("2027-03-31", 0, 1_000),
        ):
            with self.subTest(until=until):
                pool = self._pool(
                    self._advance(20_000), guarantee=20_000, recoup_until=until
                )
                contract = self._ten(commitment_ids=[pool])
                self._approve_royalties(contract, 14_000, 0, 0, 0)
                self._bill_pools("2027-01-02")
                later = self._approve(contract, 50_000, year=2027)
                self.assertEqual(self._untaxed(later), pays)
                self._bill_pools("2027-04-02")
                lapsed = self.env["licensing.ledger"].search(
                    [("contract_id", "=", contract.id), ("kind", "=", "lapsed")]
                )
                self.assertEqual(lapsed.amount, left)
                self.assertEqual(self._balance(contract).credit, 0)

    def test_t20_sell_off_counts_toward_the_guarantee_or_not(self):
        for counts, pays, total in ((False, 3_000, 23_000), (True, 1_000, 21_000)):
            with self.subTest(counts=counts):
                pool = self._pool(guarantee=20_000, sell_off_counts=counts)
                contract = self._ten(
                    commitment_ids=[pool], date_end="2026-12-31", sell_off_days=90
                )
                self._approve_royalties(contract, 18_000, 0, 0, 0)
                # the shortfall of 2,000 is billed before stock is sold off
                self._bill_pools("2027-01-02")
                sale = {"gross": 30_000, "date": "2027-02-28"}
                later = self._approve(contract, sale, year=2027)
                self.assertEqual(later.line_ids.is_sell_off, True)
                self.assertEqual(self._untaxed(later), pays)
                self.assertEqual(self._billed(contract), total)

    def test_t21_a_restatement_bills_the_difference_of_the_whole_chain(self):
        for gross, difference in ((480_000, 3_000), (400_000, -5_000)):
            with self.subTest(gross=gross):
                contract = self._contract(
                    rates=[self._rate(8, [(500_000, 10)])],
                    negative_policy="credit_note",
                )
                first = self._approve(contract, 450_000)
                second = self._approve(contract, 120_000, quarter=1)
                revision = self._revise(first, gross)
                self.assertEqual(self._untaxed(revision), difference)
                self.assertEqual(first.state, "superseded")
                self.assertEqual(first.royalty, 36_000, "the original is kept")
                self.assertEqual(second.royalty, 11_000, "as it was approved")

    def _revise(self, statement, gross):
        revision = self.env["licensing.statement"].browse(
            statement.action_revise()["res_id"]
        )
        revision.line_ids.gross = gross
        revision.action_approve()
        return revision

    def test_restating_to_the_same_numbers_bills_nothing(self):
        contract = self._contract(commitment_ids=[self._pool(guarantee=20_000)])
        first = self._approve(contract, 450_000)
        self._approve(contract, 120_000, quarter=1)
        revision = self._revise(first, 450_000)
        self.assertFalse(revision.move_id)
        self.assertEqual(revision.payable, 0)

    def test_after_a_restatement_the_next_period_builds_on_it(self):
        contract = self._contract(rates=[self._rate(8, [(500_000, 10)])])
        first = self._approve(contract, 450_000)
        self._revise(first, 480_000)
        second = self._approve(contract, 120_000, quarter=1)
        self.assertEqual(second.royalty, 1_600 + 10_000)

    def test_t26_a_guarantee_shrinks_with_a_pool_that_ends_early(self):
        pool = self._pool(
            guarantee=20_000,
            prorates=True,
            date_start="2025-01-01",
            date_end="2025-12-31",
        )
        contract = self._ten(
            commitment_ids=[pool], date_start="2025-01-01", date_end="2026-12-31"
        )
        self._approve(contract, 90_000, year=2025)
        for quarter in (1, 2):
            self._approve(contract, 0, quarter=quarter, year=2025)
        contract.sudo().write({"termination_date": "2025-09-30", "state": "terminated"})
        self._bill_pools("2025-10-02")
        self.assertEqual(self._shortfall(contract), 5_958.90)

    def test_t27_fees_are_outside_the_pool(self):
        contract = self._contract(
            commitment_ids=[self._pool(guarantee=20_000)],
            fee_ids=[(0, 0, {"percent": 2})],
        )
        self._approve(contract, {"gross": 87_500, "returns": 4_200})
        self.assertEqual(self._balance(contract).billed, 6_664)
        self._approve_quarters(contract, 1)
        self._bill_pools("2027-01-02")
        self.assertEqual(self._shortfall(contract), 13_336)

    def test_the_ledger_is_never_changed(self):
        contract = self._ten(commitment_ids=[self._pool(self._advance(10_000))])
        self._approve_royalties(contract, 6_664)
        row = self.env["licensing.ledger"].search([("contract_id", "=", contract.id)])[
            0
        ]
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.sudo().amount = 1
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            row.sudo().unlink()

    def test_lines_of_an_approved_statement_are_never_changed(self):
        statement = self._approve(self._ten(), 1_000)
        for change in (
            lambda: statement.line_ids.write({"gross": 1}),
            lambda: statement.line_ids.unlink(),
            lambda: statement.write(
                {"line_ids": [(0, 0, self._line(1, "2026-01-01"))]}
            ),
            lambda: statement.unlink(),
            lambda: statement.write({"date_end": "2026-04-30"}),
        ):
            with self.assertRaises(UserError):
                change()
