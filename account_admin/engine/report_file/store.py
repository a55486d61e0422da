"""Rows of a report as bytes, so that a long file is taken apart once only."""

import json
import zlib
from datetime import date
from decimal import Decimal

from .header import AMOUNTS
from .reading import Report
from .rows import Row

#: Changes with how rows are put down: those of another format are read anew.
FORMAT = 3
_NUMBERS = frozenset((*AMOUNTS, "reported_rate"))


def dump_rows(rows):
    """Rows as bytes, exact; column by column, which is quick both ways.

    :param rows: list of :class:`Row`
    """
    columns = [
        _map(str, column) if name == "date" or name in _NUMBERS else column
        for name, column in zip(Row._fields, zip(*rows, strict=True), strict=False)
    ]
    return zlib.compress(json.dumps(columns).encode(), 1)


def load_rows(content):
    """What :func:`dump_rows` wrote, as a report without anything but its rows.

    :rtype: Report
    """
    columns = []
    for name, column in zip(
        Row._fields, json.loads(zlib.decompress(content)), strict=False
    ):
        if name in _NUMBERS:
            column = _map(Decimal, column)
        elif name != "number":
            # many rows say the same: one object for all of them
            known = {text: text for text in column}
            if name == "date":
                known = {text: text and date.fromisoformat(text) for text in known}
            column = [known[text] for text in column]
        columns.append(column)
    return Report([Row._make(values) for values in zip(*columns, strict=True)], [], [])


def _map(function, column):
    return [None if value is None else function(value) for value in column]
