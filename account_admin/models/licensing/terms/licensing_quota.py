from odoo import fields, models

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


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

    _target_positive = models.Constraint(
        "CHECK (target > 0)", "The target of a quota is above 0."
    )

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
