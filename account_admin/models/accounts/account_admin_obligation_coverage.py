from odoo import api, fields, models

from ...engine.obligation import get_shortfall
from ..base.bounds import bounded


@bounded
class AccountAdminObligationCoverage(models.Model):
    """What an insurance has to cover, and what its certificate shows."""

    _name = "account.admin.obligation.coverage"
    _description = "Coverage of an Insurance"
    _inherit = ["account.admin.company.mixin"]
    _order = "obligation_id, id"
    _moved_by = ("obligation_id",)

    obligation_id = fields.Many2one(
        comodel_name="account.admin.obligation",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="obligation_id.company_id", store=True)
    kind = fields.Selection(
        selection=[
            ("occurrence", "Each Occurrence"),
            ("aggregate", "Aggregate"),
            ("products", "Products Aggregate"),
            ("automobile", "Automobile"),
            ("umbrella", "Umbrella"),
        ],
        default="occurrence",
        required=True,
        help="Each Occurrence: what is paid each time. Aggregate: what is paid in all.",
    )
    required = fields.Monetary(help="What was agreed.")
    shown = fields.Monetary(help="What the certificate says.")
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    shortfall = fields.Monetary(
        compute="_compute_shortfall", help="How much less is covered than was agreed."
    )

    _once = models.UniqueIndex(
        "(obligation_id, kind)", "This coverage has a line already."
    )
    _amounts_in_order = models.Constraint(
        "CHECK(required >= 0 AND shown >= 0)", "A coverage cannot be below zero."
    )

    @api.depends("required", "shown")
    def _compute_shortfall(self):
        for line in self:
            line.shortfall = line.currency_id.round(
                get_shortfall(line.required, line.shown)
            )

    def write(self, vals):
        if set(vals) - {"shown"} and not self.env.su:
            self.obligation_id._check_agreed()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.obligation_id._check_agreed()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        self.obligation_id._check_agreed()
