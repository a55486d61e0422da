from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    licensing_four_eyes = fields.Boolean(
        related="company_id.licensing_four_eyes", readonly=False
    )
