"""Late interest: simple, by days, at the rates that were agreed on each of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ..money import ZERO
from .money import round_money

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InterestRate:
    """What late interest is from a day on.

    :param percent: a year; the legal ``cap`` is the most that counts
    :param first: first day it counts, ``None`` from the start
    """

    percent: Decimal
    cap: Decimal | None = None
    first: date | None = None

    @property
    def counts(self):
        """The lesser of what was agreed and what the law allows (R14)."""
        return self.percent if self.cap is None else min(self.percent, self.cap)


@dataclass(frozen=True, slots=True)
class InterestSlice:
    """Days that a payment was late at one rate."""

    days: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class InterestPart:
    """Interest of one payment: ``days`` from the day after due to its day."""

    day: date
    principal: Decimal
    days: int
    slices: tuple[InterestSlice, ...]
    exact: Decimal


@dataclass(frozen=True, slots=True)
class Interest:
    """Late interest and what it is made of."""

    amount: Decimal
    parts: tuple[InterestPart, ...]


def late_interest(principal, due, payments, until, rates, year=365, decimals=2):
    """Simple interest on what is late (R14), rounded once.

    T22: 10,000 due 30 Apr, paid 14 Jun, 18 % -> 221.92; 4,000 on 15 May -> 162.74.
    With 12 % from 31 May on: 30 days at 18 %, 15 at 12 % -> 197.26.

    :param payments: iterable of (day, amount); what is more than ``principal`` is left
    :param until: day up to which an unpaid rest has interest
    :param rates: iterable of :class:`InterestRate`, one of them from the start
    :param int year: days a year is counted as
    :rtype: Interest
    """
    rates = sorted(rates, key=lambda rate: rate.first or date.min)
    left, parts = principal, []
    known = sorted((day, amount) for day, amount in payments if day <= until)
    for day, amount in (*known, (until, principal)):
        paid, days = min(amount, left), max((day - due).days, 0)
        left -= paid
        if paid > 0:
            slices = tuple(_slice(rates, due, day))
            weight = sum((found.days * found.rate for found in slices), ZERO)
            exact = paid * weight / 100 / year
            parts.append(InterestPart(day, paid, days, slices, exact))
    total = sum((part.exact for part in parts), ZERO)
    return Interest(round_money(total, decimals), tuple(parts))


def _slice(rates, due, day):
    """The days after ``due`` until a day, rate by rate."""
    for place, rate in enumerate(rates):
        before = max(due, rate.first - DAY) if rate.first else due
        following = rates[place + 1 : place + 2]
        last = min(day, following[0].first - DAY) if following else day
        if last > before:
            yield InterestSlice((last - before).days, rate.counts)
