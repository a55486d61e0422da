from odoo import fields, models


class LicensingMoneyMixin(models.AbstractModel):
    """What the product writes down about money of a contract: whose it is."""

    _name = "licensing.money.mixin"
    _description = "Money of a Licensing Contract"
    _inherit = ["account.admin.readonly.mixin"]
    _check_company_auto = True

    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
