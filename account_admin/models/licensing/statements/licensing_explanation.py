from odoo import fields, models


class LicensingExplanation(models.TransientModel):
    """What a figure is made of, for a person to read."""

    _name = "licensing.explanation"
    _description = "Explanation of a Figure"
    _inherit = ["account.admin.wizard.mixin"]

    name = fields.Char(readonly=True)
    html = fields.Html(readonly=True, help="How the figure came about, step by step.")
