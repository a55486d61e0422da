"""Business days and local hours, as a calendar of working time tells them.

A calendar is any object with ``is_open(date) -> bool``; what it knows of holidays is
its own matter. Moments are naive and in UTC, as the database has them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from .days import add_days

DAY = timedelta(days=1)
#: No calendar that people keep is closed for longer; what is, has no working day.
LONGEST_BREAK = 366


class NoWorkingDay(ValueError):
    """A calendar without a working day: nothing would ever be due."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days by weekday, without the closed ones.

    :param weekdays: 0 is Monday
    :param closed: holidays and the like
    """

    weekdays: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()

    def is_open(self, day):
        return day.weekday() in self.weekdays and day not in self.closed


def roll(calendar, day, step=1):
    """The day itself when it is a working one, else the next (-1: the last before).

    :raises NoWorkingDay: when there is none within a year
    """
    for _try in range(LONGEST_BREAK):
        if calendar.is_open(day):
            return day
        day = add_days(day, step)
    raise NoWorkingDay()


def add_working_days(calendar, day, number):
    """So many working days later (negative: earlier); the day itself is not counted.

    :raises NoWorkingDay: when there is none within a year
    """
    step = 1 if number > 0 else -1
    for _day in range(abs(number)):
        day = roll(calendar, add_days(day, step), step)
    return day


def count_working_days(calendar, start, end):
    """Working days from a day to another, both included."""
    days = (end - start).days + 1
    return sum(calendar.is_open(start + number * DAY) for number in range(days))


def to_local(moment, zone: tzinfo):
    """Naive local time of a moment."""
    local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    return local.replace(tzinfo=None)


def to_utc(local, zone: tzinfo):
    """First moment that shows a local time; one that the clock skips moves on."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    return moment.replace(tzinfo=None)


def combine(day, hours):
    """Local time of so many hours into a day."""
    return datetime.combine(day, time()) + timedelta(hours=hours)
