from odoo import api, fields, models

from ...engine import royalty
from ..bounds import bounded
from .numbers import to_decimal
from .statement_approve import load_quotas


@bounded
class LicensingQuota(models.Model):
    """Sales that the licensee promised to reach. It is measured, never billed."""

    _name = "licensing.quota"
    _description = "Sales Quota"
    _inherit = ["licensing.term.mixin"]

    measure = fields.Selection(
        selection=[("net", "Net Sales"), ("gross", "Gross Sales"), ("unit", "Units")],
        default="net",
        required=True,
        help="What counts toward the target, of approved statements.",
    )
    target = fields.Float(
        required=True,
        digits=(16, 2),
        help="To be reached within the days of the row: an amount in the contract's"
        " currency, or units.",
    )

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

    _target_positive = models.Constraint(
        "CHECK (target > 0)", "The target of a quota is above 0."
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
            for computation in statements._get_computations(contract):
                for row in load_quotas(computation.quotas):
                    found.setdefault(row.quota, []).append(row)
        return found

    def _to_engine(self, trees, known_at):
        """The engine's rows.

        :return: tuple of ``royalty.Quota``
        """
        return tuple(
            royalty.Quota(
                id=row.id,
                target=to_decimal(row.target),
                measure=row.measure,
                scope=row._get_scope(trees, known_at),
            )
            for row in self
        )
