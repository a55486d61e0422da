"""A licensee is an account like others: chased, reviewed, and kept apart."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .licensing import LicensingCommon


class TestLicensee(LicensingCommon):
    def _overdue(self):
        contract = self._contract(title="Plush bears")
        move = self._approve(contract, 100_000).move_id
        move.write(
            {
                "invoice_date": "2026-04-10",
                "invoice_payment_term_id": False,
                "invoice_date_due": "2026-04-30",
            }
        )
        move.action_post()
        return contract, move

    def test_an_overdue_royalty_invoice_opens_a_case_that_names_the_contract(self):
        contract, move = self._overdue()
        self._night("2026-05-10")
        case = self._cases(self.licensee)
        self.assertEqual(case.lead_item_id.move_id, move)
        self.assertEqual(case.licensing_contracts, f"{contract.name} Plush bears")
        self.assertEqual(
            self.env["licensing.contract"].search(
                case.action_view_licensing_contracts()["domain"]
            ),
            contract,
        )

    def test_a_paid_one_is_named_no_more(self):
        _contract, move = self._overdue()
        self._night("2026-05-10")
        self._pay(move, "2026-05-11")
        case = self._cases(self.licensee)
        case.invalidate_recordset(["licensing_contracts"])
        self.assertFalse(case.licensing_contracts)

    def test_a_collector_reads_the_name_but_not_the_contract(self):
        contract, _move = self._overdue()
        self._night("2026-05-10")
        collector = new_test_user(
            self.env,
            "only_cases",
            groups="account_admin.group_account_admin_all",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        case = self._cases(self.licensee).with_user(collector)
        self.assertIn(contract.name, case.licensing_contracts)
        with self.assertRaises(AccessError):
            contract.with_user(collector).read(["title"])

    def test_the_account_review_lists_the_contracts(self):
        contract, _move = self._overdue()
        review = self.env["account.admin.review"].get_reviews(
            self.company, contract.date_end, self.licensee
        )[self.licensee]
        self.assertEqual(review["contracts"], contract)
        report, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account_admin.review_partner", self.licensee.ids
        )
        self.assertIn("Plush bears", report.decode())
        self.assertIn("8,000.00", report.decode())

    def test_an_amount_of_the_review_stands_below_its_header_without_a_notice(self):
        contract, _move = self._overdue()
        self.assertFalse(contract.notice_until)
        report, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account_admin.review_partner", self.licensee.ids
        )
        [table] = html.fromstring(report).xpath(
            "//h5[text()='Licensing contracts']/ancestor::table[1]"
        )
        _heading, header, row = (
            [cell.text_content().strip() for cell in line] for line in table.iter("tr")
        )
        shown = dict(zip(header, row, strict=True))
        self.assertFalse(shown["Notice until"])
        self.assertIn("8,000.00", shown["Royalties"])
