"""Revisions: the original is kept, the difference is billed now."""

from decimal import Decimal

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ....engine import royalty
from ..money.licensing_contract_invoice import Charge
from .licensing_statement import STATEMENT_FINAL_STATES
from .licensing_statement_approve import load_fees

ZERO = Decimal(0)


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def action_revise(self):
        """Make a revision with the same lines, to be corrected and approved."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in STATEMENT_FINAL_STATES:
            raise UserError(
                self.env._(
                    "%s is not approved yet: correct its lines.", self.display_name
                )
            )
        # sudo: the check was above, a revision's origin is not for writing by hand
        revision = self.sudo()._create_revision()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": revision.id,
            "view_mode": "form",
        }

    def _create_revision(self):
        pending = self.search(
            [("revises_id", "=", self.id), ("state", "!=", "superseded")], limit=1
        )
        if pending:
            return pending
        skipped = ("id", "statement_id", "display_name")
        names = [
            name
            for name, field in self.env["licensing.statement.line"]._fields.items()
            if field.store and not field.readonly and name not in skipped
        ]
        lines = self.line_ids.read(names, load=None)
        for values in lines:
            del values["id"]
        return self.create(
            {
                "contract_id": self.contract_id.id,
                "date_start": self.date_start,
                "date_end": self.date_end,
                "date_due": self.date_due,
                "no_sales": self.no_sales,
                "origin_id": self.origin_id.id,
                "revises_id": self.id,
                "revision": self.revision + 1,
                "state": "in_review",
                "line_ids": [Command.create(values) for values in lines],
            }
        )

    def _approve_revision(self, terms, reported):
        """Recompute the chain from here on and bill what changed."""
        self.revises_id.state = "superseded"
        after = self._get_after()
        chain = [reported, *(statement._read_statement() for statement in after)]
        restated = self._restate(terms, self | after, chain, {self.origin_id.id})
        self._keep_restated(self | after, chain, restated, statement=self)
        settlement, charges, moved = self._settle_restated(terms, restated)
        self._bill(settlement, restated.fees, charges, moved)

    @api.model
    def _restate(self, terms, statements, chain, revised):
        """What a chain of approved statements comes to by terms that changed.

        :param statements: in order, the last of the contract included
        :param chain: the same as the engine reads them
        :param revised: engine ids of those whose lines changed
        :rtype: royalty.Restatement
        """
        first = statements[:1]
        snapshots = self._get_snapshots(first.contract_id)
        before = first._get_before(snapshots)
        others = snapshots - before
        return royalty.restate(
            terms,
            chain,
            others._load_sums(),
            [fee for found in others for fee in load_fees(found.fees)],
            revised,
            before._load_sums(),
        )

    @api.model
    def _keep_restated(self, statements, chain, restated, **cause):
        """Keep the new computation of each statement whose figures changed."""
        for statement, reported, result in zip(
            statements, chain, restated.results, strict=True
        ):
            statement._keep_snapshot(result, reported.quotes, **cause)

    def _settle_restated(self, terms, restated):
        """The settlement of a restatement's differences, and the lines that bill them.

        :return: (``royalty.Settlement``, list of ``Charge``, tuple of
            ``royalty.Movement`` from one pool to another, before the settlement)
        """
        ledger, contract = self.env["licensing.ledger"], self.contract_id
        moved, rest = royalty.transfer(
            restated.earnings, ledger._get_cash(contract), self.date_end, self.id
        )
        known = ledger._get_balances(contract)
        for movement in moved:
            pool = movement.commitment
            known[pool] = known.get(pool, royalty.Balance()).after(movement)
        settlement = royalty.settle(terms, rest, known, self.date_end, self.id)
        said = self._in_licensee_language()
        charges = said._charge_differences(restated)
        charges += said._charge_settlement(settlement)
        return settlement, charges + said._charge_fees(restated.fees), moved

    def _charge_differences(self, restated):
        """A line for each statement whose royalty changed.

        :return: list of ``Charge``
        """
        origins = self.browse(found.statement for found in restated.differences)
        names = {origin.id: origin._show_period() for origin in origins}

        def show(amount):
            return formatLang(self.env, float(amount), currency_obj=self.currency_id)

        return [
            Charge(
                "royalty",
                self.env._(
                    "Restated royalty %(period)s: %(before)s becomes %(after)s",
                    period=names[found.statement],
                    before=show(found.before),
                    after=show(found.after),
                ),
                found.amount,
            )
            for found in restated.differences
        ]
