"""Cases T1 to T10, T17, T19, T23, T25: what a statement comes to, invoice included."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .licensing import QUARTERS, LicensingCommon


class TestRoyalty(LicensingCommon):
    def test_t1_net_is_gross_less_returns_and_the_guarantee_is_no_floor(self):
        contract = self._contract(commitment_ids=[self._pool(guarantee=20_000)])
        statement = self._approve(contract, {"gross": 87_500, "returns": 4_200})
        self.assertEqual(statement.royalty, 6_664)
        self.assertEqual(self._untaxed(statement), 6_664)

    def test_t2_deductions_count_up_to_their_cap(self):
        cap = {"capped": True, "cap": 10}
        contract = self._contract(
            rates=[self._rate(10)], deduction_ids=[Command.create(cap)]
        )
        statement = self._approve(contract, {"gross": 100_000, "returns": 15_000})
        self.assertEqual(statement.royalty, 9_000)

    def test_t3_a_cap_counts_over_the_period_or_over_the_year(self):
        for window, second in (("period", 4_500), ("year", 3_500)):
            with self.subTest(window=window):
                cap = {"capped": True, "cap": 10, "window": window}
                contract = self._contract(
                    rates=[self._rate(10)], deduction_ids=[Command.create(cap)]
                )
                lines = [
                    {"gross": 200_000, "returns": 4_000},
                    {"gross": 50_000, "returns": 15_000},
                ]
                royalties = [
                    self._approve(contract, line, quarter=quarter).royalty
                    for quarter, line in enumerate(lines)
                ]
                self.assertEqual(royalties, [19_600, second])

    def test_t4_more_returns_than_sales(self):
        found = {
            "carry_forward": (0, 1_700),
            "floor_zero": (0, 2_000),
            "credit_note": (-300, 2_000),
        }
        for negative, amounts in found.items():
            with self.subTest(negative=negative):
                contract = self._contract(
                    rates=[self._rate(10)], negative_policy=negative
                )
                first = self._approve(contract, {"gross": 8_000, "returns": 11_000})
                second = self._approve(contract, 20_000, quarter=1)
                self.assertEqual((self._untaxed(first), self._untaxed(second)), amounts)

    def test_t4_a_credit_note_is_one(self):
        contract = self._contract(rates=[self._rate(10)], negative_policy="credit_note")
        statement = self._approve(contract, {"gross": 8_000, "returns": 11_000})
        self.assertEqual(statement.move_id.move_type, "out_refund")

    def test_t4_a_carried_amount_is_an_entry_that_nobody_pays(self):
        contract = self._contract(rates=[self._rate(10)])
        entry = self._approve(contract, {"gross": 8_000, "returns": 11_000}).move_id
        self.assertEqual((entry.move_type, entry.state), ("entry", "posted"))
        lines = {line.account_id: line.balance for line in entry.line_ids}
        self.assertEqual(lines[self.deferred], -300)

    def test_t4_the_cap_comes_before_the_policy(self):
        cap = {"capped": True, "cap": 10}
        contract = self._contract(
            rates=[self._rate(10)], deduction_ids=[Command.create(cap)]
        )
        statement = self._approve(contract, {"gross": 8_000, "returns": 11_000})
        self.assertEqual(statement.royalty, 720)

    def test_t5_t7_t8_tiers_count_over_the_contract_year(self):
        for mode, grosses, expected in (
            ("marginal", (450_000, 120_000), 11_000),
            ("retroactive", (450_000, 120_000), 21_000),
            ("marginal", (520_000, -60_000), -5_200),
        ):
            with self.subTest(mode=mode, grosses=grosses):
                contract = self._contract(
                    rates=[self._rate(8, [(500_000, 10)], mode=mode)]
                )
                self._approve(contract, grosses[0])
                second = self._approve(contract, grosses[1], quarter=1)
                self.assertEqual(second.royalty, expected)

    def test_t6_rates_that_fall(self):
        tiers = [(15_000_000, 5.5), (20_000_000, 5), (25_000_000, 4)]
        contract = self._contract(rates=[self._rate(6, tiers)])
        self.assertEqual(self._approve(contract, 50_000_000).royalty, 2_425_000)

    def test_t9_the_rate_of_the_sale_date_and_of_the_kind_of_sale(self):
        def rate(percent, sale_type, **dates):
            return self._rate(percent, sale_type=sale_type, **dates)

        contract = self._contract(
            rates=[
                rate(10, "domestic", date_end="2026-04-14"),
                rate(12, "fob", date_end="2026-04-14"),
                rate(11, "domestic", date_start="2026-04-15"),
                rate(13, "fob", date_start="2026-04-15"),
            ]
        )
        statement = self._approve(
            contract,
            {"gross": 40_000, "date": "2026-04-10"},
            {"gross": 40_000, "date": "2026-04-20"},
            {"gross": 25_000, "date": "2026-04-20", "sale_type": "fob"},
            quarter=1,
        )
        self.assertEqual(statement.royalty, 11_650)
        self.assertEqual(
            statement.line_ids.mapped("rate_id.rate"), [10, 11, 13], "each its own"
        )

    def test_t10_a_minimum_for_each_unit(self):
        contract = self._contract(rates=[self._rate(10, minimum=0.40)])
        statement = self._approve(contract, {"gross": 3_000, "units": 1_000})
        self.assertEqual(statement.royalty, 400)

    def test_t17_rates_of_exchange_by_the_rule_of_the_contract(self):
        pound = self.env["res.currency"].create(
            {
                "name": "XGB",
                "symbol": "G",
                "rate_ids": [
                    Command.create({"name": day, "rate": 1 / rate})
                    for day, rate in (
                        ("2026-01-01", 1.20),
                        ("2026-02-15", 1.26),
                        ("2026-03-31", 1.25),
                    )
                ],
            }
        )
        lines = [
            {"gross": 10_000, "date": "2026-02-01", "currency_id": pound.id},
            {"gross": 20_000, "date": "2026-02-20", "currency_id": pound.id},
        ]
        fixed = [Command.create({"currency_id": pound.id, "rate": 1.23})]
        # 45 days at 1.20, 44 at 1.26, one at 1.25: 1.2298888889 on average
        for rule, expected in (
            ("sale_date", 3_720),
            ("period_end", 3_750),
            ("fixed", 3_690),
            ("average", 3_689.67),
        ):
            with self.subTest(rule=rule):
                contract = self._contract(
                    rates=[self._rate(10)], fx_rule=rule, fx_rate_ids=fixed
                )
                self.assertEqual(self._approve(contract, *lines).royalty, expected)

    def test_a_currency_without_a_rate_blocks_the_approval(self):
        unknown = self.env["res.currency"].create({"name": "XNO", "symbol": "N"})
        contract = self._contract()
        with self.assertRaisesRegex(UserError, "no rate of exchange"):
            self._approve(contract, {"gross": 100, "currency_id": unknown.id})

    def test_sales_are_converted_as_odoo_converts(self):
        """Before a currency's first rate, and where it is what the rates rest on."""
        late, base = self.env["res.currency"].create(
            [{"name": name, "symbol": name} for name in ("XLA", "XBA")]
        )
        rates = self.env["res.currency.rate"]
        rates.create({"currency_id": late.id, "name": "2090-01-01", "rate": 4})
        own = self.company.currency_id
        for currency, own_rate in ((late, None), (base, 2)):
            if own_rate:
                rates.search([("currency_id", "=", own.id)]).unlink()
                rates.create(
                    {"currency_id": own.id, "name": "2020-01-01", "rate": own_rate}
                )
            with self.subTest(currency.name):
                contract = self._contract(
                    rates=[self._rate(10)], title=currency.name, currency_id=own.id
                )
                statement = self._approve(
                    contract, {"gross": 100, "currency_id": currency.id}
                )
                worth = currency._convert(100, own, self.company, statement.date_end)
                self.assertNotEqual(worth, 100)
                self.assertAlmostEqual(statement.royalty, worth / 10)

    def test_t19_the_marketing_fund_is_billed_beside_the_royalty(self):
        contract = self._contract(fee_ids=[Command.create({"percent": 2})])
        statement = self._approve(contract, {"gross": 87_500, "returns": 4_200})
        self.assertEqual(statement.fees, 1_666)
        self.assertEqual(self._untaxed(statement), 6_664 + 1_666)

    def test_t23_rounded_once_and_spread_over_the_lines(self):
        contract = self._contract(rates=[self._rate(5)])
        statement = self._approve(contract, 33.35, 33.35, 33.35)
        self.assertEqual(statement.royalty, 5.00)
        self.assertEqual(statement.line_ids.mapped("royalty"), [1.67, 1.67, 1.66])

    def test_t25_a_bundle_pays_for_each_part(self):
        parts = [self._product(sku, sku) for sku in ("CAP", "SCARF")]
        bundle = self._product(
            "SET",
            "Set",
            component_ids=[
                Command.create({"product_id": part.id, "share": 50}) for part in parts
            ],
        )
        contract = self._contract(
            rates=[
                self._rate(rate, product_ids=[Command.link(part.id)])
                for rate, part in zip((10, 15), parts, strict=True)
            ]
        )
        statement = self._approve(contract, {"gross": 100, "product_id": bundle.id})
        self.assertEqual(statement.royalty, 12.50)
        self.assertEqual(statement.line_ids.royalty, 12.50)

    def test_the_lines_add_up_to_the_statement(self):
        contract = self._contract(rates=[self._rate(8, [(500_000, 10)])])
        statement = self._approve(contract, 333_333.33, 250_000.01, 17.17)
        self.assertEqual(
            round(sum(statement.line_ids.mapped("royalty")), 2), statement.royalty
        )
        self.assertEqual(statement.adjustment, 0)

    def test_a_retroactive_tier_shows_what_it_changes_about_earlier_sales(self):
        contract = self._contract(
            rates=[self._rate(8, [(500_000, 10)], mode="retroactive")]
        )
        self._approve(contract, 450_000)
        second = self._approve(contract, 120_000, quarter=1)
        self.assertEqual(second.line_ids.royalty, 12_000)
        self.assertEqual(second.adjustment, 9_000)

    def test_sales_that_are_not_granted_block_the_approval_by_name(self):
        toys, food = self.env["licensing.category"].create(
            [{"name": "Toys"}, {"name": "Food"}]
        )
        grant = {"category_ids": [Command.link(toys.id)]}
        contract = self._contract(grant_ids=[Command.create(grant)])
        statement = self._report(
            contract, [{"gross": 100, "category_id": food.id, "row": 7}]
        )
        statement.action_compute()
        self.assertEqual(statement.finding_ids.code, "not_granted")
        with self.assertRaisesRegex(UserError, "Row 7"):
            statement.action_approve()

    def test_two_rates_that_fit_equally_are_named(self):
        contract = self._contract(
            rates=[self._rate(8, name="Low"), self._rate(9, name="High")]
        )
        statement = self._report(contract, [100])
        statement.action_compute()
        self.assertEqual(statement.finding_ids.code, "rate_tie")
        self.assertIn("Low", statement.finding_ids.sentence)
        self.assertIn("High", statement.finding_ids.sentence)

    def test_periods_are_approved_in_order(self):
        contract = self._contract()
        first = self._report(contract, [100])
        second = self._report(contract, [100], quarter=1)
        (first | second).action_compute()
        with self.assertRaisesRegex(UserError, "not approved yet"):
            second.action_approve()

    def test_no_day_is_reported_twice(self):
        contract = self._contract()
        self._report(contract, [])
        with self.assertRaisesRegex(ValidationError, "covers already"):
            self.env["licensing.statement"].create(
                {
                    "contract_id": contract.id,
                    "date_start": "2026-03-31",
                    "date_end": "2026-04-30",
                }
            )

    def test_a_statement_of_no_sales_is_approved_without_an_invoice(self):
        statement = self._report(self._contract(), [])
        statement.sudo().write({"no_sales": True, "state": "submitted"})
        statement.action_approve()
        self.assertFalse(statement.move_id)
        self.assertEqual(statement.state, "invoiced")

    def test_statements_are_expected_once_their_period_is_over(self):
        contract = self._contract(report_days=30)
        for day in ("2026-07-02", "2026-07-03"):
            with self._on(day):
                self._trigger("ir_cron_licensing_expect")
        found = contract.statement_ids.sorted("date_start")
        self.assertEqual(
            [(row.date_start, row.date_end) for row in found], list(QUARTERS[:2])
        )
        self.assertEqual(found[0].date_due, date(2026, 4, 30))
        self.assertEqual(set(found.mapped("state")), {"expected"})
        with self._on("2026-07-03"):
            found.invalidate_recordset(["is_late"])
            self.assertEqual(found.mapped("is_late"), [True, False])

    def test_statements_are_late_by_the_clock_of_the_company_and_found_so(self):
        contract = self._contract(report_days=30)
        with self._on("2026-07-03"):
            self._trigger("ir_cron_licensing_expect")
        first, second = contract.statement_ids.sorted("date_start")
        # noon of UTC is past midnight there
        for zone, late in (("UTC", first.browse()), ("Pacific/Auckland", first)):
            self.company.partner_id.tz = zone
            with self.subTest(zone=zone), self._on("2026-04-30"):
                (first + second).invalidate_recordset(["is_late"])
                self.assertEqual((first + second).filtered("is_late"), late)
                for value in (True, False):
                    found = first.search(
                        [("contract_id", "=", contract.id), ("is_late", "=", value)]
                    )
                    self.assertEqual(found, late if value else first + second - late)

    def test_a_quota_shows_what_is_missing_and_bills_nothing(self):
        contract = self._contract(
            quota_ids=[Command.create({"target": 100_000, "measure": "net"})]
        )
        first = self._approve(contract, 60_000)
        quota = contract.quota_ids
        self.assertEqual((quota.reached, quota.shortfall), (60_000, 40_000))
        revision = self.env["licensing.statement"].browse(
            first.action_revise()["res_id"]
        )
        revision.line_ids.gross = 70_000
        revision.action_approve()
        quota.invalidate_recordset()
        self.assertEqual((quota.reached, quota.progress), (70_000, 70))
        self.assertEqual(self._untaxed(revision), 800)
