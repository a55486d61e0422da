"""Matches across a border: each side of it says the same, by itself."""

from odoo import Command
from odoo.tests import tagged

from ..reports import ReportsCommon

BEFORE, DAY = "2026-01-31", "2026-02-28"


@tagged("post_install", "-at_install")
class TestMatchBorders(ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls._customer("Payer")
        cls.statements = cls.env["collections.statement"]

    def _aged(self, partner, day, company=None):
        """Sum of an account's items in the aging."""
        report = self.env["account.admin.aged.item"].get_aging(
            company or self.company, self._day(day)
        )
        return sum(row["total"] for row in report["rows"] if row["keys"] == partner.ids)

    def _forward(self, accounts, company=None):
        """A balance forward of February: opening, movements and closing."""
        (section,) = self.statements.get_statements(
            company or self.company,
            self._day(DAY),
            accounts,
            "balance_forward",
            self._day("2026-02-01"),
        )[accounts]
        self.assertEqual(section.closing, sum(section.buckets))
        moved = [(line.kind, line.amount) for line, _balance in section.lines]
        return section.opening, moved, section.closing

    def _ties(self, company, day):
        """Ledger, what was transferred and items of the receivable accounts."""
        items = self.env["account.admin.open.item"]
        rows = items._get_tie_out(company, self._day(day))
        self.assertEqual({row.difference for row in rows}, {0})
        return tuple(
            sum(getattr(row, name) for row in rows)
            for name in ("ledger", "transferred", "items")
        )

    # ------------------------------------------------------------------
    # ANOTHER ACCOUNT
    # ------------------------------------------------------------------

    def _pay_for(self, invoice, date, amount, payer):
        payment = self._payment(date, amount, payer)
        self._reconcile(invoice, payment)
        return payment

    def test_payment_of_another_account_is_a_transfer_on_the_day_of_the_match(self):
        invoice = self._move("2026-01-10", 100)
        self._pay_for(invoice, "2026-02-10", 60, self.payer)
        self.assertEqual(self._aged(self.customer, BEFORE), 100)
        self.assertEqual(self._aged(self.customer, DAY), 40)
        self.assertEqual(self._aged(self.payer, DAY), 0)
        self.assertEqual(
            self._forward(self.customer), (100, [("transferred", -60)], 40)
        )
        self.assertEqual(
            self._forward(self.payer), (0, [("payment", -60), ("transferred", 60)], 0)
        )
        self.assertEqual(self._ties(self.company, DAY), (40, 0, 40))

    def test_activity_of_either_account_shows_the_transfer(self):
        invoice = self._move("2026-01-10", 100)
        self._pay_for(invoice, "2026-02-10", 60, self.payer)
        found = {
            partner: {
                row["kind"]: float(row["amount"])
                for row in self.env["account.admin.history"].get_activity(
                    self.company, self._day("2026-02-01"), self._day(DAY), partner
                )
            }
            for partner in (self.customer, self.payer)
        }
        self.assertEqual(
            found,
            {
                self.customer: {"transferred": -60},
                self.payer: {"payment": -60, "transferred": 60},
            },
        )

    def test_statement_names_the_transfer_but_not_who_paid(self):
        invoice = self._move("2026-01-10", 100)
        self._pay_for(invoice, "2026-02-10", 60, self.payer)
        statement = self._statement(DAY, kind="balance_forward", date_from="2026-02-01")
        text = self._pdf_text("account_admin.action_report_statement", statement)
        self.assertIn("Matched with another account", text)
        self.assertNotIn("Payer", text)

    def test_within_a_national_account_nothing_is_transferred(self):
        account = self.env["national.account"].create(
            {
                "name": "Harbour",
                "partner_id": self.payer.id,
                "member_ids": [
                    Command.create({"partner_id": partner.id})
                    for partner in (self.payer, self.customer)
                ],
            }
        )
        invoice = self._move("2026-01-10", 100)
        self._pay_for(invoice, "2026-02-10", 60, self.payer)
        self.assertEqual(self._forward(account), (100, [("payment", -60)], 40))
        self.assertEqual(
            self._forward(self.customer), (100, [("transferred", -60)], 40)
        )

    def test_account_that_only_a_transfer_moved_gets_its_balance_forward(self):
        invoice = self._move("2026-01-10", 100)
        payment = self._payment("2026-01-12", 100, self.payer)
        self._reconcile(invoice, payment)
        self.env["account.partial.reconcile"].search(
            [("debit_move_id", "in", invoice.line_ids.ids)]
        ).max_date = "2026-02-10"
        run = (
            self.env["collections.statement.run"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "date": DAY,
                    "kind": "balance_forward",
                    "date_from": "2026-02-01",
                }
            )
        )
        run._prepare()
        self.assertEqual(run.statement_ids.partner_id, self.customer | self.payer)

    # ------------------------------------------------------------------
    # ANOTHER COMPANY
    # ------------------------------------------------------------------

    def _branch(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self.env.user.company_ids |= branch
        self.customer.with_company(
            branch
        ).property_account_receivable_id = self.company_data[
            "default_account_receivable"
        ]
        return branch

    def test_parent_company_pays_for_a_branch_and_both_tie_by_themselves(self):
        branch = self._branch()
        invoice = self._move("2026-01-10", 100, company_id=branch.id)
        self._pay_for(invoice, "2026-02-10", 60, self.customer)
        self.assertEqual(self._aged(self.customer, BEFORE, branch), 100)
        self.assertEqual(self._aged(self.customer, DAY, branch), 40)
        self.assertEqual(self._aged(self.customer, DAY, self.company), 0)
        self.assertEqual(self._ties(branch, DAY), (100, -60, 40))
        self.assertEqual(self._ties(self.company, DAY), (-60, 60, 0))
        self.assertEqual(
            self._forward(self.customer, branch), (100, [("transferred", -60)], 40)
        )
        self.assertEqual(
            self._forward(self.customer, self.company),
            (0, [("payment", -60), ("transferred", 60)], 0),
        )

    def test_reports_show_what_was_matched_elsewhere_in_the_tie_out(self):
        branch = self._branch()
        invoice = self._move("2026-01-10", 100, company_id=branch.id)
        self._pay_for(invoice, "2026-02-10", 60, self.customer)
        wizard = self._wizard(DAY, company_ids=branch.ids)
        rows = self._sheets(wizard._get_xlsx()[1], "Receivable account")["Tie-out"]
        (row,) = (row for row in rows if row["Ledger balance"])
        self.assertEqual(
            [row[n] for n in ("Ledger balance", "Matched elsewhere")], [100, -60]
        )
        self.assertEqual((row["Sum of open items"], row["Difference"]), (40, 0))
        text = self._pdf_text("account_admin.action_report_aging", wizard)
        self.assertIn("Matched elsewhere", text)
        # fonts decide where the text of a page is cut into runs
        text = text.replace("\N{ZERO WIDTH SPACE}", "")
        self.assertIn("$-60.00", "".join(text.split()))

    # ------------------------------------------------------------------
    # SET BACK TO DRAFT
    # ------------------------------------------------------------------

    def _assert_open_again(self, invoice, amount, day=DAY):
        """The invoice is open in every report and statement, and it is chased."""
        self.assertEqual(invoice.amount_residual, 0, "Odoo keeps the match")
        self.assertEqual(self._aged(self.customer, day), amount)
        self.assertEqual(self._forward(self.customer)[2], amount)
        self.assertEqual(self._ties(self.company, day), (amount, 0, amount))
        today = str(self.company._collections_today())
        for facts in (
            self._facts(today),
            self.env["account.admin.open.item"]._get_facts(
                self.company, self._day(today)
            )[self.customer.id],
        ):
            self.assertEqual((facts.asked, facts.lead_amount), (amount, amount))
            self.assertEqual(facts.lead_item, self._receivable(invoice).id)
        self.assertEqual(self._aged(self.customer, today), amount)

    def test_payment_set_back_to_draft_no_longer_pays(self):
        invoice = self._move("2026-01-10", 100)
        payment = self._pay(invoice, "2026-02-10")
        payment.action_draft()
        self._assert_open_again(invoice, 100)

    def test_credit_note_set_back_to_draft_no_longer_credits(self):
        invoice = self._move("2026-01-10", 100)
        credit = self._credit("2026-02-10", 100)
        self._reconcile(invoice, credit)
        credit.button_draft()
        self._assert_open_again(invoice, 100)

    def test_payment_of_another_currency_set_back_to_draft_leaves_no_conversion(self):
        self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        euro = self.env.ref("base.EUR")
        invoice = self._move("2026-01-10", 100)
        payment = self._payment("2026-02-10", 200, currency_id=euro.id)
        self._reconcile(invoice, payment)
        payment.action_draft()
        self._assert_open_again(invoice, 100)

    def test_accounts_of_an_audit_pack_include_one_whose_payment_was_taken_back(self):
        payment = self._pay(self._move("2026-01-10", 100), "2026-01-20")
        payment.action_draft()
        pack = self.env["account.admin.audit.pack"].create(
            {"company_id": self.company.id, "date_from": "2026-02-01", "date_to": DAY}
        )
        self.assertIn(self.customer, pack._find_accounts())

    # ------------------------------------------------------------------
    # ZERO IN ITS OWN CURRENCY
    # ------------------------------------------------------------------

    def _revalue(self, amount, partner=None):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        return self._misc(
            "2026-01-10", amount, partner, currency_id=euro.id, amount_currency=0
        )

    def test_revaluation_ties_and_no_customer_sees_it(self):
        self._revalue(5)
        self._move("2026-01-12", 100)
        self.assertEqual(self._aged(self.customer, DAY), 105)
        self.assertEqual(self._ties(self.company, DAY), (105, 0, 105))
        (section,) = self.statements.get_statements(
            self.company, self._day(DAY), self.customer
        )[self.customer]
        self.assertEqual((section.closing, len(section.lines)), (100, 1))
        statement = self._statement(DAY)
        self.assertEqual((statement.amount, statement.overdue), (100, 100))
        review = self.env["account.admin.review"].get_reviews(
            self.company, self._day(DAY), self.customer
        )[self.customer]
        self.assertEqual([s.closing for s in review["sections"]], [100])

    def test_revaluation_is_never_chased_and_never_leads(self):
        self._revalue(5)
        self._night(DAY)
        self.assertFalse(self._cases())
        invoice = self._move("2026-01-12", 100)
        self._night("2026-03-01")
        self.assertEqual(self._cases().lead_item_id, self._receivable(invoice))
        tables = self._cases()._get_notice_tables()[self._cases()]
        self.assertEqual([len(table["items"]) for table in tables], [1])

    def test_account_with_nothing_but_a_revaluation_gets_no_statement(self):
        self._revalue(5, self.payer)
        self._move("2026-01-12", 100)
        run = (
            self.env["collections.statement.run"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "date": DAY,
                    "kind": "open_item",
                    "date_from": "2026-02-01",
                }
            )
        )
        run._prepare()
        self.assertEqual(run.statement_ids.partner_id, self.customer)
