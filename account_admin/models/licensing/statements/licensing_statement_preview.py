"""What approving a statement would recoup and bill, before anybody approves it."""

import json
from decimal import Decimal

from odoo import api, fields, models

from ....engine import royalty
from .licensing_statement import STATEMENT_OPEN_STATES


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    earnings = fields.Text(
        readonly=True,
        copy=False,
        help="What the last computation earned in each pool, exact.",
    )
    is_previewed = fields.Boolean(compute="_compute_preview")
    recouped_preview = fields.Monetary(
        string="Would Be Recouped",
        compute="_compute_preview",
        help="Taken from what was paid ahead, if the statement were approved now.",
    )
    payable_preview = fields.Monetary(
        string="Would Be Billed",
        compute="_compute_preview",
        help="On the invoice, fees included and before taxes, if the statement were"
        " approved now.",
    )

    @api.depends("earnings", "state", "fees")
    def _compute_preview(self):
        for statement in self:
            settlement = statement._preview_settlement()
            statement.is_previewed = bool(settlement)
            statement.recouped_preview = settlement and float(settlement.recouped)
            statement.payable_preview = settlement and (
                float(settlement.payable) + statement.fees
            )

    def _preview_settlement(self):
        """The settlement that an approval would make now.

        :return: ``royalty.Settlement``; ``None`` for what is not computed, is approved
            already, or changes later statements as well
        """
        self.ensure_one()
        is_open = self.state in STATEMENT_OPEN_STATES and self.state != "expected"
        if not is_open or not self.earnings or self.revises_id or self._get_after():
            return None
        # sudo: who reads the statement may read what it comes to
        statement = self.sudo()
        terms = statement.contract_id._get_terms()
        pools = statement.contract_id.commitment_ids
        return royalty.settle(
            terms,
            load_earnings(self.earnings),
            pools._preview_balances(terms, self.date_end),
            self.date_end,
            self.id,
        )

    def _explain_preview(self):
        """A section for each pool: what approving would do to it."""
        settlement = self._preview_settlement()
        pools = self.env["licensing.commitment"]
        return [
            self._section(
                self.env._(
                    "If approved now: %s",
                    pools.browse(step.commitment).display_name
                    if step.commitment
                    else self.env._("no pool"),
                ),
                self._show_balance(step.before, self.env._("before"))
                + [
                    (
                        self.env["licensing.ledger"]._get_kind_label(row.kind),
                        (row.amount, self.currency_id),
                        True,
                    )
                    for row in step.movements
                ]
                + self._show_balance(step.after, self.env._("after")),
            )
            for step in (settlement.steps if settlement else ())
        ]


def dump_earnings(earnings):
    """Earnings as text, exact: what :func:`load_earnings` reads."""
    return json.dumps([[row.pool, row.sell_off, str(row.amount)] for row in earnings])


def load_earnings(text):
    """What a computation earned.

    :return: tuple of ``royalty.Earning``
    """
    return tuple(
        royalty.Earning(pool, sell_off, Decimal(amount))
        for pool, sell_off, amount in json.loads(text)
    )
