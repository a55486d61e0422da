from odoo import api, fields, models


class LicensingContract(models.Model):
    """What a contract came to so far."""

    _inherit = "licensing.contract"

    guarantee_total = fields.Monetary(
        string="Guarantees",
        compute="_compute_guarantee_total",
        help="Minimum guarantees of all its pools.",
    )

    @api.depends("commitment_ids.guarantee", "commitment_ids.amendment_id.state")
    def _compute_guarantee_total(self):
        for contract in self:
            pools = contract.commitment_ids._known(None)
            contract.guarantee_total = sum(pools.mapped("guarantee"))
