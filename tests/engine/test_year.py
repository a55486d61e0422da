"""Years drawn from one number; a seed that fails plays the same again."""

import pytest

from simulation.plain import Year


@pytest.mark.parametrize("first", range(0, 160, 40))
def test_years_of_an_account(first):
    """No notice twice, none for what was paid, nobody forgotten."""
    assert sum(Year(seed).run() for seed in range(first, first + 40))


def test_a_seed_plays_the_same_again():
    one, other = Year(11), Year(11)
    assert one.run() == other.run()
    assert one.notices == other.notices
