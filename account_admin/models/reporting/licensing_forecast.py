"""The year of each contract: what is approved, and what is still expected."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine import royalty
from ..licensing.terms.contract_states import BILLED
from .licensing_forecast_facts import find_periods, project, read_reported
from .licensing_pool_pace import METHODS


class LicensingForecast(models.Model):
    """A period of the current contract year, approved or expected.

    The arithmetic is ``royalty.project``; a period without any basis has no amount.
    """

    _name = "licensing.forecast"
    _description = "Royalty Forecast"
    _inherit = ["licensing.stored.report"]
    _log_access = False
    _order = "contract_id, date_end, id"
    _rec_name = "contract_id"

    year = fields.Integer(
        string="Contract Year",
        aggregator=None,
        readonly=True,
        help="The calendar year in which the contract year begins.",
    )
    date_start = fields.Date(
        string="From", readonly=True, help="First day of the period."
    )
    date_end = fields.Date(
        string="Until", readonly=True, help="Last day of the period."
    )
    kind = fields.Selection(
        selection=[("reported", "Approved"), ("expected", "Expected")],
        readonly=True,
        help="Whether its statement is approved or only expected.",
    )
    method = fields.Selection(
        selection=METHODS,
        string="Basis",
        readonly=True,
        help="What the figure rests on: the report, last year's season, or what a"
        " reported day brought so far.",
    )
    approved = fields.Monetary(
        readonly=True, help="Royalty of the approved statement, as restated since."
    )
    expected = fields.Monetary(
        readonly=True,
        help="Last year's same period, as much as this year compares so far; where last"
        " year is not known, what a reported day brought, times its days.",
    )
    amount = fields.Monetary(
        string="Royalty",
        readonly=True,
        help="Approved where it is known, else expected; in the contract's currency.",
    )

    @api.model
    def _compute_sql(self, contracts):
        return self._rows_sql(self._compute_rows(contracts))

    @api.model
    def _compute_rows(self, contracts):
        """Rows of contracts in force in their current contract year.

        :param list contracts: their ids; ``None`` for all of the companies worked in
        """
        domain = Domain("company_id", "in", self.env.companies.ids)
        domain &= Domain("state", "in", BILLED)
        if contracts is not None:
            domain &= Domain("id", "in", contracts)
        # sudo: the access and the company rule of this report apply to its rows
        contracts = self.env["licensing.contract"].sudo().search(domain)
        reported = read_reported(self.env, contracts)
        days = {c: c._collections_today() for c in self.env.companies}
        return [
            row
            for contract in contracts
            for row in contract_rows(
                contract, reported.get(contract.id, {}), days[contract.company_id]
            )
        ]


def contract_rows(contract, reported, today):
    """Rows of one contract, a period each.

    :param dict reported: as from ``read_reported``, of the contract
    :param date today: the company's
    """
    month = int(contract.year_start_month)
    year = royalty.contract_year(today, month)
    first = today.replace(year=year, month=month, day=1)
    last = first + relativedelta(years=1) - timedelta(days=1)
    periods = find_periods(contract, first, last)
    known, missing, forecast = project(
        periods, reported, None, contract.currency_id.decimal_places
    )
    amounts = dict(zip(missing, forecast.parts, strict=False))
    for number, period in enumerate(periods):
        is_known = period in known
        approved = reported[period.first] if is_known else None
        expected = amounts.get(period)
        yield {
            # at most twelve periods a year
            "id": contract.id * 16 + number,
            "contract_id": contract.id,
            "partner_id": contract.partner_id.id,
            "user_id": contract.user_id.id or None,
            "company_id": contract.company_id.id,
            "currency_id": contract.currency_id.id,
            "year": year,
            "date_start": period.first,
            "date_end": period.last,
            "kind": "reported" if is_known else "expected",
            "method": "reported" if is_known else forecast.method,
            "approved": approved,
            "expected": expected,
            "amount": approved if is_known else expected,
        }
