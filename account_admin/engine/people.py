"""Who answers for what at an account on a day, and when to speak with them again."""

from dataclasses import dataclass
from datetime import date

from .desk.call import get_cadence_day

#: For every channel.
EVERY = "all"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A contact that answers for something for some days.

    :param contact, role: ids
    :param start, end: first and last day; ``None``: always, for good
    :param channel: the only one on which they want to be reached, or :data:`EVERY`
    """

    contact: int
    role: int
    start: date | None = None
    end: date | None = None
    channel: str = EVERY

    def holds(self, day, channel=None):
        """Whether it counts on a day, for a channel if one is asked for."""
        return (
            (not self.start or self.start <= day)
            and (not self.end or day <= self.end)
            and (not channel or self.channel in (EVERY, channel))
        )


def rank(assignments, order, day, channel=None):
    """Contacts that answer on a day, first choice first.

    The asked-for role before others; of two with one role whoever has it for less long.

    :param assignments: iterable of :class:`Assignment`
    :param order: ids of roles, the asked-for one first; others are not asked
    :return: list of contact ids, each once
    """
    places = {role: place for place, role in enumerate(dict.fromkeys(order))}
    found = [
        (places[one.role], -(one.start or date.min).toordinal(), one.contact)
        for one in assignments
        if one.role in places and one.holds(day, channel)
    ]
    return list(dict.fromkeys(contact for _place, _since, contact in sorted(found)))


def get_next_talk(calendar, last, since, days):
    """Working day by which to speak with somebody again.

    :param WorkingDays calendar: the company's
    :param date last: when they were spoken with last, ``None``: never
    :param date since: the day on which they took over, counts where it is later
    :param int days: the most that may lie between two talks; ``None`` at 0
    """
    if not days:
        return None
    known = [day for day in (last, since) if day]
    return get_cadence_day(calendar, max(known), days) if known else None
