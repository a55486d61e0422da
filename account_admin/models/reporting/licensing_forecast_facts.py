"""What forecasts go by: periods of contracts and what approved statements came to."""

from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from ...engine import royalty
from ...engine.money import ZERO
from ..licensing.statements.licensing_statement import STATEMENT_FINAL_STATES


def read_reported(env, contracts):
    """Royalties of approved statements, what restatements changed included.

    :return: dict contract id -> dict first day of the period -> Decimal
    """
    if not contracts:
        return {}
    env["licensing.statement"].flush_model(["contract_id", "date_start", "state"])
    env["licensing.statement.snapshot"].flush_model(["statement_id", "royalty"])
    found = {}
    for contract, first, amount in env.execute_query(
        SQL(
            """SELECT statement.contract_id, statement.date_start,
                      latest.royalty::text
                 FROM licensing_statement statement
                 JOIN LATERAL (%s) latest ON TRUE
                WHERE statement.state IN %s AND statement.contract_id = ANY(%s)""",
            env["licensing.statement.snapshot"]._latest_sql(),
            STATEMENT_FINAL_STATES,
            contracts.ids,
        )
    ):
        found.setdefault(contract, {})[first] = Decimal(amount or 0)
    return found


def find_periods(contract, first, last):
    """A contract's reporting periods that touch some days, whole.

    :return: list of ``royalty.Period``
    """
    found = royalty.periods(
        contract.date_start,
        contract._get_sell_off_last(),
        contract.period,
        int(contract.year_start_month),
    )
    return [period for period in found if period.last >= first and period.first <= last]


def project(periods, reported, earned, decimals):
    """Forecast the periods of a year or a pool that no approved statement covers.

    :param periods: ``royalty.Period`` in order
    :param dict reported: first day -> royalty of the contract, last year's included
    :param Decimal earned: of the reported periods; ``None`` for what they came to
    :return: (reported periods, missing periods, ``royalty.Forecast``)
    """
    known = [period for period in periods if period.first in reported]
    missing = [period for period in periods if period.first not in reported]
    before = {
        period.first: amount
        for period in periods
        if (amount := reported.get(period.first - relativedelta(years=1))) is not None
    }
    if earned is None:
        earned = sum((reported[period.first] for period in known), ZERO)
    elif not known:
        # last year is the contract's: nothing says yet what part of it is the pool's
        before = {}
    forecast = royalty.project(earned, known, missing, before, decimals)
    return known, missing, forecast
