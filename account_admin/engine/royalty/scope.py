"""Scopes: which sales a grant, a rate, a deduction, a fee or a commitment is about."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations

ANY = frozenset()
#: A line's attribute, the scope's field for it.
DIMENSIONS = (
    ("property", "properties"),
    ("category", "categories"),
    ("territory", "territories"),
    ("channel", "channels"),
    ("product", "products"),
    ("sale_type", "sale_types"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a row of a contract covers.

    Each set holds ids (sale types are words: ``domestic``, ``fob``, ``direct``); an
    empty one covers everything. Trees are expanded by the caller: a row about Europe
    names its countries, too. ``first`` and ``last`` are days, both included.

    :raise ValueError: when it ends before it starts
    """

    properties: frozenset = ANY
    categories: frozenset = ANY
    territories: frozenset = ANY
    channels: frozenset = ANY
    products: frozenset = ANY
    sale_types: frozenset = ANY
    first: date | None = None
    last: date | None = None

    def __post_init__(self):
        if self.first and self.last and self.last < self.first:
            raise ValueError(
                f"A row valid from {self.first} ends before, on {self.last}: "
                "mend its dates."
            )

    def is_valid_on(self, day):
        """Whether a day lies within its dates."""
        return (self.first is None or self.first <= day) and (
            self.last is None or day <= self.last
        )

    def misses(self, line):
        """Attributes of a line that are outside, dates left aside: ``("channel",)``."""
        return tuple(
            name
            for name, field in DIMENSIONS
            if (ids := getattr(self, field)) and getattr(line, name) not in ids
        )

    def matches(self, line):
        """Whether a line, by its attributes and its sale date, is covered."""
        return self.is_valid_on(line.day) and not self.misses(line)

    @property
    def named(self):
        """Number of dimensions it narrows."""
        return sum(1 for _name, field in DIMENSIONS if getattr(self, field))


def is_narrower(scope, other):
    """Whether a scope lies within another and is smaller; dates left aside."""
    smaller = False
    for _name, field in DIMENSIONS:
        mine, theirs = getattr(scope, field), getattr(other, field)
        if mine == theirs:
            continue
        if theirs and not (mine and mine < theirs):
            return False
        smaller = True
    return smaller


def most_specific(rows):
    """The most specific of the rows that match (rule R5).

    More narrowed dimensions win; between equally many, a scope that lies within
    another one. Dates do not make a row more specific.

    :param rows: iterable of rows with a ``scope``
    :return: tuple of rows: more than one is a tie that a person has to end
    """
    rows = tuple(rows)
    most = max((row.scope.named for row in rows), default=0)
    rows = tuple(row for row in rows if row.scope.named == most)
    return tuple(
        row
        for row in rows
        if not any(is_narrower(other.scope, row.scope) for other in rows)
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two grants that promise the same to different licensees.

    :param shared: (field of :class:`Scope`, ids both name; empty is everything)
    :param first: first day they share, ``None`` when neither has a first day
    """

    grant: int
    other: int
    shared: tuple[tuple[str, frozenset], ...]
    first: date | None
    last: date | None


def find_overlaps(grants, of=None):
    """Exclusive grants that another licensee's grant runs into.

    A sell-off period is not exclusive and overlaps nothing.

    :param grants: iterable of ``Grant``, of any contracts
    :param of: ids of the grants that matter: pairs without one of them are left out;
        ``None`` for every pair
    :return: tuple of :class:`Overlap`, by grant ids; each pair once
    """
    grants = tuple(grants)
    by_property = {}
    for grant in grants:
        for key in grant.scope.properties or (None,):
            holders = by_property.setdefault(key, {})
            holders.setdefault(grant.licensee, []).append(grant)
    found = {}
    for grant in grants:
        # where all matter, the exclusive one of a pair finds it
        if not (grant.exclusive if of is None else grant.id in of):
            continue
        mine = grant.scope.properties
        for key in (*mine, None) if mine else by_property:
            for licensee, others in by_property.get(key, {}).items():
                if licensee != grant.licensee:
                    _collect(grant, others, found)
    return tuple(Overlap(*pair, *found[pair]) for pair in sorted(found) if found[pair])


def _collect(grant, others, found):
    """Add what a grant shares with each of some others to what was found."""
    for other in others:
        pair = min(grant.id, other.id), max(grant.id, other.id)
        if (grant.exclusive or other.exclusive) and pair not in found:
            found[pair] = _intersect(grant.scope, other.scope)


@dataclass(frozen=True, slots=True)
class Tie:
    """Two rows of which neither is more specific, for some sale both cover (R5).

    :param shared: (field of :class:`Scope`, ids both name; empty is everything)
    :param first: first day they share, ``None`` when neither has a first day
    """

    row: int
    other: int
    shared: tuple[tuple[str, frozenset], ...]
    first: date | None
    last: date | None


def find_ties(rows, first=None, last=None):
    """Rows that would tie on a sale: :func:`most_specific` gives both.

    A tie that one more specific row ends, for every sale both cover, is none.

    :param rows: iterable of rows with an ``id`` and a ``scope``
    :param first: first day that matters, ``None`` for all
    :param last: last day that matters, ``None`` for all
    :return: tuple of :class:`Tie`, by row ids; each pair once
    """
    rows = sorted(rows, key=lambda row: row.id)
    by_named = {}
    for row in rows:
        by_named.setdefault(row.scope.named, []).append(row)
    found = []
    for group in by_named.values():
        for row, other in combinations(group, 2):
            both = _intersect(row.scope, other.scope, first, last)
            if (
                both
                and not is_narrower(row.scope, other.scope)
                and not is_narrower(other.scope, row.scope)
                and not any(_decides(third, row, other, both) for third in rows)
            ):
                found.append(Tie(row.id, other.id, *both))
    return tuple(sorted(found, key=lambda tie: (tie.row, tie.other)))


def _decides(third, row, other, both):
    """Whether a third row beats one of two that tie, wherever both apply."""
    scope = third.scope
    beats = scope.named > row.scope.named or (
        is_narrower(scope, row.scope) or is_narrower(scope, other.scope)
    )
    shared, first, last = both
    return (
        beats
        and (scope.first is None or (first is not None and scope.first <= first))
        and (scope.last is None or (last is not None and last <= scope.last))
        and all(
            not (theirs := getattr(scope, field)) or (ids and ids <= theirs)
            for field, ids in shared
        )
    )


def _intersect(scope, other, first=None, last=None):
    """What two scopes share within some days.

    :return: (shared sets by field, first day, last day); ``None`` for nothing
    """
    first = max(filter(None, (first, scope.first, other.first)), default=None)
    last = min(filter(None, (last, scope.last, other.last)), default=None)
    if first and last and last < first:
        return None
    shared = []
    for _name, field in DIMENSIONS:
        mine, theirs = getattr(scope, field), getattr(other, field)
        both = mine & theirs if mine and theirs else mine or theirs
        if mine and theirs and not both:
            return None
        shared.append((field, both))
    return tuple(shared), first, last
