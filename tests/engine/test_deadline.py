"""Deadlines, rollouts and backlogs: acceptance cases N15, O7 and O8."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.calendar import NoWorkingDay, WorkingDays, add_working_days
from engine.office.deadline import (
    AFTER_QUARTER,
    BUSINESS_DAY,
    DAILY,
    DATE,
    FOLLOWING,
    IN_QUARTER,
    KINDS,
    MODIFIED,
    MONTHLY,
    PRECEDING,
    QUARTERLY,
    ROLLS,
    WEEKDAY,
    WEEKLY,
    YEARLY,
    Rule,
    find_fault,
    get_day,
    get_due_days,
    get_missing,
    roll_day,
)
from engine.office.rollout import Wave, get_progress, get_weeks

#: Federal holidays of the United States, from June 2026 to February 2027.
HOLIDAYS = frozenset(
    date(*day)
    for day in (
        *((2026, 5, 25), (2026, 6, 19), (2026, 7, 3), (2026, 9, 7), (2026, 10, 12)),
        *((2026, 11, 11), (2026, 11, 26), (2026, 12, 25), (2027, 1, 1)),
        *((2027, 1, 18), (2027, 2, 15)),
    )
)
US = WorkingDays(closed=HOLIDAYS)
OFFICE = WorkingDays(closed=HOLIDAYS | {date(2026, 11, 27)})
START = date(2026, 6, 1)
days = st.integers(0, 400).map(lambda number: START + timedelta(number))
calendars = st.builds(
    WorkingDays,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(days, max_size=30),
)
rules = st.one_of(
    st.just(Rule(DAILY)),
    st.builds(
        Rule,
        st.just(WEEKLY),
        st.frozensets(st.integers(0, 6), min_size=1),
        roll=st.sampled_from(ROLLS),
    ),
    st.builds(
        Rule,
        st.sampled_from((MONTHLY, QUARTERLY, YEARLY)),
        kind=st.sampled_from(KINDS),
        number=st.integers(1, 31),
        weekday=st.integers(0, 6),
        months=st.sampled_from((AFTER_QUARTER, IN_QUARTER, (2,))),
        roll=st.sampled_from(ROLLS),
    ),
)


def business(number):
    return Rule(MONTHLY, kind=BUSINESS_DAY, number=number)


def dated(number, roll):
    return Rule(MONTHLY, kind=DATE, number=number, roll=roll)


def friday(number, roll=FOLLOWING):
    return Rule(MONTHLY, kind=WEEKDAY, number=number, weekday=4, roll=roll)


@pytest.mark.parametrize(
    "rule, calendar, month, day",
    [
        (business(3), US, (2026, 7), date(2026, 7, 6)),
        (business(-1), US, (2026, 5), date(2026, 5, 29)),
        (friday(-1), US, (2026, 11), date(2026, 11, 27)),
        (friday(-1, PRECEDING), OFFICE, (2026, 11), date(2026, 11, 25)),
        (dated(15, FOLLOWING), US, (2026, 8), date(2026, 8, 17)),
        (dated(31, MODIFIED), US, (2026, 5), date(2026, 5, 29)),
        (dated(31, MODIFIED), US, (2026, 2), date(2026, 2, 27)),
        (friday(5), US, (2026, 6), None),
        (friday(5), US, (2026, 7), date(2026, 7, 31)),
        (business(5), US, (2026, 7), date(2026, 7, 8)),
        (business(5), US, (2027, 1), date(2027, 1, 8)),
        (dated(29, PRECEDING), US, (2027, 2), date(2027, 2, 26)),
        (business(23), US, (2026, 6), None),
    ],
)
def test_n15_days(rule, calendar, month, day):
    assert get_day(rule, calendar, *month) == day


def test_n15_fifth_business_day_after_each_quarter():
    rule = Rule(QUARTERLY, kind=BUSINESS_DAY, number=5, months=AFTER_QUARTER)
    found = get_due_days(rule, US, date(2026, 6, 1), date(2027, 1, 31))
    assert found == [date(2026, 7, 8), date(2026, 10, 7), date(2027, 1, 8)]
    assert add_working_days(US, date(2026, 6, 30), 5) == found[0]


def test_n15_ten_days_of_pause_make_eight_tasks_once():
    period = (date(2026, 6, 30), date(2026, 7, 10))
    found = get_missing(Rule(DAILY), US, *period)
    assert len(found) == 8
    assert get_missing(Rule(DAILY), US, *period, set(found)) == []


def test_n15_a_calendar_without_working_days_is_refused():
    empty = WorkingDays(frozenset())
    for rule in (Rule(DAILY), business(1), dated(1, FOLLOWING)):
        with pytest.raises(NoWorkingDay):
            get_due_days(rule, empty, START, START)


def test_a_day_that_rolls_into_the_period_is_due_in_it():
    # 31 October 2026 is a Saturday
    rule = dated(31, FOLLOWING)
    assert get_due_days(rule, US, date(2026, 11, 1), date(2026, 11, 30))[0] == date(
        2026, 11, 2
    )
    weekend = Rule(WEEKLY, frozenset({5, 6}))
    assert get_due_days(weekend, US, date(2026, 7, 6), date(2026, 7, 6)) == [
        date(2026, 7, 6)
    ]


def test_a_pause_of_years_is_not_caught_up_with():
    found = get_missing(Rule(DAILY), US, date(2020, 1, 1), date(2026, 7, 10))
    assert found[0] >= date(2025, 7, 9)


def test_faults_of_a_rule():
    assert find_fault(Rule(DAILY)) is None
    assert find_fault(Rule(WEEKLY)) == "no_weekday"
    assert find_fault(business(0)) == "no_number"
    assert find_fault(business(24)) == find_fault(friday(-6)) == "no_such_day"
    assert find_fault(dated(-1, FOLLOWING)) == "no_such_day"


@given(rules, calendars, days, st.integers(0, 200))
def test_due_days_are_open_in_order_once_and_the_same_in_parts(
    rule, calendar, first, length
):
    last = first + timedelta(length)
    found = get_due_days(rule, calendar, first, last)
    assert found == sorted(set(found))
    assert all(calendar.is_open(day) and first <= day <= last for day in found)
    middle = first + timedelta(length // 2)
    parts = get_due_days(rule, calendar, first, middle)
    if middle < last:
        parts += get_due_days(rule, calendar, middle + timedelta(1), last)
    assert parts == found


@given(calendars, days, st.sampled_from(ROLLS))
def test_rolling_goes_its_way_over_closed_days_only(calendar, day, how):
    rolled = roll_day(calendar, day, how)
    low, high = sorted((day, rolled))
    between = [low + timedelta(n) for n in range((high - low).days + 1)]
    assert sum(map(calendar.is_open, between)) == 1
    if how == FOLLOWING:
        assert rolled >= day
    if how == PRECEDING:
        assert rolled <= day


@given(rules, calendars, days, st.lists(st.integers(1, 20), min_size=1, max_size=8))
def test_however_often_it_is_asked_each_day_is_made_once(rule, calendar, day, steps):
    made, until = [], day
    for step in steps:
        until += timedelta(step)
        made += get_missing(rule, calendar, day, until, set(made))
    assert sorted(made) == get_missing(rule, calendar, day, until)
    assert len(made) == len(set(made))


def test_o7_rollout_stops_and_ends():
    def run(*failed):
        waves = [Wave(*pair) for pair in zip((5, 25, 90), failed, strict=True)]
        found = get_progress(waves, 3, D(2))
        return found.stopped_by, found.done, found.percent

    assert run(0, 1, 0) == (2, 29, D("24.17"))
    assert run(0, 0, 1) == (None, 119, D("99.17"))


def test_o7_waves_that_did_not_run_are_not_done():
    waves = [Wave(5), Wave(25), Wave(90)]
    assert get_progress(waves, 1, D(2)).done == 5
    assert get_progress([], 0, D(2)).percent is None


@given(st.lists(st.integers(1, 100), min_size=1), st.integers(0, 100))
def test_a_rollout_without_failures_ends_whole(sizes, most):
    found = get_progress([Wave(size) for size in sizes], len(sizes), D(most))
    assert (found.percent, found.stopped_by) == (100, None)


def test_o8_weeks_of_a_backlog():
    assert (get_weeks(48, 12, 16), get_weeks(48, 16, 16)) == (12, None)
    assert get_weeks(0, 5, 0) == 0
    assert get_weeks(48, 48, 64, 4) == 12


@given(st.integers(0, 999), st.integers(0, 99), st.integers(0, 99), st.integers(1, 8))
def test_a_backlog_is_empty_after_its_weeks_and_not_before(waiting, came, done, over):
    weeks = get_weeks(waiting, came, done, over)
    assume(weeks)
    assert waiting * over <= weeks * (done - came)
    assert waiting * over > (weeks - 1) * (done - came)
