"""Rounding, rates of exchange, withholding tax, audit costs."""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..money import ZERO
from .lines import Quote
from .terms import AVERAGE, FIXED, PERIOD_END, SALE_DATE


def fraction_to_decimal(value):
    """A fraction as a decimal of the context's precision."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / value.denominator
    return Decimal(value)


def round_money(value, decimals=2):
    """Half up, away from zero (R15).

    :param value: Decimal or Fraction; a fraction is rounded exactly
    """
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**decimals
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def spread(total, raws, keys, decimals=2):
    """Round shares so that they sum to a total: largest remainder first (R15).

    T23: 1.6675 three times, total 5.00 -> 1.67, 1.67, 1.66. Shares of 0 stay 0 while
    there are others.

    :param Decimal total: rounded
    :param raws: list of exact Decimals, about ``total`` together
    :param keys: what decides between equal remainders, so that order does not
    :return: list of rounded Decimals, in the order of ``raws``
    """
    unit = Decimal(1).scaleb(-decimals)
    floors = [raw.quantize(unit, ROUND_FLOOR) for raw in raws]
    left = int((total - sum(floors, ZERO)).scaleb(decimals))
    order = [index for index, raw in enumerate(raws) if raw] or list(range(len(raws)))
    if left and order:
        each, more = divmod(left, len(order))
        order.sort(key=lambda index: (floors[index] - raws[index], keys[index]))
        for place, index in enumerate(order):
            floors[index] += unit * (each + (place < more))
    return floors


class Exchange:
    """Rates of exchange by the contract's rule (R10).

    :param Terms terms: for its rule and fixed rates
    :param Statement statement: for its quotes, averages and last day
    """

    def __init__(self, terms, statement):
        self._terms, self._statement = terms, statement
        self._days, self._quotes = {}, {}
        for quote in sorted(statement.quotes, key=lambda quote: quote.day):
            self._days.setdefault(quote.currency, []).append(quote.day)
            self._quotes.setdefault(quote.currency, []).append(quote)
        self._home = Quote(terms.currency, statement.last, Decimal(1))
        self._found = {}

    def get(self, line):
        """The quote of a line, the same object for the same rate; ``None``: unknown."""
        rule = self._terms.fx_rule
        key = (line.currency, line.day if rule == SALE_DATE else None)
        if key not in self._found:
            self._found[key] = self._find(line.currency, rule, line.day)
        return self._found[key]

    def _find(self, currency, rule, day):
        last = self._statement.last
        if currency == self._terms.currency:
            return self._home
        if rule in (AVERAGE, FIXED):
            averages, fixed = self._statement.averages, self._terms.fixed_rates
            rate = dict(averages if rule == AVERAGE else fixed).get(currency)
            return None if rate is None else Quote(currency, last, rate)
        wanted = last if rule == PERIOD_END else day
        place = bisect_right(self._days.get(currency, ()), wanted)
        return self._quotes[currency][place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Withholding:
    """What becomes of an invoice under withholding tax.

    :param cash: what arrives; ``tax`` is owed to the state and wants a certificate
    :param credit: what counts for the pools: the whole
    """

    invoice: Decimal
    tax: Decimal
    cash: Decimal
    credit: Decimal


def withhold(amount, percent, gross_up=False, decimals=2):
    """Withholding tax (R11): 10 % of 10,000 -> cash 9,000, credit 10,000.

    :param gross_up: the licensee bears the tax: the invoice is raised so that
        ``amount`` arrives, 11,111.11
    :rtype: Withholding
    :raise ValueError: when the rate is not from 0 to below 100
    """
    if not 0 <= percent < 100:
        raise ValueError(
            f"Withholding tax of {percent} %: enter a rate from 0 to below 100."
        )
    if gross_up:
        invoice = round_money(amount * 100 / (100 - percent), decimals)
        return Withholding(invoice, invoice - amount, amount, amount)
    tax = round_money(amount * percent / 100, decimals)
    return Withholding(amount, tax, amount - tax, amount)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: ``percent`` of the basis, ``None`` of nothing."""

    shortfall: Decimal
    percent: Decimal | None
    licensee_bears_costs: bool


def audit(paid, owed, threshold, basis="paid", or_more=True):
    """Who bears the costs of an audit (R16); 100,000 of 105,000 is 5.00 or 4.76 %.

    :param threshold: percent from which on the licensee bears them, above which
        without ``or_more``
    :param basis: ``paid`` or ``owed``
    :rtype: Audit
    :raise ValueError: for another basis
    """
    if basis not in ("paid", "owed"):
        raise ValueError(f"The basis of an audit is {basis!r}: choose paid or owed.")
    shortfall, divisor = owed - paid, paid if basis == "paid" else owed
    if divisor <= 0:
        return Audit(shortfall, None, shortfall > 0)
    exact = shortfall * 100 / divisor
    bears = shortfall > 0 and (exact > threshold or or_more and exact == threshold)
    return Audit(shortfall, round_money(exact), bears)
