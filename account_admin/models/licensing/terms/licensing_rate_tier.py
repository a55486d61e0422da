from odoo import fields, models

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingRateTier(models.Model):
    """From some sales on, another rate."""

    _name = "licensing.rate.tier"
    _description = "Tier of a Royalty Rate"
    _inherit = ["licensing.open.mixin"]
    _order = "rate_id, start, id"

    rate_id = fields.Many2one(
        comodel_name="licensing.rate",
        string="Royalty Rate",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="rate_id.company_id", store=True)
    start = fields.Float(
        string="From",
        required=True,
        digits=(16, 2),
        help="Sales (or units) from which on this rate applies.",
    )
    rate = fields.Float(digits=(16, 6), help="Percent, or an amount for each unit.")

    _start_positive = models.Constraint(
        "CHECK (start > 0 AND rate >= 0)",
        "A further tier starts above 0 and its rate is not below 0.",
    )
    _start_uniq = models.Constraint(
        "UNIQUE (rate_id, start)", "Two tiers of a rate start at the same sales."
    )

    def _check_open(self):
        self.rate_id._check_open()

    def _to_engine(self):
        return tuple(
            royalty.Tier(to_decimal(tier.start), to_decimal(tier.rate))
            for tier in self.sorted("start")
        )
