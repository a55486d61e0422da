"""What royalties will come to: of missing periods, and of a guarantee at its end.

A missing period is expected to bring what the same period brought a year before, times
how this year compares so far: the seasonal naive method (Hyndman and Athanasopoulos,
*Forecasting: Principles and Practice*, 3rd ed., 5.2), scaled by the ratio of this
year's reported periods to the same ones of last year. Where last year is not known in
full, it is the run-rate: what was earned a reported day, times its days. Before the
first report of a year that are the reported days of last year. Sales that nobody
reported yet are unknown, not zero: only reported days count.
"""

from dataclasses import dataclass
from decimal import Decimal

from ..money import ZERO
from .money import round_money
from .pools import Balance

#: How a forecast came about; ``reported``: nothing is missing, ``none``: no basis.
METHODS = ("reported", "season", "run_rate", "none")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What missing periods are expected to bring.

    :param earned: of the reported periods
    :param method: one of :data:`METHODS`
    :param parts: an amount for each missing period, in order; empty without a basis
    """

    earned: Decimal
    method: str
    parts: tuple[Decimal, ...]

    @property
    def expected(self):
        """Of all missing periods; ``None`` without a basis."""
        return None if self.method == "none" else sum(self.parts, ZERO)

    @property
    def total(self):
        """Earned and expected; ``None`` without a basis."""
        return None if self.method == "none" else self.earned + self.expected


def days(period):
    """Days of a period, both ends included."""
    return (period.last - period.first).days + 1


def project(earned, reported, missing, before=None, decimals=2):
    """Expect the missing periods of a year or a pool.

    Q1 and Q2 brought 6,000 and 4,000, a year before 5,000, 3,000, 2,000 and 8,000:
    this year compares as 10,000 / 8,000, so Q3 is 2,500 and Q4 is 10,000.

    :param Decimal earned: of the reported periods
    :param reported: their ``Period``
    :param missing: those without an approved statement, in order
    :param dict before: first day of a period -> royalty of the same one a year before
    :rtype: Forecast
    """
    if not missing:
        return Forecast(earned, "reported", ())
    before = before or {}
    compared = [before.get(period.first) for period in reported]
    season = [before.get(period.first) for period in missing]
    if not reported:
        season = _fill(season, missing)
    if None not in season and None not in compared:
        base = sum(compared, ZERO)
        if not reported or (base > 0 and earned >= 0):
            ratio = earned / base if reported else Decimal(1)
            return Forecast(earned, "season", _round(season, ratio, decimals))
    known = sum(days(period) for period in reported)
    if not known:
        return Forecast(earned, "none", ())
    rate = max(earned, ZERO) / known
    spans = [Decimal(days(period)) for period in missing]
    return Forecast(earned, "run_rate", _round(spans, rate, decimals))


def _fill(amounts, periods):
    """Amounts of last year, unknown ones from what one of its known days brought."""
    known = [
        (amount, days(period))
        for amount, period in zip(amounts, periods, strict=True)
        if amount is not None
    ]
    if not known:
        return amounts
    total = sum((amount for amount, _days in known), ZERO)
    rate = max(total, ZERO) / sum(length for _amount, length in known)
    return [
        rate * days(period) if amount is None else amount
        for amount, period in zip(amounts, periods, strict=True)
    ]


def _round(amounts, factor, decimals):
    return tuple(round_money(amount * factor, decimals) for amount in amounts)


@dataclass(frozen=True, slots=True)
class Pace:
    """Where an open guarantee stands, and where it goes; shares are from 0 to 1.

    :param time_share: of the pool's days that are gone
    :param reported_share: of the pool's days that are reported
    :param earned_share: of the guarantee that is earned
    :param forecast: earned at the pool's end; ``None`` without a basis
    :param unearned: what royalties will not cover of the guarantee
    :param true_up: what will be billed as shortfall (R7)
    """

    time_share: Decimal
    reported_share: Decimal
    earned_share: Decimal
    forecast: Decimal | None
    unearned: Decimal | None
    true_up: Decimal | None

    @property
    def pace(self):
        """Earned share over reported share: 1 is on time; ``None``: no report yet."""
        return self.earned_share / self.reported_share if self.reported_share else None


def pace(guarantee, balance, pool, today, reported_days, forecast, coming=ZERO):
    """How an open guarantee is doing.

    T12: guarantee 20,000, advance 10,000, 14,864 earned in three quarters and 1,900
    expected in the last: 3,236 will be billed as shortfall.

    :param Decimal guarantee: above 0
    :param Balance balance: of the pool's ledger
    :param Period pool: its days
    :param date today: the company's day
    :param int reported_days: days of the pool in approved statements
    :param Forecast forecast: of the pool's missing periods
    :param Decimal coming: instalments still to be billed within the pool
    :rtype: Pace
    """
    whole = Decimal(days(pool))
    gone = min(max((today - pool.first).days, 0), days(pool))
    total, unearned, missing = forecast.total, None, None
    if total is not None:
        unearned = max(guarantee - total, ZERO)
        missing = max(guarantee - _billed_at_end(balance, forecast, coming), ZERO)
    return Pace(
        time_share=gone / whole,
        reported_share=min(reported_days / whole, Decimal(1)),
        earned_share=balance.earned / guarantee,
        forecast=total,
        unearned=unearned,
        true_up=missing,
    )


def still_to_bill(instalments, scheduled, billed, most=None):
    """What the instalments to come will bill, as ``bill_instalment`` does.

    T13: two of 10,000 for the guarantee, 10,000 and 2,000 billed: 8,000 more.

    :param instalments: every ``Instalment`` of the pool that counts
    :param scheduled: ids of those that are not billed yet
    :param Decimal billed: into the pool so far
    :param Decimal most: what the pool is guaranteed, where it shrinks
    """
    due, total = ZERO, ZERO
    for row in sorted(instalments, key=lambda row: (row.day, row.id)):
        due += row.amount
        if row.id in scheduled:
            is_advance = row.kind == "advance"
            asked = due if most is None else min(due, most)
            total += row.amount if is_advance else max(asked - billed - total, ZERO)
    return total


def _billed_at_end(balance: Balance, forecast, coming):
    """Royalties recoup what was paid ahead first (R6); the rest is billed."""
    return (
        balance.billed + coming + max(forecast.expected - balance.credit - coming, ZERO)
    )
