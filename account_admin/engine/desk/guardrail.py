"""Whom may be contacted, how often, and at which hour of their day.

Limits are settings; the consumer profile is that of 12 CFR 1006.14(b)(2): no more than
seven tries in seven days, none for seven days after a conversation.
"""

from dataclasses import dataclass
from datetime import timedelta

from ..calendar import combine, roll, to_local, to_utc
from ..days import add_days

WINDOW = 7
#: First and last full hour of a contact's day in which a call may be made, half-open.
HOURS = (8, 18)
EVERY = "all"


def get_free_day(contacts, today, most, window=WINDOW):
    """First day from today on which one more contact keeps within the limit.

    The window rolls: any ``window`` days in a row have no more than ``most``.

    :param contacts: days of contacts; those after a day do not count for it
    :param int most: 0: no limit
    """
    if not most:
        return today
    found = sorted(contacts)
    day = today
    while True:
        inside = [when for when in found if add_days(day, -window) < when <= day]
        if len(inside) < most:
            return day
        day = add_days(inside[-most], window)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where and when a contact may be called.

    :param zones: of the contact; of a contact of whom only the country is known, all
        of its zones: an hour must do in each
    :param calendar: working days there
    """

    zones: tuple
    calendar: object
    hours: tuple[float, float] = HOURS


def may_call(reach, moment):
    """Whether a contact may be called at a moment."""
    return all(is_within(zone, reach, moment) for zone in reach.zones)


def is_within(zone, reach, moment):
    local = to_local(moment, zone)
    start, end = (combine(local.date(), hours) for hours in reach.hours)
    return reach.calendar.is_open(local.date()) and start <= local < end


def get_opening(reach, moment):
    """First moment, not before the one given, at which a contact may be called.

    :rtype: datetime | None
    """
    # the day's opening in the latest zone is open in the others or never on that day
    for _day in range(LOOK_AHEAD):
        if may_call(reach, moment):
            return moment
        moment = max(get_next_opening(zone, reach, moment) for zone in reach.zones)
    return None


#: Days in which zones find an hour that does in each, if there is one.
LOOK_AHEAD = 14


def get_next_opening(zone, reach, moment):
    """The moment itself inside of the hours of a zone, else when they next begin."""
    if is_within(zone, reach, moment):
        return moment
    local = to_local(moment, zone)
    today = combine(local.date(), reach.hours[0])
    day = local.date() if local < today else local.date() + timedelta(days=1)
    return to_utc(combine(roll(reach.calendar, day), reach.hours[0]), zone)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of an account, in the order they are asked.

    :param barred: channels on which not to contact them; :data:`EVERY` for none at all
    :param channels: that there is a number or an address for
    """

    id: int
    barred: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset({"call", "email", "letter"})


def choose(people, channel, closed=False, counsel=None):
    """Whom to contact on a channel.

    :param people: iterable of :class:`Person`, first choice first
    :param bool closed: the account wants no contact at all
    :param Person counsel: who speaks for the account; then nobody else is asked
    :rtype: Person | None
    """
    if closed:
        return None
    if counsel:
        return counsel if may_contact(counsel, channel) else None
    return next((person for person in people if may_contact(person, channel)), None)


def may_contact(person, channel):
    return channel in person.channels and not {channel, EVERY} & person.barred


def share_slots(rows, slots):
    """Which of several notices of one account group goes out: the higher score first.

    :param rows: iterable of (key, score)
    :param int slots: contacts that are still allowed
    :return: (keys that go, keys that wait)
    """
    # two stable sorts: scores of any kind, the highest first, then the key
    ordered = [key for key, _score in sorted(rows, key=lambda row: row[0])]
    scores = dict(rows)
    ordered.sort(key=scores.__getitem__, reverse=True)
    return ordered[:slots], ordered[slots:]
