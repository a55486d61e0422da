from odoo import api, fields, models

from ....engine import royalty
from ....engine.money import to_decimal


class LicensingQuota(models.Model):
    _inherit = "licensing.quota"

    reached = fields.Float(
        compute="_compute_reached",
        digits=(16, 2),
        help="By approved statements, restatements included.",
    )
    shortfall = fields.Float(
        compute="_compute_reached",
        digits=(16, 2),
        help="What is missing to the target.",
    )
    progress = fields.Float(
        compute="_compute_reached", help="Percent of the target that is reached."
    )

    @api.depends("target", "measure")
    def _compute_reached(self):
        sums = self._read_sums()
        for row in self:
            mine, target = sums.get(row._origin.id, ()), to_decimal(row.target)
            quota = royalty.Quota(row._origin.id, target, row.measure)
            reached = sum((found.reached(quota) for found in mine), to_decimal(0))
            row.reached = float(reached)
            row.shortfall = float(royalty.quota_shortfall(quota, mine))
            row.progress = float(100 * reached / target) if target else 0

    def _read_sums(self):
        """What approved statements added to the quotas of these contracts.

        :return: dict quota id -> list of ``royalty.QuotaSum``
        """
        # sudo: figures of the contract, which the user reads already
        statements = self.env["licensing.statement"].sudo()
        found = {}
        for contract in self.contract_id._origin:
            for snapshot in statements._get_snapshots(contract):
                for row in royalty.load_quotas(snapshot.quotas):
                    found.setdefault(row.quota, []).append(row)
        return found
