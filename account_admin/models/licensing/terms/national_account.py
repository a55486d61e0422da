from odoo import fields, models

from ...base.groups import LICENSING


class NationalAccount(models.Model):
    _inherit = "national.account"

    contract_count = fields.Integer(
        string="Contracts",
        compute="_compute_figures",
        groups=LICENSING,
        help="Licensing contracts in force of all that is in it.",
    )
