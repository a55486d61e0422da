"""Questions to a licensee, explanations of figures, and what nobody may change."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .licensing import LicensingCommon


class TestQuery(LicensingCommon):
    def _in_review(self):
        """A statement whose royalty differs from the computed one."""
        line = {"gross": 1_000, "has_reported_royalty": True, "reported_royalty": 50}
        statement = self._report(self._contract(), [{**line, "row": 9}])
        statement.action_compute()
        return statement

    def _ask(self, statement):
        query = (
            self.env["licensing.question"]
            .with_context(default_statement_id=statement.id)
            .create({})
        )
        query.action_ask()
        return query

    def test_a_question_names_what_was_found_and_goes_to_the_licensee(self):
        statement = self._in_review()
        self._ask(statement)
        self.env["mail.mail"].process_email_queue()
        self.assertEqual(statement.state, "queried")
        mail = self.mailbox.messages[-1]
        self.assertEqual(mail["X-Rcpt"], "toy.works@example.com")
        self.assertIn(
            "Row 9: you report a royalty of 50.00, we arrive at 80.00",
            self.mailbox.body(),
        )

    def test_a_question_is_in_the_licensees_language(self):
        lang = self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "account_admin")]
        )._update_translations(["fr_FR"])
        self.licensee.lang = lang.code
        self._ask(self._in_review())
        self.env["mail.mail"].process_email_queue()
        mail = self.mailbox.messages[-1]
        self.assertIn("Question sur", mail["Subject"])
        body = self.mailbox.body().replace("\xa0", " ")
        self.assertIn("Ligne 9 : vous déclarez une redevance de 50,00", body)
        self.assertNotIn("Row 9", body)

    def test_no_order_for_the_desk_reaches_a_licensee(self):
        """Each finding is asked in a licensee's voice, or is the licensor's own."""
        findings = self.env["licensing.finding"]
        desk = set(findings._get_sentences())
        asked = findings._get_question_texts()
        own = {"no_rate", "rate_tie", "pool_tie", "deduction_tie", "no_fx"}
        self.assertEqual(desk - set(asked), own)
        for text in asked.values():
            self.assertTrue(text.endswith("?"), text)
            for order in ("match it", "say which", "amend", "approve the", "ask "):
                self.assertNotIn(order, text)

    def test_what_only_the_licensor_can_mend_is_not_asked(self):
        statement = self._in_review()
        statement.finding_ids.sudo().write({"code": "no_rate"})
        self.assertEqual(statement._prepare_question(), "")

    def test_the_answer_brings_the_statement_back_to_review(self):
        statement = self._in_review()
        query = self._ask(statement)
        with self.assertRaisesRegex(UserError, "Enter what"):
            query.action_answer()
        query.answer = "Our mistake."
        query.action_answer()
        self.assertEqual(statement.state, "in_review")
        self.assertTrue(query.answered_on)

    def test_a_question_that_was_never_sent_waits_for_no_answer(self):
        statement = self._in_review()
        query = self._ask(statement)
        unsent = self.env["licensing.question"].create(
            {"statement_id": statement.id, "question": "Left without an address"}
        )
        self.assertEqual(statement.action_answered()["res_id"], query.id)
        query.answer = "Our mistake."
        query.action_answer()
        self.assertEqual(statement.state, "in_review")
        self.assertFalse(unsent.answered_on)

    def test_a_queried_statement_is_approved_by_a_manager_all_the_same(self):
        statement = self._in_review()
        self._ask(statement)
        statement.action_approve()
        self.assertEqual(statement.state, "invoiced")

    def test_a_licensee_without_an_address_is_named(self):
        self.licensee.email = False
        with self.assertRaisesRegex(UserError, "Toy Works has no email"):
            self._ask(self._in_review())

    def test_an_approved_statement_is_not_asked_about(self):
        statement = self._approve(self._contract(), 100)
        with self.assertRaisesRegex(UserError, "not in review"):
            self.env["licensing.question"].create(
                {"statement_id": statement.id, "question": "Why?"}
            ).action_ask()


class TestExplain(LicensingCommon):
    def _html(self, action):
        return self.env["licensing.explanation"].browse(action["res_id"]).html

    def test_statement_line_ledger_and_invoice_are_explained(self):
        contract = self._contract(
            rates=[self._rate(8, [(500_000, 10)], name="Plush")],
            commitment_ids=[self._pool(self._advance(10_000), guarantee=20_000)],
        )
        self._approve(contract, 450_000)
        statement = self._approve(
            contract, {"gross": 130_000, "returns": 10_000}, quarter=1
        )
        row = statement.ledger_ids[:1]
        for record in (statement, row):
            html = self._html(record.action_explain())
            for text in ("Plush", "450,000.00", "50,000.00", "70,000.00", "11,000.00"):
                self.assertIn(text, html)
        self.assertIn("Still to recoup", html)
        invoice = self._html(statement.move_id.action_explain_royalty())
        self.assertIn("11,000.00", invoice)
        line = self._html(statement.line_ids.action_explain())
        for text in ("130,000.00", "120,000.00", "Rounding", "11,000.00"):
            self.assertIn(text, line)


class TestNeverChanged(LicensingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "licensing_manager",
            groups="account_admin.group_licensing_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def test_the_ledger_takes_nothing_from_a_form_rpc_or_file(self):
        contract = self._contract()
        statement = self._approve(contract, 1_000)
        rows = statement.ledger_ids.with_user(self.manager)
        with self.assertRaises(UserError):
            rows.write({"amount": 1})
        with self.assertRaises(AccessError):
            rows.unlink()
        with self.assertRaises(AccessError):
            rows.create({"contract_id": contract.id, "kind": "earned"})
        found = rows.load([".id", "amount"], [[str(rows[0].id), "1"]])
        self.assertFalse(found["ids"])
        self.assertTrue(found["messages"])

    def test_an_approved_statement_takes_nothing_from_a_file(self):
        statement = self._approve(self._contract(), 1_000).with_user(self.manager)
        line = statement.line_ids
        for model, names, values in (
            (statement, [".id", "royalty"], [str(statement.id), "1"]),
            (statement, [".id", "state"], [str(statement.id), "expected"]),
            (line, [".id", "gross"], [str(line.id), "1"]),
        ):
            with self.subTest(field=names[1]):
                found = model.load(names, [values])
                self.assertFalse(found["ids"])
        self.assertEqual((statement.royalty, line.gross), (80, 1_000))

    def test_figures_cannot_be_set_on_a_new_statement(self):
        contract = self._contract()
        with self.assertRaises(AccessError):
            self.env["licensing.statement"].with_user(self.manager).create(
                {
                    "contract_id": contract.id,
                    "date_start": "2026-01-01",
                    "date_end": "2026-03-31",
                    "state": "approved",
                }
            )
