"""Days that people type are stranger than the calendar is long."""

from calendar import monthrange
from datetime import date, timedelta


def add_days(day, number):
    """A day moved by a number of days, no further than the calendar goes.

    :param date day: what other programs write for "never", 9999-12-31, among them
    :param int number: negative for earlier
    """
    try:
        return day + timedelta(days=number)
    except OverflowError:
        return date.max if number > 0 else date.min


def add_months(day, number):
    """The same day so many months on, the last one of a month that is shorter.

    No further than the calendar goes.

    :param int number: negative for earlier
    """
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if number > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
