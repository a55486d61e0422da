"""Disputes: by when they are to be settled, how they go on, what is credited.

Days are the company's, amounts exact and in the invoice's own currency.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .calendar import add_working_days, roll
from .days import add_days
from .royalty.money import fraction_to_decimal, spread

#: How what was disputed goes on: where it stopped, at the first step, after some days.
ON, FIRST, WAIT = "on", "first", "wait"
#: How a dispute ended.
RIGHT, PARTLY = "customer_right", "partly"
WRONG, WITHDRAWN = "customer_wrong", "withdrawn"


def get_due_day(calendar, since, days):
    """Working day by which a dispute is to be settled.

    :param int days: working days from the day it began; 0: that day itself
    :raises NoWorkingDay: when the calendar has none within a year
    """
    return add_working_days(calendar, since, days) if days else roll(calendar, since)


def get_resume_day(how, days, closed_on, outcome):
    """First day on which what was disputed is chased again.

    What is left of a dispute that was valid in part does not wait: the customer agreed.

    :param str how: :data:`ON`, :data:`FIRST` or :data:`WAIT`
    :param int days: that it waits
    """
    waits = how == WAIT and outcome != PARTLY
    return add_days(closed_on, days) if waits else closed_on


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of an invoice that are taxed and booked alike.

    :param typed: their amounts as entered, before taxes are added or taken out
    :param total: with taxes
    """

    typed: Decimal
    total: Decimal


def credit_parts(amount, parts, decimals=2):
    """What a credit note of a part of an invoice enters for each of its kinds of line.

    Every kind is credited in proportion; the totals add up to the amount exactly.

    :param Decimal amount: to credit, with taxes
    :param parts: list of :class:`Part`
    :return: list of :class:`Part`, in the same order
    :raise ValueError: where the lines come to nothing, so that nothing is a part of it
    """
    whole = sum((part.total for part in parts), Decimal(0))
    if not whole:
        raise ValueError("The lines of this invoice come to 0: nothing to credit.")
    rate = Fraction(amount) / Fraction(whole)
    shares = [rate * Fraction(part.total) for part in parts]
    totals = spread(
        amount,
        [fraction_to_decimal(share) for share in shares],
        [-abs(part.total) for part in parts],
        decimals,
    )
    unit = Decimal(1).scaleb(-decimals)
    return [
        Part(scale(part, total).quantize(unit, ROUND_HALF_UP), total)
        for part, total in zip(parts, totals, strict=True)
    ]


def scale(part, total):
    """What is typed for so much of a kind of line, taxes included."""
    return total * part.typed / part.total if part.total else Decimal(0)
