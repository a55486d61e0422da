from odoo import fields, models

from ..base.bounds import bounded


@bounded
class AccountAdminDesk(models.Model):
    """A kind of work that people may be stood in for apart from the rest."""

    _name = "account.admin.desk"
    _description = "Desk"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="A kind of work with people of its own, such as new accounts.",
    )
    sequence = fields.Integer(default=10, help="The order in which desks are listed.")
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "A desk of this name exists.")
