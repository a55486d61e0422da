from odoo import fields, models
from odoo.tools import SQL

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
        """Let approvals of a company follow one another.

        Of two at once the later one starts again and sees what the first granted: both
        write the same row, which PostgreSQL allows only one of.
        """
        self.env.execute_query(
            SQL(
                "UPDATE res_company"
                " SET licensing_approvals = COALESCE(licensing_approvals, 0) + 1"
                " WHERE id IN %s RETURNING id",
                self._ids,
            )
        )
        self.invalidate_recordset(["licensing_approvals"], flush=False)
