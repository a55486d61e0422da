from odoo import fields, models
from odoo.exceptions import UserError

from ...base.bounds import bounded


@bounded
class LicensingFxRate(models.Model):
    """A rate of exchange that the contract fixes."""

    _name = "licensing.fx.rate"
    _description = "Fixed Rate of Exchange"
    _inherit = ["licensing.open.mixin"]
    _order = "contract_id, currency_id"
    _check_company_auto = True

    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        help="The currency that sales are reported in.",
    )
    rate = fields.Float(
        required=True,
        digits=(20, 10),
        help="How much of the contract's currency one unit is worth.",
    )

    _rate_positive = models.Constraint("CHECK (rate > 0)", "A rate is above 0.")
    _currency_uniq = models.Constraint(
        "UNIQUE (contract_id, currency_id)",
        "A contract fixes one rate for each currency.",
    )

    def _check_open(self):
        """Refuse to change rates that were agreed.

        :raise UserError: naming the contract
        """
        if self.env.su:
            return
        for contract in self.contract_id:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is no draft any more: its rates of exchange stand.",
                        contract.display_name,
                    )
                )
