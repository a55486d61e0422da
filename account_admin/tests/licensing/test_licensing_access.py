from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .licensing_contract import LicensingContractCommon

MODELS = (
    "licensing.contract",
    "licensing.grant",
    "licensing.rate",
    "licensing.product",
    "licensing.property",
)


@tagged("post_install", "-at_install")
class TestLicensingAccess(LicensingContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._contract()
        cls.product = (
            cls.env["licensing.product"]
            .with_user(cls.user)
            .create({"name": "Shirt", "sku": "S1", "partner_id": cls.customer.id})
        )

    def _menus(self, user):
        root = self.env.ref("account_admin.menu_account_admin_root")
        visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        return {
            menu.get_external_id()[menu.id].split(".")[1]
            for menu in menus
            if menu.id in visible
        }

    def test_user_works_on_contracts_and_products(self):
        self.contract.with_user(self.user).title = "Other"
        self.product.with_user(self.user).action_approve()
        self.assertEqual(self.product.state, "approved")

    def test_user_deletes_no_contract(self):
        with self.assertRaises(AccessError):
            self.contract.with_user(self.user).unlink()

    def test_auditor_reads_only(self):
        contract = self.contract.with_user(self.auditor)
        self.assertEqual(contract.title, "Test")
        contract.web_read({"problems": {}, "renewal_test": {}, "statement_count": {}})
        for record in (contract, contract.grant_ids, contract.rate_ids):
            with self.assertRaises(AccessError):
                record.write({"date_end": "2026-06-30"})
        with self.assertRaises(AccessError):
            self.product.with_user(self.auditor).action_approve()
        with self.assertRaises(AccessError):
            self.env["licensing.termination"].with_user(self.auditor).create(
                {"contract_id": contract.id, "reason": "x", "date": "2026-03-01"}
            )

    def test_employee_sees_nothing(self):
        employee = new_test_user(self.env, "lc_employee", groups="base.group_user")
        for model in MODELS:
            with self.assertRaises(AccessError):
                self.env[model].with_user(employee).search([])
        self.assertFalse(
            self._menus(employee) & {"menu_account_admin_root", "menu_licensing"}
        )

    def test_licensing_menus_are_for_licensing_and_audit(self):
        for user in (self.user, self.manager, self.auditor):
            self.assertLessEqual(
                {
                    "menu_licensing_contract",
                    "menu_licensing_renewal",
                    "menu_licensing_product",
                    "menu_licensing_property",
                },
                self._menus(user),
            )
        self.assertNotIn("menu_dashboard_collections", self._menus(self.user))
        collector = self._user("lc_collector", "group_account_admin_user")
        self.assertNotIn("menu_licensing", self._menus(collector))

    def test_companies_are_apart(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "lc_stranger",
            groups="base.group_user,account_admin.group_licensing_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in MODELS[:4]:
            self.assertFalse(self.env[model].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.contract.with_user(stranger).action_submit()

    def test_overlaps_are_found_within_a_company_only(self):
        exclusive = {"property_ids": [Command.set(self.comet.ids)], "exclusive": True}
        other = self.setup_other_company()["company"]
        self.user.company_ids |= other
        self.manager.company_ids |= other
        with self._on("2026-03-01"):
            self._approve(
                self._contract(
                    grants=[exclusive], company_id=other.id, partner_id=self.rival.id
                )
            )
        contract = self._contract(grants=[exclusive])
        self.assertEqual(contract._find_problems(), [])

    def test_termination_is_its_creators(self):
        with self._on("2026-03-01"):
            self._approve(self.contract)
        wizard = (
            self.env["licensing.termination"]
            .with_user(self.manager)
            .create({"contract_id": self.contract.id, "reason": "x"})
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.second).read(["reason"])
