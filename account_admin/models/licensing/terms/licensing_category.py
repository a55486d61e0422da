from odoo import fields, models


class LicensingCategory(models.Model):
    """What kind of article is sold, such as apparel or toys."""

    _name = "licensing.category"
    _description = "Product Category"
    _inherit = ["licensing.tree.mixin"]

    parent_id = fields.Many2one(
        comodel_name="licensing.category",
        string="Part of",
        index=True,
        ondelete="restrict",
        check_company=True,
        help="A contract about what stands here covers this one, too.",
    )
    child_ids = fields.One2many(
        comodel_name="licensing.category",
        inverse_name="parent_id",
        help="What is below it. Rows of a contract that name it cover these, too.",
    )
    note = fields.Text(help="For colleagues only; licensees do not see it.")
