"""Change requests: who still has to agree, what would be written, when, by which board.

People are any hashable; values are whatever compares equal when it is the same.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from .calendar import add_working_days, combine, to_utc

LOW, NORMAL, BANK = "low", "normal", "bank"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a change of some risk needs before it is applied.

    :param approvals: so many people besides whoever asked
    :param call_back: a call to a number older than the request, by somebody else
    :param who: those who may approve, None for anybody who may at all
    """

    approvals: int = 0
    call_back: bool = False
    who: frozenset | None = None

    def allows(self, approval):
        return self.who is None or approval.right in self.who


#: No rule asks for less.
FLOORS = {LOW: Rule(0), NORMAL: Rule(1), BANK: Rule(2, True)}


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody agrees, by their own right or as deputy of whoever has it."""

    user: object
    instead_of: object = None

    @property
    def right(self):
        return self.user if self.instead_of is None else self.instead_of


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call to a number of the account.

    :param number_since: the first day on which the number is known
    :param requested: the day on which the change was asked for
    """

    by: object
    number_since: date
    requested: date


@dataclass(frozen=True, slots=True)
class Missing:
    """What a request still needs; false when that is nothing."""

    approvals: int = 0
    call_back: bool = False

    def __bool__(self):
        return bool(self.approvals or self.call_back)


def is_below(rule, risk):
    """Whether a rule asks for less than its class always needs."""
    floor = FLOORS[risk]
    return rule.approvals < floor.approvals or (floor.call_back and not rule.call_back)


def count_approvals(rule, askers, approvals):
    """Distinct people by distinct rights; who asked never counts, as deputy neither."""
    users, rights = set(askers), set(askers)
    count = 0
    for approval in approvals:
        if approval.user in users or approval.right in rights:
            continue
        if rule.allows(approval):
            users.add(approval.user)
            rights.add(approval.right)
            count += 1
    return count


def is_call_back(call, askers):
    """Whether a call counts: by another, to a number known before the day of asking."""
    return call.by not in askers and call.number_since < call.requested


def find_missing(rules, askers, approvals, calls=()):
    """What is missing for every rule that a request has to keep.

    :param rules: iterable of :class:`Rule`
    :param askers: everybody who asked for the change in any of its versions
    :param approvals: iterable of :class:`Approval`, of this version
    :param calls: iterable of :class:`CallBack`, of this version
    :rtype: Missing
    """
    approvals = list(approvals)
    called = any(is_call_back(call, askers) for call in calls)
    more = [rule.approvals - count_approvals(rule, askers, approvals) for rule in rules]
    needs_call = any(rule.call_back for rule in rules)
    return Missing(max(0, *more, 0), needs_call and not called)


def find_short(rules, askers, people):
    """Rules that too few people could ever meet.

    :param people: everybody who may approve at all
    :return: list of (rule, number of those who could)
    """
    found = []
    for rule in rules:
        could = people if rule.who is None else people & rule.who
        could = could - set(askers)
        if len(could) < rule.approvals:
            found.append((rule, len(could)))
    return found


def choose_approvers(cover, askers, wanted, day, number, scopes=()):
    """People who are there and may approve, none of them twice.

    :param cover: :class:`~.absence.Cover`
    :param wanted: users by preference
    :return: list of users, fewer than ``number`` where there are no more
    """
    chosen = []
    for user in wanted:
        if user in askers:
            continue
        found = cover.resolve(user, day, scopes)
        if found is not None and found not in askers and found not in chosen:
            chosen.append(found)
    return chosen[:number]


# ----------------------------------------------------------------------
# APPLYING
# ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: as it was seen, as it is now, and as it shall be."""

    key: object
    seen: object
    current: object
    proposed: object

    @property
    def is_conflict(self):
        """Somebody changed it meanwhile, and not to what is proposed."""
        return self.current not in (self.seen, self.proposed)


def decide(cells):
    """All of a request's fields, or none.

    :return: (dict key -> value to write, list of cells in conflict); the former is
        empty where the latter is not
    """
    cells = list(cells)
    clash = [cell for cell in cells if cell.is_conflict]
    if clash:
        return {}, clash
    return {c.key: c.proposed for c in cells if c.current != c.proposed}, []


def reverse(cells):
    """Cells that ask for what was seen before; what is proposed is what is seen now."""
    return [Cell(cell.key, cell.proposed, cell.current, cell.seen) for cell in cells]


def get_start(day, zone):
    """Moment, naive in UTC, at which a day begins in a time zone."""
    return to_utc(datetime.combine(day, time()), zone)


# ----------------------------------------------------------------------
# BOARD
# ----------------------------------------------------------------------

CARRIED, LOST, OPEN = "carried", "lost", "open"


def get_cut_off(calendar, meeting, before=2, hour=17):
    """Local time until which a request has to be asked to be on a meeting's agenda.

    :param calendar: as of :mod:`.calendar`
    :param int before: working days before the meeting
    :param hour: hours into that day
    """
    return combine(add_working_days(calendar, meeting, -before), hour)


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes that count."""

    yes: frozenset
    no: frozenset
    abstained: frozenset


def count_votes(votes, askers):
    """What a board voted; who asked has no vote.

    :param votes: dict person -> True, False or None for abstaining
    """
    votes = {who: vote for who, vote in votes.items() if who not in askers}
    return Tally(
        *(
            frozenset(who for who, vote in votes.items() if vote is wanted)
            for wanted in (True, False, None)
        )
    )


def get_outcome(tally, needed):
    """Carried by enough votes and more than are against; lost; else open.

    :param int needed: votes for it
    """
    if len(tally.no) >= max(1, len(tally.yes)):
        return LOST
    return CARRIED if len(tally.yes) >= needed else OPEN
