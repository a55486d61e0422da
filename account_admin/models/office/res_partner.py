from odoo import api, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "account.admin.deadline.mixin"]

    @api.model
    def _find_deadline_accounts(self, records):
        return {partner.id: [partner.commercial_partner_id.id] for partner in records}
