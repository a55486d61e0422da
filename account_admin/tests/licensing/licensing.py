"""A licensor with a contract, statements as a licensee reports them, their invoices."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..common import CollectionsCommon

#: First and last day of the quarters of 2026.
QUARTERS = (
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2026, 12, 31)),
)
#: 8 % to 500,000, then 10 % (T5).
TIERS = {"rate": 8, "tiers": [(500_000, 10)]}


@tagged("post_install", "-at_install")
class LicensingCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("account_admin.group_licensing_manager")
        cls.currency = cls.company.currency_id
        cls.licensee = cls._customer("Toy Works")
        cls.product = cls._product("BEAR-1", "Plush bear")
        cls.deferred = cls.env["account.account"].create(
            {
                "name": "Advances from licensees",
                "code": "219900",
                "account_type": "liability_current",
            }
        )
        cls.company.licensing_deferred_account_id = cls.deferred

    @classmethod
    def _product(cls, sku, name, **vals):
        product = cls.env["licensing.product"].create(
            {"sku": sku, "name": name, "partner_id": cls.licensee.id, **vals}
        )
        product.action_approve()
        product.sudo().approved_from = "2020-01-01"
        return product

    @classmethod
    def _rate(cls, rate=8, tiers=(), **vals):
        return Command.create(
            {
                "rate": rate,
                "tier_ids": [
                    Command.create({"start": start, "rate": more})
                    for start, more in tiers
                ],
                **vals,
            }
        )

    @classmethod
    def _contract(cls, rates=None, state="active", **vals):
        """A contract of 2026 and 2027 that grants everything at 8 %."""
        contract = cls.env["licensing.contract"].create(
            {
                "title": "Plush",
                "partner_id": cls.licensee.id,
                "date_start": "2026-01-01",
                "date_end": "2027-12-31",
                "grant_ids": [Command.create({})],
                "rate_ids": rates or [cls._rate()],
                **vals,
            }
        )
        contract.sudo().state = state
        return contract

    @classmethod
    def _pool(cls, *lines, **vals):
        """A pool of 2026; ``lines`` are (day, amount, kind)."""
        return Command.create(
            {
                "name": "Pool",
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [
                    Command.create({"date": day, "amount": amount, "kind": kind})
                    for day, amount, kind in lines
                ],
                **vals,
            }
        )

    @classmethod
    def _advance(cls, amount, day="2026-01-01"):
        return (day, amount, "advance")

    def _report(self, contract, lines, quarter=0, year=2026, **vals):
        """A quarter's statement with lines; a number is the gross of one line."""
        first, last = (day.replace(year=year) for day in QUARTERS[quarter])
        return self.env["licensing.statement"].create(
            {
                "contract_id": contract.id,
                "date_start": first,
                "date_end": last,
                "line_ids": [Command.create(self._line(line, first)) for line in lines],
                **vals,
            }
        )

    def _line(self, values, day):
        if not isinstance(values, dict):
            values = {"gross": values}
        return {
            "date": day,
            "currency_id": self.currency.id,
            "product_id": self.product.id,
            "sku": self.product.sku,
            **values,
        }

    def _approve(self, contract, *lines, **vals):
        """Report, compute and approve a statement."""
        statement = self._report(contract, lines, **vals)
        statement.action_compute()
        statement.action_approve()
        return statement

    def _untaxed(self, statement):
        """What the invoice of a statement asks for, below 0 for a credit note."""
        move = statement.move_id
        if move.move_type == "entry":
            return 0
        return move.amount_untaxed_in_currency_signed

    def _balance(self, contract, pool=None):
        pool = pool or contract.commitment_ids[:1]
        balances = self.env["licensing.ledger"]._get_balances(contract)
        return balances[pool.id]

    def _bill_pools(self, day):
        """Run the scheduled action that bills commitments, on a day."""
        with self._on(day):
            self._trigger("ir_cron_licensing_commitments")

    def _billed(self, contract):
        """Everything invoiced under a contract, before taxes."""
        moves = self.env["licensing.ledger"].search([("contract_id", "=", contract.id)])
        moves = moves.move_id.filtered(lambda move: move.move_type != "entry")
        return sum(moves.mapped("amount_untaxed_in_currency_signed"))
