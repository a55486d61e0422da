"""When something that was promised is due: after an event, by a rhythm, by a number.

A calendar is one of :mod:`engine.calendar`. Days roll as those of duties do; how many
days there are to cure, and what a certificate covers, is counted here too.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from .calendar import add_working_days
from .days import add_days, add_months
from .office.deadline import PRECEDING, roll_day
from .periods import subtract

#: What a due day is counted from.
DATE, TERM_START, TERM_END, QUARTER, FISCAL_YEAR, EVENT, PAPER, USDOT = BASES = (
    *("date", "term_start", "term_end", "quarter"),
    *("fiscal_year", "event", "paper", "usdot"),
)
DAY, BUSINESS_DAY, MONTH = UNITS = ("day", "business_day", "month")
#: Bases that come back by themselves, whatever becomes of the last time.
PERIODIC = (DATE, QUARTER, FISCAL_YEAR, USDOT)

#: What is wrong with a rule or with what it is told.
NEGATIVE, NO_NUMBER, LETTERS, TOO_SHORT, BAD_DAYS = (
    *("negative", "no_number", "letters", "too_short", "bad_days"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """When an obligation is due.

    :param str base: of :data:`BASES`
    :param int number: days or months from the base, never negative
    :param str unit: of :data:`UNITS`
    :param bool is_before: the days are before the base
    :param roll: where a closed day goes, of ``deadline.ROLLS``; ``None``: it stays
    :param int rhythm: months from one date to the next; 0 for once
    """

    base: str = DATE
    number: int = 0
    unit: str = DAY
    is_before: bool = False
    roll: str | None = None
    rhythm: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the events: ``None`` is an event that has not happened.

    :param date day: a date, the first of a rhythm, or the day of the event
    :param int fiscal_month: the month in which the fiscal year ends
    :param date paper_end: last day of the latest paper that was accepted;
        ``date.max`` where it counts for good
    :param str number: USDOT number
    """

    day: date | None = None
    term_start: date | None = None
    term_end: date | None = None
    fiscal_month: int = 12
    paper_end: date | None = None
    number: str | None = None


def find_base(rule, facts, since):
    """The first base day from a day on, ``None`` while there is none.

    A paper that nobody has yet is missing from that day on.
    """
    if rule.base == QUARTER:
        return _get_month_end(since, (3, 6, 9, 12))
    if rule.base == FISCAL_YEAR:
        return _get_month_end(since, (facts.fiscal_month,))
    if rule.base == USDOT:
        return facts.number and find_mcs150(facts.number, since)
    if rule.base == DATE:
        return _find_in_rhythm(facts.day, rule.rhythm, since)
    if rule.base == EVENT:
        return facts.day
    if rule.base == PAPER:
        end = facts.paper_end
        if end == date.max:
            return None
        return end if end and end >= since else since
    return facts.term_start if rule.base == TERM_START else facts.term_end


def find_next_base(rule, facts, base, done=None):
    """The base day of the next time, ``None`` where there is none.

    :param date base: of the last time
    :param date done: of an event that begins again: the day on which it was done
    """
    if rule.base == PAPER:
        end = facts.paper_end
        return end if end and base < end < date.max else None
    if rule.base in (TERM_START, TERM_END):
        # a term that was extended asks once more
        found = find_base(rule, facts, base)
        return found if found and found > base else None
    if rule.base == EVENT:
        return done if done and done > base else None
    if rule.base == DATE and not rule.rhythm:
        return None
    return find_base(rule, facts, add_days(base, 1))


def get_due(rule, base, calendar):
    """The day by whose end it is due, ``None`` while the event has not happened.

    :raises NoWorkingDay: when the calendar has none within a year
    """
    if base is None:
        return None
    number = -rule.number if rule.is_before else rule.number
    if rule.unit == BUSINESS_DAY:
        day = add_working_days(calendar, base, number)
    elif rule.unit == MONTH:
        day = add_months(base, number)
    else:
        day = add_days(base, number)
    return roll_day(calendar, day, rule.roll) if rule.roll else day


def get_deadline(due, cure_until=None):
    """The last day: the due one, later where there is time to put things right."""
    return max(due, cure_until) if due and cure_until else due


def get_reminders(due, days, calendar):
    """Days on which to remind, in order: business days, never later than asked for.

    :param days: how many days before the due one
    """
    return sorted(
        {roll_day(calendar, add_days(due, -number), PRECEDING) for number in days}
    )


def find_reminder(reminders, last=None):
    """The next of some reminders after the last day that reminded, ``None`` after all.

    Those that were missed meanwhile are one.
    """
    return next((day for day in reminders if last is None or day > last), None)


def read_days(text):
    """Numbers of days as people type them: "60, 30, 7".

    :return: tuple, the most first
    :raises ValueError: with :data:`BAD_DAYS`
    """
    parts = [part for part in re.split(r"[\s,;/]+", text or "") if part]
    if not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        raise ValueError(BAD_DAYS)
    return tuple(sorted({int(part) for part in parts}, reverse=True))


def find_mcs150(number, since):
    """Last day of the month in which a motor carrier updates its MCS-150 next.

    49 CFR 390.19: the last digit is the month, 0 for October; the one before it says
    whether the year is odd or even.
    """
    month = int(number[-1]) or 10
    year = since.year
    while True:
        day = date(year, month, monthrange(year, month)[1])
        if year % 2 == int(number[-2]) % 2 and day >= since:
            return day
        year += 1


def find_number_fault(number):
    """What is wrong with a USDOT number, or ``None``."""
    if not number:
        return NO_NUMBER
    if not re.fullmatch(r"[0-9]+", number):
        return LETTERS
    return TOO_SHORT if not 2 <= len(number) <= 8 else None


def get_gaps(papers):
    """Periods between papers in which none was in force.

    :param papers: iterable of (first day, last day); ``None`` is an end that never
        comes
    :return: list of such, in order
    """
    papers = list(papers)
    if not papers:
        return []
    start = min(first or date.min for first, _last in papers)
    end = max(last or date.max for _first, last in papers)
    return subtract((start, end), papers)


def count_days(periods):
    """Days of some periods that have both ends."""
    return sum((last - first).days + 1 for first, last in periods)


def get_shortfall(required, shown):
    """How much less is covered than was asked for; never below zero."""
    return max(required - shown, 0)


def get_kept_until(made, in_effect_until, months):
    """The last day on which a paper has to be there.

    :param in_effect_until: ``None``: it still is, so nobody knows yet
    :return: ``None`` while that is open
    """
    if in_effect_until is None:
        return None
    return add_months(max(made, in_effect_until), months)


def _get_month_end(since, months):
    """The first last day of one of some months, from a day on."""
    year, month = since.year, since.month
    while month not in months:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return date(year, month, monthrange(year, month)[1])


def _find_in_rhythm(first, rhythm, since):
    """Counted from the first one: the 31st stays the 31st."""
    if not first or first >= since:
        return first
    if not rhythm:
        return first
    passed = (since.year - first.year) * 12 + since.month - first.month
    steps = max(passed // rhythm, 0)
    day = add_months(first, steps * rhythm)
    return day if day >= since else add_months(first, (steps + 1) * rhythm)
