"""What a statement's invoice says, line by line."""

from decimal import Decimal

from odoo import models
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ..money.licensing_contract_invoice import Charge

ZERO = Decimal(0)


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def _in_licensee_language(self):
        """The statement, to write what its licensee reads."""
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _show_period(self):
        first, last = (
            format_date(self.env, day) for day in (self.date_start, self.date_end)
        )
        return f"{first} – {last}"

    def _charge_royalty(self, result):
        """The royalty, a line for each rate.

        :param result: ``royalty.Result``
        :return: list of ``Charge``
        """
        rates = self.env["licensing.rate"].browse(
            bucket.rate.id for bucket in result.buckets
        )
        names = {rate.id: rate.display_name for rate in rates}
        return [
            Charge(
                "royalty",
                self.env._(
                    "Royalty %(period)s, %(rate)s on %(base)s",
                    period=self._show_period(),
                    rate=names[bucket.rate.id],
                    base=self._show_base(bucket),
                ),
                bucket.royalty,
            )
            for bucket in result.buckets
        ]

    def _show_base(self, bucket):
        if bucket.rate.basis == "unit":
            return self.env._("%s units", f"{float(bucket.base):,.0f}")
        return formatLang(self.env, float(bucket.base), currency_obj=self.currency_id)

    def _charge_settlement(self, settlement):
        """What pools change about the royalty: recouped, carried, floored, grossed up.

        :param settlement: ``royalty.Settlement``
        :return: list of ``Charge``
        """
        pools = self.env["licensing.commitment"].browse(
            row.commitment for row in settlement.movements if row.commitment
        )
        pools = {pool.id: pool for pool in pools}
        amounts = {}
        for row in settlement.movements:
            key = (row.kind, row.commitment)
            amounts[key] = amounts.get(key, ZERO) + row.amount
        charges = []
        for (kind, commitment), amount in amounts.items():
            pool = pools.get(commitment, self.env["licensing.commitment"])
            name = pool.display_name or self.env._("no pool")
            if kind == "recouped":
                text = self.env._("Recouped from what was paid ahead: %s", name)
                taxes = self.contract_id._get_advance_taxes(pool)
                charges.append(Charge("deferred", text, -amount, taxes))
            elif kind == "reopened":
                text = self.env._("Carried forward: %s", name)
                taxes = self.contract_id._get_advance_taxes(pool)
                charges.append(Charge("deferred", text, amount, taxes))
            elif kind == "floored":
                text = self.env._("Negative royalty counts as zero: %s", name)
                charges.append(Charge("royalty", text, amount))
        return charges

    def _charge_fees(self, fees):
        """Fees, each on its own line.

        :param fees: iterable of ``royalty.FeeAmount``
        :return: list of ``Charge``
        """
        rows = self.env["licensing.fee"].browse(fee.fee for fee in fees)
        names = {row.id: row.display_name for row in rows}
        return [
            Charge(
                "fund",
                self.env._(
                    "%(fee)s on %(base)s",
                    fee=names[fee.fee],
                    base=formatLang(
                        self.env, float(fee.base), currency_obj=self.currency_id
                    ),
                ),
                fee.amount,
            )
            for fee in fees
        ]
