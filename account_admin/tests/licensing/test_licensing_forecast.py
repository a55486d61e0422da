"""Guarantee pace and the forecast of the year, from statements that were approved."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .licensing import LicensingCommon


class ForecastCommon(LicensingCommon):
    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=f"account_admin.group_{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _pace(self, contract, day):
        with self._on(day):
            self.env.invalidate_all()
            return self.env["licensing.pool.pace"].search_read(
                [("contract_id", "=", contract.id)]
            )

    def _forecast(self, contract, day):
        """Kind, basis and amount of each period of the year."""
        with self._on(day):
            self.env.invalidate_all()
            rows = self.env["licensing.forecast"].search(
                [("contract_id", "=", contract.id)]
            )
            return [(row.kind, row.method, row.amount) for row in rows]


class TestPoolPace(ForecastCommon):
    def _guaranteed(self, *lines, **vals):
        pool = self._pool(*lines, **{"guarantee": 20_000, **vals})
        return self._contract(commitment_ids=[pool])

    def test_t12_three_quarters_with_an_advance(self):
        contract = self._guaranteed(self._advance(10_000))
        with self._on("2026-10-05"):
            for quarter, gross in enumerate((83_300, 62_500, 40_000)):
                self._approve(contract, gross, quarter=quarter)
        [row] = self._pace(contract, "2026-10-15")
        self.assertEqual(
            (row["earned"], row["billed"], row["credit"]), (14_864, 14_864, 0)
        )
        self.assertAlmostEqual(row["reported_share"], 100 * 273 / 365, 6)
        self.assertAlmostEqual(row["time_share"], 100 * 287 / 365, 6)
        self.assertAlmostEqual(row["earned_share"], 74.32, 6)
        self.assertAlmostEqual(row["pace"], 0.9937, 4)
        self.assertEqual(row["method"], "run_rate")
        expected = round(14_864 / 273 * 92, 2)
        self.assertAlmostEqual(row["forecast"], 14_864 + expected, 2)
        self.assertAlmostEqual(row["true_up"], 20_000 - 14_864 - expected, 2)
        self.assertEqual(row["outlook"], "short")

    def test_a_guarantee_that_is_earned_is_covered(self):
        contract = self._guaranteed()
        self._approve(contract, 300_000)
        [row] = self._pace(contract, "2026-04-15")
        self.assertEqual((row["outlook"], row["true_up"]), ("covered", 0))
        self.assertEqual(row["earned_share"], 120)

    def test_without_a_report_nothing_is_foreseen(self):
        contract = self._guaranteed()
        [row] = self._pace(contract, "2026-02-15")
        self.assertEqual((row["outlook"], row["method"]), ("unknown", "none"))
        self.assertFalse(row["pace"])

    def test_an_instalment_to_come_leaves_no_shortfall_to_bill(self):
        contract = self._guaranteed(("2026-10-01", 20_000, "guarantee"))
        self._approve(contract, 10_000)
        [row] = self._pace(contract, "2026-04-15")
        self.assertEqual(row["true_up"], 0)
        self.assertGreater(row["unearned"], 0)
        self.assertEqual(row["outlook"], "short")

    def test_a_settled_guarantee_is_no_longer_listed(self):
        contract = self._guaranteed()
        for quarter in range(4):
            self._approve(contract, 10_000, quarter=quarter)
        self._bill_pools("2027-02-01")
        self.assertFalse(self._pace(contract, "2027-02-01"))

    def test_the_guarantee_shrinks_with_a_contract_that_ended_early(self):
        contract = self._guaranteed(prorates=True)
        contract.sudo().termination_date = "2026-09-30"
        [row] = self._pace(contract, "2026-10-15")
        self.assertEqual(row["guarantee"], 14_958.90, "T26")
        self.assertEqual(row["time_share"], 100)

    def test_the_guarantee_shrinks_with_a_pool_that_an_amendment_ended(self):
        contract = self._guaranteed(prorates=True)
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "No guarantee any more",
                "contract_id": contract.id,
                "date": "2026-10-01",
                "end_commitment_ids": contract.commitment_ids.ids,
            }
        )
        with self._on("2026-10-02"):
            amendment.sudo()._apply_terms()
        [row] = self._pace(contract, "2026-10-15")
        self.assertEqual(row["guarantee"], 14_958.90, "T26")

    def test_reading_takes_as_many_queries_for_many_contracts_as_for_one(self):
        counts = []
        models = ("licensing.pool.pace", "licensing.forecast", "licensing.upcoming")
        for _attempt in range(3):
            self._guaranteed(self._advance(1_000, "2026-05-01"), prorates=True)
        with self._on("2026-02-15"):
            for _attempt in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                for model in models:
                    self.assertTrue(self.env[model].search_read([]))
                counts.append(self.cr.sql_log_count - before)
                for _contract in range(10):
                    self._guaranteed(self._advance(1_000, "2026-05-01"), prorates=True)
        self.assertLessEqual(counts[1], counts[0])

    def test_user_and_auditor_read_their_company_only(self):
        contract = self._guaranteed()
        other = self.setup_other_company()["company"]
        with self._on("2026-02-15"):
            for model in ("licensing.pool.pace", "licensing.forecast"):
                rows = self.env[model].search([("contract_id", "=", contract.id)])
                self.assertTrue(rows)
                for group in ("licensing_user", "account_admin_auditor"):
                    user = self._user(f"{group} {model}", group)
                    self.assertTrue(rows.with_user(user).read())
                    with self.assertRaises(AccessError):
                        rows.with_user(user).write({"amount": 1})
                collector = self._user(f"collector {model}", "account_admin_user")
                with self.assertRaises(AccessError):
                    self.env[model].with_user(collector).search([])
                stranger = self._user(f"stranger {model}", "licensing_manager", other)
                found = self.env[model].with_user(stranger)
                self.assertFalse(found.search([("contract_id", "=", contract.id)]))


class TestForecast(ForecastCommon):
    def test_approved_quarters_and_what_a_day_brought(self):
        contract = self._contract()
        self._approve(contract, 112_500)
        self.assertEqual(
            self._forecast(contract, "2026-05-01"),
            [
                ("reported", "reported", 9_000),
                ("expected", "run_rate", 9_100),
                ("expected", "run_rate", 9_200),
                ("expected", "run_rate", 9_200),
            ],
        )

    def test_the_season_of_last_year_repeats(self):
        contract = self._contract(date_start="2025-01-01")
        for quarter, gross in enumerate((62_500, 37_500, 25_000, 100_000)):
            self._approve(contract, gross, quarter=quarter, year=2025)
        for quarter, gross in enumerate((75_000, 50_000)):
            self._approve(contract, gross, quarter=quarter)
        self.assertEqual(
            self._forecast(contract, "2026-08-01"),
            [
                ("reported", "reported", 6_000),
                ("reported", "reported", 4_000),
                ("expected", "season", 2_500),
                ("expected", "season", 10_000),
            ],
        )

    def test_a_new_year_is_expected_before_last_year_is_approved_in_full(self):
        contract = self._contract(date_start="2025-01-01")
        with self._on("2025-12-31"):
            for quarter in range(3):
                self._approve(contract, 10_000, quarter=quarter, year=2025)
        # 2,400 in 273 days for the quarter that is not approved yet
        self.assertEqual(
            self._forecast(contract, "2026-01-10"),
            [("expected", "season", 800)] * 3 + [("expected", "season", 808.79)],
        )

    def test_a_contract_without_a_report_has_no_amounts(self):
        contract = self._contract()
        self.assertEqual(
            self._forecast(contract, "2026-02-01"), [("expected", "none", 0)] * 4
        )

    def test_the_contract_year_may_begin_in_any_month(self):
        contract = self._contract(year_start_month="7")
        with self._on("2026-08-01"):
            rows = self.env["licensing.forecast"].search(
                [("contract_id", "=", contract.id)]
            )
            self.assertEqual(set(rows.mapped("year")), {2026})
            self.assertEqual(str(rows[0].date_start), "2026-07-01")
            self.assertEqual(str(rows[-1].date_end), "2027-06-30")
