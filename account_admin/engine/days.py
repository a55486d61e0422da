"""Days that people type are stranger than the calendar is long."""

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
