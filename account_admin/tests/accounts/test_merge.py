"""Accounts with a history become one: as if it had always been one."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ...models.base.merging import unite_rows
from ...models.base.ownership import get_own_tables
from ...models.reporting.account_admin_kpi_compute import AMOUNTS, FIGURES
from ..common import CollectionsCommon
from ..licensing.licensing import LicensingCommon

DAY = "2026-03-05"
NIGHTS = ("2026-01-06", "2026-01-21", "2026-02-05", "2026-02-11", "2026-02-20")
EMAIL = "pay@example.com"


class MergeCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "merger",
            groups="account_admin.group_account_admin_all,"
            "account_admin.group_licensing_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _merge(self, target, *sources, user=None):
        """Merge contacts as a person does: with the wizard."""
        partners = target.union(*sources)
        with self._on(DAY):
            wizard = (
                self.env["base.partner.merge.automatic.wizard"]
                .with_user(user or self.user)
                .create(
                    {
                        "partner_ids": [Command.set(partners.ids)],
                        "dst_partner_id": target.id,
                        "state": "selection",
                    }
                )
            )
            wizard.action_merge()
            self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.assertEqual(partners.exists(), target)

    @classmethod
    def _account(cls, name):
        return cls._customer(name, email=EMAIL)


@tagged("post_install", "-at_install")
class TestMerge(MergeCommon):
    def _live(self, first, second, third=None):
        """A quarter of invoices, payments, nights, promises, disputes, statements."""
        with self._on("2026-01-05"):
            self.company.collections_statement_monthly = True
            self.company.flush_recordset()
        third = third or second
        dear = self._move("2026-01-05", 300, first)
        self._move("2026-01-05", 40, second, date="2025-12-20")
        late = self._move("2026-01-20", 200, second)
        self._move("2026-01-20", 60, third)
        for night in NIGHTS:
            if night == "2026-02-05":
                self._credit("2026-02-01", 30, second)
                self._run_statements("2026-02-01")
            if night == "2026-02-20":
                self._promise(late, "2026-02-12", 50, "2026-02-17")
                self._promise(dear, "2026-02-12", 90, "2026-02-17")
                self._pay(dear, "2026-02-16", 120)
                self._move("2026-02-12", 80, first)
                disputed = self._move("2026-02-10", 70, second)
                with self._on("2026-02-15"):
                    self.env["collections.dispute"].create(
                        {"move_id": disputed.id, "amount": 20}
                    )
            self._night(night)
        self._run_statements("2026-03-01")

    def _freeze(self):
        with self._on("2026-03-01"):
            self._trigger("ir_cron_kpi")

    def _promise(self, move, made_on, amount, day):
        with self._on(made_on):
            self.env["collections.promise"].create(
                {
                    "partner_id": move.commercial_partner_id.id,
                    "move_ids": [Command.set(move.ids)],
                    "company_id": self.company.id,
                    "amount": amount,
                    "date": day,
                }
            )

    def _run_statements(self, day):
        with self._on(day):
            self._trigger("ir_cron_statements")

    def _kpis(self, partner):
        rows = self.env["account.admin.kpi"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)],
            order="month",
        )
        names = ("month", *AMOUNTS, *FIGURES)
        return [
            {**{name: row[name] for name in names}, "buckets": row.buckets}
            for row in rows
        ]

    def _figures(self, partner):
        """Everything that is computed about an account on the day of the merge."""
        with self._on(DAY):
            self.env.invalidate_all()
            run = self.env["collections.run"].with_company(self.company)
            found = run._judge(self.company, date.fromisoformat(DAY), partner.ids)
            decision = found[partner.id].decision
            facts = found[partner.id].facts
            statement = self.env["collections.statement"].new(
                {
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "date": DAY,
                    "kind": "open_item",
                    "channel": "email",
                }
            )
            aged = self.env["account.admin.aged.item"].search(
                [("partner_id", "=", partner.id)]
            )
            return {
                "open": partner.collections_open,
                "overdue": partner.collections_overdue,
                "chaseable": partner.collections_chaseable,
                "aged": sorted((item.due, item.bucket, item.residual) for item in aged),
                "rule": decision.rule,
                "days": decision.days,
                "lead_due": decision.lead_due,
                "step": decision.step and decision.step.id,
                "next": (
                    decision.next_step and decision.next_step.id,
                    decision.next_date,
                ),
                "asked": facts.asked,
                "amounts": [
                    (a.held, a.disputed, a.in_process, a.promised, a.credits)
                    for a in facts.amounts
                ],
                "statement": [
                    (table["closing"], table["overdue"], table["disputed"])
                    for table in statement._present()[statement]["tables"]
                ],
                "promises": sorted(
                    (promise.state, promise.amount, promise.received)
                    for promise in self.env["collections.promise"].search(
                        [("partner_id", "=", partner.id)]
                    )
                ),
            }

    def _same(self, merged, one):
        self.assertEqual(self._figures(merged), self._figures(one))
        self.assertEqual(self._kpis(merged), self._kpis(one))
        self.assertEqual(
            len(self._cases(merged).filtered(lambda c: c.state != "closed")), 1
        )
        self.assertEqual(
            self._cases(merged).filtered(lambda c: c.state != "closed").asked_amount,
            self._cases(one).filtered(lambda c: c.state != "closed").asked_amount,
        )

    def test_two_accounts_with_every_kind_of_history(self):
        one, left, right = map(self._account, ("One", "Left", "Right"))
        self._live(one, one)
        self._live(left, right)
        self._freeze()
        self._merge(left, right)
        self._same(left, one)

    def test_the_other_way_round(self):
        one, left, right = map(self._account, ("One", "Left", "Right"))
        self._live(one, one)
        self._live(left, right)
        self._freeze()
        self._merge(right, left)
        self._same(right, one)

    def test_three_accounts_at_once(self):
        one, left, right, third = map(self._account, ("One", "Left", "Right", "Third"))
        self._live(one, one)
        self._live(left, right, third)
        self._freeze()
        self._merge(right, left, third)
        self._same(right, one)

    def test_frozen_months_add_up_to_their_company_and_administrators(self):
        left, right = map(self._account, ("Left", "Right"))
        right.collections_user_id = self.user
        left.collections_user_id = self.env.user
        self._live(left, right)
        self._freeze()
        self._merge(left, right)
        kpis = self.env["account.admin.kpi"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertTrue(kpis)
        for _month, rows in kpis.grouped("month").items():
            scopes = rows.grouped("scope")
            accounts = scopes["account"]
            for name in ("ending", "sales", "overdue", "paid", "account_count"):
                total = sum(accounts.mapped(name))
                self.assertEqual(scopes["company"][name], total, name)
                managers = scopes["administrator"]
                self.assertEqual(sum(managers.mapped(name)), total, name)
            for row in scopes["administrator"]:
                mine = accounts.filtered(lambda a, row=row: a.user_id == row.user_id)
                self.assertEqual(row.ending, sum(mine.mapped("ending")))

    def test_what_was_sent_to_either_is_kept(self):
        left, right = map(self._account, ("Left", "Right"))
        self._live(left, right)
        self._freeze()
        both = [("partner_id", "in", (left | right).ids)]
        statements = self.env["collections.statement"].search(both)
        notices = self.env["collections.notice"].search(
            [("case_id.partner_id", "in", (left | right).ids)]
        )
        sent = statements.mapped("state")
        self._merge(left, right)
        self.assertEqual(statements.exists().mapped("state"), sent)
        self.assertEqual(statements.partner_id, left)
        self.assertEqual(notices.exists().case_id.partner_id, left)
        kinds = self._cases(left).event_ids.mapped("note")
        self.assertIn("Merged into another account", kinds)

    def test_unsent_statements_of_a_run_become_one(self):
        left, right = map(self._account, ("Left", "Right"))
        for partner in left | right:
            self._move("2026-01-10", 100, partner)
        run = self.env["collections.statement.run"].sudo()
        run = run.create(
            {
                "company_id": self.company.id,
                "date": "2026-01-31",
                "date_from": "2026-01-01",
                "kind": "open_item",
                "state": "running",
            }
        )
        for partner in left | right:
            self.env["collections.statement"].sudo().create(
                {
                    "run_id": run.id,
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "date": "2026-01-31",
                    "channel": "email",
                }
            )
        self._merge(left, right)
        states = run.statement_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["queued", "skipped"])
        self.assertIn("Left", run.statement_ids.sorted("id")[1].reason)

    def test_contacts_of_two_accounts(self):
        left, right = map(self._account, ("Left", "Right"))
        contacts = self.env["res.partner"].create(
            [
                {"name": "Ann", "parent_id": left.id, "email": EMAIL},
                {"name": "Ann B.", "parent_id": right.id, "email": EMAIL},
            ]
        )
        contacts.collections_role_ids = self.env.ref(
            "account_admin.contact_role_payable"
        )
        self._live(left, right)
        self._freeze()
        before = [self._figures(left), self._figures(right)]
        self._merge(contacts[0], contacts[1])
        self.assertEqual([self._figures(left), self._figures(right)], before)
        notices = self.env["collections.notice"].search(
            [("case_id.partner_id", "in", (left | right).ids)]
        )
        self.assertTrue(notices)
        self.assertEqual(notices.contact_id, contacts[0])

    def _person(self, **vals):
        return self.env["res.partner"].create({"name": "Ann", "email": EMAIL, **vals})

    def test_person_merged_into_a_contact_owes_in_the_contacts_account(self):
        one, left = map(self._account, ("One", "Left"))
        contact, person = self._person(parent_id=left.id), self._person()
        self._live(one, one)
        self._live(left, person)
        self._freeze()
        self._merge(contact, person)
        self.assertEqual(contact.commercial_partner_id, left)
        self._same(left, one)

    def test_person_who_becomes_a_contact_by_merging_leaves_its_account(self):
        one, left = map(self._account, ("One", "Left"))
        contact, person = self._person(parent_id=left.id), self._person()
        self._live(one, one)
        self._live(left, person)
        self._freeze()
        self._merge(person, contact)
        self.assertEqual(person.commercial_partner_id, left)
        self._same(left, one)

    def test_company_merged_into_a_contact_stays_an_account(self):
        left, right = map(self._account, ("Left", "Right"))
        contact = self._person(parent_id=left.id)
        self._live(left, right)
        self._freeze()
        before = (self._figures(left), self._figures(right), self._kpis(right))
        self._merge(contact, right)
        self.assertEqual(contact.commercial_partner_id, contact)
        after = (self._figures(left), self._figures(contact), self._kpis(contact))
        self.assertEqual(after, before)

    def test_setting_of_the_other_fills_an_empty_one_whoever_merges(self):
        left, right = map(self._account, ("Left", "Right"))
        right.collections_user_id = self.user
        right.collections_statement = "letter"
        plain = new_test_user(
            self.env, "plain", groups="base.group_user,base.group_partner_manager"
        )
        self._merge(left, right, user=plain)
        self.assertEqual(left.collections_user_id, self.user)
        self.assertEqual(left.collections_statement, "letter")

    def test_another_collectors_account_is_not_taken_by_merging(self):
        left, right = map(self._account, ("Left", "Right"))
        own = new_test_user(
            self.env,
            "own_merger",
            groups="account_admin.group_account_admin_user",
            company_id=self.company.id,
        )
        left.collections_user_id, right.collections_user_id = own, self.user
        with self.assertRaisesRegex(UserError, "Right is looked after by merger"):
            self._merge(left, right, user=own)

    # ------------------------------------------------------------------
    # NATIONAL ACCOUNTS
    # ------------------------------------------------------------------

    def _national(self, head, *members):
        account = self.env["national.account"].create(
            {"name": f"{head.name} Group", "partner_id": head.id, "user_id": False}
        )
        for partner, start, end in members:
            self.env["national.account.member"].create(
                {
                    "national_account_id": account.id,
                    "partner_id": partner.id,
                    "date_start": start,
                    "date_end": end,
                }
            )
        return account

    def test_memberships_of_both_do_not_overlap(self):
        head, other, left, right = map(self._account, ("Head", "Other", "L", "R"))
        mine = self._national(head, (left, "2026-02-01", False))
        theirs = self._national(other, (right, "2025-01-01", "2026-12-31"))
        self._merge(left, right)
        rows = (mine | theirs).member_ids.sorted("date_start")
        self.assertEqual(rows.partner_id, left)
        self.assertEqual(
            [(str(r.date_start), str(r.date_end), r.national_account_id) for r in rows],
            [
                ("2025-01-01", "2026-01-31", theirs),
                ("2026-02-01", "False", mine),
            ],
        )
        self.env["national.account.member"].search([])._check_one_account_at_a_time()

    def test_two_head_offices_have_one_national_account(self):
        left, right, one, two = map(self._account, ("L", "R", "M1", "M2"))
        mine = self._national(left, (one, False, False))
        theirs = self._national(right, (two, False, False))
        self._merge(left, right)
        self.assertEqual(mine.member_ids.partner_id, one | two)
        self.assertFalse(theirs.active)
        mine._check_head_office()

    def test_head_office_and_member_of_another(self):
        head, left, right = map(self._account, ("Head", "L", "R"))
        self._national(head, (right, "2025-01-01", False))
        mine = self._national(left)
        self._merge(left, right)
        member = self.env["national.account.member"].search(
            [("partner_id", "=", left.id)]
        )
        self.assertEqual(str(member.date_end), "2026-03-04")
        mine._check_head_office()

    # ------------------------------------------------------------------
    # EVERY INDEX
    # ------------------------------------------------------------------

    def test_every_unique_index_of_ours_is_known_to_the_merge(self):
        """What is found in the catalogue is what the database enforces."""
        self.env.cr.execute(
            """SELECT child.relname, attribute.attname
                 FROM pg_constraint con
                 JOIN pg_class child ON child.oid = con.conrelid
                 JOIN pg_attribute attribute ON attribute.attrelid = child.oid
                  AND attribute.attnum = con.conkey[1]
                 JOIN pg_class parent ON parent.oid = con.confrelid
                WHERE con.contype = 'f' AND parent.relname = 'res_partner'"""
        )
        tables = get_own_tables(self.env)
        unique = set()
        for table, column in self.env.cr.fetchall():
            if table in tables:
                self.env.cr.execute(
                    SQL(
                        """SELECT FROM pg_indexes WHERE tablename = %s
                            AND indexdef LIKE 'CREATE UNIQUE%%' AND indexdef ~ %s""",
                        table,
                        rf"\m{column}\M",
                    )
                )
                if self.env.cr.rowcount:
                    unique.add((table, column))
        self.assertLessEqual(
            {
                ("account_admin_kpi", "partner_id"),
                ("collections_statement", "partner_id"),
                ("collections_case", "partner_id"),
                ("licensing_import_profile", "partner_id"),
                ("licensing_product", "partner_id"),
            },
            unique,
        )
        left, right = map(self._account, ("Left", "Right"))
        self._live(left, right)
        self._freeze()
        for table, column in unique:
            with self.subTest(table=table):
                unite_rows(right.sudo(), left.sudo(), [column])
                self.env.cr.execute(
                    SQL(
                        "SELECT FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        right.id,
                    )
                )
                self.assertFalse(self.env.cr.rowcount)

    def test_without_uniting_the_database_refuses(self):
        """The trap is real: moving what names the account fails on its own."""
        left, right = map(self._account, ("Left", "Right"))
        self._live(left, right)
        self._freeze()
        self.env.flush_all()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE account_admin_kpi SET partner_id = %s WHERE partner_id = %s",
                (left.id, right.id),
            )


@tagged("post_install", "-at_install")
class TestMergeLicensees(MergeCommon, LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.licensee.email = EMAIL
        cls.rival = cls._account("Rival Toys")
        cls.theirs = cls.env["licensing.product"].create(
            {"sku": "BEAR-1", "name": "Bear", "partner_id": cls.rival.id}
        )

    def _profile(self, contract, *words):
        profile = self.env["licensing.import.profile"]._get_for(contract)
        for word, column in words:
            self.env["licensing.alias"].create(
                {
                    "profile_id": profile.id,
                    "kind": "column",
                    "text": word,
                    "field_name": column,
                }
            )
        return profile

    def _merge_licensees(self, target, source):
        contracts = self._contract(commitment_ids=[self._pool(self._advance(1000))])
        contracts |= self._contract(partner_id=self.rival.id)
        self._approve(contracts[0], 10_000)
        self.product = self.theirs
        self.theirs.action_approve()
        self.theirs.sudo().approved_from = "2020-01-01"
        self._approve(contracts[1], 20_000)
        pool = contracts[0].commitment_ids
        before = (
            self._balance(contracts[0], pool),
            [self._billed(contract) for contract in contracts],
        )
        self._profile(contracts[0], ("Artikel", "sku"), ("Umsatz", "gross"))
        self._profile(contracts[1], ("Artikel", "description"), ("Menge", "units"))
        self._merge(target, source)
        after = (
            self._balance(contracts[0], pool),
            [self._billed(contract) for contract in contracts],
        )
        self.assertEqual(after, before)
        self.assertEqual(contracts.partner_id, target)
        return contracts

    def test_same_sku_words_and_profile_become_one(self):
        lines = self.env["licensing.statement.line"]
        contracts = self._merge_licensees(self.licensee, self.rival)
        products = self.env["licensing.product"].search(
            [("partner_id", "=", self.licensee.id)]
        )
        self.assertEqual(products.mapped("sku"), ["BEAR-1"])
        found = lines.search([("statement_id.contract_id", "in", contracts.ids)])
        self.assertEqual(found.product_id, products)
        profile = self.env["licensing.import.profile"].search(
            [("partner_id", "=", self.licensee.id)]
        )
        words = {alias.text: alias.field_name for alias in profile.alias_ids}
        self.assertEqual(words, {"Artikel": "sku", "Umsatz": "gross", "Menge": "units"})

    def test_the_other_way_round(self):
        self._merge_licensees(self.rival, self.licensee)
        products = self.env["licensing.product"].search(
            [("partner_id", "=", self.rival.id)]
        )
        self.assertEqual(products.mapped("sku"), ["BEAR-1"])
        self.assertEqual(products.state, "approved")
