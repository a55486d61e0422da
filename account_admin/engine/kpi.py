"""Key figures of receivables: what they are made of and how, in one place.

Source of every formula: the last paragraph of the project's acceptance cases for
collections; each docstring repeats it. A figure is ``None`` where its formula divides
by nothing (or by less than nothing): missing is not zero. Rates and shares are in
percent, so that one number means the same in a list, a graph and an export.

A group's figures come from the summed inputs of its accounts, never from their rates.
"""

from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from .money import ZERO

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the figures of one account, or of several, are made of in a month.

    Amounts are in company currency. ``ending`` less ``current`` is overdue.

    :param receivable: what is open at the end without subtracting credits
    :param sales: credit sales of each month, latest first
    :param paid: received on invoices; ``paid_days`` is Σ(amount x days from invoice to
        payment), ``late_days`` the same from due date to payment, early is negative
    :param balances: of each age bucket at the beginning, credits left out
    :param rolled: the part of ``balances`` that is in a worse bucket at the end
    :param endings: of each age bucket at the end, credits included
    """

    beginning: Decimal = ZERO
    ending: Decimal = ZERO
    current: Decimal = ZERO
    receivable: Decimal = ZERO
    disputed: Decimal = ZERO
    paid: Decimal = ZERO
    paid_days: Decimal = ZERO
    late_days: Decimal = ZERO
    kept: int = 0
    partial: int = 0
    broken: int = 0
    kept_amount: Decimal = ZERO
    partial_amount: Decimal = ZERO
    broken_amount: Decimal = ZERO
    sales: tuple[Decimal, ...] = ()
    balances: tuple[Decimal, ...] = ()
    rolled: tuple[Decimal, ...] = ()
    endings: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures; days, or percent for ``cei``, rates and shares."""

    dso: Decimal | None
    count_back_dso: Decimal | None
    best_possible_dso: Decimal | None
    average_days_delinquent: Decimal | None
    cei: Decimal | None
    days_to_pay: Decimal | None
    days_late: Decimal | None
    promise_kept_rate: Decimal | None
    promise_kept_amount_rate: Decimal | None
    disputed_share: Decimal | None
    roll_rate: Decimal | None


_TUPLES = ("sales", "balances", "rolled", "endings")
_PLAIN = tuple(f.name for f in fields(Inputs) if f.name not in _TUPLES)


def total(parts):
    """Sum the inputs of several accounts; their tuples are equally long.

    :param parts: iterable of :class:`Inputs`
    """
    parts = tuple(parts)
    plain = {name: sum(getattr(part, name) for part in parts) for name in _PLAIN}
    tuples = {
        name: tuple(map(sum, zip(*(getattr(p, name) for p in parts), strict=True)))
        for name in _TUPLES
    }
    return Inputs(**plain, **tuples)


def figures(inputs, days, window):
    """Every key figure of a month.

    :param Inputs inputs: of an account or a group
    :param days: days of each month of ``inputs.sales``, latest first
    :param int window: number of latest months whose sales DSO divides by
    :rtype: Figures
    """
    sales, span = sum(inputs.sales[:window]), sum(days[:window])
    return Figures(
        dso=simple_dso(inputs.ending, sales, span),
        count_back_dso=count_back_dso(
            inputs.ending, zip(inputs.sales, days, strict=True)
        ),
        best_possible_dso=best_possible_dso(inputs.current, sales, span),
        average_days_delinquent=average_days_delinquent(
            inputs.ending, inputs.current, sales, span
        ),
        cei=cei(inputs.beginning, sum(inputs.sales[:1]), inputs.ending, inputs.current),
        days_to_pay=weighted_days_to_pay(inputs.paid_days, inputs.paid),
        days_late=weighted_days_to_pay(inputs.late_days, inputs.paid),
        promise_kept_rate=kept_rate(inputs.kept, inputs.partial, inputs.broken),
        promise_kept_amount_rate=kept_rate(
            inputs.kept_amount, inputs.partial_amount, inputs.broken_amount
        ),
        disputed_share=disputed_share(inputs.disputed, inputs.receivable),
        roll_rate=roll_rate(inputs.balances, inputs.rolled),
    )


