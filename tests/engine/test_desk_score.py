"""Whom to call first: acceptance cases K1 and K2, and that a score only rises."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays, to_local, to_utc
from engine.desk.guardrail import Reach, get_opening
from engine.desk.queue import (
    Callable,
    arrange,
    count_day,
    cut,
    get_holder,
    get_snooze_end,
)
from engine.desk.score import (
    BANDED,
    TIERS,
    DeskFacts,
    Weights,
    check,
    compare,
    get_priority,
    get_score,
    to_rows,
    valuate,
)

STANDARD = Weights()
NORTHWIND = DeskFacts(D(62000), 45, 1, 9, "A", step_due=True)
CONTOSO = DeskFacts(D("9999.99"), 95, 2, None, "C", over_limit=True)
FABRIKAM = DeskFacts(D(10000), 30, 0, 7, "B")
ADATUM = DeskFacts(D("999.99"), 1, 0, 0, "C")

facts = st.builds(
    DeskFacts,
    amount=st.decimals(min_value=0, max_value=100000, places=2),
    days=st.integers(0, 200),
    broken=st.integers(0, 4),
    contact_age=st.none() | st.integers(0, 60),
    tier=st.sampled_from(TIERS),
    over_limit=st.booleans(),
    step_due=st.booleans(),
)
points = st.integers(0, 50)


@st.composite
def rising(draw, floors):
    given_points = sorted(draw(st.lists(points, min_size=1, max_size=4)))
    starts = draw(
        st.lists(
            floors, min_size=len(given_points), max_size=len(given_points), unique=True
        )
    )
    return tuple(zip(sorted(starts), given_points, strict=True))


@st.composite
def weights(draw):
    bands = {rule: draw(rising(st.integers(0, 100))) for rule in BANDED}
    tiers = sorted(draw(st.lists(points, min_size=3, max_size=3)), reverse=True)
    highest = max(given for _floor, given in bands["contact_age"])
    return Weights(
        bands=bands,
        never=highest + draw(points),
        tiers=dict(zip(TIERS, tiers, strict=True)),
        over_limit=draw(points),
        step_due=draw(points),
    )


def score(found, by=STANDARD):
    return get_score(valuate(found, by))


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (NORTHWIND, {"amount": 30, "days": 10, "broken": 15, "contact_age": 5}),
        (CONTOSO, {"amount": 10, "days": 30, "broken": 25, "contact_age": 15}),
    ],
)
def test_k1_each_rule_says_its_points(account, expected):
    shown = {point.rule: point.points for point in valuate(account, STANDARD)}
    assert expected.items() <= shown.items()


def test_k1_score_is_the_sum_of_its_points():
    found = [score(account) for account in (NORTHWIND, CONTOSO, FABRIKAM, ADATUM)]
    assert found == [80, 90, 35, 5]


def test_k1_priority_is_a_share_of_the_highest_possible_score():
    assert STANDARD.maximum == 130
    found = [get_priority(points, STANDARD) for points in (90, 78, 77, 52, 51, 26, 25)]
    assert found == [
        "very_high",
        "very_high",
        "high",
        "high",
        "medium",
        "medium",
        "low",
    ]


WORSE = [
    lambda found, by: replace(found, amount=found.amount + by),
    lambda found, by: replace(found, days=found.days + by),
    lambda found, by: replace(found, broken=found.broken + by),
    lambda found, by: replace(
        found,
        contact_age=None if found.contact_age is None else found.contact_age + by,
    ),
    lambda found, _by: replace(found, contact_age=None),
    lambda found, _by: replace(found, tier="A"),
    lambda found, _by: replace(found, over_limit=True),
    lambda found, _by: replace(found, step_due=True),
]


@given(facts, weights(), st.integers(0, 100), st.sampled_from(WORSE))
def test_a_worse_fact_never_lowers_the_score(found, by, more, worsen):
    assert check(by) in (None, "nothing")
    assert score(worsen(found, more), by) >= score(found, by)
    assert score(found, by) <= by.maximum


def test_weights_that_make_no_sense_are_named():
    bands = STANDARD.bands
    assert check(STANDARD) is None
    assert check(replace(STANDARD, step_due=-1)) == "negative"
    nothing = {rule: ((0, 0),) for rule in BANDED}
    none = Weights(nothing, 0, {"A": 0, "B": 0, "C": 0}, 0, 0)
    assert check(none) == "nothing"
    falling = {**bands, "days": ((1, 20), (31, 10))}
    assert check(replace(STANDARD, bands=falling)) == "falling"
    assert check(replace(STANDARD, never=0)) == "falling"
    assert check(replace(STANDARD, tiers={"A": 0, "B": 5, "C": 10})) == "falling"


BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NOW = to_utc(datetime(2026, 7, 7, 14, 0), BERLIN)


def callable_at(name, points, amount, days, zone, call_back=None, now=NOW):
    opens = get_opening(Reach((zone,), WorkingDays()), now)
    return Callable(0, name, points, D(amount), days, opens, call_back)


def test_a_change_of_weights_says_who_moves():
    rows = {1: NORTHWIND, 2: CONTOSO, 3: FABRIKAM, 4: ADATUM}
    same = compare(rows, STANDARD, STANDARD)
    assert [shift.key for shift in same] == [2, 1, 3, 4]
    assert all(shift.place == shift.place_before for shift in same)
    amounts = replace(STANDARD, bands={**STANDARD.bands, "amount": ((50000, 99),)})
    first = compare(rows, STANDARD, amounts)[0]
    assert (first.key, first.place_before, first.place) == (1, 2, 1)
    assert first.score - first.score_before == 99 - 30


def test_weights_are_edited_as_rows_and_lose_nothing():
    rows = to_rows(STANDARD)
    assert ("amount", None, 1000, 10) in rows
    assert ("tier", "A", 0, 10) in rows
    assert ("never", None, 0, 15) in rows
    assert len(rows) == 18


def test_k2_call_backs_then_who_can_be_called_then_who_opens_later():
    due = to_utc(datetime(2026, 7, 7, 13, 45), BERLIN)
    rows = [
        callable_at("Contoso", 90, "9999.99", 95, LOS_ANGELES),
        callable_at("Northwind", 80, "62000", 45, NEW_YORK),
        callable_at("Fabrikam", 35, "10000", 30, BERLIN),
        callable_at("Adatum", 5, "999.99", 1, BERLIN, call_back=due),
    ]
    names = [row.name for row in arrange(rows, NOW)]
    assert names == ["Adatum", "Northwind", "Fabrikam", "Contoso"]
    assert to_local(rows[0].opens, BERLIN) == datetime(2026, 7, 7, 17, 0)


def test_k2_after_friday_comes_monday():
    friday = to_utc(datetime(2026, 7, 10, 18, 0), NEW_YORK)
    opens = get_opening(Reach((NEW_YORK,), WorkingDays()), friday)
    assert to_local(opens, NEW_YORK) == datetime(2026, 7, 13, 8, 0)


def test_k2_ties_go_by_amount_days_name():
    rows = [
        callable_at("B", 80, "50000", 60, BERLIN),
        callable_at("A", 80, "62000", 45, BERLIN),
        callable_at("D", 80, "50000", 60, BERLIN),
        callable_at("E", 80, "50000", 61, BERLIN),
    ]
    assert [row.name for row in arrange(rows, NOW)] == ["A", "E", "B", "D"]


def test_nobody_to_call_comes_last():
    nobody = Callable(1, "A", 130, D(1), 1, None)
    assert arrange([nobody, callable_at("B", 1, "1", 1, BERLIN)], NOW)[-1] == nobody


queues = st.lists(
    st.builds(
        Callable,
        id=st.integers(1, 99),
        name=st.sampled_from("ABC"),
        score=st.integers(0, 3),
        amount=st.decimals(min_value=0, max_value=3, places=0),
        days=st.integers(0, 2),
        opens=st.none() | st.just(NOW) | st.just(NOW + timedelta(hours=2)),
        call_back=st.none() | st.just(NOW) | st.just(NOW + timedelta(hours=1)),
    ),
    max_size=8,
    unique_by=lambda row: row.id,
)


@given(queues, st.integers(0, 9))
def test_the_queue_loses_nobody_and_does_not_depend_on_the_order_given(rows, capacity):
    ordered = arrange(rows, NOW)
    assert arrange(list(reversed(rows)), NOW) == ordered
    fits, rest = cut(ordered, capacity)
    assert fits + rest == ordered
    assert len(fits) == min(len(rows), capacity or len(rows))


def test_k3_a_day_adds_up():
    states = ["done"] * 28 + ["moved"] * 6 + ["settled"] * 4 + ["open", "working"]
    assert count_day(states) == {
        "planned": 40,
        "done": 28,
        "moved": 6,
        "settled": 4,
        "left": 2,
    }


def test_k3_an_account_is_held_for_15_idle_minutes():
    opened = datetime(2026, 7, 7, 10, 0)
    assert get_holder(7, opened, datetime(2026, 7, 7, 10, 14)) == 7
    assert get_holder(7, opened, datetime(2026, 7, 7, 10, 15)) is None


def test_k3_a_snooze_ends_with_the_next_step_or_after_30_days():
    today, until = datetime(2026, 7, 7).date(), datetime(2026, 8, 12).date()
    assert str(get_snooze_end(today, until)) == "2026-08-06"
    step = datetime(2026, 7, 20).date()
    assert get_snooze_end(today, until, step) == step
    assert get_snooze_end(today, until, datetime(2026, 7, 1).date()) == today
