from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingRate(models.Model):
    """One royalty rate and what it applies to. The most specific one is used."""

    _name = "licensing.rate"
    _description = "Royalty Rate"
    _inherit = ["licensing.term.mixin"]

    basis = fields.Selection(
        selection=[("net", "Net Sales"), ("gross", "Gross Sales"), ("unit", "Units")],
        default="net",
        required=True,
        help="What the rate is applied to, and what its tiers count.",
    )
    rate = fields.Float(
        digits=(16, 6),
        help="Percent, such as 8 for 8 %; an amount for each unit where the basis is"
        " units. The first tier.",
    )
    tier_ids = fields.One2many(
        comodel_name="licensing.rate.tier",
        inverse_name="rate_id",
        string="Further Tiers",
        copy=True,
        help="From which sales on another rate applies.",
    )
    mode = fields.Selection(
        selection=[("marginal", "Marginal"), ("retroactive", "Retroactive")],
        string="Tiers",
        default="marginal",
        required=True,
        help="Marginal: each rate applies to the sales within its tier. Retroactive:"
        " the rate reached applies to all sales.",
    )
    window = fields.Selection(
        selection=[
            ("period", "Reporting Period"),
            ("year", "Contract Year"),
            ("term", "Whole Term"),
        ],
        string="Counted Over",
        default="year",
        required=True,
        help="Over what tiers and the minimum count.",
    )
    minimum = fields.Float(
        string="Minimum per Unit",
        digits=(16, 6),
        help="Amount of royalty for each unit at least; 0 for none.",
    )
    minimum_by = fields.Selection(
        selection=[("rate", "All Sales Together"), ("line", "Each Line")],
        string="Minimum Compared for",
        default="rate",
        required=True,
        help="All sales together: the minimum applies where the royalty of all units"
        " is less. Each line: it applies to each reported line by itself.",
    )
    continues_id = fields.Many2one(
        comodel_name="licensing.rate",
        copy=False,
        ondelete="restrict",
        domain="[('contract_id', '=', contract_id), ('id', '!=', id)]",
        check_company=True,
        help="The ended rate whose sales the tiers of this one count first.",
    )
    summary = fields.Char(compute="_compute_summary", string="Rates")

    _rate_positive = models.Constraint(
        "CHECK (rate >= 0 AND minimum >= 0)", "Rates and minimums are never below 0."
    )

    @api.depends("rate", "basis", "tier_ids.start", "tier_ids.rate", "mode")
    def _compute_summary(self):
        for row in self:
            sign = "" if row.basis == "unit" else " %"
            tiers = [f"{row.rate:g}{sign}"]
            tiers += [
                self.env._(
                    "%(rate)s from %(start)s",
                    rate=f"{tier.rate:g}{sign}",
                    start=f"{tier.start:,.0f}",
                )
                for tier in row.tier_ids.sorted("start")
            ]
            row.summary = ", ".join(tiers)

    @api.depends("name", "rate", "basis", "tier_ids.start", "tier_ids.rate")
    def _compute_display_name(self):
        for row in self:
            row.display_name = ": ".join(filter(None, [row.name, row.summary]))

    @api.constrains("continues_id")
    def _check_continues(self):
        if self._has_cycle("continues_id"):
            raise ValidationError(
                self.env._("A royalty rate cannot continue itself in a circle.")
            )
        for row in self:
            if row.continues_id and row.continues_id.contract_id != row.contract_id:
                raise ValidationError(
                    self.env._(
                        "%s continues a rate of another contract: choose one of its"
                        " own.",
                        row.display_name,
                    )
                )

    def _to_engine(self, trees, known_at):
        """The engine's rows.

        :return: tuple of ``royalty.Rate``
        """
        return tuple(
            royalty.Rate(
                id=row.id,
                tiers=royalty.flat(to_decimal(row.rate)) + row.tier_ids._to_engine(),
                scope=row._get_scope(trees, known_at),
                basis=row.basis,
                mode=row.mode,
                window=row.window,
                minimum=to_decimal(row.minimum) if row.minimum else None,
                minimum_by=row.minimum_by,
                continues=row.continues_id.id or None,
                amendment=row.amendment_id.id or None,
            )
            for row in self
        )
