"""Numbers of Odoo's fields as exact decimals."""

from decimal import Decimal


def to_decimal(value):
    """The decimal that a float field shows: 5.5 is ``Decimal("5.5")``."""
    return Decimal(repr(value or 0))
