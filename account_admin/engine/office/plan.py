"""A year's plan of an account against what was booked, and where the year will end.

Amounts are exact decimals in the company's currency. A figure that cannot be told is
``None`` and never 0; a forecast says by a code why it is none.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..calendar import count_working_days
from ..days import add_days
from ..desk.scorecard import get_percent
from ..money import ZERO
from ..royalty.money import fraction_to_decimal, round_money, spread

SALES, MARGIN, SKU, MARKETING, MEDIA, COLLECTIONS = MEASURES = (
    *("sales", "margin", "sku", "marketing", "media", "collections"),
)
#: Of these less is better: what may be spent.
BUDGETS = (MARKETING, MEDIA)
MONTHS = 12
RUN_RATE, SEASONAL = METHODS = ("run_rate", "seasonal")

#: Why there is no forecast.
NOT_BEGUN, NO_MONTH, NOTHING_YET, NO_LAST_YEAR, NOT_ADDED, NO_COST = (
    *("not_begun", "no_month", "nothing_yet", "no_last_year", "not_added", "no_cost"),
)
GOOD, BAD, EVEN = ("good", "bad", "even")


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a year is at the end of a day.

    :param int closed: months that are over
    :param int gone: working days of the month under way that are over
    :param int days: working days of that month; 0 when no month is under way
    """

    closed: int
    gone: int = 0
    days: int = 0

    @property
    def is_under_way(self):
        """Whether a month has begun and is not over."""
        return self.closed < MONTHS and self.days > 0


def get_clock(year, day, calendar):
    """How far a year is.

    :param int year: the planned one
    :param date day: the last one that counts
    :param calendar: working days, see :mod:`engine.calendar`
    :rtype: Clock
    """
    if day.year != year:
        return Clock(MONTHS if day.year > year else 0)
    first, after = day.replace(day=1), get_next_month(day)
    if add_days(day, 1) == after:
        return Clock(day.month)
    return Clock(
        day.month - 1,
        count_working_days(calendar, first, day),
        # a month without a working day is under way all the same
        max(count_working_days(calendar, first, add_days(after, -1)), 1),
    )


