from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .licensing import LicensingCommon


@tagged("post_install", "-at_install")
class TestLicensingLinks(LicensingCommon):
    """From a contract and its licensee to what came of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._contract()

    def _as(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,account_admin.{group}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _read_button(self, user):
        """The button of the partner form as a user gets it."""
        views = self.env["res.partner"].with_user(user).get_views([(False, "form")])
        arch = etree.fromstring(views["views"]["form"]["arch"])
        return arch.xpath("//button[@name='action_view_licensing_contracts']")

    # ------------------------------------------------------------------
    # CONTRACT
    # ------------------------------------------------------------------

    def test_contract_counts_its_invoices_once_and_without_cancelled_ones(self):
        first = self._approve(self.contract, 1000).move_id
        self._approve(self.contract, 2000, quarter=1).move_id.button_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.contract.invoice_count, 1)
        action = self.contract.action_view_invoices()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (first._name, first.id)
        )

    def test_contract_lists_drafts_and_posted_invoices(self):
        moves = self._approve(self.contract, 1000).move_id
        moves.action_post()
        moves |= self._approve(self.contract, 2000, quarter=1).move_id
        self.env.invalidate_all()
        self.assertEqual(self.contract.invoice_count, 2)
        domain = self.contract.action_view_invoices()["domain"]
        self.assertEqual(self.env["account.move"].search(domain), moves)

    def test_amendment_starts_with_the_contract(self):
        user = self._as("links_user", "group_licensing_user")
        action = self.contract.with_user(user).action_amend()
        model = self.env[action["res_model"]].with_user(user)
        with Form(model.with_context(**action["context"])) as form:
            form.name, form.date = "Amendment 1", "2026-04-01"
        self.assertEqual(form.record.contract_id, self.contract)
        self.env.invalidate_all()
        self.assertEqual(self.contract.amendment_count, 1)
        domain = self.contract.action_view_amendments()["domain"]
        self.assertEqual(model.search(domain), form.record)

    def test_contract_counts_the_files_that_came(self):
        statement = self._report(self.contract, [])
        self.env["licensing.import"].create(
            {"statement_id": statement.id, "file": "UEs=", "filename": "a.xlsx"}
        )
        self.assertEqual(self.contract.import_count, 1)
        self.assertFalse(self._contract().import_count)

    # ------------------------------------------------------------------
    # PARTNER
    # ------------------------------------------------------------------

    def test_licensing_sees_the_contracts_of_a_licensee_and_its_contacts(self):
        user = self._as("links_user", "group_licensing_user")
        contact = self.env["res.partner"].create(
            {"name": "Ruth", "parent_id": self.licensee.id}
        )
        for partner in (self.licensee + contact).with_user(user):
            self.assertEqual(partner.licensing_contract_count, 1)
            domain = partner.action_view_licensing_contracts()["domain"]
            contracts = self.env["licensing.contract"].with_user(user).search(domain)
            self.assertEqual(contracts, self.contract)
        self.assertFalse(self.customer.with_user(user).licensing_contract_count)
        self.assertTrue(self._read_button(user))
        self.assertTrue(
            self._read_button(self._as("links_audit", "group_account_admin_auditor"))
        )

    def test_collector_neither_sees_nor_pays_for_the_count(self):
        collector = self._as("links_coll", "group_account_admin_all")
        self.assertFalse(self._read_button(collector))
        partner = self.licensee.with_user(collector)
        self.assertNotIn("licensing_contract_count", partner.fields_get())
        with self.assertRaises(AccessError):
            partner.read(["licensing_contract_count"])

    # ------------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------------

    def test_settings_decide_where_royalties_are_booked(self):
        account = self.env["account.account"].create(
            {"name": "Royalties", "code": "419900", "account_type": "income"}
        )
        settings = self.env["res.config.settings"].create(
            {"licensing_royalty_account_id": account.id}
        )
        settings.execute()
        self.assertEqual(self.company.licensing_royalty_account_id, account)
        move = self._approve(self.contract, 1000).move_id
        self.assertEqual(move.invoice_line_ids.account_id, account)
