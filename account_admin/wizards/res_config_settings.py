from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collections_policy_id = fields.Many2one(
        related="company_id.collections_policy_id", readonly=False
    )
    collections_kpi_months = fields.Integer(
        related="company_id.collections_kpi_months", readonly=False
    )
    collections_bucket_limits = fields.Char(
        related="company_id.collections_bucket_limits", readonly=False
    )
