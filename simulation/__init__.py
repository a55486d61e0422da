"""Stretches of time drawn from one number, and what has to hold in each."""


class Broken(AssertionError):
    """A rule does not hold; says the seed and the day."""
