"""Random chains of matches across every border, against a slow oracle.

``ACCOUNT_ADMIN_CHAINS`` says how many (300 without it).
"""

import os
import random
from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..common import CollectionsCommon

CHAINS = int(os.environ.get("ACCOUNT_ADMIN_CHAINS", "300"))
TODAY = date(2026, 6, 30)
FIRST = date(2026, 1, 1)
DAYS = (date(2026, 2, 15), date(2026, 5, 3), TODAY, date(2026, 9, 1))
STARTS = (1, 31, 61, 91, 121)
CENT = Decimal("0.01")


class Oracle:
    """What is owed, in plain Python from raw journal items and partials."""

    def __init__(self, items, matches, receivables):
        self.items, self.receivables = items, receivables
        self.sides = defaultdict(list)
        for debit, credit, amount, debit_currency, credit_currency in matches:
            self.sides[debit].append((credit, -amount, -debit_currency))
            self.sides[credit].append((debit, amount, credit_currency))

    def matched(self, item, day):
        """What posted others took off or brought: (other, amount, in currency)."""
        for other, amount, in_currency in self.sides[item]:
            when = max(self.items[item]["date"], self.items[other]["date"])
            is_posted = self.items[other]["parent_state"] == "posted"
            if is_posted and (day is None or when <= day):
                yield other, amount, in_currency

    def posted(self, company):
        """Receivable items of a company that are posted: pairs of id and item."""
        for key, item in self.items.items():
            is_posted = item["parent_state"] == "posted"
            is_receivable = item["account_id"] in self.receivables
            if is_posted and is_receivable and item["company_id"] == company:
                yield key, item

    def residuals(self, company, day, is_chase=False):
        """Items of a company dated up to a day: id -> (in currency, booked)."""
        found = {}
        for key, item in self.posted(company):
            if item["date"] <= day:
                matched = [*self.matched(key, None if is_chase else day)]
                residual = (
                    item["amount_currency"] + sum(row[2] for row in matched),
                    item["balance"] + sum(row[1] for row in matched),
                )
                if any(residual):
                    found[key] = residual
        return found

    def transfers(self, company, day):
        """What crossed to another GL account or company: GL account -> amount."""
        found = defaultdict(Decimal)
        for key, item in self.posted(company):
            for other, amount, _currency in self.matched(key, day):
                there = self.items[other]
                if any(there[n] != item[n] for n in ("account_id", "company_id")):
                    found[item["account_id"]] += amount
        return found

    def bucket(self, item, day):
        return bisect_right(STARTS, (day - self.items[item]["date_maturity"]).days)


