"""Stored rows of the licensing reports: nobody ever sees one that is behind."""

import random
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from ...models.licensing.statements.licensing_statement import STATEMENT_OPEN_STATES
from ...models.reporting.licensing_report_change import SOURCES
from ...models.reporting.licensing_report_day import REPORTS, LicensingReportDay
from ...models.reporting.licensing_stored_report import LicensingStoredReport
from ..licensing.licensing import LicensingCommon

TODAY = "2026-07-20"
LOG = "odoo.addons.account_admin.models.reporting.licensing_report_day"


class StoredReportCommon(LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._somebody("stored_user", "licensing_user")
        cls.manager = cls._somebody("stored_manager", "licensing_manager")

    def setUp(self):
        super().setUp()
        self.enterContext(self._on(TODAY))
        self.contract = self._make_contract()
        self.first = self._approve(self.contract, 10_000)
        self.second = self._report(
            self.contract, [1234.56], quarter=1, date_due="2026-07-10"
        )
        self.second.action_compute()
        self._report(self._make_contract(), [], quarter=1, date_due="2026-07-10")
        self.days = self.env["licensing.report.day"].sudo()

    @classmethod
    def _somebody(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=f"account_admin.group_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _make_contract(self):
        return self._contract(
            commitment_ids=[
                self._pool(self._advance(1_000, "2026-09-01"), guarantee=20_000)
            ],
            deduction_ids=[Command.create({"capped": True, "cap": 5})],
            date_end="2026-12-31",
            notice_from_days=90,
            notice_until_days=60,
            sell_off_days=30,
        )

    def _store(self, companies=None):
        self.days._store(companies or self.company)
        self.env.invalidate_all()

    def _read(self, user=None):
        """What a user is shown: dict report -> rows."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = {}
        for name in REPORTS:
            report = self.env[name].with_user(user or self.user)
            found[name] = report.search_read([], report._get_columns(), load=None)
        return found

    @contextmanager
    def _undone(self):
        """What is done inside is undone at its end."""
        self.env.flush_all()
        savepoint = self.cr.savepoint(flush=False)
        try:
            yield
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _read_fresh(self):
        """What a user is shown when nothing is stored."""
        with self._undone():
            self.cr.execute("DELETE FROM licensing_report_day")
            return self._read()

    def _count_differences(self):
        """Rows that are stored otherwise than they are worked out now."""
        count = 0
        for name in REPORTS:
            report = self.env[name].sudo()
            stored = SQL(
                "SELECT id, %s FROM %s WHERE company_id = %s",
                SQL(", ").join(map(SQL.identifier, report._get_columns())),
                SQL.identifier(report._table),
                self.company.id,
            )
            computed = report._computed_sql(self.company)
            [(more,)] = self.env.execute_query(
                SQL(
                    """SELECT COUNT(*) FROM (
                           ((%(stored)s) EXCEPT (%(computed)s)) UNION ALL
                           ((%(computed)s) EXCEPT (%(stored)s))) differing""",
                    stored=stored,
                    computed=computed,
                )
            )
            count += more
        return count

    def _count_notes(self):
        [(count,)] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM licensing_report_change")
        )
        return count


class TestFollowing(StoredReportCommon):
    """A report follows what it rests on, at once."""

    def _assert_follows(self, change, *reports):
        """The reports show another thing after a change, what is right then."""
        self._store()
        before = self._read()
        with self._undone():
            change()
            after = self._read()
            self.assertEqual(after, self._read_fresh())
            changed = {name for name in REPORTS if after[name] != before[name]}
            self.assertLessEqual(set(reports), changed)
            self._store()
            self.assertEqual(self._read(), after)
            self.assertFalse(self._count_differences())
        self.assertEqual(self._read(), before)

    def _sign(self, **vals):
        """An amendment of a user that a manager approves."""
        amendment = (
            self.env["licensing.amendment"]
            .with_user(self.user)
            .create({"name": "Change", "contract_id": self.contract.id, **vals})
        )
        amendment.action_submit()
        amendment.with_user(self.manager).action_approve()
        self.assertEqual(amendment.state, "applied")

    def test_the_contract(self):
        def hand_over():
            self.contract.with_user(self.manager).user_id = self.manager

        self._assert_follows(hand_over, *REPORTS[:3])

    def test_a_contract_that_is_archived(self):
        self.contract.sudo().state = "expired"

        def archive():
            self.contract.with_user(self.manager).active = False

        self._assert_follows(archive, "licensing.forecast", "licensing.upcoming")

    def test_a_new_contract_in_force(self):
        self._assert_follows(self._make_contract, *REPORTS[:3])

    def test_an_approved_statement(self):
        self._assert_follows(
            lambda: self.second.with_user(self.manager).action_approve(),
            "licensing.pool.pace",
            "licensing.forecast",
        )

    def test_a_statement_that_is_expected_and_one_that_is_missing(self):
        def expect():
            self._trigger("ir_cron_licensing_expect")

        with self._on("2026-10-05"):
            self._assert_follows(expect, "licensing.upcoming")
        with self._on("2026-11-05"):
            self._assert_follows(expect, "licensing.red.flag")

    def test_a_revision(self):
        def revise():
            self.first.with_user(self.manager).action_revise()
            revision = self.contract.statement_ids - self.first - self.second
            revision.with_user(self.user).line_ids.gross = 30_000
            revision.with_user(self.user).action_compute()
            revision.with_user(self.manager).action_approve()

        self._assert_follows(revise, "licensing.pool.pace", "licensing.forecast")

    def test_lines_of_a_statement(self):
        def enter():
            lines = [
                Command.create(self._line(100 * n, date(2026, 4, 1)))
                for n in range(1, 60)
            ]
            self.second.with_user(self.user).line_ids = lines

        self._assert_follows(enter, "licensing.red.flag")

    def test_what_a_computation_found_and_claims_deducted_to_the_cap(self):
        def contradict():
            statement = self.second.with_user(self.user)
            statement.line_ids.write({"allowances": 100, "gross": 2_000})
            statement.line_ids.write({"has_reported_net": True, "reported_net": 7})
            statement.action_compute()

        self._assert_follows(contradict, "licensing.red.flag")

    def test_an_amendment_that_extends_the_term(self):
        self._assert_follows(
            lambda: self._sign(date=TODAY, date_end="2027-12-31"),
            "licensing.upcoming",
        )

    def test_an_amendment_that_ends_the_pool_and_brings_another(self):
        self._assert_follows(
            lambda: self._sign(
                date=TODAY, end_commitment_ids=self.contract.commitment_ids.ids
            ),
            "licensing.pool.pace",
        )

    def test_a_term_that_changes(self):
        row = Command.create({"term": "report_days", "number": 45})
        self._assert_follows(
            lambda: self._sign(date=TODAY, term_change_ids=[row]), "licensing.upcoming"
        )

    def test_a_termination(self):
        self._assert_follows(
            lambda: self._sign(
                date=TODAY, termination_date="2026-09-30", termination_reason="Breach"
            ),
            "licensing.pool.pace",
            "licensing.upcoming",
        )

    def test_an_instalment_that_is_billed(self):
        with self._on("2026-09-01"):
            self._assert_follows(
                lambda: self._trigger("ir_cron_licensing_commitments"),
                "licensing.pool.pace",
                "licensing.upcoming",
            )

    def test_licensees_that_are_merged(self):
        twin = self._customer("Toy Works Ltd")

        def merge():
            wizard = self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((self.licensee | twin).ids)],
                    "dst_partner_id": twin.id,
                }
            )
            wizard.action_merge()

        self._assert_follows(merge, *REPORTS[:3])

    def test_the_clock_of_the_company(self):
        self._report(
            self._make_contract(), [77], quarter=1, date_due="2026-07-19"
        ).sudo().write({"state": "submitted", "submitted_on": "2026-07-19 16:00:00"})

        def move():
            # the day is the same one there
            self.company.partner_id.tz = "Asia/Tokyo"

        self._assert_follows(move, "licensing.red.flag")

    def test_the_decimals_of_a_currency(self):
        def round_otherwise():
            self.currency.sudo().rounding = 0.0001

        self._assert_follows(round_otherwise, "licensing.forecast")

    def test_the_day_of_the_company(self):
        self._store()
        before = self._read()
        with self._on("2026-07-21"):
            after = self._read()
            self.assertEqual(after, self._read_fresh())
            for name in ("licensing.pool.pace", "licensing.upcoming"):
                self.assertNotEqual(after[name], before[name])
            self._store()
            self.assertEqual(self._read(), after)
        # and back: what was stored for the later day does not show
        self.assertEqual(self._read(), before)

    def test_a_contract_that_is_deleted_leaves_no_row(self):
        contract = self._make_contract()
        self._store()
        mine = [("contract_id", "=", contract.id)]
        self.assertTrue(self.env["licensing.upcoming"].search(mine))
        contract.sudo().state = "draft"
        contract.with_user(self.manager).unlink()
        self.assertEqual(self._read(), self._read_fresh())
        self._store()
        self.assertFalse(self._count_differences())

    def test_every_table_that_rows_rest_on_is_watched(self):
        self._sign(
            date=TODAY,
            term_change_ids=[Command.create({"term": "report_days", "number": 45})],
        )
        self.second.with_user(self.user).line_ids.product_id = False
        self.second.action_compute()
        for table in SOURCES:
            with self.subTest(table):
                self._store()
                self.cr.execute(
                    SQL("UPDATE %s SET id = id", SQL.identifier(table)),
                )
                self.assertTrue(self.cr.rowcount)
                self.assertTrue(self._count_notes())

    def test_after_any_actions_rows_are_those_of_a_full_computation(self):
        def report():
            if self.second.state in STATEMENT_OPEN_STATES:
                self.second.line_ids.gross = dice.randint(1, 9) * 1_000
                self.second.with_user(self.user).action_compute()

        def approve():
            if self.second.state in STATEMENT_OPEN_STATES:
                self.second.with_user(self.manager).action_approve()

        actions = {
            "approve": approve,
            "report": report,
            "hand over": lambda: self.contract.write(
                {"user_id": dice.choice((self.user.id, self.manager.id, False))}
            ),
            "bill": lambda: self._trigger("ir_cron_licensing_commitments"),
            "expect": lambda: self._trigger("ir_cron_licensing_expect"),
            "new": self._make_contract,
            "extend": lambda: self._sign(
                date=TODAY, date_end=self.contract.date_end + timedelta(days=30)
            ),
            "zone": lambda: self.company.partner_id.write(
                {"tz": dice.choice(("Asia/Tokyo", "America/Lima", "UTC"))}
            ),
            "store": self._store,
            "night": lambda: self._trigger("ir_cron_licensing_states"),
        }
        for seed in range(3):
            dice = random.Random(seed)
            with self.subTest(seed=seed), self._undone():
                for name in dice.sample(sorted(actions), 7):
                    day = date(2026, 7, 20) + timedelta(days=dice.randint(0, 120))
                    with self._on(day):
                        actions[name]()
                        self.assertEqual(self._read(), self._read_fresh(), name)
                        if dice.randint(0, 1):
                            self._store()
                            self.assertFalse(self._count_differences(), name)
                            self.assertFalse(self._count_notes())


class TestStoring(StoredReportCommon):
    """Reading costs one query more than a table does, and writes nothing."""

    def _forbid_computing(self):
        return patch.object(
            LicensingStoredReport, "_computed_sql", side_effect=AssertionError
        )

    def test_rows_that_are_current_are_read_as_they_are_stored(self):
        self._store()
        before = self._read()
        with self._forbid_computing():
            self.assertEqual(self._read(), before)
        self.assertEqual(before, self._read_fresh())

    def test_only_contracts_that_changed_are_worked_out(self):
        self._store()
        self.contract.user_id = self.manager
        asked = []
        compute = LicensingStoredReport._computed_sql

        def note(report, companies, contracts=None):
            asked.append(contracts)
            return compute(report, companies, contracts)

        with patch.object(LicensingStoredReport, "_computed_sql", note):
            self._read()
        self.assertEqual(asked, [[self.contract.id]] * 4)

    def test_a_page_takes_as_many_queries_however_many_contracts(self):
        counts = []
        for _attempt in range(2):
            self._store()
            for name in REPORTS:
                self._open(name)
            before = self.cr.sql_log_count
            for name in REPORTS:
                self._open(name)
            counts.append(self.cr.sql_log_count - before)
            for _contract in range(10):
                self._make_contract()
        # to search, to count and to group: each asks first whether rows are current
        self.assertEqual(counts, [24, 24])

    def _open(self, name):
        report = self.env[name].with_user(self.user)
        report.search([], limit=80)
        report.search_count([])
        report._read_group([], ["contract_id"], ["__count"])

    def test_a_change_costs_who_makes_it_no_query(self):
        self._store()
        self.contract.sudo().billing_count = 6
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.contract.sudo().billing_count = 7
            self.env.flush_all()
        self.assertTrue(self._count_notes())

    def test_a_reader_writes_nothing_even_where_rows_are_behind(self):
        self._store()
        self.contract.user_id = self.manager
        expected = self._read_fresh()
        with self._undone():
            self.cr.execute("SET LOCAL transaction_read_only = on")
            self.assertEqual(self._read(), expected)
        with self._on("2026-07-21"), self._undone():
            self.cr.execute("SET LOCAL transaction_read_only = on")
            self.assertTrue(self._read()["licensing.upcoming"])

    def test_rows_are_stored_once_a_reader_that_found_them_behind_is_over(self):
        self._read()
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.assertFalse(self._count_differences())
        self.assertFalse(self._count_notes())
        self._read()
        self.assertFalse(self.env.cr.postcommit._funcs, "there is nothing to do")

    def test_storing_waits_for_nobody_who_locked_what_rows_name(self):
        tables = [self.env[name]._table for name in REPORTS]
        self.cr.execute(
            SQL(
                """SELECT conname FROM pg_constraint
                    WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)""",
                tables,
            )
        )
        self.assertFalse(self.cr.fetchall(), "a foreign key locks what it names")

    def test_a_statement_that_is_deleted_leaves_no_row(self):
        self._store()
        flags = self.env["licensing.red.flag"]
        missing = flags.search([("kind", "=", "missing")]).statement_id
        self.assertTrue(missing)
        missing.sudo().unlink()
        self.assertFalse(flags.search([("kind", "=", "missing")]))
        self._store()
        self.assertFalse(self._count_differences())

    def test_what_was_undone_leaves_no_note(self):
        self._store()
        with self._undone():
            self.contract.user_id = self.manager
            self.env.flush_all()
            self.assertTrue(self._count_notes())
        self.assertFalse(self._count_notes())

    def test_a_change_after_storing_stays_noted(self):
        self._store()
        self.contract.user_id = self.manager
        self.env.flush_all()
        with self._forbid_computing(), self.assertRaises(AssertionError):
            self._read()

    def test_the_night_stores_each_company_and_one_that_fails_alone(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        store = LicensingReportDay._store

        def fail(days, companies):
            if companies == self.company:
                raise ValueError("no room")
            return store(days, companies)

        with patch.object(LicensingReportDay, "_store", fail), mute_logger(LOG):
            self._trigger("ir_cron_licensing_states")
        stored = self.days.search([]).company_id
        self.assertIn(other, stored)
        self.assertNotIn(self.company, stored)
        self._trigger("ir_cron_licensing_states")
        self.assertIn(self.company, self.days.search([]).company_id)
        self.assertFalse(self._count_differences())

    def test_rows_of_a_company_that_nobody_asked_for_count_for_their_day_only(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        self._store(self.company | other)
        with self._on("2026-07-21"):
            self._store(other)
            self.assertNotIn(self.company, self.days.search([]).company_id)
        self.assertEqual(self._read(), self._read_fresh())

    def test_rows_are_those_of_the_companies_worked_in(self):
        other = self.setup_other_company(name="Elsewhere")["company"]
        stranger = self._somebody("stored_stranger", "licensing_manager", other)
        self._store(self.company | other)
        for name in REPORTS:
            self.assertTrue(self._read()[name], name)
            self.assertFalse(self._read(stranger)[name], name)
            elsewhere = self.env[name].sudo().with_company(other)
            everywhere = elsewhere.with_context(allowed_company_ids=other.ids)
            self.assertFalse(everywhere.search([]), name)
