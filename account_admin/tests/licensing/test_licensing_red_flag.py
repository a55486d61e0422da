"""Red flags, silent products and what comes up, as users see them."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError

from .test_licensing_forecast import ForecastCommon


class TestRedFlag(ForecastCommon):
    def _flags(self, contract, day="2026-07-01"):
        """Kinds of the flags of a contract on a day, with their sentences."""
        with self._on(day):
            self.env.invalidate_all()
            flags = self.env["licensing.red.flag"].search(
                [("contract_id", "=", contract.id)]
            )
            return {flag.kind: flag.sentence for flag in flags}

    def test_a_clean_report_has_no_flag(self):
        contract = self._contract()
        self._approve(contract, {"gross": 1234.56, "returns": 100})
        self.assertFalse(self._flags(contract))

    def test_a_missing_statement_is_flagged_from_the_day_after_it_was_due(self):
        contract = self._contract()
        self._report(contract, [], date_due="2026-04-30")
        self.assertFalse(self._flags(contract, "2026-04-30"))
        self.assertEqual(
            self._flags(contract, "2026-05-03"),
            {"missing": "Not reported. Days past due: 3."},
        )

    def test_a_late_report_is_late_by_the_clock_of_the_company(self):
        contract = self._contract()
        statement = self._report(contract, [77], date_due="2026-04-30")
        self.company.partner_id.tz = "Asia/Tokyo"
        statement.sudo().state = "submitted"
        for moment, expected in (
            ("2026-04-30 14:59:00", {}),
            ("2026-04-30 15:01:00", {"late": "Reported late. Days past due: 1."}),
        ):
            statement.sudo().submitted_on = moment
            self.assertEqual(self._flags(contract), expected)

    def test_a_revised_report_was_late_all_the_same(self):
        contract = self._contract()
        statement = self._approve(contract, 77, date_due="2026-04-30")
        statement.sudo().submitted_on = "2026-05-07 10:00:00"
        statement.action_revise()
        revision = contract.statement_ids - statement
        revision.action_compute()
        revision.action_approve()
        found = self.env["licensing.red.flag"].search(
            [("contract_id", "=", contract.id)]
        )
        self.assertEqual((found.statement_id, found.kind), (revision, "late"))
        self.assertEqual(found.sentence, "Reported late. Days past due: 7.")

    def test_deductions_that_fill_the_cap_are_flagged(self):
        for returns, flagged in ((9_899, False), (9_900, True), (15_000, True)):
            with self.subTest(returns=returns):
                contract = self._contract(
                    deduction_ids=[Command.create({"capped": True, "cap": 10})]
                )
                self._approve(contract, {"gross": 100_000, "returns": returns})
                self.assertEqual("cap" in self._flags(contract), flagged)

    def test_deductions_at_the_cap_are_flagged_before_the_approval(self):
        contract = self._contract(
            deduction_ids=[Command.create({"capped": True, "cap": 10})]
        )
        statement = self._report(contract, [{"gross": 100_077, "returns": 15_000}])
        self.assertFalse(self._flags(contract), "not computed yet")
        statement.action_compute()
        flag = {"cap": "Deductions are 150 % of what the cap of 10 % allows."}
        self.assertEqual(self._flags(contract), flag)
        statement.action_approve()
        self.assertEqual(self._flags(contract), flag, "once, not twice")

    def test_a_file_that_takes_the_place_of_lines_is_flagged_once_it_is_computed(self):
        contract = self._contract(
            deduction_ids=[Command.create({"capped": True, "cap": 10})]
        )
        statement = self._report(contract, [{"gross": 100_077, "returns": 15_000}])
        statement.action_compute()
        statement.line_ids.returns = 10
        statement._submit_lines(1)
        self.assertFalse(self._flags(contract))
        statement.action_compute()
        self.assertFalse(self._flags(contract))

    def test_round_numbers_are_flagged_before_the_approval(self):
        contract = self._contract()
        statement = self._report(contract, [500] * 12)
        for state in ("submitted", "in_review", "queried"):
            statement.sudo().state = state
            self.assertEqual(list(self._flags(contract)), ["round"], state)

    def test_more_whole_hundreds_than_chance_gives(self):
        contract = self._contract()
        odd = [1000 + number * 1.37 for number in range(1, 29)]
        self._approve(contract, *odd, *[500] * 12)
        self._approve(contract, *odd[:10], 1000, quarter=1)
        found = self.env["licensing.red.flag"].search(
            [("contract_id", "=", contract.id)]
        )
        self.assertEqual(
            found.mapped("sentence"),
            ["12 of 40 amounts are whole hundreds: by chance 1 in 100 is."],
        )
        self.assertEqual(found.date_end, date(2026, 3, 31))

    def test_no_sales_are_flagged_when_they_follow_no_sales(self):
        contract = self._contract()
        for quarter in (0, 1):
            self._report(contract, [], quarter=quarter).action_no_sales()
        found = self.env["licensing.red.flag"].search(
            [("contract_id", "=", contract.id), ("kind", "=", "no_sales")]
        )
        self.assertEqual(found.mapped("date_end"), [date(2026, 6, 30)])

    def test_a_reported_net_that_is_not_what_it_comes_to(self):
        contract = self._contract()
        self._report(
            contract,
            [{"gross": 1001.5, "has_reported_net": True, "reported_net": 900}],
        ).action_compute()
        self.assertEqual(
            self._flags(contract),
            {"net": "The reported net of 1 line(s) is not what it comes to."},
        )

    def test_flags_open_their_statement(self):
        contract = self._contract()
        statement = self._report(contract, [], date_due="2026-04-30")
        with self._on("2026-06-01"):
            flag = self.env["licensing.red.flag"].search(
                [("contract_id", "=", contract.id)]
            )
            self.assertEqual(flag.action_open_statement()["res_id"], statement.id)

    def test_user_and_auditor_read_their_company_only(self):
        contract = self._contract(notice_from_days=60, notice_until_days=30)
        self._product("BEAR-2", "Never sold")
        self._report(contract, [], date_due="2026-04-30")
        self._report(contract, [77], quarter=1).action_compute()
        other = self.setup_other_company()["company"]
        with self._on("2027-10-01"):
            for model in (
                "licensing.red.flag",
                "licensing.silent.product",
                "licensing.upcoming",
            ):
                rows = self.env[model].search([("partner_id", "=", self.licensee.id)])
                self.assertTrue(rows, model)
                for group in ("licensing_user", "account_admin_auditor"):
                    user = self._user(f"{group} {model}", group)
                    self.assertTrue(rows.with_user(user).read())
                    with self.assertRaises(AccessError):
                        rows.with_user(user).write({"partner_id": 1})
                collector = self._user(f"collector {model}", "account_admin_user")
                with self.assertRaises(AccessError):
                    self.env[model].with_user(collector).search([])
                stranger = self._user(f"stranger {model}", "licensing_manager", other)
                found = self.env[model].with_user(stranger)
                self.assertFalse(found.search([("partner_id", "=", self.licensee.id)]))


class TestSilentProduct(ForecastCommon):
    def _silent(self):
        rows = self.env["licensing.silent.product"].search(
            [("partner_id", "=", self.licensee.id)]
        )
        return [(row.product_id.sku, row.kind, row.periods) for row in rows]

    def test_a_product_that_was_never_reported(self):
        contract = self._contract()
        self._product("BEAR-2", "Never sold")
        self.assertFalse(self._silent(), "nobody reported yet")
        self._approve(contract, 1000)
        self.assertEqual(self._silent(), [("BEAR-2", "never", 1)])

    def test_a_product_that_is_not_reported_any_more(self):
        contract = self._contract()
        new = self._product("BEAR-2", "New")
        line = {"gross": 10, "product_id": new.id, "sku": new.sku}
        self._approve(contract, 1000)
        self._approve(contract, line, quarter=1)
        self.assertFalse(self._silent(), "one period is no silence")
        self._approve(contract, line, quarter=2)
        self.assertEqual(self._silent(), [("BEAR-1", "stopped", 2)])

    def test_a_part_is_reported_with_its_bundle(self):
        contract = self._contract()
        part, other = self._product("P1", "Part"), self._product("P2", "Part")
        bundle = self._product(
            "SET",
            "Set",
            component_ids=[
                Command.create({"product_id": each.id, "share": 50})
                for each in (part, other)
            ],
        )
        self._approve(contract, {"gross": 9, "product_id": bundle.id, "sku": "SET"})
        self.assertEqual([sku for sku, *_rest in self._silent()], ["BEAR-1", "SET"])

    def test_a_withdrawn_product_may_be_silent(self):
        contract = self._contract()
        old = self._product("BEAR-2", "Old")
        old.action_withdraw()
        self._approve(contract, 1000)
        self.assertFalse(self._silent())


class TestUpcoming(ForecastCommon):
    def _coming(self, contract, day):
        with self._on(day):
            self.env.invalidate_all()
            rows = self.env["licensing.upcoming"].search(
                [("contract_id", "=", contract.id)]
            )
            return [(str(row.date), row.kind) for row in rows]

    def test_the_end_with_its_notice_and_sell_off(self):
        contract = self._contract(
            notice_from_days=60, notice_until_days=30, sell_off_days=30, period="year"
        )
        self.assertEqual(
            self._coming(contract, "2027-10-01"),
            [
                ("2027-11-01", "notice_opens"),
                ("2027-12-01", "notice_closes"),
                ("2027-12-31", "ends"),
                ("2028-01-30", "sell_off_ends"),
                ("2028-01-30", "statement"),
                ("2028-02-29", "statement"),
            ],
        )

    def test_a_terminated_contract_needs_no_notice(self):
        contract = self._contract(notice_from_days=60, notice_until_days=30)
        contract.sudo().termination_date = "2027-11-30"
        self.assertEqual(
            [kind for _day, kind in self._coming(contract, "2027-10-15")],
            ["statement", "ends", "statement"],
        )

    def test_instalments_until_they_are_billed(self):
        contract = self._contract(
            period="year", commitment_ids=[self._pool(self._advance(500, "2026-05-01"))]
        )
        with self._on("2026-04-01"):
            row = self.env["licensing.upcoming"].search(
                [("contract_id", "=", contract.id), ("kind", "=", "instalment")]
            )
            self.assertEqual((row.amount, row.days_left), (500, 30))
        self._bill_pools("2026-05-01")
        self.assertFalse(self._coming(contract, "2026-04-01"))

    def test_a_statement_is_due_once_before_and_after_it_is_expected(self):
        contract = self._contract()
        due = [
            ("2026-04-30", "statement"),
            ("2026-07-30", "statement"),
        ]
        self.assertEqual(self._coming(contract, "2026-03-01"), due)
        with self._on("2026-04-02"):
            self.env["licensing.statement"]._expect(self.company)
        self.assertEqual(self._coming(contract, "2026-04-03")[:2], due)

    def test_a_draft_contract_does_not_come_up(self):
        contract = self._contract(state="draft")
        self.assertFalse(self._coming(contract, "2026-03-01"))