def get_next_month(day):
    """The first day of the month after a day's."""
    return date(day.year + day.month // MONTHS, day.month % MONTHS + 1, 1)


# ----------------------------------------------------------------------
# FORECAST
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a year will end.

    :param tuple months: twelve decimals that add up to ``total``; empty without one
    :param str reason: why there is none, else ``None``
    """

    months: tuple[Decimal, ...] = ()
    total: Decimal | None = None
    reason: str | None = None


def forecast(measure, actual, before, clock, method, decimals=2):
    """Where a measure will end by what was booked so far (N13).

    Months that are over stay as they are. The month under way goes on by its working
    days, once anything was booked in it. The others follow the average of the months
    that are over (run rate), counted from the first one with anything where the year
    before had nothing, or grow as the months that are over did against those of the
    year before (seasonal).

    :param tuple actual: what was booked in each of twelve months, ``None`` where a
        margin is unknown
    :param tuple before: the same of the year before
    :param Clock clock: how far the year is
    :param str method: of :data:`METHODS`
    :rtype: Forecast
    """
    known = actual[: clock.closed + clock.is_under_way]
    if measure == SKU:
        return Forecast(reason=NOT_ADDED)
    if None in known:
        return Forecast(reason=NO_COST)
    closed = [Fraction(amount) for amount in known[: clock.closed]]
    running = None
    if clock.is_under_way and clock.gone and known[-1]:
        running = Fraction(known[-1]) * clock.days / clock.gone
    basis = closed or ([] if running is None else [running])
    if not basis:
        return Forecast(reason=NO_MONTH if clock.is_under_way else NOT_BEGUN)
    last = [Fraction(amount or 0) for amount in before]
    if clock.closed < MONTHS:
        rest, reason = _extrapolate(basis, last, method)
        if reason:
            return Forecast(reason=reason)
        if running is not None and closed:
            rest[0] = running
    else:
        rest = []
    return _add_up(closed or basis, rest, decimals, len(closed))


def _extrapolate(basis, last, method):
    """The months after those of the basis, exact, or why there are none."""
    count = len(basis)
    if method == SEASONAL:
        share = sum(last[:count])
        if share <= 0:
            return [], NO_LAST_YEAR
        return [sum(basis) * month / share for month in last[count:]], None
    start = 0
    if not any(last):
        start = next((n for n, month in enumerate(basis) if month), count)
    if start == count:
        return [], NOTHING_YET
    return [sum(basis) / (count - start)] * (MONTHS - count), None


def _add_up(basis, rest, decimals, closed):
    """Months and their total, rounded once: booked months stay, the others share."""
    months = [*basis, *rest]
    total = round_money(sum(months), decimals)
    booked = [fraction_to_decimal(month) for month in months[:closed]]
    raws = [fraction_to_decimal(month) for month in months[closed:]]
    left = total - sum(booked, ZERO)
    shares = spread(left, raws, range(len(raws)), decimals) if raws else []
    return Forecast((*booked, *shares), total)


# ----------------------------------------------------------------------
# VARIANCE
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variance:
    """What differs from a plan: ``percent`` is None against a plan of 0."""

    difference: Decimal
    percent: Decimal | None
    sign: str


def compare(measure, plan, actual):
    """What was booked against what was planned (N14).

    Of sales, margin, products and collections more is good, of a budget less.

    :rtype: Variance
    """
    difference = actual - plan
    gain = -difference if measure in BUDGETS else difference
    sign = GOOD if gain > 0 else BAD if gain < 0 else EVEN
    return Variance(difference, get_percent(difference, abs(plan)), sign)


def get_points(plan, planned_sales, actual, sales):
    """How a margin's rate differs, in points: 145 of 500 against 150 of 500 is -1.00.

    :return: Decimal, or None where either is a rate of nothing
    """
    rates = (get_percent(actual, sales), get_percent(plan, planned_sales))
    return None if None in rates else rates[0] - rates[1]


def sum_plan(measure, months):
    """What is planned for some months together.

    Products that are invoiced in several months are the same ones: they are not added
    up, the fullest month counts.
    """
    if measure == SKU:
        return max(months, default=ZERO)
    return sum(months, ZERO)


def get_left(budget, spent, committed):
    """What is left of a budget: 50,000 less 20,000 spent and 15,000 bound is 15,000."""
    return budget - spent - committed


# ----------------------------------------------------------------------
# A LINE
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked of a plan's account, by measure.

    :param dict months: measure -> twelve decimals of the year; of a margin that no cost
        tells, ``None``
    :param dict before: the same of the year before
    :param Decimal products: different ones invoiced in the months that are over
    :param dict committed: budget -> what is entered and not booked yet
    """

    months: dict
    before: dict
    products: Decimal = ZERO
    committed: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """A measure of a plan as it stands; only months that are over are compared.

    ``left`` is of a budget: of the whole year, less all that was spent and is bound.
    """

    plan: Decimal | None = None
    actual: Decimal | None = None
    variance: Variance | None = None
    points: Decimal | None = None
    forecast: Forecast = Forecast()
    committed: Decimal | None = None
    left: Decimal | None = None


def get_results(plan, booked, clock, method, decimals=2):
    """How a plan stands.

    :param dict plan: measure -> twelve decimals
    :param Booked booked: of its account
    :param Clock clock: how far its year is
    :return: dict measure -> :class:`Result`
    """
    closed = clock.closed
    planned = {m: sum_plan(m, plan[m][:closed]) for m in plan}
    actual = {m: _sum_booked(m, booked, closed) for m in plan}
    results = {}
    for measure, months in plan.items():
        is_known = closed > 0 and actual[measure] is not None
        is_budget = measure in BUDGETS
        spent = sum(booked.months[measure], ZERO) if is_budget else ZERO
        committed = booked.committed.get(measure, ZERO)
        results[measure] = Result(
            planned[measure] if closed else None,
            actual[measure] if closed else None,
            compare(measure, planned[measure], actual[measure]) if is_known else None,
            get_points(planned[measure], planned[SALES], actual[measure], actual[SALES])
            if is_known and measure == MARGIN
            else None,
            forecast(
                measure,
                booked.months[measure],
                booked.before[measure],
                clock,
                method,
                decimals,
            ),
            committed if is_budget else None,
            get_left(sum(months, ZERO), spent, committed) if is_budget else None,
        )
    return results


def _sum_booked(measure, booked, closed):
    """What was booked in the months that are over; ``None`` where nobody knows."""
    if measure == SKU:
        return booked.products
    months = booked.months[measure][:closed]
    return None if None in months else sum(months, ZERO)


# ----------------------------------------------------------------------
# FAULTS
# ----------------------------------------------------------------------

#: What is wrong with a plan's figure.
NEGATIVE, NOT_WHOLE, OVER_SALES = ("negative", "not_whole", "over_sales")


def find_faults(plan):
    """What cannot be meant in a plan.

    :param dict plan: measure -> twelve decimals
    :return: list of (code, measure, number of the month from 0, amount)
    """
    faults = []
    nothing = (ZERO,) * MONTHS
    for measure in MEASURES:
        for number, amount in enumerate(plan.get(measure, nothing)):
            if amount < 0 and measure in (SKU, *BUDGETS):
                faults.append((NEGATIVE, measure, number, amount))
            elif measure == SKU and amount != amount.to_integral_value():
                faults.append((NOT_WHOLE, measure, number, amount))
            elif measure == MARGIN and amount > max(
                plan.get(SALES, nothing)[number], ZERO
            ):
                # a margin of more than 100 percent of the sales it is made with
                faults.append((OVER_SALES, measure, number, amount))
    return faults
