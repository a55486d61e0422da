"""What a person brought about: rates, targets of the days present, money collected."""

from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ..days import add_days
from ..kpi import cei, round_figure
from ..money import ZERO

CENT = Decimal("0.01")
#: Rate -> the target that it is against.
AIMED = {
    "dial_target_rate": "target_dials",
    "contact_target_rate": "target_right_party",
    "amount_target_rate": "target_amount",
}
#: Days after a right-party contact in which money counts as brought by it.
CONTACT_DAYS = 30


def get_percent(part, whole):
    """Percent with two decimals; None where there is nothing to divide by."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(CENT, ROUND_HALF_UP)


def get_target(each_day, present):
    """A target counts for the days a person was there.

    :param each_day: of one working day
    :param int present: working days less those away
    """
    return each_day * present


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a working day, from a day on.

    :param user: of whom; None: of everybody without one of their own
    """

    start: date
    dials: int = 0
    right_party: int = 0
    amount: Decimal = ZERO
    user: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What somebody did in some days, and what was asked of them; sums add up.

    :param inbound: calls that came in; ``dials``, ``connects`` and ``right_party`` are
        those that went out
    :param promises: taken, of whatever end; ``kept``, ``partial`` and ``broken`` ended
    :param beginning: owed on the day before by the accounts they look after, with
        ``beginning_current`` not yet due; ``ending`` and ``current`` on the last day
    :param present_days: working days without those away
    """

    dials: int = 0
    connects: int = 0
    right_party: int = 0
    inbound: int = 0
    promises: int = 0
    kept: int = 0
    partial: int = 0
    broken: int = 0
    disputes: int = 0
    collected: Decimal = ZERO
    beginning: Decimal = ZERO
    beginning_current: Decimal = ZERO
    sales: Decimal = ZERO
    ending: Decimal = ZERO
    current: Decimal = ZERO
    present_days: int = 0
    target_dials: int = 0
    target_right_party: int = 0
    target_amount: Decimal = ZERO

    @property
    def overdue_before(self):
        return self.beginning - self.beginning_current

    @property
    def overdue(self):
        return self.ending - self.current

    @property
    def overdue_reduced(self):
        return self.overdue_before - self.overdue

    @property
    def is_empty(self):
        """Whether nothing was done, asked for or owed."""
        return self == Card(present_days=self.present_days)

    def get_rates(self):
        """Percent with two decimals by name, None where there is nothing to divide."""
        figure = cei(self.beginning, self.sales, self.ending, self.current)
        return {
            "right_party_rate": get_percent(self.right_party, self.dials),
            "contact_rate": get_percent(self.right_party, self.connects),
            "promise_rate": get_percent(self.promises, self.right_party),
            "kept_rate": get_percent(self.kept, self.kept + self.partial + self.broken),
            "dial_target_rate": get_percent(self.dials, self.target_dials),
            "contact_target_rate": get_percent(
                self.right_party, self.target_right_party
            ),
            "amount_target_rate": get_percent(self.collected, self.target_amount),
            "cei": round_figure(figure),
        }


def add_up(cards):
    """Several people's cards as one: rates come from the sums, never from rates."""
    cards = tuple(cards)
    names = [field.name for field in fields(Card)]
    return Card(**{name: sum(getattr(card, name) for card in cards) for name in names})


def get_rates_of(cards):
    """Rates of several people together, as :meth:`Card.get_rates`.

    Against targets counts what those did who have one: who has none is above no target.
    """
    cards = tuple(cards)
    rates = add_up(cards).get_rates()
    for rate, target in AIMED.items():
        aimed = add_up(card for card in cards if getattr(card, target))
        rates[rate] = aimed.get_rates()[rate]
    return rates


def find_present(calendar, first, last, absences):
    """Working days from a day to another, both included, without those away.

    :param calendar: see :mod:`engine.calendar`
    :param absences: of the person, :class:`~..absence.Absence` for everything
    """
    days = [add_days(first, number) for number in range((last - first).days + 1)]
    return [
        day
        for day in days
        if calendar.is_open(day) and not any(away.covers(day) for away in absences)
    ]


def find_target(targets, user, day):
    """The target of somebody on a day: their own before that of everybody, or None.

    :param targets: iterable of :class:`Target`
    """
    begun = [
        target
        for target in targets
        if target.start <= day and target.user in (user, None)
    ]
    if not begun:
        return None
    return max(begun, key=lambda target: (target.user is not None, target.start))


def sum_targets(targets, user, present):
    """Targets of the days that somebody was there, each day by the one of its time.

    :param present: days, as of :func:`find_present`
    :return: dict ``target_dials``, ``target_right_party`` and ``target_amount``
    """
    found = Counter(find_target(targets, user, day) for day in present)
    found.pop(None, None)
    return {
        f"target_{name}": sum(
            (get_target(getattr(target, name), days) for target, days in found.items()),
            start,
        )
        for name, start in (("dials", 0), ("right_party", 0), ("amount", ZERO))
    }


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money of an account that came on a day."""

    day: date
    account: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """A promise and who took it.

    :param deadline: last day on which a payment keeps it
    """

    account: int
    made: date
    deadline: date
    amount: Decimal
    user: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A right-party contact."""

    day: date
    account: int
    user: int


def attribute(receipts, promises, contacts, window=CONTACT_DAYS):
    """Money to whom brought it, nothing twice.

    First the taker of the promise that it keeps, those due first before others; then
    who spoke last with the account in the ``window`` days before; else nobody.

    :param receipts: iterable of :class:`Receipt`
    :param promises: iterable of :class:`Taken`
    :param contacts: iterable of :class:`Spoken`
    :return: list of (:class:`Receipt`, user or None, Decimal), parts of each receipt
    """
    taken, spoken = defaultdict(list), defaultdict(list)
    for promise in sorted(promises, key=lambda found: (found.deadline, found.made)):
        taken[promise.account].append([promise, promise.amount])
    for contact in contacts:
        spoken[contact.account].append((contact.day, contact.user))
    parts = []
    for receipt in sorted(receipts, key=lambda found: (found.day, found.account)):
        left = receipt.amount
        for row in taken[receipt.account]:
            promise, open_amount = row
            part = min(left, open_amount)
            if part > 0 and promise.made <= receipt.day <= promise.deadline:
                row[1] -= part
                left -= part
                parts.append((receipt, promise.user, part))
        if left:
            user = find_speaker(spoken[receipt.account], receipt.day, window)
            parts.append((receipt, user, left))
    return parts


def find_starts(promises, first):
    """From when on receipts have to be known to tell whose those of some days are.

    A promise that is still open then may have been kept in part before, and so may the
    one before it.

    :param promises: iterable of :class:`Taken`
    :param date first: of those days
    :return: dict account -> day, of the accounts with earlier receipts to know
    """
    starts = {}
    for promise in sorted(promises, key=lambda found: found.deadline, reverse=True):
        start = starts.get(promise.account, first)
        if promise.deadline >= start:
            starts[promise.account] = min(start, promise.made)
    return starts


def find_speaker(contacts, day, window):
    """Who spoke last, up to a day and not longer ago than the window; or None."""
    earliest = add_days(day, -window)
    recent = [contact for contact in contacts if earliest <= contact[0] <= day]
    return max(recent)[1] if recent else None


def sum_by_user(parts):
    """{user or None: Decimal} of :func:`attribute`."""
    totals = defaultdict(lambda: ZERO)
    for _receipt, user, amount in parts:
        totals[user] += amount
    return dict(totals)