@tagged("post_install", "-at_install")
class TestMatchChains(CollectionsCommon):
    """One chain is up to six items and the matches between them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(19)
        cls.euro = cls.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.env.user.company_ids |= cls.branch
        cls.receivables = cls.company_data["default_account_receivable"]
        cls.receivables |= cls.receivables.copy({"code": "SECOND"})
        # matched items may stand on an account that is not receivable at all
        cls.elsewhere = cls.receivables[0].copy(
            {"code": "ELSE", "account_type": "asset_current", "reconcile": True}
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Account {number}"} for number in range(24)]
        )
        cls.nationals = cls.env["national.account"].create(
            [
                {
                    "name": f"Group {number}",
                    "partner_id": cls.partners[number].id,
                    "member_ids": [
                        Command.create({"partner_id": partner.id})
                        for partner in cls.partners[number : number + 3]
                    ],
                }
                for number in (0, 3, 6)
            ]
        )
        chains = [cls._new_chain(number) for number in range(CHAINS)]
        cls._insert(chains)
        cls.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile"
        )
        cls.oracle = cls._read_oracle()

    # ------------------------------------------------------------------
    # CHAINS
    # ------------------------------------------------------------------

    @classmethod
    def _new_chain(cls, number):
        """Items of a chain, and its matches as (debit, credit, amounts)."""
        pick = cls.random
        count = pick.randint(2, 6)
        # half of the chains stay within each of the borders
        homes = {
            "company_id": [cls.company.id, cls.branch.id],
            "account_id": [*cls.receivables.ids, cls.elsewhere.id],
            "currency_id": [cls.company.currency_id.id, cls.euro.id],
            "partner_id": [*pick.sample(cls.partners.ids, 3), None],
            "parent_state": ["posted", "posted", "posted", "draft", "cancel"],
        }
        for name, values in homes.items():
            if pick.random() < 0.5:
                homes[name] = values[:1]
        # of one amount at two rates: what is nothing in its own currency is left
        amounts = [pick.randint(1, 50000) for _n in range(count)]
        if pick.random() < 0.5:
            amounts = amounts[:1] * count
        items = [
            cls._new_item(number, place, amount, homes)
            for place, amount in enumerate(amounts)
        ]
        return items, [*cls._new_matches(items)]

    @classmethod
    def _new_item(cls, chain, place, cents, homes):
        pick = cls.random
        sign = 1 if place == 0 else -1 if place == 1 else pick.choice((1, -1))
        item = {name: pick.choice(values) for name, values in homes.items()}
        day = FIRST + timedelta(days=pick.randrange(240))
        amount = sign * cents * CENT
        is_foreign = item["currency_id"] == cls.euro.id
        rate = Decimal(pick.choice(("2", "2.2"))) if is_foreign else 1
        return item | {
            "name": f"Chain {chain}",
            "date": day,
            "date_maturity": day + timedelta(days=pick.choice((0, 0, 14, 60))),
            "amount_currency": amount,
            "balance": (amount / rate).quantize(CENT),
        }

    @classmethod
    def _new_matches(cls, items):
        """Random matches of what is left of a debit and a credit, as Odoo makes them:
        two items of the same currency are lowered by the same amount in it."""
        left = [[abs(i["amount_currency"]), abs(i["balance"])] for i in items]
        for _time in range(cls.random.randint(1, 7)):
            debit, credit = (
                cls.random.choice([n for n, i in enumerate(items) if is_side(i)])
                for is_side in (
                    lambda item: item["balance"] > 0,
                    lambda item: item["balance"] < 0,
                )
            )
            one, two = left[debit], left[credit]
            part = cls.random.choice((Decimal(1), Decimal("0.4")))
            booked = (min(one[1], two[1]) * part).quantize(CENT)
            is_same = items[debit]["currency_id"] == items[credit]["currency_id"]
            if is_same:
                shared = (min(one[0], two[0]) * part).quantize(CENT)
                amounts = [shared, shared]
            else:
                amounts = [
                    (side[0] * booked / side[1]).quantize(CENT) if side[1] else side[1]
                    for side in (one, two)
                ]
            if items[debit]["currency_id"] == cls.company.currency_id.id and is_same:
                amounts = [booked, booked]
            if not booked and not any(amounts):
                continue
            for side, amount in zip((one, two), amounts, strict=True):
                side[0] -= amount
                side[1] -= booked
            yield debit, credit, booked, *amounts

    # ------------------------------------------------------------------
    # BULK
    # ------------------------------------------------------------------

    @classmethod
    def _insert(cls, chains):
        """The chains in the database: copies of an entry, and what Odoo computes."""
        template = cls._misc("2026-01-01", 1)
        line = cls._receivable(template)
        cls.env.flush_all()
        items = [item for found, _matches in chains for item in found]
        states = [item["parent_state"] for item in items]
        moves = cls._copy_rows(
            template,
            {
                "name": ["/"] * len(items),
                "state": states,
                **{name: [i[name] for i in items] for name in ("date", "company_id")},
            },
        )
        names = [*items[0], "move_id", "debit", "credit"]
        for item, move in zip(items, moves, strict=True):
            item["move_id"] = move
            item["debit"] = max(item["balance"], 0)
            item["credit"] = max(-item["balance"], 0)
        lines = cls._copy_rows(line, {n: [item[n] for item in items] for n in names})
        template.button_draft()
        template.button_cancel()
        cls._insert_matches(chains, lines)
        cls.env.invalidate_all()
        cls._compute(
            "account.move.line",
            lines,
            ("amount_residual", "amount_residual_currency", "reconciled"),
        )

    @classmethod
    def _copy_rows(cls, record, changes):
        """Copies of a row of a table, some of its columns changed: list of ids."""
        cr, table = cls.env.cr, record._table
        count = len(next(iter(changes.values())))
        cr.execute(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, {count})")
        ids = [row[0] for row in cr.fetchall()]
        cr.execute(
            """SELECT column_name, udt_name FROM information_schema.columns
                WHERE table_name = %s""",
            [table],
        )
        types = dict(cr.fetchall())
        changes = {"id": ids, **changes}
        kept = ", ".join(f"origin.{name}" for name in types if name not in changes)
        columns = [name for name in types if name not in changes]
        arrays = ", ".join(f"%s::{types[name]}[]" for name in changes)
        cr.execute(
            f"""INSERT INTO {table} ({", ".join([*changes, *columns])})
                SELECT changed.*, {kept}
                  FROM unnest({arrays}) AS changed({", ".join(changes)}), {table} origin
                 WHERE origin.id = %s""",
            [*changes.values(), record.id],
        )
        return ids

    @classmethod
    def _insert_matches(cls, chains, lines):
        rows, first = [], 0
        for items, matches in chains:
            rows += [
                (lines[first + debit], lines[first + credit], *amounts)
                for debit, credit, *amounts in matches
            ]
            first += len(items)
        cls.env.cr.execute(
            """INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id,
                           amount, debit_amount_currency, credit_amount_currency)
               SELECT * FROM unnest(%s::int[], %s::int[], %s::numeric[],
                                    %s::numeric[], %s::numeric[]) RETURNING id""",
            [list(column) for column in zip(*rows, strict=True)],
        )
        cls._compute(
            "account.partial.reconcile",
            [row[0] for row in cls.env.cr.fetchall()],
            ("company_id", "max_date", "debit_currency_id", "credit_currency_id"),
        )

    @classmethod
    def _compute(cls, model, ids, names):
        """Have Odoo compute what it stores."""
        records = cls.env[model].browse(ids)
        for name in names:
            cls.env.add_to_compute(records._fields[name], records)
        records.flush_recordset(names)

    @classmethod
    def _read_oracle(cls):
        cr = cls.env.cr
        cr.execute(
            """SELECT line.id, line.company_id, line.account_id, line.currency_id,
                      line.partner_id, line.parent_state, line.date,
                      line.date_maturity, line.amount_currency::text, line.balance::text
                 FROM account_move_line line
                WHERE line.account_id = ANY(%s)""",
            [[*cls.receivables.ids, cls.elsewhere.id]],
        )
        names = [column.name for column in cr.description]
        items = {}
        for row in cr.fetchall():
            item = dict(zip(names, row, strict=True))
            for name in ("amount_currency", "balance"):
                item[name] = Decimal(item[name])
            items[item["id"]] = item
        cr.execute(
            """SELECT debit_move_id, credit_move_id, amount::text,
                      debit_amount_currency::text, credit_amount_currency::text
                 FROM account_partial_reconcile WHERE debit_move_id = ANY(%s)""",
            [list(items)],
        )
        matches = [(*row[:2], *map(Decimal, row[2:])) for row in cr.fetchall()]
        return Oracle(items, matches, set(cls.receivables.ids))

    # ------------------------------------------------------------------
    # JUDGE
    # ------------------------------------------------------------------

    def _each(self):
        """Every company and day, the clock on the company's today."""
        with self._on(TODAY):
            for company in (self.company, self.branch):
                for day in DAYS:
                    yield company, day

    def _assert_same(self, found, expected):
        """Dicts are the same but for what is nothing; the first few differences."""
        differing = {
            key: (found.get(key, 0), expected.get(key, 0))
            for key in {*found, *expected}
            if found.get(key, 0) != expected.get(key, 0)
        }
        few = dict(list(differing.items())[:5])
        self.assertFalse(few, f"{len(differing)} differ: (found, oracle)")

    def _sum(self, residuals, key, column=1):
        sums = defaultdict(Decimal)
        for item, amounts in residuals.items():
            sums[key(item, self.oracle.items[item])] += amounts[column]
        return {found: amount for found, amount in sums.items() if amount}

    def test_chains_cross_every_border(self):
        items, crossed = self.oracle.items, defaultdict(int)
        for item, sides in self.oracle.sides.items():
            for other, *_amounts in sides:
                for name in (
                    *("company_id", "account_id", "currency_id", "partner_id"),
                    "parent_state",
                ):
                    crossed[name] += items[item][name] != items[other][name]
        self.assertEqual(len(crossed), 5)
        self.assertGreater(min(crossed.values()), CHAINS // 10, crossed)
        residuals = self.oracle.residuals(self.company.id, TODAY).values()
        self.assertTrue([one for one in residuals if not one[0]], "zero in its own")

    def test_each_item_is_what_the_oracle_says(self):
        aged = self.env["account.admin.aged.item"]
        for company, day in self._each():
            columns = ["line_id", "residual", "residual_company", "bucket"]
            rows = aged.get_aged_items(company, columns, day)
            found = {line: (*amounts, int(n)) for line, *amounts, n in rows}
            expected = {
                item: (*amounts, self.oracle.bucket(item, day))
                for item, amounts in self.oracle.residuals(company.id, day).items()
            }
            self.assertTrue(expected)
            self._assert_same(found, expected)

    def test_buckets_of_each_account_and_member_are_those_of_its_items(self):
        aged = self.env["account.admin.aged.item"]
        for company, day in self._each():
            report = aged.get_aging(company, day)
            found = {
                (row["keys"][0] or None, number): amount
                for row in report["rows"]
                for number, amount in enumerate(row["buckets"])
                if amount
            }
            residuals = self.oracle.residuals(company.id, day)
            expected = self._sum(
                residuals,
                lambda key, item, day=day: (
                    item["partner_id"],
                    self.oracle.bucket(key, day),
                ),
            )
            self._assert_same(found, expected)

    def test_ledger_of_each_gl_account_and_company_ties_with_what_was_transferred(self):
        aged = self.env["account.admin.aged.item"]
        for company, day in self._each():
            rows = aged.get_aging(company, day)["tie_out"]
            balances = dict(
                self.env["account.move.line"]._read_group(
                    [
                        ("company_id", "=", company.id),
                        ("account_id", "in", self.receivables.ids),
                        ("parent_state", "=", "posted"),
                        ("date", "<=", day),
                    ],
                    ["account_id"],
                    ["balance:sum"],
                )
            )
            transfers = self.oracle.transfers(company.id, day)
            items = self._sum(
                self.oracle.residuals(company.id, day),
                lambda _key, item: item["account_id"],
            )
            for row in rows:
                account = row["account"]
                self.assertEqual(row["difference"], 0)
                self.assertAlmostEqual(float(row["ledger"]), balances.get(account, 0))
                self.assertEqual(row["transferred"], transfers.get(account.id, 0))
                self.assertEqual(row["items"], items.get(account.id, 0))

    def _check_statements(self, company, day, accounts, members):
        """Both kinds: closing = Σ items = Σ buckets = the oracle, by currency."""
        owner = {one: account for account, ids in members.items() for one in ids}
        expected = self._sum(
            self.oracle.residuals(company.id, day),
            lambda _key, item: (owner.get(item["partner_id"]), item["currency_id"]),
            column=0,
        )
        expected = {key: amount for key, amount in expected.items() if key[0]}
        statements = self.env["collections.statement"]
        for kind, start in (
            ("open_item", None),
            ("balance_forward", FIRST + timedelta(days=31)),
        ):
            figures = statements.get_statements(company, day, accounts, kind, start)
            closing, open_items = {}, {}
            for account, sections in figures.items():
                for section in sections:
                    closing[account, section.currency] = section.closing
                    open_items[account, section.currency] = sum(section.buckets)
            self._assert_same(closing, expected)
            self._assert_same(open_items, expected)

    def test_both_statements_of_each_account_close_at_its_items(self):
        for company, day in self._each():
            members = {partner: partner.ids for partner in self.partners}
            self._check_statements(company, day, self.partners, members)

    def test_both_statements_of_each_national_account_close_at_its_items(self):
        for company, day in self._each():
            members = {
                account: account.member_ids.partner_id.ids for account in self.nationals
            }
            self._check_statements(company, day, self.nationals, members)

    def test_activity_of_each_account_adds_up_to_its_items(self):
        activity = self.env["account.admin.history"]
        for company, day in self._each():
            found = defaultdict(Decimal)
            for row in activity.get_activity(company, FIRST, day):
                found[row["partner_id"]] += row["amount"]
            expected = self._sum(
                self.oracle.residuals(company.id, day),
                lambda _key, item: item["partner_id"],
            )
            self._assert_same(found, expected)

    def test_endings_of_months_are_the_items_of_their_last_days(self):
        items = self.env["account.admin.open.item"]
        months = [date(2026, 1, 31), date(2026, 4, 30), date(2026, 5, 31)]
        for company in (self.company, self.branch):
            found = items._get_kpi_endings(company, months)
            self.assertEqual(list(found), months)
            for month, endings in found.items():
                expected = self._sum(
                    self.oracle.residuals(company.id, month),
                    lambda _key, item: item["partner_id"],
                )
                self._assert_same(endings, expected)

    def test_no_statement_lists_what_is_nothing_in_its_currency(self):
        found = self.env["collections.statement"].get_statements(
            self.company, TODAY, self.partners
        )
        lines = [
            line
            for sections in found.values()
            for section in sections
            for line, _balance in section.lines
        ]
        self.assertTrue(lines)
        self.assertFalse([line for line in lines if not line.open])

    def test_today_is_what_odoo_shows_where_every_match_stands(self):
        touched = {
            item
            for item, sides in self.oracle.sides.items()
            for other, *_amounts in sides
            if self.oracle.items[other]["parent_state"] != "posted"
            or self.oracle.items[other]["date"] > TODAY
        }
        compared = 0
        for company in (self.company, self.branch):
            residuals = self.oracle.residuals(company.id, TODAY)
            items = [
                key
                for key, item in self.oracle.posted(company.id)
                if key not in touched and item["date"] <= TODAY
            ]
            for line in self.env["account.move.line"].browse(items):
                booked = residuals.get(line.id, (0, 0))
                self.assertAlmostEqual(line.amount_residual, float(booked[1]))
                self.assertAlmostEqual(line.amount_residual_currency, float(booked[0]))
                compared += 1
        self.assertGreater(compared, CHAINS // 4)

    def test_chasing_nets_the_same_items_but_counts_matched_payments_to_come(self):
        items = self.env["account.admin.open.item"]
        with self._on(TODAY):
            for company in (self.company, self.branch):
                every = items._get_facts(company, TODAY)
                named = items._get_facts(company, TODAY, self.partners.ids)
                expected = self._sum(
                    self.oracle.residuals(company.id, TODAY, is_chase=True),
                    lambda _key, item: item["partner_id"],
                )
                expected.pop(None, None)
                for facts in (every, named):
                    self._assert_same(
                        {key: fact.open for key, fact in facts.items() if fact.open},
                        expected,
                    )
                self.assertEqual(every, named)
