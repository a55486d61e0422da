"""Exact money: decimals from the database."""

from decimal import Decimal

ZERO = Decimal(0)


def to_decimal(value):
    """Exact ``Decimal`` of a figure read from the database (text, number or None)."""
    if not value:
        return ZERO
    # a night asks this twenty times an account
    return value if type(value) is Decimal else Decimal(str(value))
