"""What a person brought about: rates, targets of the days present, money collected."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ..days import add_days
from ..money import ZERO

CENT = Decimal("0.01")
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
