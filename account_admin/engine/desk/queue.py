"""The order of a day's calls: what was agreed, who can be reached, then the score."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

CALL_BACK, NOW, LATER, NOBODY = range(4)
GROUPS = ("call_back", "now", "later", "nobody")
#: Minutes without a sign of life after which a held account is free again.
IDLE_MINUTES = 15
#: Days that an account may be put off at most.
LONGEST_SNOOZE = 30
#: States of a work item that end its day.
ENDED = ("done", "moved", "settled", "left")


@dataclass(frozen=True, slots=True)
class Callable:
    """An account in the queue.

    :param opens: moment from which on its contact may be called; not after now: at
        once; None: nobody may be called
    :param call_back: moment that was agreed, or None
    """

    id: int
    name: str
    score: int
    amount: Decimal
    days: int
    opens: datetime | None
    call_back: datetime | None = None


def arrange(rows, now):
    """Accounts in the order to call them.

    Call-backs that are due by their time; who may be called now; who may be later
    today or another day, by when; who may not be at all. Within these the higher
    score, amount, age, then the name.

    :param rows: iterable of :class:`Callable`
    :param datetime now: in UTC
    :return: list of :class:`Callable`
    """
    return sorted(rows, key=lambda row: get_place(row, now))


def get_place(row, now):
    rest = (-row.score, -row.amount, -row.days, row.name, row.id)
    if row.call_back and row.call_back <= now:
        return (CALL_BACK, row.call_back, *rest)
    if row.opens is None:
        return (NOBODY, now, *rest)
    if row.opens <= now:
        return (NOW, now, *rest)
    return (LATER, row.opens, *rest)


def get_group(row, now):
    """Which of :data:`GROUPS` an account is in."""
    return GROUPS[get_place(row, now)[0]]


def cut(rows, capacity):
    """What fits into a day, and what does not.

    :param int capacity: accounts a day; 0: no limit
    :return: (rows that fit, rows that do not)
    """
    return (rows, []) if not capacity else (rows[:capacity], rows[capacity:])


def get_holder(held_by, held_at, now, idle_minutes=IDLE_MINUTES):
    """Who holds an account: nobody once the holder gave no sign for so long."""
    if held_by and held_at and now - held_at < timedelta(minutes=idle_minutes):
        return held_by
    return None


def get_snooze_end(today, until, next_step=None, longest=LONGEST_SNOOZE):
    """Day on which an account that is put off comes back: never after its next step."""
    ends = [until, today + timedelta(days=longest)]
    if next_step:
        ends.append(next_step)
    return max(min(ends), today)


def count_day(states):
    """How a day went; what is still open when it ends is left over.

    :param states: states of the day's work items
    :return: dict of "planned" and :data:`ENDED` -> number; planned is their sum
    """
    ended = Counter(state if state in ENDED else "left" for state in states)
    return {"planned": ended.total(), **{state: ended[state] for state in ENDED}}
