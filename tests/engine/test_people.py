"""N4: who answers for what on a day, and when to speak with them again."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays
from engine.people import EVERY, Assignment, get_next_talk, rank

NAMES = ("Jane", "John", "Tom", "Ann")
ROLES = ("AP", "Buyer", "Legal")
DAY = date(2026, 7, 1)
WEEK = WorkingDays(frozenset(range(5)), frozenset({date(2026, 7, 3)}))

days = st.integers(-60, 60).map(lambda number: DAY + timedelta(days=number))
rows = st.lists(
    st.tuples(st.sampled_from(ROLES), st.sampled_from(NAMES), days, days).filter(
        lambda row: row[2] <= row[3]
    ),
    max_size=8,
    # two that began on one day are as good as each other
    unique_by=lambda row: (row[0], row[2]),
)


def as_assignments(found):
    return [
        Assignment(NAMES.index(name), ROLES.index(role), start, end)
        for role, name, start, end in found
    ]


def find_first(found, order):
    """The rule said another way: role by role, the latest start of those in force."""
    for role in order:
        known = [
            (start, name)
            for mine, name, start, end in found
            if mine == role and start <= DAY <= end
        ]
        if known:
            return max(known)[1]
    return None


@given(rows, st.permutations(ROLES))
def test_the_first_has_the_first_role_that_somebody_has(found, order):
    places = [ROLES.index(role) for role in order]
    first = [NAMES[one] for one in rank(as_assignments(found), places, DAY)[:1]]
    expected = find_first(found, order)
    assert first == ([expected] if expected else [])


@given(rows)
def test_everybody_with_a_role_is_named_once(found):
    mine = as_assignments(found)
    ranked = rank(mine, range(len(ROLES)), DAY)
    assert sorted(ranked) == sorted({one.contact for one in mine if one.holds(DAY)})


def test_jane_then_tom_then_john():
    found = [
        Assignment(1, 10, date(2026, 1, 1), date(2026, 6, 30)),
        Assignment(2, 10, date(2026, 7, 15)),
        Assignment(3, 20, date(2025, 1, 1)),
    ]
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 15))
    assert [rank(found, [10, 20], day)[0] for day in days] == [1, 3, 2]


def test_a_role_named_twice_is_asked_where_it_is_named_first():
    found = [Assignment(1, 10), Assignment(2, 20)]
    assert rank(found, [20, 10, 20], DAY) == [2, 1]


def test_who_wants_calls_only_is_not_written_to():
    found = [Assignment(1, 10, channel="call"), Assignment(2, 20, channel=EVERY)]
    assert rank(found, [10, 20], DAY, "email") == [2]
    assert rank(found, [10, 20], DAY, "call") == [1, 2]
    assert rank(found, [10, 20], DAY) == [1, 2]


def test_fourteen_days_after_19_june_is_the_monday_after_the_holiday():
    assert get_next_talk(WEEK, date(2026, 6, 19), None, 14) == date(2026, 7, 6)


def test_whoever_took_over_since_starts_anew_and_nobody_minds_at_0():
    since = date(2026, 6, 25)
    assert get_next_talk(WEEK, date(2026, 6, 1), since, 14) == date(2026, 7, 9)
    assert get_next_talk(WEEK, date(2026, 6, 1), since, 0) is None
    assert get_next_talk(WEEK, None, None, 14) is None
