from odoo import api, models


class NationalAccount(models.Model):
    _name = "national.account"
    _inherit = ["national.account", "account.admin.deadline.mixin"]

    @api.model
    def _find_deadline_accounts(self, records):
        company = self.env.company
        return records._get_members(company, company._collections_today())
