"""Tiers as a function of the cumulative base: what F(after) - F(before) is made of.

Exact: bases and royalties are fractions, money is rounded by the caller.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .terms import MARGINAL, UNIT


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a base that one rate was applied to.

    :param start: of the tier; ``end`` is the next one's, ``None`` above the last
    :param rate: percent, or money a unit
    """

    start: Decimal
    end: Decimal | None
    rate: Decimal
    base: Fraction
    amount: Fraction


def factor(rate, value):
    """A rate as a factor: percent of money, money of units."""
    return Fraction(value) / (1 if rate.basis == UNIT else 100)


def reached(rate, base):
    """The tier that a cumulative base is in: half-open bands, below 0 the first."""
    found = rate.tiers[0]
    for tier in rate.tiers:
        if base >= tier.start:
            found = tier
    return found


def total(rate, base):
    """F: the royalty of a whole window (R4); T6: 50m -> 2,425,000.

    Marginal tiers give each band its rate, retroactive ones the rate reached for all
    of it. A base below 0 has the first rate.

    :param Rate rate: whose tiers count
    :param Fraction base: net, gross or units since the window's beginning
    :rtype: Fraction
    """
    if rate.mode != MARGINAL:
        return base * factor(rate, reached(rate, base).rate)
    return sum((part.amount for part in slices(rate, Fraction(0), base)), Fraction(0))


def slices(rate, before, after):
    """What lies between two cumulative bases, band by band.

    Sales that fall back below a threshold give negative slices (T8). With retroactive
    tiers it is one slice at the rate reached: what that changes about earlier sales is
    not in it.

    :return: tuple of :class:`Slice`, lowest tier first, empty ones left out
    """
    if rate.mode != MARGINAL:
        tier = reached(rate, after)
        base = after - before
        amount = base * factor(rate, tier.rate)
        end = next((t.start for t in rate.tiers if t.start > tier.start), None)
        return (Slice(tier.start, end, tier.rate, base, amount),) if base else ()
    ends = (*(tier.start for tier in rate.tiers[1:]), None)
    found = []
    for index, (tier, end) in enumerate(zip(rate.tiers, ends, strict=True)):
        low = None if index == 0 else Fraction(tier.start)
        high = None if end is None else Fraction(end)
        base = _clamp(after, low, high) - _clamp(before, low, high)
        if base:
            amount = base * factor(rate, tier.rate)
            found.append(Slice(tier.start, end, tier.rate, base, amount))
    return tuple(found)


def _clamp(value, low, high):
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value
