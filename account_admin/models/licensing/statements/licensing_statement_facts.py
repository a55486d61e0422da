"""What else a computation says of a statement: for red flags and the summary."""

import json
from decimal import Decimal

from odoo import fields, models

from ....engine import royalty

ZERO = Decimal(0)


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    adjustment_net = fields.Monetary(
        string="Net of Earlier Sales",
        readonly=True,
        copy=False,
        help="What changed about the net of earlier sales: deductions that the cap of a"
        " year allows after all, or allows no longer.",
    )
    claims = fields.Text(
        readonly=True,
        copy=False,
        help="Gross and deductions under each row of the contract, as they were last"
        " computed: [row, gross, deductions] each.",
    )

    def _prepare_facts(self, result, net):
        """What is kept for red flags and the summary.

        :param float net: of the lines
        """
        decimals = self.currency_id.decimal_places
        change = float(royalty.round_money(result.net, decimals)) - net
        return {
            "adjustment_net": self.currency_id.round(change),
            "claims": _dump_claims(result.sums),
        }


def _dump_claims(sums):
    """Gross and deductions of a statement by deduction row, as text."""
    found = {}
    for claim in (claim for row in sums for claim in row.claims):
        gross, claimed = found.get(claim.deduction, (ZERO, ZERO))
        found[claim.deduction] = (gross + claim.gross, claimed + claim.claimed)
    return json.dumps(
        [[row, str(gross), str(claimed)] for row, (gross, claimed) in found.items()]
    )
