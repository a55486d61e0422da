"""Calls, whom and when: acceptance cases K4 to K7, and limits that roll."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    NoWorkingDay,
    WorkingDays,
    add_working_days,
    count_working_days,
    roll,
    to_utc,
)
from engine.desk.call import (
    OUTCOMES,
    count,
    get_cadence_day,
    get_next_try,
    get_tries,
    get_tries_left,
    is_met,
)
from engine.desk.guardrail import (
    Person,
    Reach,
    choose,
    get_free_day,
    get_opening,
    may_call,
    share_slots,
)

US = WorkingDays(closed=frozenset({date(2026, 7, 3), date(2026, 5, 25)}))
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(f"America/{name}")
    for name in ("New_York", "Chicago", "Denver", "Los_Angeles")
]
dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def june(day):
    return date(2026, 6, day)


def test_k4_a_days_calls():
    log = ["no_answer"] * 13 + ["busy"] * 3 + ["voicemail"] * 6 + ["wrong_number"]
    log += ["gatekeeper"] * 5 + ["promise"] * 8
    log += ["dispute", "refused", "call_back", "informed"]
    assert count(log) == (40, 18, 12)


@given(st.lists(st.sampled_from(sorted(OUTCOMES))))
def test_a_right_party_answered_and_an_answer_was_dialled(log):
    found = count(log)
    assert found.dials == len(log) >= found.connects >= found.right_party


def test_k5_no_answer_before_a_holiday_tries_again_on_the_next_working_day():
    assert get_next_try(US, date(2026, 7, 2)) == date(2026, 7, 6)
    days = [date(2026, 7, number) for number in (6, 7, 8)]
    assert get_tries(US, date(2026, 7, 2)) == days


def test_k5_cadence_is_rolled_to_a_working_day():
    assert get_cadence_day(US, june(19), 14) == date(2026, 7, 6)


def test_three_tries_then_the_next_role():
    assert [get_tries_left(["no_answer"] * number) for number in range(5)] == [
        3,
        2,
        1,
        0,
        0,
    ]
    assert get_tries_left(["busy", "promise", "voicemail"]) == 2


def test_a_step_is_met_by_a_right_party_or_by_every_try():
    assert is_met(["no_answer", "promise"], roles_left=2)
    assert not is_met(["no_answer"] * 3, roles_left=1)
    assert not is_met(["no_answer", "gatekeeper"], roles_left=0)
    assert is_met(["no_answer", "busy", "voicemail"], roles_left=0)
    assert not is_met([], roles_left=0)


def test_k6_three_contacts_in_seven_days():
    contacts = [june(4), june(5), june(5)]
    assert get_free_day(contacts, june(8), 3) == june(11)


def test_k6_seven_tries_then_the_eighth_day():
    tries = [june(day) for day in range(1, 8)]
    assert get_free_day(tries, june(7), 7) == june(8)


def test_k6_after_a_conversation_seven_days_are_free():
    assert get_free_day([june(8)], june(8), 1) == june(15)


def test_k6_no_limit_is_never_reached():
    assert get_free_day([june(8)] * 50, june(8), 0) == june(8)


@given(st.lists(dates, max_size=15), dates, st.integers(1, 4), st.integers(1, 9))
def test_the_free_day_is_the_first_that_keeps_the_limit(contacts, today, most, window):
    def used(day):
        return sum(day - timedelta(window) < when <= day for when in contacts)

    found = get_free_day(contacts, today, most, window)
    assert used(found) < most
    between = (today + timedelta(n) for n in range((found - today).days))
    assert all(used(day) >= most for day in between)


def test_k6_one_slot_goes_to_the_higher_score():
    assert share_slots([("East", 80), ("West", 35)], 1) == (["East"], ["West"])


@pytest.mark.parametrize(
    ("day", "expected"), [((3, 6), False), ((3, 9), True), ((3, 30), False)]
)
def test_k7_summer_time_begins_on_two_days(day, expected):
    moment = to_utc(datetime(2026, *day, 13, 30), BERLIN)
    assert may_call(Reach((NEW_YORK,), WorkingDays()), moment) is expected


def test_k7_hours_are_half_open():
    reach = Reach((NEW_YORK,), WorkingDays())
    times = ((7, 59), (8, 0), (17, 59), (18, 0))
    moments = [to_utc(datetime(2026, 7, 7, *found), NEW_YORK) for found in times]
    assert [may_call(reach, moment) for moment in moments] == [False, True, True, False]


def test_k7_a_country_of_four_zones_has_the_hours_of_all():
    reach = Reach(tuple(ZONES), US)
    hours = [
        hour
        for hour in range(24)
        if may_call(reach, to_utc(datetime(2026, 7, 7, hour), NEW_YORK))
    ]
    assert (hours[0], hours[-1] + 1) == (11, 18)


def test_k7_no_call_on_the_contacts_holiday():
    moment = to_utc(datetime(2026, 7, 3, 10), NEW_YORK)
    assert not may_call(Reach((NEW_YORK,), US), moment)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
    st.lists(st.sampled_from([*ZONES, BERLIN]), min_size=1, max_size=4),
)
def test_the_opening_is_the_first_minute_that_may_be_called(moment, zones):
    moment = moment.replace(second=0, microsecond=0)
    reach = Reach(tuple(zones), US)
    opening = get_opening(reach, moment)
    hours = range(10 * 24)
    later = (moment + timedelta(hours=number) for number in hours)
    if opening is None:
        assert not any(may_call(reach, found) for found in later)
        return
    assert may_call(reach, opening)
    assert not any(may_call(reach, found) for found in later if found < opening)


def test_zones_without_a_common_hour_are_never_open():
    reach = Reach((ZoneInfo("Asia/Tokyo"), NEW_YORK), WorkingDays())
    assert get_opening(reach, datetime(2026, 7, 7)) is None


def people():
    jane = Person(1, frozenset({"call"}))
    tom = Person(2, frozenset({"all"}))
    return [jane, tom, Person(3)]


def test_k7_a_barred_person_gives_way_to_the_next():
    rows = people()
    assert choose(rows, "call").id == 3
    assert choose(rows, "email").id == 1
    assert choose(rows[:2], "call") is None


def test_k7_a_closed_account_is_not_contacted_and_counsel_is_asked_alone():
    rows = people()
    assert choose(rows, "call", closed=True) is None
    assert choose(rows, "call", counsel=Person(9)).id == 9


def test_who_has_no_number_is_not_called():
    assert choose([Person(1, channels=frozenset({"email"}))], "call") is None


@given(dates, st.integers(1, 60))
def test_working_days_later_are_counted_back(day, number):
    later = add_working_days(US, day, number)
    assert count_working_days(US, day + timedelta(1), later) == number
    assert add_working_days(US, later, -number) <= roll(US, day, -1)


def test_a_calendar_without_a_working_day_is_said_so():
    with pytest.raises(NoWorkingDay):
        roll(WorkingDays(weekdays=frozenset()), june(1))
