"""The tree of accounts: acceptance cases N1 to N3, and any tree with any moves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tree import Circle, Row, find_circle, find_place, get_line, move, roll_up

LONG_AGO = date(2025, 1, 1)
PLACES = [Row("East", "N"), Row("West", "N")]
MEMBERS = [
    Row("P1", "East", LONG_AGO),
    Row("P2", "West", LONG_AGO),
    Row("P3", "East", LONG_AGO, date(2026, 3, 31)),
    Row("P3", "West", date(2026, 4, 1)),
    Row("P2", "East", LONG_AGO, role="licensee"),
]
MARCH = {"P1": Decimal(100), "P2": Decimal(200), "P3": Decimal(300)}
APRIL = {"P1": Decimal(150), "P2": Decimal(180), "P3": Decimal(250)}


def apply(rows, item, node, day):
    ended, gone, new = move(rows, item, node, day)
    ends = {(row.item, row.role, row.start): row for row in ended}
    kept = [
        ends.get((row.item, row.role, row.start), row)
        for row in rows
        if row not in gone
    ]
    return [*kept, new] if new else kept


def sums(amounts, members, day):
    found = roll_up(amounts, members, PLACES, day)
    return [found.get(node, 0) for node in ("N", "East", "West")]


def test_n1_each_invoice_counts_once_whatever_roles_its_account_has():
    assert sums(MARCH, MEMBERS, date(2026, 3, 31)) == [600, 400, 200]
    assert sums(APRIL, MEMBERS, date(2026, 4, 30)) == [580, 150, 430]


def test_n2_sales_follow_the_day_of_the_invoice():
    days = date(2026, 3, 31), date(2026, 4, 1)
    assert [find_place(MEMBERS, "P3", day) for day in days] == ["East", "West"]


def test_n2_between_two_memberships_an_account_is_alone():
    gap = [
        Row("P", "East", date(2026, 1, 1), date(2026, 3, 31)),
        Row("P", "West", date(2026, 4, 2)),
    ]
    assert find_place(gap, "P", date(2026, 4, 1)) is None
    assert roll_up({"P": Decimal(5)}, gap, PLACES, date(2026, 4, 1)) == {}


def test_n3_west_merged_into_east_leaves_the_days_before():
    rows, day = MEMBERS, date(2026, 5, 1)
    for item in ("P2", "P3"):
        rows = apply(rows, item, "East", day)
    east = [sums(APRIL, rows, d)[1] for d in (date(2026, 4, 30), day)]
    assert east == [150, 580]
    assert sums(MARCH, rows, date(2026, 3, 31)) == [600, 400, 200]


def test_n3_circle_is_named_on_whatever_day_it_would_be():
    assert find_circle(PLACES, Row("N", "West")) == ("N", "West", "N")
    past = [Row("West", "N", None, date(2026, 3, 31))]
    assert find_circle(past, Row("N", "West", date(2026, 4, 1))) == ()
    assert find_circle(past, Row("N", "West", date(2026, 3, 31))) == ("N", "West", "N")


def test_place_that_stands_above_itself_is_no_endless_climb():
    with pytest.raises(Circle):
        get_line([Row("A", "B"), Row("B", "A")], "A", date(2026, 1, 1))


def test_move_keeps_what_is_planned_for_later():
    rows = [Row("P", "East"), Row("P", "South", date(2026, 9, 1))]
    ended, gone, new = move(rows, "P", "West", date(2026, 5, 1))
    assert [row.end for row in ended] == [date(2026, 4, 30)]
    assert gone == []
    assert new == Row("P", "West", date(2026, 5, 1), date(2026, 8, 31))


def test_move_on_the_first_day_of_a_place_takes_its_place():
    rows = [Row("P", "East", date(2026, 5, 1))]
    ended, gone, new = move(rows, "P", "West", date(2026, 5, 1))
    assert (ended, gone) == ([], rows)
    assert new.node == "West"


def test_move_to_nowhere_only_ends():
    rows = [Row("P", "East")]
    ended, _gone, new = move(rows, "P", None, date(2026, 5, 1))
    assert [row.end for row in ended] == [date(2026, 4, 30)]
    assert new is None


NODES = [f"n{number}" for number in range(8)]
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def histories(draw):
    """A tree with its moves: places of nodes and of accounts, and what they owe."""
    places = [
        Row(node, draw(st.sampled_from(NODES[:number])), None)
        for number, node in enumerate(NODES)
        if number
    ]
    members = [Row(f"p{number}", draw(st.sampled_from(NODES))) for number in range(9)]
    for _times in range(draw(st.integers(0, 6))):
        node, above = draw(st.sampled_from(NODES[1:])), draw(st.sampled_from(NODES))
        day = draw(DAYS)
        new = move(places, node, above, day)[2]
        moved = apply(places, node, above, day)
        others = [row for row in moved if row is not new]
        if not find_circle(others, new):
            places = moved
        members = apply(
            members,
            f"p{draw(st.integers(0, 8))}",
            draw(st.sampled_from(NODES)),
            draw(DAYS),
        )
    amounts = {
        row.item: Decimal(draw(st.integers(-50, 900)))
        for row in members
        if not row.start
    }
    return places, members, amounts


def from_the_top(amounts, members, places, node, day):
    """The other way: what is in a node and in those below it."""
    own = sum(a for p, a in amounts.items() if find_place(members, p, day) == node)
    below = [row.item for row in places if row.node == node and row.covers(day)]
    return own + sum(from_the_top(amounts, members, places, n, day) for n in below)


@given(histories(), DAYS)
def test_whatever_moves_nothing_is_lost_nor_counted_twice(history, day):
    places, members, amounts = history
    found = roll_up(amounts, members, places, day)
    for node in NODES:
        expected = from_the_top(amounts, members, places, node, day)
        assert found.get(node, 0) == expected
    tops = {get_line(places, node, day)[-1] for node in NODES}
    assert sum(found.get(top, 0) for top in tops) == sum(amounts.values())


@given(histories(), DAYS)
def test_a_place_has_one_above_it_and_never_itself(history, day):
    places, _members, _amounts = history
    for node in NODES:
        assert sum(row.item == node and row.covers(day) for row in places) <= 1
        assert len(set(get_line(places, node, day))) == len(get_line(places, node, day))


@given(histories(), DAYS, DAYS, st.sampled_from(NODES))
def test_a_move_changes_no_day_before_it(history, day, other, node):
    places, members, amounts = history
    moved = apply(members, "p0", node, day)
    before = min(other, day - timedelta(days=1))
    assert roll_up(amounts, moved, places, before) == roll_up(
        amounts, members, places, before
    )
