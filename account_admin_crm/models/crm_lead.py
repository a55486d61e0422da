from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.account_admin.models.base.groups import COLLECTIONS


class CrmLead(models.Model):
    _inherit = "crm.lead"

    account_admin_onboarding_ids = fields.One2many(
        comodel_name="account.admin.onboarding",
        inverse_name="lead_id",
        string="Onboarding",
        groups=COLLECTIONS,
        copy=False,
        help="How the customer becomes an account.",
    )

    def action_start_account_onboarding(self):
        """The customer's onboarding, a new one with what the opportunity knows.

        :raise UserError: the opportunity says of nobody who the customer is
        """
        self.ensure_one()
        self.check_access("write")
        onboardings = self.env["account.admin.onboarding"]
        onboardings.check_access("create")
        company = self.company_id or self.env.company
        account = self._account_admin_get_account()
        known = onboardings.search(
            [
                ("company_id", "=", company.id),
                "|",
                ("lead_id", "=", self.id),
                "&",
                ("partner_id", "=", account.id),
                ("state", "in", ("running", "review")),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Onboarding of %s", account.display_name),
            "res_model": onboardings._name,
            "res_id": known.id,
            "views": [(False, "form")],
            "context": {
                "default_partner_id": account.id,
                "default_lead_id": self.id,
                "default_company_id": company.id,
            },
        }

    def _account_admin_get_account(self):
        """The account of the customer, made of the opportunity if need be."""
        if not self.partner_id:
            if not (self.partner_name or self.contact_name or self.email_from):
                raise UserError(
                    self.env._(
                        "Say who the customer of “%s” is: enter the company's name, or"
                        " choose the customer.",
                        self.name,
                    )
                )
            self._handle_partner_assignment()
        return self.partner_id.commercial_partner_id
