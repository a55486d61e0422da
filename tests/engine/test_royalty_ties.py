"""Rows of a contract that tie: what blocks an approval."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from royalty_common import D, line

from engine.royalty import Grant, Rate, Scope, find_overlaps, find_ties, flat
from engine.royalty.scope import DIMENSIONS, most_specific

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
LICENSEES = (1, 2)


def rates(*scopes):
    """A flat rate for each scope, with ids from 1."""
    return [
        Rate(number, flat(D(8)), Scope(**scope))
        for number, scope in enumerate(scopes, start=1)
    ]


def pairs(rows, **days):
    return [(tie.row, tie.other) for tie in find_ties(rows, **days)]


def ids(*values):
    return frozenset(values)


def test_a_category_and_a_channel_tie_where_they_meet():
    (tie,) = find_ties(rates({"categories": ids(1, 2)}, {"channels": ids(7)}))
    assert (tie.row, tie.other) == (1, 2)
    shared = dict(tie.shared)
    assert shared["categories"] == {1, 2} and shared["channels"] == {7}
    assert not shared["properties"], "everything"


def test_two_rows_about_all_tie():
    assert pairs(rates({}, {})) == [(1, 2)]


def test_more_narrowed_dimensions_win():
    assert not pairs(rates({}, {"categories": ids(1)}))


def test_a_row_within_another_wins():
    assert not pairs(rates({"categories": ids(1, 2)}, {"categories": ids(1)}))


def test_rows_about_different_things_do_not_meet():
    assert not pairs(rates({"categories": ids(1)}, {"categories": ids(2)}))


def test_rows_one_after_the_other_do_not_tie():
    before = {"last": JUNE - timedelta(days=1)}
    assert not pairs(rates(before, {"first": JUNE}))
    assert pairs(rates({"last": JUNE}, {"first": JUNE})) == [(1, 2)]


def test_ties_outside_the_days_that_matter_are_none():
    rows = rates({"last": MAY}, {"last": MAY})
    assert not pairs(rows, first=JUNE)
    assert pairs(rows, last=MAY) == [(1, 2)]


def test_a_third_row_about_what_both_cover_ends_the_tie():
    rows = rates(
        {"categories": ids(1)},
        {"channels": ids(7)},
        {"categories": ids(1), "channels": ids(7)},
    )
    assert not pairs(rows)


def test_a_third_row_about_a_part_does_not():
    rows = rates(
        {"categories": ids(1, 2)},
        {"channels": ids(7)},
        {"categories": ids(1), "channels": ids(7)},
    )
    assert pairs(rows) == [(1, 2)]
    late = {"categories": ids(1), "channels": ids(7), "first": JUNE}
    assert pairs(rates({"categories": ids(1)}, {"channels": ids(7)}, late)) == [(1, 2)]
    both = rates({"categories": ids(1)}, {"channels": ids(7)}, late)
    assert not pairs(both, first=JUNE), "when nothing is sold before"


some_ids = st.frozensets(st.integers(1, 3), max_size=2)
days = st.none() | st.integers(0, 4).map(lambda n: MAY + timedelta(days=n))


@st.composite
def scopes(draw):
    sets = {field: draw(some_ids) for field in ("properties", "categories", "channels")}
    first, last = draw(days), draw(days)
    if first and last and last < first:
        first, last = last, first
    return Scope(**sets, first=first, last=last)


def rows_of(found):
    return [Rate(n, flat(D(8)), scope) for n, scope in enumerate(found, start=1)]


@given(
    st.lists(scopes(), max_size=6),
    *[st.integers(1, 3) for _ in range(3)],
    st.integers(0, 4),
)
def test_every_tie_on_a_sale_was_found_before(found, mark, category, channel, day):
    rows = rows_of(found)
    sold = line(
        day=MAY + timedelta(days=day),
        property=mark,
        category=category,
        channel=channel,
    )
    best = most_specific(row for row in rows if row.scope.matches(sold))
    if len(best) > 1:
        numbers = [row.id for row in best]
        found = pairs(rows)
        assert any(row in numbers and other in numbers for row, other in found)
        assert pairs(rows, first=sold.day, last=sold.day), "that day matters"


@given(scopes(), scopes())
def test_a_tie_of_two_rows_happens_on_a_sale(one, other):
    rows = rows_of([one, other])
    for tie in find_ties(rows):
        shared = dict(tie.shared)
        values = {
            name: min(shared[field], default=1)
            for name, field in DIMENSIONS
            if name != "sale_type"
        }
        sold = line(day=tie.first or tie.last or MAY, **values)
        assert len(most_specific(r for r in rows if r.scope.matches(sold))) == 2


@given(
    st.lists(
        st.tuples(scopes(), st.sampled_from(LICENSEES), st.booleans()), max_size=6
    ),
    st.sets(st.integers(1, 6)),
)
def test_overlaps_of_some_grants_are_those_of_all_that_name_them(found, mine):
    grants = [
        Grant(number, scope, licensee=licensee, exclusive=exclusive)
        for number, (scope, licensee, exclusive) in enumerate(found, start=1)
    ]
    every = find_overlaps(grants)
    assert find_overlaps(grants, of=mine) == tuple(
        overlap for overlap in every if {overlap.grant, overlap.other} & mine
    )
