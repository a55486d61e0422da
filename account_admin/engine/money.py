"""Exact money: decimals from the database, rounded once, half up."""

from decimal import ROUND_HALF_UP, Decimal


def to_decimal(value):
    """Exact ``Decimal`` of a figure read from the database (text, number or None)."""
    return Decimal(str(value)) if value else Decimal(0)


def round_half_up(amount, decimals):
    """Round a ``Decimal`` to ``decimals`` places, halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
