"""Who works for whom on a day: deputies, their deputies, then the manager.

One function answers for cases, notices, tasks and approvals alike. Whatever people
enter, it ends: at somebody who is there, or in the queue (None).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from .days import add_days


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away, or an account or a desk of theirs is somebody else's meanwhile.

    :param deputy: None: the manager
    :param scope: the account or desk it is for; None: everything, and then the
        person is not there
    """

    user: int
    start: date
    end: date
    deputy: int | None = None
    scope: object = None

    def covers(self, day):
        return self.start <= day <= self.end


class Cover:
    """Absences of everybody, asked for a day.

    :param absences: iterable of :class:`Absence`
    :param managers: dict user -> manager
    :param archived: users who are no longer there
    """

    def __init__(self, absences, managers=(), archived=()):
        self.managers = dict(managers)
        self.archived = frozenset(archived)
        self.absences = defaultdict(list)
        for absence in absences:
            self.absences[absence.user].append(absence)
        rows = [absence for found in self.absences.values() for absence in found]
        self.scopes = {absence.scope for absence in rows} - {None}

    def resolve(self, user, day, scopes=()):
        """Who works for a user on a day.

        :param scopes: the account and the desks that the work belongs to, the nearest
            first; its own deputy goes before the general one
        :return: the user themselves, a deputy, a manager or None: the queue
        """
        seen = set()
        while user is not None:
            found = self._search(user, day, scopes, seen)
            if found is not None:
                return found
            user = self.managers.get(user)
            if user in seen:
                return None
        return None

    def _search(self, user, day, scopes, seen):
        """The user or the first of the chain of deputies who is there."""
        waiting = [user]
        while waiting:
            user = waiting.pop()
            if user in seen:
                continue
            seen.add(user)
            away = self.get_away(user, day, scopes)
            if not away and user not in self.archived:
                return user
            deputies = [found.deputy for found in away if found.deputy is not None]
            waiting += reversed(deputies)
        return None

    def get_away(self, user, day, scopes):
        """Absences of a user that count for work of these scopes, the nearest first."""
        order = {scope: place for place, scope in enumerate(scopes)}
        order[None] = len(order)
        away = [
            absence
            for absence in self.absences.get(user, ())
            if absence.covers(day) and absence.scope in order
        ]
        return sorted(away, key=lambda found: (order[found.scope], found.start))

    def get_approver(self, requester, approvers, day, scopes=()):
        """First of the approvers, or who stands in, that is not the requester."""
        for approver in approvers:
            found = self.resolve(approver, day, scopes)
            if found is not None and found != requester:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Spell:
    """Days of an absence on which the same person works for who is away."""

    first: date
    last: date
    user: int | None


def get_spells(cover, absence):
    """Who works for somebody during an absence, day by day.

    :rtype: list of :class:`Spell`, in order, one after the other
    """
    scopes = () if absence.scope is None else (absence.scope,)
    days = {absence.start}
    for others in cover.absences.values():
        for other in others:
            days.update((other.start, add_days(other.end, 1)))
    days = sorted(day for day in days if absence.covers(day))
    ends = [add_days(day, -1) for day in days[1:]] + [absence.end]
    spells = []
    for first, last in zip(days, ends, strict=True):
        user = cover.resolve(absence.user, first, scopes)
        if spells and spells[-1].user == user:
            first = spells.pop().first
        spells.append(Spell(first, last, user))
    return spells


def find_covered(cover, actor, day, accounts=()):
    """Whose work somebody does on a day in their place.

    :param accounts: scopes of each account that somebody has an absence for, a tuple
        each, the nearest first
    :return: dict scopes -> frozenset of users; ``()`` is every other account
    """
    away = {
        user
        for user, absences in cover.absences.items()
        if user != actor and any(absence.covers(day) for absence in absences)
    }
    return {
        scopes: frozenset(u for u in away if cover.resolve(u, day, scopes) == actor)
        for scopes in ((), *accounts)
    }


def find_own(absences):
    """The first absence with the person themselves as deputy, or None."""
    return next((found for found in absences if found.user == found.deputy), None)


def find_overlap(absences):
    """Two absences of one person and scope at once: (absence, absence, day) or None."""
    known = defaultdict(list)
    for absence in sorted(absences, key=lambda found: found.start):
        for other in known[absence.user, absence.scope]:
            if other.covers(absence.start):
                return other, absence, absence.start
        known[absence.user, absence.scope].append(absence)
    return None


def find_circle(absences, among=None):
    """People who stand in for each other on a day with none of them there.

    Taking turns is no circle: it takes one day on which all are away.

    :param among: those that it is asked of, all when ``None``
    :return: (day, tuple of users in the order of who asks whom) or None
    """
    cover = Cover(absences)
    asked = absences if among is None else among
    for absence in sorted(asked, key=lambda found: found.start):
        scopes = () if absence.scope is None else (absence.scope,)
        for day in get_changes(absences, absence):
            circle = find_circle_of(cover, absence, day, scopes)
            if circle:
                return day, circle
    return None


def get_changes(absences, absence):
    """Days within an absence on which somebody else's begins, and its own first."""
    starts = {other.start for other in absences if absence.covers(other.start)}
    return sorted(starts | {absence.start})


def find_circle_of(cover, absence, day, scopes):
    """The circle that the chain of deputies of one absence closes, or None."""
    chain = [absence.user]
    deputy = absence.deputy
    while deputy is not None and deputy not in chain:
        chain.append(deputy)
        away = cover.get_away(deputy, day, scopes)
        deputy = away[0].deputy if away else None
    return None if deputy is None else tuple(chain[chain.index(deputy) :])


@dataclass(frozen=True, slots=True)
class Digest:
    """Work of somebody who was away: there + came = done + back."""

    there: int
    came: int
    done: int
    back: int


def get_digest(items, start, end):
    """What was there, came, was done meanwhile and is handed back.

    :param items: iterable of (day it came, day it was done or None)
    :rtype: Digest
    """
    items = [(came, done) for came, done in items if came <= end]
    items = [(came, done) for came, done in items if done is None or done >= start]
    return Digest(
        there=sum(came < start for came, _done in items),
        came=sum(came >= start for came, _done in items),
        done=sum(done is not None and done <= end for _came, done in items),
        back=sum(done is None or done > end for _came, done in items),
    )
