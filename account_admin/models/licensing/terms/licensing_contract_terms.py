"""The terms of a contract as the engine reads them."""

from datetime import timedelta

from odoo import api, models

from ....engine import royalty
from .licensing_amendment import TERMS
from .numbers import to_decimal


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    @api.model
    def _read_trees(self):
        """What lies below each property, category and channel.

        :return: dict model name -> dict id -> frozenset of ids
        """
        names = ("licensing.property", "licensing.category", "licensing.channel")
        return {name: self.env[name]._get_below() for name in names}

    def _get_term(self, known_at=None):
        """First and last day of the contract, as known at a moment.

        :param datetime known_at: ``None`` for now
        :return: (first day, last day)
        """
        self.ensure_one()
        last = self.date_end
        later = self.amendment_ids.filtered(
            lambda change: change.date_end
            and change._is_applied()
            and not change._is_applied(known_at)
        )
        if later:
            last = later.sorted("applied_on")[0].date_end_before
        terminated = self._get_termination(known_at)
        return self.date_start, min(last, terminated) if terminated else last

    def _get_termination(self, known_at):
        """The last day that a termination gave it, as known at a moment."""
        changes = self.amendment_ids.filtered(
            lambda change: change.termination_date and change._is_applied()
        )
        known = changes.filtered(lambda change: change._is_applied(known_at))
        if known == changes:
            return self.termination_date
        return known.sorted("applied_on")[-1:].termination_date

    def _get_sell_off_last(self, known_at=None):
        """The last day on which stock may be sold."""
        days = self._get_value_known("sell_off_days", known_at)
        return self._get_term(known_at)[1] + timedelta(days=days)

    def _get_terms(self, known_at=None):
        """Everything that statements of the contract are computed by.

        :param datetime known_at: leave out what amendments changed later; ``None`` for
            the terms of now
        :rtype: royalty.Terms
        """
        self.ensure_one()
        trees = self._read_trees()
        rows = {
            name: self.env[name]
            .with_context(active_test=False)
            .search([("contract_id", "=", self.id)], order="id")
            ._known(known_at)
            ._to_engine(trees, known_at)
            for name in TERMS
        }
        deductions = rows["licensing.deduction"]
        if not deductions and not self.no_deductions:
            deductions = royalty.ALL_DEDUCTIONS
        return royalty.Terms(
            contract=self.id,
            currency=self.currency_id.id,
            grants=rows["licensing.grant"],
            rates=rows["licensing.rate"],
            deductions=deductions,
            commitments=rows["licensing.commitment"],
            fees=rows["licensing.fee"],
            quotas=rows["licensing.quota"],
            fx_rule=self.fx_rule,
            fixed_rates=tuple(
                (row.currency_id.id, to_decimal(row.rate)) for row in self.fx_rate_ids
            ),
            negative_policy=self.negative_policy,
            decimals=self.currency_id.decimal_places,
            royalty_tolerance=to_decimal(self.royalty_tolerance),
        )
