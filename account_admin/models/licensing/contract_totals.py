from odoo import api, fields, models


class LicensingContract(models.Model):
    """What a contract came to so far."""

    _inherit = "licensing.contract"

    guarantee_total = fields.Monetary(
        string="Guarantees",
        compute="_compute_guarantee_total",
        help="Minimum guarantees of all its pools.",
    )
    royalty_total = fields.Monetary(
        string="Royalties Earned",
        compute="_compute_royalty_total",
        help="Of approved statements, restatements included.",
    )

    @api.depends("commitment_ids.guarantee", "commitment_ids.amendment_id.state")
    def _compute_guarantee_total(self):
        for contract in self:
            pools = contract.commitment_ids._known(None)
            contract.guarantee_total = sum(pools.mapped("guarantee"))

    def _compute_royalty_total(self):
        groups = self.env["licensing.ledger"]._read_group(
            [("contract_id", "in", self.ids), ("kind", "=", "earned")],
            ["contract_id"],
            ["amount:sum"],
        )
        earned = dict(groups)
        for contract in self:
            contract.royalty_total = earned.get(contract._origin, 0)
