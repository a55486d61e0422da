from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collections_marketing_account_ids = fields.Many2many(
        related="company_id.collections_marketing_account_ids", readonly=False
    )
    collections_media_account_ids = fields.Many2many(
        related="company_id.collections_media_account_ids", readonly=False
    )
