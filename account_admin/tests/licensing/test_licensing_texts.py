"""Territories and channels that match nothing: kept, found, and said once."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .licensing_import import LicensingImportCommon, sale


class TestTexts(LicensingImportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract.sudo().state = "active"
        cls.product.action_approve()
        cls.product.sudo().approved_from = "2020-01-01"
        cls.user, cls.auditor = (
            new_test_user(
                cls.env,
                login=f"tx_{group}",
                groups=f"account_admin.group_{group}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for group in ("licensing_user", "account_admin_auditor")
        )

    def _compute(self, *rows):
        self._submit(*rows)
        self.statement.action_compute()
        return self.statement.finding_ids.filtered("text")

    def _match(self, finding, user=None, **values):
        action = finding.with_user(user or self.user).action_match()
        return self._answer(action, user, **values)

    def _answer(self, action, user=None, **values):
        match = (
            self.env["licensing.match"]
            .with_user(user or self.user)
            .with_context(**action["context"])
            .create(values)
        )
        match.action_match()
        return match

    def _narrow(self):
        """A rate of its own for the channel."""
        self.contract.sudo().rate_ids = [
            Command.create({"rate": 12, "channel_ids": self.channel.ids})
        ]

    def test_a_text_that_matches_nothing_is_kept_and_found_by_row_and_text(self):
        found = self._compute(
            sale(Territory="Merica"), sale(Channel="E Shop"), sale()
        ).sorted("row")
        self.assertEqual(
            found.mapped("sentence"),
            [
                "Row 2: “Merica” is no known territory: say which one it is.",
                "Row 3: “E Shop” is no known channel: say which one it is.",
            ],
        )
        lines = self.statement.line_ids
        self.assertEqual(
            lines.mapped(lambda line: (line.territory_text, line.channel_text)),
            [("Merica", False), (False, "E Shop"), (False, False)],
        )
        self.assertEqual(lines.mapped("has_findings"), [True, True, False])
        self.assertEqual(self.statement.finding_count, 2)
        self.assertFalse(self.statement.blocking_count, "no row tells them apart")

    def test_it_stops_the_approval_where_a_rate_depends_on_it(self):
        self._narrow()
        self._compute(sale(Channel="E Shop"), sale(Territory="Merica"))
        found = self.statement.finding_ids.filtered("blocking")
        self.assertEqual(found.mapped("text"), ["E Shop"])
        with self.assertRaisesRegex(UserError, "no known channel"):
            self.statement.action_approve()

    def test_it_is_said_once_for_all_rows_and_for_later_files(self):
        self._narrow()
        rows = (sale(Channel="E Shop"), sale(Channel="e-shop"), sale(Channel="Stall"))
        first = self._compute(*rows)[0]
        match = self._match(first, channel_id=self.channel.id)
        self.assertEqual((match.line_count, match.current), (2, "Test Online"))
        lines = self.statement.line_ids
        self.assertEqual(
            lines.mapped("channel_id.name"), ["Test Online"], "the third is unknown"
        )
        self.assertEqual(len(lines.filtered("channel_id")), 2)
        self.assertEqual(lines[0].channel_text, "E Shop", "as reported, still")
        self.assertEqual(lines.mapped("royalty"), [12, 12, 8])
        found = self.statement.finding_ids.filtered("text")
        self.assertEqual(found.mapped("text"), ["Stall"])
        later = self._statement("2026-07-01", "2026-09-30")
        self._submit(sale(Channel="E SHOP"), statement=later)
        self.assertEqual(later.line_ids.channel_id, self.channel)
        self.assertFalse(later.line_ids.channel_text)

    def test_a_territory_is_said_the_same_way(self):
        found = self._compute(sale(Territory="Merica"))
        self._match(found, country_id=self.env.ref("base.us").id)
        self.assertEqual(self.statement.line_ids.country_id, self.env.ref("base.us"))
        self.assertFalse(self.statement.finding_ids.filtered("text"))

    def test_a_wrong_meaning_is_replaced_from_a_line_and_for_later_files(self):
        self._narrow()
        wrong = self.env["licensing.channel"].create({"name": "Stalls"})
        found = self._compute(sale(Channel="E Shop"), sale(Channel="e-shop"))[0]
        self._match(found, channel_id=wrong.id)
        lines = self.statement.line_ids
        self.assertEqual(lines.mapped("royalty"), [8, 8])
        action = lines[1].with_user(self.user).action_match_channel()
        asked = (
            self.env["licensing.match"]
            .with_user(self.user)
            .with_context(**action["context"])
            .new()
        )
        self.assertEqual((asked.line_count, asked.current), (2, "Stalls"))
        self._answer(action, channel_id=self.channel.id)
        self.assertEqual(lines.channel_id, self.channel)
        self.assertEqual(lines.mapped("royalty"), [12, 12])
        later = self._statement("2026-07-01", "2026-09-30")
        self._submit(sale(Channel="E SHOP"), statement=later)
        self.assertEqual(later.line_ids.channel_id, self.channel)

    def test_a_wrong_territory_is_replaced_the_same_way(self):
        found = self._compute(sale(Territory="Merica"))
        self._match(found, country_id=self.env.ref("base.ca").id)
        line = self.statement.line_ids.with_user(self.user)
        self._answer(
            line.action_match_territory(), country_id=self.env.ref("base.us").id
        )
        self.assertEqual(line.country_id, self.env.ref("base.us"))

    def test_nothing_is_said_of_an_approved_statement(self):
        self._compute(sale(Territory="Merica"))
        self.statement.action_approve()
        found = self.statement.finding_ids.filtered("text")
        with self.assertRaisesRegex(UserError, "is approved"):
            self._match(found, country_id=self.env.ref("base.us").id)

    def test_a_meaning_has_to_be_chosen(self):
        found = self._compute(sale(Territory="Merica"))
        with self.assertRaisesRegex(UserError, "Say what “Merica” means"):
            self._match(found)

    def test_an_auditor_sees_and_says_nothing(self):
        found = self._compute(sale(Territory="Merica"))
        self.assertIn("Merica", found.with_user(self.auditor).sentence)
        with self.assertRaises(AccessError):
            self._match(found, self.auditor, country_id=self.env.ref("base.us").id)

    def test_a_revision_keeps_the_texts(self):
        self._compute(sale(Territory="Merica"))
        self.statement.action_approve()
        revision = self.env["licensing.statement"].browse(
            self.statement.action_revise()["res_id"]
        )
        self.assertEqual(revision.line_ids.territory_text, "Merica")

    def test_lines_are_filtered_by_what_is_unknown(self):
        self._compute(sale(Territory="Merica"), sale())
        unknown = self.statement.line_ids.search(
            [
                ("statement_id", "=", self.statement.id),
                ("territory_text", "!=", False),
                ("country_id", "=", False),
            ]
        )
        self.assertEqual(unknown.row, 2)
