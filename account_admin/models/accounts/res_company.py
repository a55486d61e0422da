from odoo import fields, models

from ..base.bounds import bounded
from ..base.groups import SETTINGS


@bounded
class ResCompany(models.Model):
    _inherit = "res.company"

    account_admin_control_members = fields.Boolean(
        string="Members Under Change Control",
        help="Head offices and members of national accounts come under change control"
        " when they are entered.",
        groups=SETTINGS,
    )
    collections_keep_bounces = fields.Integer(
        string="Bounced Addresses Kept",
        help="Months; 0 keeps them for ever.",
        groups=SETTINGS,
    )
