"""Sums of statements as text, exact: what is kept with an approved statement."""

import json
from decimal import Decimal
from fractions import Fraction

from .result import Cell, Claim, Sums


def dump_sums(sums):
    """Write sums down.

    :param sums: iterable of ``Sums``
    :return: JSON text; amounts are strings, allowed deductions like ``"100/3"``
    """
    return json.dumps([_dump(row) for row in sums])


def load_sums(text):
    """Read sums back: ``load_sums(dump_sums(sums)) == sums``.

    :return: tuple of ``Sums``
    :raise ValueError: when the text is not what :func:`dump_sums` writes
    """
    try:
        return tuple(_load(row) for row in json.loads(text))
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            "The sums of a statement cannot be read: compute it again."
        ) from error


def _dump(row):
    return {
        "statement": row.statement,
        "year": row.year,
        "rate": row.cell.rate,
        "pool": row.cell.pool,
        "sell_off": row.cell.sell_off,
        "fees": row.cell.fees,
        "gross": str(row.gross),
        "units": str(row.units),
        "top_up": str(row.top_up),
        "royalty": str(row.royalty),
        "claims": [
            [claim.deduction, str(claim.gross), str(claim.claimed), str(claim.allowed)]
            for claim in row.claims
        ],
    }


def _load(row):
    return Sums(
        statement=row["statement"],
        year=row["year"],
        cell=Cell(row["rate"], row["pool"], row["sell_off"], tuple(row["fees"])),
        gross=Decimal(row["gross"]),
        units=Decimal(row["units"]),
        claims=tuple(
            Claim(deduction, Decimal(gross), Decimal(claimed), Fraction(allowed))
            for deduction, gross, claimed, allowed in row["claims"]
        ),
        top_up=Decimal(row["top_up"]),
        royalty=Decimal(row["royalty"]),
    )
