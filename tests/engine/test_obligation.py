"""Obligations of both sides: acceptance cases I1 to I4."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays, count_working_days
from engine.obligation import (
    BAD_DAYS,
    BUSINESS_DAY,
    DATE,
    EVENT,
    FISCAL_YEAR,
    LETTERS,
    MONTH,
    NO_NUMBER,
    PAPER,
    QUARTER,
    TERM_END,
    TERM_START,
    TOO_SHORT,
    USDOT,
    Facts,
    Rule,
    add_months,
    count_days,
    find_base,
    find_mcs150,
    find_next_base,
    find_number_fault,
    find_reminder,
    get_deadline,
    get_due,
    get_gaps,
    get_kept_until,
    get_reminders,
    get_shortfall,
    read_days,
)
from engine.office.deadline import PRECEDING, ROLLS

#: Federal holidays of the United States, from May 2026 to February 2027.
US = WorkingDays(
    closed=frozenset(
        date(*day)
        for day in (
            *((2026, 5, 25), (2026, 6, 19), (2026, 7, 3), (2026, 9, 7), (2026, 10, 12)),
            *((2026, 11, 11), (2026, 11, 26), (2026, 12, 25), (2027, 1, 1)),
            *((2027, 1, 18), (2027, 2, 15)),
        )
    )
)
START = date(2026, 1, 1)
days = st.integers(0, 4000).map(lambda number: START + timedelta(number))
calendars = st.builds(
    WorkingDays,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(days, max_size=30),
)


def due(rule, since=START, **facts):
    return get_due(rule, find_base(rule, Facts(**facts), since), US)


# ----------------------------------------------------------------------
# I1: RELATIVE TO EVENTS
# ----------------------------------------------------------------------


def test_i1_30_days_after_a_quarter():
    assert due(Rule(QUARTER, 30), date(2026, 4, 1)) == date(2026, 7, 30)


def test_i1_60_days_before_the_term_ends_and_the_business_day_before():
    rule = Rule(TERM_END, 60, is_before=True)
    assert due(rule, term_end=date(2026, 12, 31)) == date(2026, 11, 1)
    rolled = Rule(TERM_END, 60, is_before=True, roll=PRECEDING)
    assert due(rolled, term_end=date(2026, 12, 31)) == date(2026, 10, 30)
    assert due(rolled, term_end=date(2027, 12, 31)) == date(2027, 11, 1)


def test_i1_10_business_days_after_the_first_shipment_no_day_before_it():
    rule = Rule(EVENT, 10, BUSINESS_DAY)
    assert due(rule, day=date(2026, 7, 1)) == date(2026, 7, 16)
    assert due(rule) is None


def test_i1_90_days_after_the_fiscal_year():
    assert due(Rule(FISCAL_YEAR, 90), fiscal_month=6) == date(2026, 9, 28)


# ----------------------------------------------------------------------
# I2, I3: CURE, CERTIFICATES
# ----------------------------------------------------------------------


def test_i2_rejected_there_is_time_to_cure():
    cure = date(2026, 8, 3) + timedelta(15)
    assert get_deadline(date(2026, 7, 30), cure) == date(2026, 8, 18)
    assert get_deadline(date(2026, 9, 30), cure) == date(2026, 9, 30)
    assert get_deadline(date(2026, 7, 30)) == date(2026, 7, 30)


def test_i3_days_without_insurance():
    old = (date(2025, 7, 1), date(2026, 6, 30))
    new = (date(2026, 7, 3), date(2027, 7, 2))
    gaps = get_gaps([new, old])
    assert gaps == [(date(2026, 7, 1), date(2026, 7, 2))]
    assert count_days(gaps) == 2
    assert get_gaps([]) == []


def test_i3_short_of_the_aggregate():
    assert get_shortfall(2_000_000, 1_000_000) == 1_000_000
    assert get_shortfall(1_000_000, 1_000_000) == 0


def test_i3_reminders_on_business_days():
    found = get_reminders(date(2026, 6, 30), read_days("60, 30, 7"), US)
    assert found == [date(2026, 5, 1), date(2026, 5, 29), date(2026, 6, 23)]
    assert find_reminder(found) == date(2026, 5, 1)
    assert find_reminder(found, date(2026, 5, 1)) == date(2026, 5, 29)
    # a month without nights: one reminder, not two
    assert find_reminder(found, date(2026, 6, 1)) == date(2026, 6, 23)
    assert find_reminder(found, date(2026, 6, 23)) is None


# ----------------------------------------------------------------------
# I4: BY LAW
# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "since", "day"),
    [
        ("1234567", date(2026, 1, 1), date(2026, 7, 31)),
        ("12345", date(2026, 1, 1), date(2026, 5, 31)),
        ("12345", date(2026, 6, 1), date(2028, 5, 31)),
        ("998830", date(2026, 1, 1), date(2027, 10, 31)),
    ],
)
def test_i4_usdot_numbers(number, since, day):
    assert find_mcs150(number, since) == day
    assert due(Rule(USDOT), since, number=number) == day


def test_i4_digits_swapped_give_another_day():
    assert find_mcs150("12354", date(2026, 1, 1)) != date(2026, 5, 31)


def test_i4_hazmat_training_every_36_months():
    rule = Rule(EVENT, 36, MONTH)
    assert due(rule, day=date(2023, 7, 15)) == date(2026, 7, 15)
    trained = date(2026, 6, 2)
    again = find_next_base(rule, Facts(), date(2023, 7, 15), trained)
    assert get_due(rule, again, US) == date(2029, 6, 2)


def test_i4_hipaa_papers_and_leap_days():
    made, ended = date(2019, 3, 1), date(2022, 12, 31)
    assert get_kept_until(made, ended, 72) == date(2028, 12, 31)
    assert get_kept_until(made, None, 72) is None
    assert get_kept_until(ended, made, 72) == date(2028, 12, 31)
    assert add_months(date(2020, 2, 29), 72) == date(2026, 2, 28)


# ----------------------------------------------------------------------
# WHAT COMES NEXT
# ----------------------------------------------------------------------


def test_a_rhythm_counts_from_the_first_day():
    rule, facts = Rule(DATE, rhythm=1), Facts(day=date(2026, 1, 31))
    second = find_next_base(rule, facts, date(2026, 1, 31))
    assert second == date(2026, 2, 28)
    assert find_next_base(rule, facts, second) == date(2026, 3, 31)
    assert find_next_base(Rule(DATE), facts, date(2026, 1, 31)) is None


def test_an_extended_term_asks_once_more():
    rule = Rule(TERM_END, 60, is_before=True)
    ends = Facts(term_end=date(2026, 12, 31), term_start=date(2024, 1, 1))
    assert find_next_base(rule, ends, date(2026, 12, 31)) is None
    extended = Facts(term_end=date(2027, 12, 31))
    assert find_next_base(rule, extended, date(2026, 12, 31)) == date(2027, 12, 31)
    assert find_next_base(Rule(TERM_START), ends, date(2024, 1, 1)) is None


def test_a_paper_is_due_again_when_the_new_one_runs_out():
    rule = Rule(PAPER)
    assert find_base(rule, Facts(), START) == START
    ends = Facts(paper_end=date(2026, 6, 30))
    assert find_base(rule, ends, START) == date(2026, 6, 30)
    assert find_base(rule, Facts(paper_end=date.max), START) is None
    assert find_next_base(rule, ends, date(2026, 6, 30)) is None
    renewed = Facts(paper_end=date(2027, 7, 2))
    assert find_next_base(rule, renewed, date(2026, 6, 30)) == date(2027, 7, 2)


def test_an_event_comes_once_unless_it_begins_again():
    rule = Rule(EVENT, 10, BUSINESS_DAY)
    assert find_next_base(rule, Facts(day=START), START) is None


# ----------------------------------------------------------------------
# BAD INPUT
# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        *(("", NO_NUMBER), (None, NO_NUMBER), ("12A45", LETTERS), ("-12", LETTERS)),
        *(("7", TOO_SHORT), ("123456789", TOO_SHORT), ("1234567", None)),
        ("١٢٣٤٥", LETTERS),
    ],
)
def test_usdot_numbers_are_digits(number, fault):
    assert find_number_fault(number) == fault


@pytest.mark.parametrize("text", ["60, thirty", "-7", "1.5", "99999"])
def test_reminders_are_whole_days(text):
    with pytest.raises(ValueError, match=BAD_DAYS):
        read_days(text)


def test_reminders_in_any_order_once_each():
    assert read_days("7, 60;30 7") == (60, 30, 7)
    assert read_days("") == ()


def test_the_end_of_the_calendar_breaks_nothing():
    assert add_months(date(9999, 12, 31), 12) == date.max
    assert add_months(date(1, 1, 1), -12) == date.min


# ----------------------------------------------------------------------
# PROPERTIES
# ----------------------------------------------------------------------


@given(calendars, days, st.integers(1, 60))
def test_business_days_are_counted_as_the_calendar_counts(calendar, day, number):
    after = get_due(Rule(EVENT, number, BUSINESS_DAY), day, calendar)
    assert calendar.is_open(after)
    assert count_working_days(calendar, day + timedelta(1), after) == number
    before = get_due(Rule(EVENT, number, BUSINESS_DAY, True), day, calendar)
    assert count_working_days(calendar, before, day - timedelta(1)) == number


@given(calendars, days, st.integers(0, 400), st.sampled_from(ROLLS), st.booleans())
def test_a_rolled_day_is_open_and_lies_where_it_should(
    calendar, day, number, roll, is_before
):
    plain = get_due(Rule(EVENT, number, is_before=is_before), day, calendar)
    rolled = get_due(Rule(EVENT, number, "day", is_before, roll), day, calendar)
    assert calendar.is_open(rolled)
    if calendar.is_open(plain):
        assert rolled == plain
    if roll == PRECEDING:
        assert rolled <= plain


@given(days, st.integers(1, 48), st.integers(0, 3000))
def test_a_rhythm_has_each_time_once_and_none_is_left_out(first, rhythm, later):
    rule, facts = Rule(DATE, rhythm=rhythm), Facts(day=first)
    since = first + timedelta(later)
    base = find_base(rule, facts, since)
    assert base >= since
    every = [add_months(first, number * rhythm) for number in range(3100 // 28)]
    assert base == next(day for day in every if day >= since)
    following = find_next_base(rule, facts, base)
    assert following == every[every.index(base) + 1]


@given(st.integers(10, 99_999_999).map(str), days)
def test_a_carrier_updates_every_second_year_in_its_month(number, since):
    first = find_mcs150(number, since)
    assert since <= first and (first - since).days <= 731
    assert (first + timedelta(1)).day == 1
    following = find_next_base(Rule(USDOT), Facts(number=number), first)
    assert following == add_months(date(first.year, first.month, 1), 25) - timedelta(1)


papers = st.tuples(days, st.integers(0, 400)).map(
    lambda one: (one[0], one[0] + timedelta(one[1]))
)


@given(st.lists(papers, min_size=1, max_size=8))
def test_gaps_are_the_days_on_which_no_paper_counts(found):
    covered = {
        first + timedelta(number)
        for first, last in found
        for number in range((last - first).days + 1)
    }
    start, end = min(covered), max(covered)
    every = {start + timedelta(number) for number in range((end - start).days + 1)}
    gaps = get_gaps(found)
    assert count_days(gaps) == len(every - covered)
    assert all(first <= last for first, last in gaps)


@given(calendars, days, st.lists(st.integers(0, 400), max_size=5))
def test_each_reminder_comes_once_on_an_open_day_in_time(calendar, day, numbers):
    reminders = get_reminders(day, numbers, calendar)
    assert all(calendar.is_open(one) and one <= day for one in reminders)
    last, sent = None, []
    while (one := find_reminder(reminders, last)) is not None:
        sent.append(one)
        last = one
    assert sent == reminders