# ----------------------------------------------------------------------
# FORMULAS
# ----------------------------------------------------------------------


def simple_dso(ending, sales, days):
    """Days sales outstanding: "ending AR / credit sales x days".

    50,000 / 150,000 x 365 = 121.67.
    """
    return _divide(ending * days, sales)


def best_possible_dso(current, sales, days):
    """DSO if nothing were overdue: "not-yet-due AR x days / credit sales"."""
    return _divide(current * days, sales)


def average_days_delinquent(ending, current, sales, days):
    """Days that lateness adds: "DSO - best possible DSO"."""
    dso = simple_dso(ending, sales, days)
    if dso is None:
        return None
    return dso - best_possible_dso(current, sales, days)


def count_back_dso(ending, months):
    """How many latest days of sales are still unpaid, using up AR month by month.

    "AR 212k, monthly sales 100k, 80k, 70k, latest first, 30-day months -> 30 + 30 +
    32/70 x 30 = 73.71 (use the actual days of each month)". A month whose credit notes
    exceed its invoices counts its days and uses up nothing. Without AR it is 0.

    :param months: iterable of (credit sales, days), latest first
    :return: ``None`` when the sales of all months do not use up the AR: the answer is
        more than the history can tell
    """
    months, days = tuple(months), ZERO
    if not any(sales > 0 for sales, _length in months):
        return None
    rest = max(ending, ZERO)
    for sales, length in months:
        if rest <= max(sales, ZERO):
            return days + (rest / sales * length if rest else ZERO)
        rest -= max(sales, ZERO)
        days += length
    return None


def cei(beginning, sales, ending, current, months=1):
    """Collection effectiveness index, percent of what could be collected that was.

    "(beginning AR + sales/N - ending total AR) / (beginning AR + sales/N - ending
    current AR) x 100: 100, 90 a quarter, 80, 50 -> 62.5".

    :param int months: N, the months that ``sales`` covers
    """
    available = beginning + sales / Decimal(months)
    return _divide((available - ending) * HUNDRED, available - current)


def weighted_days_to_pay(amount_days, amount):
    """Days to pay, large payments weighing more: "Σ(amount x days)/Σ amount".

    $10 after 5 days and $100 after 10 -> 9.55.
    """
    return _divide(amount_days, amount)


def kept_rate(kept, partial, broken):
    """Percent of judged promises: "kept / (kept + partial + broken)".

    Of three counts or of three amounts.
    """
    return _divide(kept * HUNDRED, kept + partial + broken)


def roll_rates(balances, rolled):
    """Percent of each bucket's balance that was in a worse bucket a month later.

    "share of the balance of bucket i at the beginning that is in bucket i+1 or worse at
    the end", item by item. The last bucket has no worse one: ``None``.

    :param balances: of each bucket at the beginning, youngest first
    :param rolled: the part of each that got worse
    """
    rates = [
        _divide(part * HUNDRED, balance)
        for balance, part in zip(balances, rolled, strict=True)
    ]
    return (*rates[:-1], None) if rates else ()


def roll_rate(balances, rolled):
    """Roll rate of all buckets together that have a worse one."""
    return _divide(sum(rolled[:-1]) * HUNDRED, sum(balances[:-1]))


def disputed_share(disputed, receivable):
    """Percent of what is open, credits not subtracted, that is contested."""
    return _divide(disputed * HUNDRED, receivable)


def round_figure(value):
    """A figure as it is kept and shown: two decimals, half up; ``None`` stays."""
    return None if value is None else value.quantize(CENT, ROUND_HALF_UP)


def _divide(numerator, denominator):
    return Decimal(numerator) / denominator if denominator > 0 else None
