from odoo import api, models
from odoo.fields import Domain

#: States of a contract that binds.
IN_FORCE = ("active", "sell_off")


class LicensingAccountFigures(models.AbstractModel):
    _name = "licensing.account.figures"
    _description = "Figures of Accounts: Contracts"
    _inherit = ["account.admin.figure.mixin"]

    @api.model
    def _read_account_figures(self, company, day, partners):
        these = Domain("company_id", "=", company.id) & Domain("state", "in", IN_FORCE)
        if partners is not None:
            these &= Domain("partner_id", "in", list(partners))
        groups = self.env["licensing.contract"]._read_group(
            these, ["partner_id"], ["__count"]
        )
        return {"contract_count": {account.id: count for account, count in groups}}
