"""Rows that add others up: recognised by what they come to, and compared with it."""

from collections import namedtuple
from decimal import Decimal
from math import isqrt

from ..money import ZERO
from .header import AMOUNTS, DEDUCTIONS

#: Earlier totals that a total may begin after.
REACH = 100

#: A row that adds up: how many sales stand above it, and its amounts.
#:
#: ``kind`` is that of the sorter; ``amounts`` is {field: Decimal}.
Sum = namedtuple("Sum", "number place kind currency amounts")


class Totals:
    """Compares sums with the rows of a file.

    :param list rows: those read, as (number, currency, amounts in order of ``AMOUNTS``)
    :param set hidden: numbers of rows that are not shown
    """

    def __init__(self, rows, hidden):
        self.rows, self.hidden = rows, hidden
        self.cumulated = {}

    def prepare(self, sums):
        """Add up the rows as far as each sum, in one pass."""
        places = sorted({0, len(self.rows), *(one.place for one in sums)})
        running, done = {}, 0
        for place in places:
            for number, currency, amounts in self.rows[done:place]:
                kinds = ["", f"={currency}"] if currency else [""]
                if number not in self.hidden:
                    kinds += [f"visible{kind}" for kind in kinds]
                for kind in kinds:
                    total = running.get(kind, _NOTHING)
                    running[kind] = [
                        a + b if b else a for a, b in zip(total, amounts, strict=True)
                    ]
            done = place
            self.cumulated[place] = dict(running)

    def fits(self, one, start, end, kind=""):
        """Whether the rows from a place to another come to a sum."""
        return not self.get_differences(one, start, end, kind)

    def get_differences(self, one, start, end, kind=""):
        """Amount -> by how much a sum is more than the rows from a place to another."""
        first = self.cumulated[start].get(kind, _NOTHING)
        last = self.cumulated[end].get(kind, _NOTHING)
        # it adds up figures that were rounded one by one
        most = Decimal(1 + isqrt(max(end - start, 0))) / 100
        found = {}
        for name, amount in one.amounts.items():
            place = AMOUNTS.index(name)
            total = last[place] - first[place]
            difference = amount - total
            if name in DEDUCTIONS:
                difference = abs(amount) - abs(total)
            if abs(difference) > most:
                found[name] = difference
        return found

    def find_range(self, one, starts, kind=""):
        """The rows that come to a sum.

        :param list starts: places of the sums before it, the latest last
        :return: (start, end), ``None`` for none
        """
        end = len(self.rows)
        for start in (0, *reversed(starts[-REACH:])):
            if start < one.place and self.fits(one, start, one.place, kind):
                return start, one.place
        # a total that stands first
        for start, stop in ((0, end), (one.place, end)):
            if start < stop and self.fits(one, start, stop, kind):
                return start, stop
        return None

    def recognise(self, one, starts):
        """Whether a row that does not say so adds up rows above it."""
        given = [amount for amount in one.amounts.values() if amount]
        ends = self.find_range(one, starts) if given else None
        if ends is None or ends[1] > one.place:
            return False
        # a row that could be a sale has to repeat more than by chance
        return one.kind == "odd" or (len(given) > 1 and ends[1] - ends[0] > 1)


_NOTHING = [ZERO] * len(AMOUNTS)


def check(totals, sums, problems):
    """Name the sums that are not those of the rows.

    :param list sums: in their order
    :return: list of those that speak of the whole file
    """
    starts, whole = [], []
    end = len(totals.rows)
    for one in (one for one in sums if one.amounts):
        kinds = ["", f"={one.currency}"] if one.currency else [""]
        ranges = [totals.find_range(one, starts, kind) for kind in kinds]
        found = next(filter(None, ranges), None)
        is_last = one is sums[-1] or (one.currency and one.place == end)
        if found is None:
            _name_difference(totals, one, starts, is_last, problems)
        if found == (0, end) or (found is None and is_last):
            whole.append(one)
        starts.append(one.place)
    return whole


def _name_difference(totals, one, starts, is_last, problems):
    for kind in ("visible", f"visible={one.currency}"):
        if totals.hidden and totals.find_range(one, starts, kind):
            left = [n for n, *_row in totals.rows[: one.place] if n in totals.hidden]
            shown = ", ".join(map(str, left[:20]))
            problems.add("totals_visible", one.number, "", shown)
            return
    before = starts[-1] if starts else 0
    start = 0 if is_last or before == one.place else before
    kind = f"={one.currency}" if one.currency else ""
    for name, difference in totals.get_differences(one, start, one.place, kind).items():
        problems.add("totals_differ", one.number, name, f"{difference:,.2f}")
