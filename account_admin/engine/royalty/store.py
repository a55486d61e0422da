"""What a computation came to as text, exact: what is kept with a statement."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..money import ZERO
from .lines import Quote
from .result import Cell, Claim, Earning, FeeAmount, QuotaSum, Sums


def dump_sums(sums):
    """Write sums down.

    :param sums: iterable of ``Sums``
    :return: JSON text; amounts are strings, allowed deductions like ``"100/3"``
    """
    return json.dumps([_dump(row) for row in sums])


def load_sums(text):
    """Read sums back: ``load_sums(dump_sums(sums)) == sums``.

    :return: tuple of ``Sums``
    :raise ValueError: when the text is not what :func:`dump_sums` writes
    """
    try:
        return tuple(_load(row) for row in json.loads(text))
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            "The sums of a statement cannot be read: compute it again."
        ) from error


def dump_earnings(earnings):
    """Earnings as text, exact: what :func:`load_earnings` reads."""
    return json.dumps([[row.pool, row.sell_off, str(row.amount)] for row in earnings])


def load_earnings(text):
    """What a computation earned.

    :return: tuple of ``Earning``
    """
    return tuple(
        Earning(pool, sell_off, Decimal(amount))
        for pool, sell_off, amount in json.loads(text)
    )


def load_quotes(text):
    """Rates of exchange that a computation froze.

    :return: tuple of ``Quote``
    """
    return tuple(
        Quote(currency, date.fromisoformat(day), Decimal(rate))
        for currency, day, rate in json.loads(text)
    )


def dump_quotes(quotes):
    """Rates of exchange as text, exact: what :func:`load_quotes` reads."""
    return json.dumps(
        [[quote.currency, str(quote.day), str(quote.rate)] for quote in quotes]
    )


def dump_claims(sums):
    """Gross and deductions of a statement by deduction row, as text."""
    found = {}
    for claim in (claim for row in sums for claim in row.claims):
        gross, claimed = found.get(claim.deduction, (ZERO, ZERO))
        found[claim.deduction] = (gross + claim.gross, claimed + claim.claimed)
    return json.dumps(
        [[row, str(gross), str(claimed)] for row, (gross, claimed) in found.items()]
    )


def dump_fees(fees):
    """Fees as text, exact: what :func:`load_fees` reads."""
    return json.dumps([[fee.fee, str(fee.base), str(fee.amount)] for fee in fees])


def load_fees(text):
    """Fees that a computation kept.

    :return: tuple of ``FeeAmount``
    """
    return tuple(
        FeeAmount(fee, Decimal(base), Decimal(amount))
        for fee, base, amount in json.loads(text)
    )


def dump_quotas(quotas):
    """What a statement adds to quotas as text, exact: see :func:`load_quotas`."""
    return json.dumps(
        [[row.quota, str(row.units), str(row.gross), str(row.net)] for row in quotas]
    )


def load_quotas(text):
    """What a computation kept of quotas.

    :return: tuple of ``QuotaSum``
    """
    return tuple(
        QuotaSum(quota, *map(Decimal, amounts)) for quota, *amounts in json.loads(text)
    )


def _dump(row):
    return {
        "statement": row.statement,
        "year": row.year,
        "rate": row.cell.rate,
        "pool": row.cell.pool,
        "sell_off": row.cell.sell_off,
        "fees": row.cell.fees,
        "gross": str(row.gross),
        "units": str(row.units),
        "top_up": str(row.top_up),
        "royalty": str(row.royalty),
        "claims": [
            [claim.deduction, str(claim.gross), str(claim.claimed), str(claim.allowed)]
            for claim in row.claims
        ],
    }


def _load(row):
    return Sums(
        statement=row["statement"],
        year=row["year"],
        cell=Cell(row["rate"], row["pool"], row["sell_off"], tuple(row["fees"])),
        gross=Decimal(row["gross"]),
        units=Decimal(row["units"]),
        claims=tuple(
            Claim(deduction, Decimal(gross), Decimal(claimed), Fraction(allowed))
            for deduction, gross, claimed, allowed in row["claims"]
        ),
        top_up=Decimal(row["top_up"]),
        royalty=Decimal(row["royalty"]),
    )
