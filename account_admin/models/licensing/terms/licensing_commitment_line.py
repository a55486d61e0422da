from odoo import fields, models

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingCommitmentLine(models.Model):
    """An advance or an instalment of a guarantee, and what became of it."""

    _name = "licensing.commitment.line"
    _description = "Instalment of a Commitment"
    _inherit = ["licensing.open.mixin", "account.admin.readonly.mixin"]
    _order = "date, id"
    _check_company_auto = True

    commitment_id = fields.Many2one(
        comodel_name="licensing.commitment",
        string="Pool",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    contract_id = fields.Many2one(
        related="commitment_id.contract_id", store=True, index=True
    )
    company_id = fields.Many2one(related="commitment_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    date = fields.Date(
        string="Due On", required=True, index=True, help="It is invoiced on this day."
    )
    amount = fields.Monetary(
        required=True, help="In the contract's currency, before tax."
    )
    kind = fields.Selection(
        selection=[("advance", "Advance"), ("guarantee", "Guarantee Instalment")],
        default="advance",
        required=True,
        help="An advance is billed in full. An instalment of the guarantee is billed as"
        " far as less than all instalments up to it was billed into the pool.",
    )
    state = fields.Selection(
        selection=[
            ("scheduled", "Scheduled"),
            ("billed", "Billed"),
            ("settled", "Paid"),
            ("waived", "Waived"),
        ],
        default="scheduled",
        required=True,
        readonly=True,
        copy=False,
        help="Scheduled: not billed yet. Billed: it is on an invoice. Paid: what was"
        " billed before covers it. Waived: it is not billed.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The invoice it is on.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An instalment is above 0."
    )

    def _check_open(self):
        self.commitment_id._check_open()

    def _to_engine(self):
        return tuple(
            royalty.Instalment(
                id=line.id,
                day=line.date,
                amount=to_decimal(line.amount),
                kind=line.kind,
            )
            for line in self
            if line.state != "waived"
        )
