import io
from datetime import date

import openpyxl

from odoo.tests import new_test_user, tagged

from ...models.ledger import payment_states
from ..common import CollectionsHttpCase

ACCOUNTANT = "account.group_account_invoice"
MANAGER = "account_admin.group_licensing_manager"
HEADER = ["Invoice Date", "SKU", "Description", "Territory", "Currency", "Units"] + [
    "Gross Sales",
    "Returns",
]


@tagged("post_install", "-at_install")
class TestLicensingTour(CollectionsHttpCase):
    """From a new contract to a paid royalty, in a real browser on the real day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref(MANAGER)
        cls.licensee = cls._customer("Toy Works")
        product = cls.env["licensing.product"].create(
            {"sku": "BEAR-1", "name": "Plush bear", "partner_id": cls.licensee.id}
        )
        product.action_approve()
        product.sudo().approved_from = "2020-01-01"
        cls.lena = cls._user("lena", MANAGER, ACCOUNTANT)
        cls.paula = cls._user("paula", MANAGER)

    @classmethod
    def _user(cls, login, *groups):
        return new_test_user(
            cls.env,
            login,
            groups=",".join(groups),
            name=login.title(),
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _attach_report(self, statement):
        """A workbook as the licensee sends it, where the browser finds it."""
        book = openpyxl.Workbook()
        book.active.append(HEADER)
        day, money = statement.date_start, self.company.currency_id.name
        for gross, back in ((400.0, 0.0), (620.0, 20.0)):
            row = [date(day.year, day.month, 15), "BEAR-1", "Plush bear"]
            book.active.append([*row, "United States", money, 10, gross, back])
        buffer = io.BytesIO()
        book.save(buffer)
        report = self.env["ir.attachment"].create(
            {"name": "report.xlsx", "raw": buffer.getvalue(), "public": True}
        )
        self.env["ir.model.data"].create(
            {
                "module": "account_admin",
                "name": "licensing_tour_report",
                "model": report._name,
                "res_id": report.id,
            }
        )

    def test_royalty_from_the_contract_to_the_payment(self):
        contracts = self.env["licensing.contract"]
        known = contracts.search([])
        self.start_tour("/odoo", "account_admin_licensing_contract", login="lena")
        contract = contracts.search([]) - known
        self.assertEqual((contract.state, contract.author_id), ("review", self.lena))
        self.assertEqual(contract.rate_ids.summary, "8 %, 10 % from 500")
        self.start_tour("/odoo", "account_admin_licensing_approve", login="paula")
        self.assertEqual((contract.state, contract.reviewer_id), ("active", self.paula))
        self._trigger("ir_cron_licensing_expect")
        statement = contract.statement_ids
        self.assertEqual(statement.state, "expected")
        self._attach_report(statement)
        self.start_tour("/odoo", "account_admin_licensing_royalty", login="lena")
        self.assertEqual((statement.state, statement.royalty), ("invoiced", 90))
        move = statement.move_id
        self.assertTrue(payment_states.is_paid(move))
        rows = self.env["licensing.ledger"].search([("contract_id", "=", contract.id)])
        self.assertEqual(
            {row.kind: row.amount for row in rows}, {"earned": 90, "payable": 90}
        )
        self.assertEqual(rows.move_id, move)
