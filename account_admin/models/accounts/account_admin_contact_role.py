from odoo import fields, models

from ..base.bounds import bounded


@bounded
class AccountAdminContactRole(models.Model):
    _name = "account.admin.contact.role"
    _description = "Contact Role"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What a contact is written to about, such as overdue invoices.",
    )
    sequence = fields.Integer(
        default=10,
        help="When the asked-for role is vacant, the next contact in this order is "
        "written to, then the invoice address, then the company itself.",
    )
    stands_in = fields.Boolean(
        default=True,
        help="Contacts with this role are written to where the asked-for role is"
        " vacant. Without it they are asked only for what is theirs.",
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "A contact role of this name exists.")
