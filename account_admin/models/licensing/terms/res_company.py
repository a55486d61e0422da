from odoo import fields, models

from ...base.bulk import count_up
from ...base.groups import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    licensing_four_eyes = fields.Boolean(
        string="Four Eyes on Contracts",
        default=True,
        help="Whoever sends a contract to review cannot approve it: another licensing"
        " manager does.",
        groups=SETTINGS,
    )
    licensing_approvals = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts approvals, so that two at the same moment know of each other.",
        groups=SETTINGS,
    )

    def _count_licensing_approval(self):
        """Let approvals of a company follow one another."""
        count_up(self, "licensing_approvals")
