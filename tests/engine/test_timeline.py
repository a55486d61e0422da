"""One list of what happened: every event once, the newest first, page by page."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.timeline import Event, take_page

START = datetime(2026, 1, 1)
EVENTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=40
).map(
    lambda rows: [
        Event(kind, START + timedelta(hours=hour), number)
        for number, (kind, hour) in enumerate(rows)
    ]
)


def read(events, kind, limit, cursor):
    """What a list has after a cursor, as a database gives it."""
    mine = sorted(
        (event for event in events if event.kind == kind),
        key=lambda event: (event.moment, event.id),
        reverse=True,
    )
    return [event for event in mine if not cursor or (event.moment, event.id) < cursor][
        : limit + 1
    ]


@given(EVENTS, st.integers(1, 7))
def test_pages_have_every_event_once_the_newest_first(events, limit):
    cursors, more, found = {}, True, []
    while more:
        lists = {kind: read(events, kind, limit, cursors.get(kind)) for kind in "abc"}
        page, cursors, more = take_page(lists, limit, cursors)
        assert len(page) == limit or not more
        found += page
    assert found == sorted(events, key=lambda event: event.rank, reverse=True)


def test_nothing_that_happened_is_an_empty_page():
    assert take_page({"a": []}, 5, {}) == ([], {}, False)
