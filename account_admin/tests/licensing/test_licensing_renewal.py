from odoo.tests import tagged

from .licensing_contract import LicensingContractCommon

NOTICES = "ir_cron_licensing_notices"


@tagged("post_install", "-at_install")
class TestLicensingRenewal(LicensingContractCommon):
    """Notice of renewal: 120 to 60 days before the end of 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._contract(
            notice_from_days=120,
            notice_until_days=60,
            renewal_minimum=10000,
            date_start="2025-01-01",
        )

    def _running(self, **vals):
        self.contract.write(vals)
        with self._on("2026-03-01"):
            return self._approve(self.contract)

    def _statement(self, first, last, royalty, net=0, state="approved", **vals):
        """A statement as its approval leaves it."""
        statement = (
            self.env["licensing.statement"]
            .sudo()
            .create(
                {
                    "contract_id": self.contract.id,
                    "date_start": first,
                    "date_end": last,
                    "state": state,
                    "net": net,
                    **vals,
                }
            )
        )
        self._computed(statement, royalty)
        return statement

    def _computed(self, statement, royalty):
        self.env["licensing.statement.snapshot"].sudo().create(
            {
                "statement_id": statement.id,
                "cause_id": statement.id,
                "contract_id": self.contract.id,
                "company_id": self.company.id,
                "known_at": "2026-05-01 12:00:00",
                "royalty": royalty,
                "sums": "{}",
                "fees": "[]",
                "quotas": "[]",
                "quotes": "{}",
            }
        )
        self.contract.invalidate_recordset()

    def _activities(self):
        kind = self.env.ref("account_admin.mail_activity_type_notice")
        return self.contract.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    # ------------------------------------------------------------------
    # WINDOW
    # ------------------------------------------------------------------

    def test_window_and_days_left(self):
        contract = self.contract
        self.assertEqual(str(contract.notice_from), "2026-09-02")
        self.assertEqual(str(contract.notice_until), "2026-11-01")
        seen = []
        for day in ("2026-09-01", "2026-09-02", "2026-11-01", "2026-11-02"):
            with self._on(day):
                contract.invalidate_recordset()
                seen.append((contract.notice_state, contract.notice_days_left))
        self.assertEqual(
            seen, [("ahead", 61), ("open", 60), ("open", 0), ("closed", -1)]
        )

    def test_responsible_is_told_once_a_window(self):
        self._running()
        counts = []
        for day in ("2026-09-01", "2026-09-02", "2026-09-02", "2026-09-03"):
            self._cron(day, NOTICES)
            counts.append(len(self._activities()))
        self.assertEqual(counts, [0, 1, 1, 1])
        activity = self._activities()
        self.assertEqual(activity.user_id, self.user)
        self.assertEqual(str(activity.date_deadline), "2026-11-01")
        self.assertIn("not met", activity.summary)

    def test_told_again_only_of_a_later_window(self):
        self._running()
        self._cron("2026-09-02", NOTICES)
        self._activities().action_done()
        self._cron("2026-09-03", NOTICES)
        self.assertFalse(self._activities())
        # what an amendment does when the contract was renewed
        self.contract.sudo().date_end = "2027-12-31"
        self._cron("2026-09-04", NOTICES)
        self.assertFalse(self._activities(), "the next window is a year ahead")
        self._cron("2027-09-02", NOTICES)
        self.assertEqual(len(self._activities()), 1)

    def test_drafts_and_terminated_contracts_are_left_alone(self):
        self._cron("2026-09-02", NOTICES)
        self.assertFalse(self._activities())
        self._running()
        with self._on("2026-03-02"):
            manager = self.contract.with_user(self.manager)
            manager._terminate(self.contract.date_end, "Breach")
        self._cron("2026-09-03", NOTICES)
        self.assertFalse(self._activities())

    # ------------------------------------------------------------------
    # TEST
    # ------------------------------------------------------------------

    def _progress(self):
        contract = self.contract.with_user(self.user)
        return contract.renewal_reached, contract.renewal_test

    def test_royalties_of_approved_statements_count(self):
        self._statement("2025-01-01", "2025-03-31", 4000)
        self._statement("2025-04-01", "2025-06-30", 3000, state="invoiced")
        self._statement("2025-07-01", "2025-09-30", 9000, state="submitted")
        self.assertEqual(self._progress(), (7000, "not_yet"))
        self.assertAlmostEqual(self.contract.renewal_progress, 70)

    def test_restated_royalties_count_instead(self):
        statement = self._statement("2025-01-01", "2025-03-31", 4000)
        self._computed(statement, 10000)
        self.assertEqual(self._progress(), (10000, "met"))

    def test_superseded_statements_do_not_count(self):
        old = self._statement("2025-01-01", "2025-03-31", 4000, state="superseded")
        self._statement(
            "2025-01-01", "2025-03-31", 5000, revises_id=old.id, origin_id=old.id
        )
        self.assertEqual(self._progress()[0], 5000)

    def test_net_sales_count_where_so_agreed(self):
        self.contract.renewal_measure = "net"
        self._statement("2025-01-01", "2025-03-31", 4000, net=50000)
        self.assertEqual(self._progress(), (50000, "met"))

    def test_counts_from_the_day_agreed(self):
        self.contract.renewal_since = "2025-07-01"
        self._statement("2025-01-01", "2025-03-31", 4000)
        self._statement("2025-07-01", "2025-09-30", 2500)
        self.assertEqual(self._progress()[0], 2500)

    def test_no_test_and_the_filters(self):
        plain = self._contract()
        self.assertEqual(plain.renewal_test, "none")
        Contract = self.env["licensing.contract"]
        mine = [("id", "in", (plain | self.contract).ids)]
        for value, expected in (
            ("none", plain),
            ("not_yet", self.contract),
            ("met", Contract),
        ):
            found = Contract.search([*mine, ("renewal_test", "=", value)])
            self.assertEqual(found, expected)
        found = Contract.search([*mine, ("renewal_test", "!=", "none")])
        self.assertEqual(found, self.contract)

    def test_many_contracts_are_read_with_as_many_queries_as_one(self):
        others = self.contract | self._contract() | self._contract()

        def count(contracts):
            self.env.flush_all()
            self.env.invalidate_all()
            contracts.mapped("company_id.currency_id.rounding")
            contracts.mapped("renewal_minimum")
            start = self.cr.sql_log_count
            contracts.mapped("renewal_test")
            return self.cr.sql_log_count - start

        self.assertEqual(count(self.contract), count(others))
