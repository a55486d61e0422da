"""What a statement shows before it is approved, and what mends its findings."""

from lxml import etree

from odoo import Command

from ...models.licensing.statements.licensing_finding import CODES
from .licensing import LicensingCommon


class TestLicensingScreens(LicensingCommon):
    # ------------------------------------------------------------------
    # BEFORE APPROVING
    # ------------------------------------------------------------------

    def test_what_is_shown_before_approving_is_what_approving_does(self):
        fee = Command.create({"percent": 2})
        for title, values in {
            "nothing paid ahead": {},
            "an advance": {
                "commitment_ids": [self._pool(self._advance(5_000), guarantee=5_000)]
            },
            "an advance due within the period": {
                "commitment_ids": [
                    self._pool(self._advance(3_000, "2026-02-01"), guarantee=9_000)
                ]
            },
            "a fee": {"fee_ids": [fee]},
            "no pool, no negative": {"negative_policy": "floor_zero"},
        }.items():
            with self.subTest(title):
                contract = self._contract(rates=[self._rate(10)], **values)
                for quarter, gross in enumerate((20_000, 70_000, -5_000)):
                    statement = self._report(contract, [gross], quarter=quarter)
                    statement.action_compute()
                    shown = statement.recouped_preview, statement.payable_preview
                    self.assertTrue(statement.is_previewed)
                    statement.action_approve()
                    self.assertEqual(
                        shown, (statement.recouped, statement.payable + statement.fees)
                    )
                    self.assertFalse(statement.is_previewed, "it happened")

    def test_looking_at_it_bills_nothing(self):
        contract = self._contract(
            commitment_ids=[self._pool(self._advance(5_000), guarantee=5_000)]
        )
        statement = self._report(contract, [20_000])
        statement.action_compute()
        self.assertEqual(statement.recouped_preview, 1_600)
        self.assertFalse(contract.commitment_ids.line_ids.move_id)
        self.assertFalse(self._billed(contract))

    def test_explain_says_what_approving_would_do_to_each_pool(self):
        contract = self._contract(
            commitment_ids=[self._pool(self._advance(5_000), guarantee=5_000)]
        )
        statement = self._report(contract, [20_000])
        statement.action_compute()
        text = self._explain(statement)
        self.assertIn("If approved now: Pool", text)
        self.assertIn("3,400.00", text, "still to recoup after it")
        statement.action_approve()
        self.assertNotIn("If approved now", self._explain(statement))

    def test_a_revision_says_nothing_that_it_does_not_know(self):
        contract = self._contract()
        statement = self._approve(contract, 10_000)
        revision = self.env["licensing.statement"].browse(
            statement.action_revise()["res_id"]
        )
        revision.action_compute()
        self.assertFalse(revision.is_previewed)

    # ------------------------------------------------------------------
    # EXPLAIN
    # ------------------------------------------------------------------

    def _explain(self, statement):
        action = statement.action_explain()
        html = self.env[action["res_model"]].browse(action["res_id"]).html
        return " ".join(etree.HTML(str(html)).itertext())

    def test_a_cent_of_the_cumulative_difference_is_called_so(self):
        contract = self._contract(rates=[self._rate(10, window="year")])
        # 0.025 a quarter: rounded 0.03, together 0.05, 0.08
        statements = [
            self._approve(contract, 0.25, quarter=quarter) for quarter in range(3)
        ]
        first, second, third = map(self._explain, statements)
        self.assertNotIn("Cumulative rounding", first)
        self.assertIn("Rounding", first)
        self.assertIn("Cumulative rounding: $ 0.05", second.replace("\xa0", " "))
        self.assertIn("$ 0.03 of its earlier statements", second.replace("\xa0", " "))
        self.assertIn("Cumulative rounding: $ 0.08", third.replace("\xa0", " "))

    # ------------------------------------------------------------------
    # FINDINGS
    # ------------------------------------------------------------------

    def test_lines_that_are_added_or_deleted_by_hand_count_at_once(self):
        statement = self._report(self._contract(), [100, 200])
        self.assertEqual(statement.line_count, 2)
        statement.line_ids[0].date = "2027-01-05"
        statement.action_compute()
        self.assertTrue(statement.finding_count)
        self.assertEqual(statement.finding_count, len(statement.finding_ids))
        statement.line_ids[0].unlink()
        self.assertEqual((statement.line_count, statement.finding_count), (1, 0))

    def _list(self):
        view = self.env.ref("account_admin.licensing_finding_view_list")
        found = self.env["licensing.finding"].get_view(view.id, "list")
        return etree.fromstring(found["arch"])

    def test_findings_are_opened_and_each_has_one_button_that_settles_it(self):
        arch = self._list()
        self.assertEqual(arch.get("expand"), "1")
        shown = {
            button.get("invisible").split("'")[1]: button.get("name")
            for button in arch.iter("button")
        }
        findings = self.env["licensing.finding"]
        for code in CODES:
            finding = findings.new({"code": code})
            with self.subTest(code=code):
                self.assertIn(finding.remedy, shown)
                self.assertTrue(hasattr(findings, shown[finding.remedy]))

    def test_each_button_opens_what_settles_the_finding(self):
        contract = self._contract(
            grant_ids=[Command.create({"country_ids": self.env.ref("base.us").ids})]
        )
        late = self.env["licensing.product"].create(
            {"sku": "NEW-1", "name": "New bear", "partner_id": self.licensee.id}
        )
        statement = self._report(
            contract,
            [
                {"gross": 100, "country_id": self.env.ref("base.fr").id},
                {
                    "gross": 100,
                    "product_id": late.id,
                    "sku": "NEW-1",
                    "country_id": self.env.ref("base.us").id,
                },
                {
                    "gross": 100,
                    "country_id": self.env.ref("base.us").id,
                    "has_reported_royalty": True,
                    "reported_royalty": 1,
                },
            ],
        )
        statement.action_compute()
        found = statement.finding_ids.grouped("remedy")
        opened = found["contract"][:1].action_amend()
        self.assertEqual(opened["res_model"], "licensing.amendment")
        self.assertEqual(opened["context"]["default_contract_id"], contract.id)
        opened = found["product"][:1].action_view_product()
        self.assertEqual((opened["res_model"], opened["res_id"]), (late._name, late.id))
        opened = found["ask"][:1].action_ask()
        self.assertEqual(opened["res_model"], "licensing.question")
        for finding in statement.finding_ids.filtered("line_id"):
            self.assertEqual(finding.action_view_line()["res_id"], finding.line_id.id)

    # ------------------------------------------------------------------
    # NAMES AND ROWS
    # ------------------------------------------------------------------

    def test_a_statement_is_called_by_its_period_as_the_reader_writes_dates(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        contract = self._contract()
        statement = self._report(contract, [100])
        self.assertIn("01/01/2026 – 03/31/2026", statement.display_name)
        french = statement.with_context(lang="fr_FR")
        self.assertIn("01/01/2026 – 31/03/2026", french.display_name)
        found = self.env["licensing.statement"].name_search(contract.name)
        self.assertIn(statement.id, [record_id for record_id, _name in found])

    def test_the_invoice_names_the_period_in_the_licensees_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.licensee.lang = "fr_FR"
        statement = self._approve(self._contract(), 10_000)
        self.assertIn("31/03/2026", statement.move_id.ref)

    def test_a_row_of_single_countries_names_them_beside_the_territories(self):
        europe, us = self.env.ref("base.europe"), self.env.ref("base.us")
        contract = self._contract(
            grant_ids=[
                Command.create({"country_ids": us.ids, "territory_ids": europe.ids}),
                Command.create({}),
            ]
        )
        both, everywhere = contract.grant_ids
        self.assertEqual(both.places, f"{europe.name}, {us.name}")
        self.assertEqual(everywhere.places, "Everywhere")
        for row in ("grant", "rate", "commitment"):
            view = self.env.ref(f"account_admin.licensing_{row}_view_list")
            arch = self.env[f"licensing.{row}"].get_view(view.id, "list")["arch"]
            [node] = etree.fromstring(arch).xpath("//field[@name='places']")
            self.assertNotEqual(node.get("optional"), "hide")
