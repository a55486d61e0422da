from odoo import fields, models

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingFee(models.Model):
    """A charge beside the royalty, such as a marketing fund; no pool counts it."""

    _name = "licensing.fee"
    _description = "Licensing Fee"
    _inherit = ["licensing.term.mixin"]

    name = fields.Char(
        required=True,
        default=lambda self: self.env._("Marketing fund"),
        help="What the fee is called on statements and invoices.",
    )
    percent = fields.Float(
        required=True, digits=(9, 6), help="Of the basis, such as 2 for 2 %."
    )
    basis = fields.Selection(
        selection=[
            ("net", "Net Sales"),
            ("gross", "Gross Sales"),
            ("royalty", "Royalty"),
        ],
        default="net",
        required=True,
        help="What the percent is taken of: sales, or the royalty.",
    )

    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "A fee is above 0 and up to 100 %."
    )

    def _to_engine(self, trees, known_at):
        """The engine's rows.

        :return: tuple of ``royalty.Fee``
        """
        return tuple(
            royalty.Fee(
                id=row.id,
                percent=to_decimal(row.percent),
                basis=row.basis,
                scope=row._get_scope(trees, known_at),
                amendment=row.amendment_id.id or None,
            )
            for row in self
        )
