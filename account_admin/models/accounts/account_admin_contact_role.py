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
    function = fields.Selection(
        selection=lambda self: self.env["account.admin.team"]._get_functions(),
        string="Answered By",
        help="Who of us speaks with contacts of this role; the account's administrator"
        " when empty.",
    )
    cadence_days = fields.Integer(
        string="Speak Every (Days)",
        help="Proposed for contacts with the role; 0 where nobody minds.",
    )
    active = fields.Boolean(default=True)

    _cadence_in_order = models.Constraint(
        "CHECK(cadence_days >= 0)", "Days between two talks cannot be below zero."
    )
    _name_uniq = models.UniqueIndex("(name)", "A contact role of this name exists.")
