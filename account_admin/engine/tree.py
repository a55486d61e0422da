"""The tree above an account: groups, regions and areas, and who is in them on a day.

A row is a period of days, both ends included; ``None`` is an end that never comes.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .money import ZERO

#: The role of a membership by which an account is chased and its figures count.
BILLED = "billed"
ONE = timedelta(days=1)


class Circle(ValueError):
    """A place that would stand above itself; ``args`` are the places, one is twice."""


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody's place for some days: an account's in a node, or a node's below one.

    :param item: what is placed
    :param node: where
    :param role: of an account: it has one place at a time in each role
    """

    item: object
    node: object
    start: date | None = None
    end: date | None = None
    role: str = BILLED
    id: object = None

    @property
    def first(self):
        return self.start or date.min

    @property
    def last(self):
        return self.end or date.max

    def covers(self, day):
        return self.first <= day <= self.last


def find_place(rows, item, day, role=BILLED):
    """Where an item is on a day: a node, ``None`` where it is alone."""
    for row in rows:
        if row.item == item and row.role == role and row.covers(day):
            return row.node
    return None


def get_line(places, node, day):
    """The node and what stands above it on a day, the nearest first.

    :param places: iterable of :class:`Row` of nodes
    :raise Circle: where a node stands above itself
    """
    above = {row.item: row.node for row in places if row.covers(day)}
    line = []
    while node is not None:
        if node in line:
            raise Circle(*line, node)
        line.append(node)
        node = above.get(node)
    return line


def roll_up(amounts, members, places, day):
    """Amounts of accounts at their node and at each above it, once.

    :param dict amounts: account -> amount
    :param members: iterable of :class:`Row` of accounts
    :return: dict node -> sum, of those with accounts below
    """
    at = {
        row.item: row.node for row in members if row.role == BILLED and row.covers(day)
    }
    sums = defaultdict(lambda: ZERO)
    for item, amount in amounts.items():
        for node in get_line(places, at.get(item), day):
            sums[node] += amount
    return dict(sums)


def find_circle(places, new):
    """The way by which a new place would stand above itself, on whatever day.

    :param places: iterable of :class:`Row` of nodes, as they are
    :param Row new: the one to be added
    :return: tuple of nodes from the item up to itself, empty where there is none
    """
    by_item = defaultdict(list)
    for row in places:
        by_item[row.item].append(row)
    ways = [((new.item, new.node), new.first, new.last)]
    while ways:
        way, first, last = ways.pop()
        if way[-1] == new.item:
            return way
        for row in by_item[way[-1]]:
            start, end = max(first, row.first), min(last, row.last)
            if start <= end:
                ways.append(((*way, row.node), start, end))
    return ()


def move(rows, item, node, day, role=BILLED):
    """Rows of an item that is elsewhere from a day on; earlier days stay.

    What was planned for later stays, too: the new place lasts until then.

    :param rows: iterable of :class:`Row`, of whatever items
    :param node: ``None``: nowhere
    :return: tuple (rows that end the day before, with that end; rows that never come
        to count; the new row or ``None``)
    """
    mine = [row for row in rows if row.item == item and row.role == role]
    ended = [replace(row, end=day - ONE) for row in mine if row.first < day <= row.last]
    gone = [row for row in mine if row.first == day]
    later = min((row.first for row in mine if row.first > day), default=None)
    if node is None:
        return ended, gone, None
    end = later - ONE if later else None
    return ended, gone, Row(item, node, day, end, role)
