"""Round numbers: flagged when chance makes them less than once in a thousand."""

from math import comb

from hypothesis import given
from hypothesis import strategies as st

from engine import royalty


def test_what_is_flagged_and_what_is_not():
    assert royalty.are_too_round(40, 12)
    assert royalty.are_too_round(10, 10)
    assert not royalty.are_too_round(100, 3)
    assert not royalty.are_too_round(9, 9), "too few lines say nothing"
    assert not royalty.are_too_round(0, 0)


@given(st.integers(1, 300), st.data())
def test_the_bound_is_never_below_the_exact_chance(count, data):
    hits = data.draw(st.integers(0, count))
    exact = sum(
        comb(count, k) * 0.01**k * 0.99 ** (count - k) for k in range(hits, count + 1)
    )
    assert royalty.tail_bound(count, hits) >= exact * (1 - 1e-9)
