"""Promises to pay: what was received for each, whether it was kept, which try it is.

Amounts are exact and in the promise's own currency, days are the company's.
"""

import calendar as calendar_of
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .calendar import roll
from .days import add_days
from .money import ZERO

OPEN, KEPT, PARTIAL, BROKEN = "open", "kept", "partial", "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised.

    :param made_on: payments before this day do not count
    :param date: the promised day; so many ``tolerance_days`` later is still in time
    """

    id: int
    amount: Decimal
    made_on: date
    date: date
    tolerance_days: int = 0

    @property
    def deadline(self):
        """Last day on which a payment still keeps the promise."""
        return add_days(self.date, self.tolerance_days)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that may keep a promise.

    :param limits: (key, amount) of what it is taken from: a payment, a match. Receipts
        with the same key share that amount, so no money keeps two promises
    """

    promise: int
    day: date
    amount: Decimal
    limits: tuple[tuple, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a promise stands on a day.

    :param received: by its deadline, never more than was promised
    """

    state: str
    received: Decimal = ZERO


def allocate(promises, receipts):
    """Give each receipt to the promise that is due first, up to what was promised.

    :param promises: iterable of :class:`Promise`
    :param receipts: iterable of :class:`Receipt`; those outside a promise's days are
        left out
    :return: dict promise id -> tuple of (day, Decimal), oldest first
    """
    by_promise, left = {}, {}
    for receipt in sorted(receipts, key=lambda found: found.day):
        by_promise.setdefault(receipt.promise, []).append(receipt)
    result = {}
    for promise in sorted(promises, key=lambda found: (found.date, found.id)):
        wanted, given = promise.amount, []
        for receipt in by_promise.get(promise.id, ()):
            if not promise.made_on <= receipt.day <= promise.deadline:
                continue
            for key, amount in receipt.limits:
                left.setdefault(key, amount)
            limits = (left[key] for key, _amount in receipt.limits)
            taken = min(wanted, receipt.amount, *limits)
            if taken > 0:
                wanted -= taken
                given.append((receipt.day, taken))
                for key, _amount in receipt.limits:
                    left[key] -= taken
        result[promise.id] = tuple(given)
    return result


def judge(promise, received, day):
    """Judge one promise on one day.

    :param Promise promise: what was promised
    :param received: (day, amount) of its receipts, as from :func:`allocate`
    :param date day: the company's day; what comes later is not known yet
    :rtype: Judgement
    """
    known = min(day, promise.deadline)
    total = sum(
        (amount for when, amount in received if promise.made_on <= when <= known), ZERO
    )
    total = min(total, promise.amount)
    if total == promise.amount:
        return Judgement(KEPT, total)
    if day <= promise.deadline:
        return Judgement(OPEN, total)
    return Judgement(PARTIAL if total else BROKEN, total)


def get_level(made_on, earlier):
    """Which try a promise is: the first, or one more after others that failed.

    A kept promise starts the count anew; one that had not ended when this one was made
    does not count.

    :param date made_on: the day it was made
    :param earlier: (state, day it ended or None) of the promises made before it for the
        same items, in the order in which they were made
    :return: 1 for the first
    """
    level = 1
    for state, ended_on in earlier:
        if ended_on is not None and ended_on <= made_on and state != OPEN:
            level = 1 if state == KEPT else level + 1
    return level


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment of a promise."""

    date: date
    amount: Decimal


def split_parts(amount, count, first, every, unit, calendar, decimals=2):
    """Equal instalments of an amount, on working days; the last takes the rounding.

    :param int count: of instalments
    :param date first: of the first; the others come ``every`` so many ``unit``
    :param str unit: ``days``, ``weeks`` or ``months``; a month without the day has it
        on its last
    :param calendar: working days, see :mod:`engine.calendar`
    :return: list of :class:`Part`
    :raises NoWorkingDay: when the calendar has none within a year
    """
    each = (amount / count).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    amounts = [each] * (count - 1) + [amount - each * (count - 1)]
    return [
        Part(roll(calendar, _move(first, number * every, unit)), part)
        for number, part in enumerate(amounts)
    ]


def _move(day, number, unit):
    if unit != "months":
        return add_days(day, number * (7 if unit == "weeks" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = calendar_of.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


#: What is wrong with instalments, and the number of the one that it is wrong with.
PAST, NOT_POSITIVE, OUT_OF_ORDER, NOT_THE_SUM, TOO_MUCH = (
    *("past", "not_positive", "out_of_order", "not_the_sum", "too_much"),
)


def find_fault(parts, amount, owed, today):
    """The first thing that is wrong with instalments.

    :param parts: list of :class:`Part`
    :param Decimal amount: that they make together, ``None`` where nobody said
    :param Decimal owed: what may be promised at most
    :param date today: an instalment may be for today
    :return: (what, position of the instalment or ``None``), or ``None``
    """
    for place, part in enumerate(parts):
        if part.date < today:
            return PAST, place
        if part.amount <= 0:
            return NOT_POSITIVE, place
        if place and part.date <= parts[place - 1].date:
            return OUT_OF_ORDER, place
    total = sum((part.amount for part in parts), ZERO)
    if amount is not None and total != amount:
        return NOT_THE_SUM, None
    if total > owed:
        return TOO_MUCH, None
    return None
