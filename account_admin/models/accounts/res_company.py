from odoo import fields, models

from ..base.bounds import bounded
from ..base.groups import SETTINGS


@bounded
class ResCompany(models.Model):
    _inherit = "res.company"

    collections_keep_bounces = fields.Integer(
        string="Bounced Addresses Kept",
        help="Months; 0 keeps them for ever.",
        groups=SETTINGS,
    )
