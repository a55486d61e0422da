"""What an opportunity hands on to the account that it becomes."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.account_admin.tests.common import CollectionsCommon

USER = "account_admin.group_account_admin_user"
SALES = "sales_team.group_sale_salesman_all_leads"


class LeadCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.ann = cls._person("ann", f"{USER},{SALES}")
        cls.seller = cls._person("seller", SALES)
        cls.reviewer = cls._person("mia", "account_admin.group_account_admin_all")
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Toys for 40 shops",
                "type": "opportunity",
                "partner_name": "Acme Toys",
                "contact_name": "Jane Roe",
                "email_from": "jane@acme.example",
                "street": "Main Street 1",
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
            }
        )

    @classmethod
    def _person(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            name=login.title(),
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _start(self, lead=None):
        lead = (lead or self.lead).with_user(self.ann)
        action = lead.action_start_account_onboarding()
        model = self.env[action["res_model"]].with_user(self.ann)
        if action["res_id"]:
            return model.browse(action["res_id"])
        form = Form(model.with_context(**action["context"]))
        form.credit_asked = 5000
        return form.save()


@tagged("post_install", "-at_install")
class TestLeads(LeadCommon):
    def test_the_customer_of_an_opportunity_goes_through_the_steps(self):
        onboarding = self._start()
        account = onboarding.partner_id
        self.assertEqual((account.name, account.is_company), ("Acme Toys", True))
        self.assertEqual(self.lead.partner_id.name, "Jane Roe")
        self.assertEqual(self.lead.partner_id.commercial_partner_id, account)
        self.assertTrue(onboarding.step_ids)
        self.assertEqual(onboarding.lead_id, self.lead)

    def test_the_salesperson_is_sales_outside_of_the_account(self):
        account = self._start().partner_id
        team = account.account_admin_team_ids
        self.assertEqual((team.user_id, team.function), (self.seller, "sales_outside"))

    def test_a_second_click_opens_the_same_one(self):
        self.assertEqual(self._start(), self._start())
        other = self.lead.copy({"partner_id": self.lead.partner_id.id})
        self.assertEqual(self._start(other).lead_id, self.lead, "it is running already")

    def test_an_opportunity_of_nobody_is_refused_in_a_sentence(self):
        nobody = self.env["crm.lead"].create(
            {"name": "Somebody called", "type": "opportunity"}
        )
        with self.assertRaisesRegex(UserError, "who the customer of “Somebody called”"):
            self._start(nobody)

    def test_a_salesperson_alone_starts_none(self):
        with self.assertRaises(AccessError):
            self.lead.with_user(self.seller).action_start_account_onboarding()
        self.assertFalse(self.lead.partner_id, "nothing is half done")
