from odoo import fields, models

from ..base.groups import COLLECTIONS


class ResUsers(models.Model):
    _inherit = "res.users"

    account_admin_told_week = fields.Date(
        string="Scorecards Told",
        copy=False,
        readonly=True,
        groups=COLLECTIONS,
        help="The Monday of the week in which the weekly mail was last sent.",
    )
