"""Exact money: decimals from the database."""

from decimal import Decimal


def to_decimal(value):
    """Exact ``Decimal`` of a figure read from the database (text, number or None)."""
    return Decimal(str(value)) if value else Decimal(0)
