"""Age buckets of open items: one definition for every report, page and export."""

from dataclasses import dataclass
from decimal import Decimal

#: Last day past due of each bucket but the open-ended last one.
DEFAULT_LIMITS = (30, 60, 90, 120)
#: Buckets a report has room for: not due, and up to one more than limits.
MAX_BUCKETS = 8


@dataclass(frozen=True)
class TieOut:
    """A receivable account's balance in the ledger beside its open items.

    :param int account: id of the GL account
    :param ledger: its balance, as every trial balance shows it
    :param transferred: what matches with items of other GL accounts or companies took
        off (negative) or brought, each on its day
    :param items: sum of the open items; all in the company's currency
    """

    account: int
    ledger: Decimal
    transferred: Decimal
    items: Decimal

    @property
    def difference(self):
        """What cannot be explained: zero, always."""
        return self.ledger + self.transferred - self.items


def parse_limits(text):
    """Read bucket limits as a person types them.

    :param str text: last days of the buckets, e.g. ``"30, 60, 90, 120"``
    :return: tuple of ints, strictly increasing, all positive
    :raise ValueError: with a sentence that says what is wrong
    """
    try:
        limits = tuple(int(part) for part in text.replace(";", ",").split(","))
    except ValueError:
        raise ValueError(
            f"Bucket limits are whole numbers of days with commas between: {text!r}"
        ) from None
    if limits[0] < 1:
        raise ValueError(f"The first bucket limit must be at least 1 day: {text!r}")
    if any(a >= b for a, b in zip(limits, limits[1:], strict=False)):
        raise ValueError(f"Bucket limits must increase: {text!r}")
    if len(limits) > MAX_BUCKETS - 2:
        raise ValueError(f"At most {MAX_BUCKETS - 2} bucket limits fit: {text!r}")
    return limits


def bucket_starts(limits=DEFAULT_LIMITS):
    """First day past due of each overdue bucket: ``(1, 31, 61, 91, 121)``."""
    return (1, *(limit + 1 for limit in limits))


def bucket_labels(limits=DEFAULT_LIMITS):
    """Labels in order: ``("not due", "1-30", "31-60", "61-90", "91-120", "121+")``."""
    starts = bucket_starts(limits)
    ranges = [f"{a}-{b}" for a, b in zip(starts, limits, strict=False)]
    return ("not due", *ranges, f"{starts[-1]}+")
