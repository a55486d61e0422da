"""One list of what happened, page by page, out of several lists that are long."""

from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    :param str kind: of which list it is
    :param datetime moment: when; a day without an hour is its midnight
    :param int id: within its list, higher is later
    """

    kind: str
    moment: datetime
    id: int

    @property
    def rank(self):
        return self.moment, self.id, self.kind


def take_page(lists, limit, cursors):
    """The next events of several lists together, the newest first.

    :param dict lists: kind -> what comes next in its list: at most ``limit + 1``
        events, the newest first
    :param int limit: of the page
    :param dict cursors: kind -> (moment, id) of the last event that was shown
    :return: tuple (list of events, cursors after them, whether there is more)
    """
    newest = merge(*lists.values(), key=lambda event: event.rank, reverse=True)
    page = list(islice(newest, limit))
    after = {**cursors}
    for event in page:
        after[event.kind] = (event.moment, event.id)
    return page, after, sum(map(len, lists.values())) > len(page)
