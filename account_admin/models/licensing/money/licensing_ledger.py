from odoo import api, fields, models
from odoo.exceptions import UserError

from ....engine import royalty
from ....engine.money import to_decimal

KINDS = [
    ("advance", "Advance"),
    ("instalment", "Guarantee instalment"),
    ("true_up", "Guarantee shortfall"),
    ("earned", "Earned"),
    ("recouped", "Recouped"),
    ("payable", "Payable"),
    ("reopened", "Credit re-opened"),
    ("floored", "Floored at zero"),
    ("credited", "Credited"),
    ("lapsed", "Lapsed"),
    ("fee", "Fee"),
    ("interest", "Late interest"),
    ("withheld", "Tax withheld"),
]


class LicensingLedger(models.Model):
    """Every movement of money of a contract, pool by pool. Never changed."""

    _name = "licensing.ledger"
    _description = "Licensing Ledger"
    _order = "date desc, id desc"
    _rec_name = "kind"
    _check_company_auto = True

    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Licensee",
        required=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, ondelete="restrict"
    )
    commitment_id = fields.Many2one(
        comodel_name="licensing.commitment",
        string="Pool",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty for what no pool counts.",
    )
    instalment_id = fields.Many2one(
        comodel_name="licensing.commitment.line", ondelete="restrict"
    )
    amendment_id = fields.Many2one(
        comodel_name="licensing.amendment",
        index="btree_not_null",
        ondelete="restrict",
        help="The amendment that changed approved statements.",
    )
    fee_id = fields.Many2one(
        comodel_name="licensing.fee",
        ondelete="restrict",
        help="The fee of the contract that was charged.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="restrict",
        help="The invoice or credit note that it is on.",
    )
    date = fields.Date(required=True, help="The company's day, or the period's end.")
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        help="Earned: royalty of a statement. Recouped: what advances paid of it."
        " Payable: the rest. Shortfall: what a guarantee lacked at its end.",
    )
    amount = fields.Monetary(help="In the contract's currency; below 0 takes back.")
    floor = fields.Monetary(
        help="What must at least have been billed into the pool from here on."
    )
    note = fields.Char(help="What the movement came of.")

    _true_up_uniq = models.UniqueIndex(
        "(commitment_id) WHERE kind = 'true_up'",
        "The shortfall of this pool was billed already.",
    )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The licensing ledger cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The licensing ledger cannot be deleted."))

    def action_explain(self):
        """How a row came about: its statement, explained."""
        self.ensure_one()
        self.check_access("read")
        if not self.statement_id:
            raise UserError(
                self.env._(
                    "This row comes from the commitment itself: see its instalments and"
                    " its invoice."
                )
            )
        return self.statement_id.action_explain()

    @api.model
    def _get_balances(self, contract, before=None):
        """Where each pool of a contract stands.

        :param int before: id of the first row that is left out; ``None`` for all
        :return: dict commitment id (0: no pool) -> ``royalty.Balance``
        """
        return royalty.balances(
            royalty.Movement(
                row.commitment_id.id or 0,
                row.date,
                row.kind,
                to_decimal(row.amount),
                row.statement_id.id or row.instalment_id.id or None,
                to_decimal(row.floor),
            )
            for row in self.search(
                [
                    ("contract_id", "=", contract.id),
                    ("kind", "in", royalty.MOVEMENT_KINDS),
                    *([("id", "<", before)] if before else []),
                ],
                order="id",
            )
        )

    @api.model
    def _get_cash(self, contract):
        """Royalties of each pool that were paid in cash, not recouped.

        :return: dict commitment id (0: no pool) -> Decimal
        """
        groups = self._read_group(
            [
                ("contract_id", "=", contract.id),
                ("kind", "in", ("payable", "credited")),
            ],
            ["commitment_id", "kind"],
            ["amount:sum"],
        )
        found = {}
        for pool, kind, amount in groups:
            sign = 1 if kind == "payable" else -1
            known = found.get(pool.id or 0, to_decimal(0))
            found[pool.id or 0] = known + sign * to_decimal(round(amount, 6))
        return found

    @api.model
    def _add(self, contract, movements, **links):
        """Write movements of the engine down.

        :param movements: iterable of ``royalty.Movement``
        :param links: ids of the statement, instalment and invoice they belong to
        """
        self.create(
            [
                {
                    **self._prepare(contract),
                    "commitment_id": movement.commitment or False,
                    "date": movement.day,
                    "kind": movement.kind,
                    "amount": float(movement.amount),
                    "floor": float(movement.floor),
                    **links,
                }
                for movement in movements
            ]
        )

    @api.model
    def _add_fees(self, contract, fees, date, **links):
        """Write down fees: no pool counts them.

        :param fees: iterable of ``royalty.FeeAmount``
        """
        self.create(
            [
                {
                    **self._prepare(contract),
                    "fee_id": fee.fee,
                    "date": date,
                    "kind": "fee",
                    "amount": float(fee.amount),
                    **links,
                }
                for fee in fees
                if fee.amount
            ]
        )

    @api.model
    def _prepare(self, contract):
        return {
            "contract_id": contract.id,
            "company_id": contract.company_id.id,
            "partner_id": contract.partner_id.id,
            "currency_id": contract.currency_id.id,
        }

    @api.model
    def _get_kind_label(self, kind):
        return dict(self._fields["kind"]._description_selection(self.env))[kind]
