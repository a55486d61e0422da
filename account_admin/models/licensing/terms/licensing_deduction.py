from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingDeduction(models.Model):
    """What may be deducted from gross sales, and how much at most."""

    _name = "licensing.deduction"
    _description = "Allowed Deduction"
    _inherit = ["licensing.term.mixin"]

    returns = fields.Boolean(
        default=True, help="Goods that came back may be taken off gross sales."
    )
    allowances = fields.Boolean(
        default=True, help="Discounts and rebates to retailers."
    )
    other = fields.Boolean(
        string="Others",
        default=True,
        help="Deductions that are neither returns nor allowances, such as freight.",
    )
    capped = fields.Boolean(help="Deductions count up to a share of gross sales.")
    cap = fields.Float(string="Cap (%)", digits=(9, 6), help="Percent of gross sales.")
    window = fields.Selection(
        selection=[
            ("period", "Reporting Period"),
            ("year", "Contract Year"),
            ("term", "Whole Term"),
        ],
        string="Cap Counted Over",
        default="period",
        required=True,
        help="Over what deductions and gross sales are compared with the cap.",
    )

    _cap_range = models.Constraint(
        "CHECK (cap >= 0 AND cap <= 100)", "A cap is between 0 and 100 %."
    )

    @api.constrains("returns", "allowances", "other")
    def _check_kinds(self):
        for row in self:
            if not row._get_kinds():
                raise ValidationError(
                    self.env._(
                        "%s allows nothing: choose returns, allowances or others.",
                        row.display_name,
                    )
                )

    def _get_kinds(self):
        return tuple(kind for kind in royalty.KINDS if self[kind])

    def _to_engine(self, trees, known_at):
        """The engine's rows.

        :return: tuple of ``royalty.Deduction``
        """
        return tuple(
            royalty.Deduction(
                id=row.id,
                kinds=row._get_kinds(),
                cap=to_decimal(row.cap) if row.capped else None,
                window=row.window,
                scope=row._get_scope(trees, known_at),
                amendment=row.amendment_id.id or None,
            )
            for row in self
        )
