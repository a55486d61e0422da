from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain

from ...engine.money import ZERO, to_decimal


class CollectionsAccountFigures(models.AbstractModel):
    _name = "collections.account.figures"
    _description = "Figures of Accounts: Cases, Promises, Exposure"
    _inherit = ["account.admin.figure.mixin"]

    @api.model
    def _read_account_figures(self, company, day, partners):
        these = Domain("company_id", "=", company.id)
        if partners is not None:
            these &= Domain("partner_id", "in", list(partners))
        return {
            "case_count": self._count_cases(these, day),
            "amount_promised": self._sum_promises(company, these, day),
            "exposure": self._sum_exposure(company, partners),
        }

    @api.model
    def _count_cases(self, these, day):
        running = Domain("closed_on", "=", False) | Domain("closed_on", ">", day)
        groups = self.env["collections.case"]._read_group(
            these & Domain("opened_on", "<=", day) & running,
            ["partner_id"],
            ["__count"],
        )
        return {account.id: count for account, count in groups}

    @api.model
    def _sum_promises(self, company, these, day):
        """What is promised and not yet judged, by account."""
        groups = self.env["collections.promise"]._read_group(
            these & Domain("state", "=", "open") & Domain("made_on", "<=", day),
            ["partner_id", "currency_id"],
            ["amount:sum"],
        )
        sums, rates = defaultdict(lambda: ZERO), {}
        for account, currency, amount in groups:
            sums[account.id] += self._convert(company, currency.id, amount, rates)
        return sums

    @api.model
    def _sum_exposure(self, company, partners):
        """What accounts owe or will owe, as limits count it today."""
        items = self.env["account.admin.open.item"]
        if not items._find_receivable_accounts(company):
            return {}
        accounts = items._get_exposed(company) if partners is None else partners
        limits = self.env["collections.limit"]
        sums, rates = defaultdict(lambda: ZERO), {}
        for part in (
            items._get_exposure(company, accounts),
            limits._get_orders_exposure(company, accounts),
        ):
            for account, by_currency in part.items():
                for currency, amount in by_currency.items():
                    sums[account] += self._convert(company, currency, amount, rates)
        return sums

    @api.model
    def _convert(self, company, currency, amount, rates):
        """An amount in the company's currency, by its rate of today.

        :param dict rates: currency id -> rate, of those asked for already
        """
        own = company.currency_id
        if currency == own.id:
            return to_decimal(amount)
        if currency not in rates:
            day = company._collections_today()
            source = self.env["res.currency"].browse(currency)
            rates[currency] = self.env["res.currency"]._get_conversion_rate(
                source, own, company, day
            )
        return Decimal(str(own.round(float(amount) * rates[currency])))
