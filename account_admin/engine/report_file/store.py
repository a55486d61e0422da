"""Rows of a report as bytes, so that a long file is taken apart once only."""

import json
import zlib
from datetime import date
from decimal import Decimal

from .header import AMOUNTS
from .reading import Report, Row

_NUMBERS = frozenset((*AMOUNTS, "reported_rate"))
_MAKERS = tuple(
    Decimal if name in _NUMBERS else date.fromisoformat if name == "date" else None
    for name in Row._fields
)


def dump_rows(rows):
    """Rows as bytes, exact.

    :param rows: list of :class:`Row`
    """
    return zlib.compress(json.dumps(rows, default=str).encode(), 1)


def load_rows(content):
    """What :func:`dump_rows` wrote, as a report without anything but its rows.

    :rtype: Report
    """
    rows = [
        Row._make(
            make(value) if make and value is not None else value
            for make, value in zip(_MAKERS, values, strict=True)
        )
        for values in json.loads(zlib.decompress(content))
    ]
    return Report(rows, [], [])
