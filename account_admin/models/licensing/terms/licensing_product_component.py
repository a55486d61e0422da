from odoo import fields, models

from ...base.bounds import bounded


@bounded
class LicensingProductComponent(models.Model):
    """A part of a bundle, with its share of the bundle's price."""

    _name = "licensing.product.component"
    _description = "Part of a Bundle"
    _inherit = ["account.admin.company.mixin"]
    _order = "bundle_id, id"
    _check_company_auto = True

    bundle_id = fields.Many2one(
        comodel_name="licensing.product",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="bundle_id.company_id", store=True)
    product_id = fields.Many2one(
        comodel_name="licensing.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('component_ids', '=', False), ('id', '!=', bundle_id)]",
        help="A product that is in the bundle; it is no bundle itself.",
    )
    share = fields.Float(
        string="Share (%)",
        required=True,
        digits=(9, 6),
        help="Percent of the bundle's amounts; the parts are 100 % together.",
    )
    quantity = fields.Integer(
        default=1, required=True, help="How many of it are in one bundle."
    )

    _share_positive = models.Constraint(
        "CHECK (share > 0)", "The share of a part must be above 0 %."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A bundle holds at least one of each part."
    )
