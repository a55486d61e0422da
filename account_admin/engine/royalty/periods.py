"""Reporting periods and contract years of a licensing contract."""

from dataclasses import dataclass
from datetime import date, timedelta

#: Months in a reporting period, by its name.
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days that one statement covers, both included.

    :param year: calendar year in which its contract year begins
    """

    first: date
    last: date
    year: int


def contract_year(day, start_month=1):
    """The contract year of a day: the calendar year in which it begins.

    :param int start_month: month on whose first day contract years begin, 1 to 12
    """
    return day.year if day.month >= start_month else day.year - 1


def period_of(day, length, start_month=1):
    """The whole period that a day lies in.

    :param length: one of :data:`MONTHS`
    :rtype: Period
    """
    months = MONTHS[length]
    offset = (day.month - start_month) % months
    first = _add_months(day.replace(day=1), -offset)
    last = _add_months(first, months) - timedelta(days=1)
    return Period(first, last, contract_year(first, start_month))


def periods(first, last, length, start_month=1):
    """The periods from one day to another; the first and last are cut to them.

    :return: list of :class:`Period`, oldest first; empty when ``last`` is earlier
    """
    found = []
    while first <= last:
        whole = period_of(first, length, start_month)
        found.append(Period(first, min(whole.last, last), whole.year))
        first = whole.last + timedelta(days=1)
    return found


def _add_months(day, months):
    month = day.month - 1 + months
    return day.replace(year=day.year + month // 12, month=month % 12 + 1)
