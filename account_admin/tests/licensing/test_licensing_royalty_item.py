"""The royalty summary: its total is what the ledger says was earned."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .licensing import TIERS, LicensingCommon


class TestRoyaltyItem(LicensingCommon):
    def _items(self, *domain):
        return self.env["licensing.royalty.item"].search([*domain])

    def _earned(self, contract):
        """What the ledger says was earned under a contract."""
        [(earned,)] = self.env["licensing.ledger"]._read_group(
            [("contract_id", "=", contract.id), ("kind", "=", "earned")],
            [],
            ["amount:sum"],
        )
        return earned

    def _assert_ties(self, contract):
        items = self._items(("contract_id", "=", contract.id))
        self.assertAlmostEqual(
            sum(items.mapped("royalty")), self._earned(contract), places=2
        )
        return items

    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=f"account_admin.group_{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_a_sale_has_what_was_sold_where_and_its_royalty(self):
        contract = self._contract()
        country = self.env.ref("base.de")
        bear = self.env["licensing.property"].create({"name": "Bear"})
        self.product.sudo().property_id = bear
        self._approve(
            contract,
            {"gross": 1000, "returns": 100, "units": 5, "country_id": country.id},
        )
        item = self._items(("contract_id", "=", contract.id))
        self.assertRecordValues(
            item,
            [
                {
                    "kind": "sale",
                    "partner_id": self.licensee.id,
                    "date_end": date(2026, 3, 31),
                    "year": 2026,
                    "property_id": bear.id,
                    "country_id": country.id,
                    "units": 5,
                    "gross": 1000,
                    "net": 900,
                    "royalty": 72,
                    "royalty_company": 72,
                }
            ],
        )

    def test_open_statements_do_not_count(self):
        contract = self._contract()
        self._report(contract, [1000]).action_compute()
        self.assertFalse(self._items(("contract_id", "=", contract.id)))

    def test_re_rated_sales_are_a_row_of_their_own(self):
        contract = self._contract(
            rates=[self._rate(8, [(500_000, 10)], mode="retroactive")]
        )
        self._approve(contract, 450_000)
        self._approve(contract, 120_000, quarter=1)
        items = self._assert_ties(contract)
        row = items.filtered(lambda item: item.kind == "adjustment")
        self.assertEqual(row.royalty, 9_000, "2 % more of 450,000")
        self.assertEqual(row.date_end, date(2026, 6, 30))

    def test_a_revision_takes_the_place_and_its_knock_on_shows_in_its_quarter(self):
        contract = self._contract(rates=[self._rate(**TIERS)])
        first = self._approve(contract, 450_000)
        self._approve(contract, 120_000, quarter=1)
        first.action_revise()
        revision = self.env["licensing.statement"].search(
            [("revises_id", "=", first.id)]
        )
        revision.line_ids.gross = 480_000
        revision.action_compute()
        revision.action_approve()
        items = self._assert_ties(contract)
        self.assertNotIn(first, items.statement_id, "superseded")
        row = items.filtered(lambda item: item.kind == "restated")
        self.assertEqual((row.royalty, row.date_end), (600, date(2026, 6, 30)))

    def _sums(self, contract):
        """Units, gross, net and royalty of the summary."""
        items = self._assert_ties(contract)
        names = ("units", "gross", "net", "royalty")
        return tuple(round(sum(items.mapped(name)), 2) for name in names)

    def _capped(self):
        """10 %, deductions of a year up to 10 % of its gross (T3)."""
        row = {"capped": True, "cap": 10, "window": "year"}
        return self._contract(
            rates=[self._rate(10)], deduction_ids=[Command.create(row)]
        )

    def test_deductions_that_are_allowed_after_all_change_the_net(self):
        contract = self._capped()
        self._approve(contract, {"gross": 50_000, "returns": 15_000, "units": 5})
        self._approve(
            contract, {"gross": 200_000, "returns": 4_000, "units": 20}, quarter=1
        )
        # 19,000 are within 10 % of 250,000: 10,000 of the first quarter come back
        self.assertEqual(self._sums(contract), (25, 250_000, 231_000, 23_100))
        items = self._items(("contract_id", "=", contract.id))
        row = items.filtered(lambda item: item.kind == "adjustment")
        self.assertEqual((row.units, row.gross, row.net), (0, 0, -10_000))
        self.assertEqual(row.royalty, -1_000)

    def test_a_revision_counts_as_it_is_reported_and_its_knock_on_on_the_net(self):
        contract = self._capped()
        first = self._approve(contract, {"gross": 200_000, "returns": 4_000})
        self._approve(contract, {"gross": 50_000, "returns": 15_000}, quarter=1)
        self.assertEqual(self._sums(contract), (0, 250_000, 231_000, 23_100))
        first.action_revise()
        revision = contract.statement_ids.filtered("revises_id")
        revision.line_ids.write({"gross": 100_000, "units": 7})
        revision.action_approve()
        # 10 % of 150,000: 15,000 of 19,000 are allowed
        self.assertEqual(self._sums(contract), (7, 150_000, 135_000, 13_500))
        items = self._items(("contract_id", "=", contract.id))
        row = items.filtered(lambda item: item.kind == "restated")
        self.assertEqual((row.gross, row.net, row.royalty), (0, 4_000, 400))
        self.assertEqual(row.date_end, date(2026, 6, 30))

    def test_an_amendment_that_changes_the_past_is_counted(self):
        contract = self._contract()
        with self._on("2026-04-05"):
            self._approve(contract, 1000)
        amendment = self.env["licensing.amendment"].create(
            {
                "name": "More",
                "contract_id": contract.id,
                "date": "2026-01-01",
                "end_rate_ids": [Command.set(contract.rate_ids.ids)],
                "rate_ids": [Command.create({"contract_id": contract.id, "rate": 10})],
            }
        )
        author = self._user("author", "licensing_user")
        with self._on("2026-08-01"):
            amendment.with_user(author).action_submit()
            amendment.action_approve()
        items = self._assert_ties(contract)
        self.assertEqual(sum(items.mapped("royalty")), 100)

    def test_bundles_returns_and_other_currencies_tie_as_well(self):
        euro = self.env.ref("base.EUR")
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": euro.id,
                "rate": 0.7,
                "company_id": self.company.id,
            }
        )
        parts = self._product("P1", "Part"), self._product("P2", "Part")
        bundle = self._product(
            "SET",
            "Set",
            component_ids=[
                Command.create({"product_id": part.id, "share": share})
                for part, share in zip(parts, (33.3, 66.7), strict=True)
            ],
        )
        for negative in ("carry_forward", "floor_zero", "credit_note"):
            with self.subTest(negative=negative):
                contract = self._contract(
                    rates=[self._rate(8.125)],
                    negative_policy=negative,
                    commitment_ids=[self._pool(self._advance(50), guarantee=100)],
                )
                self._approve(
                    contract,
                    {"gross": 33.35, "product_id": bundle.id, "sku": "SET"},
                    {"gross": 1234.57, "currency_id": euro.id},
                    0.01,
                )
                self._approve(contract, {"gross": 10, "returns": 3000}, quarter=1)
                items = self._assert_ties(contract)
                self.assertLess(min(items.mapped("royalty")), -200)
                exact = 1234.57 / 0.7
                self.assertIn(round(exact, 2), items.mapped("gross"))

    def test_sums_of_several_currencies_are_left_empty(self):
        euro = self.env.ref("base.EUR")
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": euro.id,
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        mine = self._contract()
        other = self._contract(currency_id=euro.id)
        self._approve(mine, 1000)
        self._approve(other, {"gross": 500, "currency_id": euro.id})
        found = self.env["licensing.royalty.item"].formatted_read_group(
            [("contract_id", "in", (mine | other).ids)],
            [],
            ["royalty:sum", "royalty_company:sum"],
        )
        self.assertFalse(found[0]["royalty:sum"])
        self.assertEqual(found[0]["royalty_company:sum"], 80 + 40 / 0.5)

    def test_without_a_rate_of_exchange_nothing_is_made_up(self):
        pound = self.env.ref("base.GBP")
        pound.active = True
        pound.rate_ids.unlink()
        contract = self._contract(currency_id=pound.id)
        self._approve(contract, {"gross": 500, "currency_id": pound.id})
        [row] = self.env["licensing.royalty.item"].formatted_read_group(
            [("contract_id", "=", contract.id)], [], ["royalty_company:sum"]
        )
        self.assertFalse(row["royalty_company:sum"])

    def test_user_and_auditor_read_and_nobody_else(self):
        contract = self._contract()
        self._approve(contract, 1000)
        items = self._items(("contract_id", "=", contract.id))
        for group in ("licensing_user", "account_admin_auditor"):
            user = self._user(group, group)
            self.assertEqual(items.with_user(user).mapped("royalty"), [80])
            with self.assertRaises(AccessError):
                items.with_user(user).write({"royalty": 1})
        collector = self._user("collector", "account_admin_user")
        with self.assertRaises(AccessError):
            self.env["licensing.royalty.item"].with_user(collector).search([])

    def test_companies_are_apart(self):
        contract = self._contract()
        self._approve(contract, 1000)
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "licensing_manager", other)
        found = self.env["licensing.royalty.item"].with_user(stranger)
        self.assertFalse(found.search([("contract_id", "=", contract.id)]))
        with self.assertRaises(AccessError):
            self._items(("contract_id", "=", contract.id)).with_user(stranger).read(
                ["royalty"]
            )
