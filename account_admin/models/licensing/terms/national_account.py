from odoo import fields, models
from odoo.fields import Domain

from ...base.groups import LICENSING
from .licensing_account_figures import IN_FORCE


class NationalAccount(models.Model):
    _inherit = "national.account"

    contract_count = fields.Integer(
        string="Contracts",
        compute="_compute_figures",
        groups=LICENSING,
        help="Licensing contracts in force of all that is in it.",
    )

    def action_view_contracts(self):
        """The contracts in force of its members."""
        self.ensure_one()
        self.check_access("read")
        title = self.env._("Contracts of %s", self.name)
        return self._open_of_members(
            "licensing_contract_action",
            title,
            Domain("state", "in", IN_FORCE)
            & Domain("company_id", "=", self.env.company.id),
        )
