from odoo import fields, models

from ...base.actions import open_window
from ...base.groups import LICENSING


class ResPartner(models.Model):
    _inherit = "res.partner"

    licensing_contract_count = fields.Integer(
        string="Licensing Contracts",
        compute="_compute_licensing_contract_count",
        groups=LICENSING,
        help="In which its company is the licensee.",
    )

    def _compute_licensing_contract_count(self):
        groups = self.env["licensing.contract"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids)],
            ["partner_id"],
            ["__count"],
        )
        counts = dict(groups)
        for partner in self:
            company = partner.commercial_partner_id._origin
            partner.licensing_contract_count = counts.get(company, 0)

    def action_view_licensing_contracts(self):
        """The contracts of the licensee."""
        self.ensure_one()
        licensee = self.commercial_partner_id
        return open_window(
            self.env,
            "licensing_contract_action",
            self.env._("Contracts of %s", licensee.display_name),
            domain=[("partner_id", "=", licensee.id)],
            context={"default_partner_id": licensee.id},
        )
