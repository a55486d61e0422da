"""Age buckets: every item in exactly one, whatever the limits."""

from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import aging

limits = st.sets(st.integers(min_value=1, max_value=400), min_size=1, max_size=8).map(
    lambda found: tuple(sorted(found))
)


def find_bucket(days, bounds=aging.DEFAULT_LIMITS):
    """The bucket as PostgreSQL finds it: ``width_bucket(days, bucket_starts)``."""
    return bisect_right(aging.bucket_starts(bounds), days)


@given(limits, st.integers(min_value=-500, max_value=1000))
def test_each_day_belongs_to_one_labelled_bucket(bounds, day):
    index = find_bucket(day, bounds)
    assert 0 <= index < len(aging.bucket_labels(bounds))
    assert (index == 0) == (day <= 0)
    if 0 < index <= len(bounds):
        assert day <= bounds[index - 1]
        assert index == 1 or day > bounds[index - 2]


@pytest.mark.parametrize(
    ("day", "label"),
    [(0, "not due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (121, "121+")],
)
def test_default_buckets(day, label):
    assert aging.bucket_labels()[find_bucket(day)] == label


def test_an_item_beyond_the_last_limit_is_counted():
    assert aging.bucket_labels((15, 30, 60))[find_bucket(61, (15, 30, 60))] == "61+"


@pytest.mark.parametrize("text", ["", "a", "0, 30", "30, 30", "60, 30", "-5", "30,,60"])
def test_limits_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match="[Bb]ucket limit"):
        aging.parse_limits(text)


def test_limits_as_a_person_types_them():
    assert aging.parse_limits(" 15, 30;60 ") == (15, 30, 60)
