"""Which rows of a contract apply to a line: asked once for all lines alike."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from .lines import (
    DEDUCTION_TIE,
    NO_RATE,
    NOT_GRANTED,
    OUT_OF_CHANNEL,
    OUT_OF_TERM,
    OUT_OF_TERRITORY,
    POOL_TIE,
    RATE_TIE,
)
from .scope import DIMENSIONS, most_specific
from .terms import KINDS, Commitment, Deduction, Grant, Rate

_OUT_OF = {
    "territory": OUT_OF_TERRITORY,
    "channel": OUT_OF_CHANNEL,
    "term": OUT_OF_TERM,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows that apply to lines that are alike.

    :param deductions: the row for each of ``KINDS``; ``None`` allows nothing
    :param problems: (code, ids of rows) for a ``Finding``
    """

    grant: Grant | None
    sell_off: bool
    rate: Rate | None
    pool: Commitment | None
    deductions: tuple[Deduction | None, ...]
    fees: tuple[int, ...]
    quotas: tuple[int, ...]
    problems: tuple[tuple[str, tuple[int, ...]], ...]


class Classifier:
    """Finds the :class:`Choice` of lines.

    Lines that agree in what the contract's rows name are judged once.

    :param Terms terms: the contract's rows
    """

    def __init__(self, terms):
        self._terms = terms
        scopes = [
            row.scope
            for rows in (terms.grants, terms.rates, terms.deductions)
            + (terms.commitments, terms.fees, terms.quotas)
            for row in rows
        ]
        named = {
            name: frozenset().union(*(getattr(scope, field) for scope in scopes))
            for name, field in DIMENSIONS
        }
        self._named = tuple(ids for ids in named.values() if ids)
        names = [name for name, ids in named.items() if ids]
        # two more names, so that it always gives a tuple
        self._get_values = attrgetter("day", "day", *names)
        firsts = {scope.first for scope in scopes}
        lasts = {scope.last for scope in scopes}
        lasts |= {grant.sell_off_last for grant in terms.grants}
        lasts |= {pool.recoup_until for pool in terms.commitments}
        firsts |= {day + timedelta(days=1) for day in lasts if day and day != date.max}
        self._changes = sorted(firsts - {None})
        self._spans = {}
        self._choices = {}
        self._alike = {}

    def choose(self, line):
        """The rows for one line.

        :param Line line: what was reported
        :rtype: Choice
        """
        day, _day, *values = self._get_values(line)
        span = self._spans.get(day)
        if span is None:
            span = self._spans[day] = bisect_right(self._changes, day)
        pairs = zip(values, self._named, strict=True)
        key = (span, *[value if value in ids else None for value, ids in pairs])
        found = self._choices.get(key)
        if found is None:
            found = self._judge(line)
            # lines that differ in what narrows nothing for them share one choice
            found = self._alike.setdefault(_identity(found), found)
            self._choices[key] = found
        return found

    def _judge(self, line):
        terms, problems = self._terms, []
        grant, sell_off = self._find_grant(line, problems)
        rates = _matching(terms.rates, line)
        if len(rates) != 1:
            problems.append((RATE_TIE if rates else NO_RATE, _ids(rates)))
        pool = self._find_pool(line, sell_off, problems)
        deductions = []
        for kind in KINDS:
            rows = [row for row in terms.deductions if kind in row.kinds]
            rows = _matching(rows, line)
            if len(rows) > 1 and (DEDUCTION_TIE, _ids(rows)) not in problems:
                problems.append((DEDUCTION_TIE, _ids(rows)))
            deductions.append(rows[0] if len(rows) == 1 else None)
        return Choice(
            grant=grant,
            sell_off=sell_off,
            rate=rates[0] if len(rates) == 1 else None,
            pool=pool,
            deductions=tuple(deductions),
            fees=_ids(row for row in terms.fees if row.scope.matches(line)),
            quotas=_ids(row for row in terms.quotas if row.scope.matches(line)),
            problems=tuple(problems),
        )

    def _find_grant(self, line, problems):
        """The grant, and whether the sale is in its sell-off period."""
        grants = self._terms.grants
        found = _matching(grants, line)
        if found:
            return found[0], False
        found = most_specific(
            grant
            for grant in grants
            if not grant.scope.misses(line) and _is_sell_off(grant, line.day)
        )
        if found:
            return found[0], True
        misses = {grant.id: _misses(grant, line) for grant in grants}
        nearest = min(misses, key=lambda key: (len(misses[key]), key), default=None)
        codes = {_OUT_OF.get(name, NOT_GRANTED) for name in misses.get(nearest, ())}
        for code in sorted(codes or {NOT_GRANTED}):
            problems.append((code, () if nearest is None else (nearest,)))
        return None, False

    def _find_pool(self, line, sell_off, problems):
        """The pool of the sale date, else the last one still open to it (T16, T20)."""
        pools = self._terms.commitments
        found = _matching(pools, line)
        if not found:
            ended = [
                pool
                for pool in pools
                if not pool.scope.misses(line)
                and pool.scope.last
                and pool.scope.last < line.day
                and (sell_off or _recoups(pool, line.day))
            ]
            last = max((pool.scope.last for pool in ended), default=None)
            found = most_specific(pool for pool in ended if pool.scope.last == last)
        if len(found) > 1:
            problems.append((POOL_TIE, _ids(found)))
        return found[0] if len(found) == 1 else None


def _matching(rows, line):
    return most_specific(row for row in rows if row.scope.matches(line))


def _identity(choice):
    rows = (choice.grant, choice.rate, choice.pool, *choice.deductions)
    ids = tuple(row and row.id for row in rows)
    return (ids, choice.sell_off, choice.fees, choice.quotas, choice.problems)


def _ids(rows):
    return tuple(sorted(row.id for row in rows))


def _is_sell_off(grant, day):
    last = grant.scope.last
    return last is not None and last < day <= (grant.sell_off_last or last)


def _recoups(pool, day):
    return pool.recoup_until is None or day <= pool.recoup_until


def _misses(grant, line):
    late = () if grant.scope.is_valid_on(line.day) else ("term",)
    return (*grant.scope.misses(line), *late)
