"""Days on which a duty is due: business days, weekdays or dates, rolled to open days.

A calendar is one of :mod:`engine.calendar`. A duty without a day in a month, as the
fifth Friday of June, is not due in it.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from ..calendar import roll
from ..days import add_days

DAY = timedelta(days=1)
DAILY, WEEKLY, MONTHLY, QUARTERLY, YEARLY = RHYTHMS = (
    *("daily", "weekly", "monthly", "quarterly", "yearly"),
)
#: How a day of a month is said.
BUSINESS_DAY, WEEKDAY, DATE = KINDS = ("business_day", "weekday", "date")
FOLLOWING, PRECEDING, MODIFIED = ROLLS = ("following", "preceding", "modified")
#: Months in which something that belongs to a quarter is due.
AFTER_QUARTER, IN_QUARTER = (1, 4, 7, 10), (3, 6, 9, 12)
#: What was due longer ago than this is not caught up with.
LONGEST_PAUSE = 366

#: What is wrong with a rule.
NO_WEEKDAY, NO_NUMBER, NO_SUCH_DAY = ("no_weekday", "no_number", "no_such_day")


@dataclass(frozen=True, slots=True)
class Rule:
    """When a duty is due.

    :param str rhythm: of :data:`RHYTHMS`; daily is every business day
    :param frozenset weekdays: of a weekly one, 0 is Monday
    :param str kind: how the day of a month is said, of :data:`KINDS`
    :param int number: of the business day, weekday or date in its month; negative ones
        of the first two count from the end
    :param int weekday: of the n-th weekday
    :param tuple months: those in which a quarterly or yearly one is due
    :param str roll: where a closed day goes, of :data:`ROLLS`
    """

    rhythm: str = DAILY
    weekdays: frozenset[int] = frozenset()
    kind: str = BUSINESS_DAY
    number: int = 1
    weekday: int = 0
    months: tuple[int, ...] = ()
    roll: str = FOLLOWING


def find_fault(rule):
    """What keeps a rule from ever being due, or ``None``."""
    if rule.rhythm == WEEKLY:
        return None if rule.weekdays else NO_WEEKDAY
    if rule.rhythm == DAILY:
        return None
    if rule.number == 0:
        return NO_NUMBER
    most = {BUSINESS_DAY: 23, WEEKDAY: 5, DATE: 31}[rule.kind]
    least = 1 if rule.kind == DATE else -most
    return None if least <= rule.number <= most else NO_SUCH_DAY


def get_due_days(rule, calendar, first, last):
    """Days on which a duty is due, both ends included, in order, each once.

    :raises NoWorkingDay: when the calendar has none within a year
    """
    # nothing would ever be due: that is said before an empty list is taken for peace
    roll(calendar, first)
    if rule.rhythm in (DAILY, WEEKLY):
        found = _list_weeks(rule, calendar, first, last)
    else:
        found = _list_months(rule, calendar, first, last)
    return sorted({day for day in found if day and first <= day <= last})


def _list_weeks(rule, calendar, first, last):
    """Open days, or weekdays rolled to open days."""
    # what is rolled may come from days beside the period
    day, end = add_days(first, -31), add_days(last, 31)
    if rule.rhythm == DAILY:
        day, end = first, last
    while day <= end:
        if rule.rhythm == DAILY:
            if calendar.is_open(day):
                yield day
        elif day.weekday() in rule.weekdays:
            yield roll_day(calendar, day, rule.roll)
        day = add_days(day, 1)


def _list_months(rule, calendar, first, last):
    number = first.year * 12 + first.month - 2
    while number <= last.year * 12 + last.month:
        year, month = divmod(number, 12)
        if rule.rhythm == MONTHLY or month + 1 in rule.months:
            yield get_day(rule, calendar, year, month + 1)
        number += 1


def get_day(rule, calendar, year, month):
    """The day of a month on which a duty is due, ``None`` where there is none."""
    length = monthrange(year, month)[1]
    if rule.kind == DATE:
        # the 31st of a shorter month is its last
        day = date(year, month, min(rule.number, length))
        return roll_day(calendar, day, rule.roll)
    days = [date(year, month, number) for number in range(1, length + 1)]
    if rule.kind == BUSINESS_DAY:
        return _pick([day for day in days if calendar.is_open(day)], rule.number)
    day = _pick([day for day in days if day.weekday() == rule.weekday], rule.number)
    return day and roll_day(calendar, day, rule.roll)


def _pick(days, number):
    """The n-th of some days, from the end when negative; ``None`` if there is none."""
    place = number - 1 if number > 0 else number
    return days[place] if -len(days) <= place < len(days) else None


def roll_day(calendar, day, how):
    """The day itself if it is open, else the next or the last open one.

    :param str how: of :data:`ROLLS`; modified is following, but in the same month
    """
    if how == PRECEDING:
        return roll(calendar, day, -1)
    rolled = roll(calendar, day)
    if how == MODIFIED and rolled.month != day.month:
        return roll(calendar, day, -1)
    return rolled


def get_missing(rule, calendar, since, until, made=()):
    """Days whose tasks are not made yet, after whatever pause.

    :param date since: the first day that counts; a year back at most
    :param date until: the last one, with the days that tasks come ahead
    :param made: days that have a task
    """
    since = max(since, add_days(until, -LONGEST_PAUSE))
    return [
        day for day in get_due_days(rule, calendar, since, until) if day not in made
    ]
