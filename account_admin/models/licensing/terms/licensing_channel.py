from odoo import fields, models


class LicensingChannel(models.Model):
    """The way an article reaches its buyer, such as mass market or online."""

    _name = "licensing.channel"
    _description = "Sales Channel"
    _inherit = ["licensing.tree.mixin"]

    parent_id = fields.Many2one(
        comodel_name="licensing.channel",
        string="Part of",
        index=True,
        ondelete="restrict",
        check_company=True,
        help="A contract about what stands here covers this one, too.",
    )
    child_ids = fields.One2many(
        comodel_name="licensing.channel",
        inverse_name="parent_id",
        help="What is below it. Rows of a contract that name it cover these, too.",
    )
    note = fields.Text(help="For colleagues only; licensees do not see it.")
