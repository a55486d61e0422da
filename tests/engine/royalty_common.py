"""Builders for royalty tests: one contract, one licensee, quarters of 2026."""

from datetime import date
from decimal import Decimal
from itertools import count

from engine.royalty import (
    Grant,
    Instalment,
    Line,
    Rate,
    Scope,
    Statement,
    Terms,
    Tier,
    flat,
)

D = Decimal
EUR, GBP = 1, 2
DAY = date(2026, 2, 1)
#: First and last day of the quarters of 2026.
QUARTERS = (
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2026, 12, 31)),
)
#: 8 % to 500,000, then 10 % (T5).
TIERS = (Tier(D(0), D(8)), Tier(D(500_000), D(10)))
_ids = count(1)


def line(gross=0, day=DAY, **values):
    """A line of product 1; numbers become decimals."""
    numbers = ("returns", "allowances", "other", "units")
    values = {k: D(v) if k in numbers else v for k, v in values.items()}
    values = {"id": next(_ids), "currency": EUR, "product": 1, **values}
    return Line(day=day, gross=D(gross), **values)


def terms(rate=8, rates=None, **values):
    """A contract that grants everything at one rate, or at the given rates."""
    rates = rates or (Rate(1, flat(D(rate))),)
    return Terms(
        **{"contract": 1, "currency": EUR, "grants": (Grant(1, Scope()),), **values},
        rates=tuple(rates),
    )


def statement(*lines, quarter=0, year=2026, **values):
    """A quarter's statement; its id is the quarter's number."""
    first, last = QUARTERS[quarter]
    first, last = first.replace(year=year), last.replace(year=year)
    number = (year - 2026) * 4 + quarter + 1
    return Statement(
        **{"id": number, "first": first, "last": last, "year": year, **values},
        lines=tuple(lines),
    )


def quarter_line(gross=0, quarter=0, year=2026, **values):
    """A line sold on the first day of a quarter."""
    return line(gross, QUARTERS[quarter][0].replace(year=year), **values)


def year_of(*grosses):
    """A statement a quarter, each with one line."""
    return tuple(
        statement(quarter_line(gross, n), quarter=n) for n, gross in enumerate(grosses)
    )


def advance(amount, day=date(2026, 1, 1)):
    """The instalments of a commitment that is paid in advance."""
    return (Instalment(1, day, D(amount)),)
