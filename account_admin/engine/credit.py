"""Credit limits: what an account may owe, by itself and with everybody above it.

Amounts are exact and in the limit's currency. An amount of None is a limit that is
not set; zero is a limit: no credit.
"""

from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO

#: What a hold stops unless its own settings say otherwise.
INVOICE, ORDER, DELIVERY = "invoice", "order", "delivery"
#: What no hold ever stops.
FREE = (
    "credit_note",
    "payment",
    "statement",
    "down_payment",
    "royalty",
    "interest",
    "bill",
)
STOPPED = (INVOICE, ORDER, DELIVERY)


@dataclass(frozen=True, slots=True)
class Order:
    """A confirmed order: what is billed already, and what stands in drafts."""

    total: Decimal
    billed: Decimal = ZERO
    drafted: Decimal = ZERO

    @property
    def not_invoiced(self):
        return max(ZERO, self.total - self.billed - self.drafted)


def get_exposure(items, drafts=(), orders=()):
    """What an account owes or will owe: an order and its draft count once.

    :param items: residuals of open items, credits negative
    :param drafts: totals of draft invoices, credit notes negative
    :param orders: iterable of :class:`Order`
    """
    waiting = sum((order.not_invoiced for order in orders), ZERO)
    return sum(items, ZERO) + sum(drafts, ZERO) + waiting


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that counts for an account, with what uses it.

    :param amount: None: not set
    :param used: exposure of everything below it
    :param extra: what an override adds on the day
    """

    key: object
    amount: Decimal | None
    used: Decimal = ZERO
    extra: Decimal = ZERO

    @property
    def top(self):
        return self.amount + self.extra

    @property
    def is_set(self):
        return self.amount is not None

    @property
    def free(self):
        """What may still be added; negative: exceeded."""
        return self.top - self.used

    @property
    def share(self):
        """Percent used, exact; None for a limit of zero that nothing uses."""
        if self.top > 0:
            return self.used * 100 / self.top
        return None if self.used <= 0 else Decimal("Infinity")


def find_broken(limits, more=ZERO, default=None):
    """Limits that one more amount on credit would exceed.

    :param limits: :class:`Limit` of the account and of everything above it, the
        nearest first
    :param Decimal more: what the document adds
    :param Limit default: of the company, where no other is set
    :return: list of :class:`Limit`, the nearest first
    """
    set_ones = [limit for limit in limits if limit.is_set]
    if not set_ones and default is not None and default.is_set:
        set_ones = [default]
    return [limit for limit in set_ones if limit.used + more > limit.top]


def is_overdue_blocked(items, days, amount=None):
    """Whether an account owes too much for too long.

    Both must be so: only items older than ``days`` count toward the amount.

    :param items: iterable of (days past due, chaseable amount)
    :param days: None: the rule is off
    :param amount: may be reached, not exceeded; None: any is too much
    """
    if days is None:
        return False
    old = sum((residual for age, residual in items if age > days), ZERO)
    return old > (ZERO if amount is None else amount)


def needs_check(before, after, reopened=False):
    """Whether a change of a document adds to what is owed.

    :param bool reopened: it did not count before
    """
    return after > (ZERO if reopened else before)


def is_stopped(kind, stopped=STOPPED):
    """Whether a hold stops a document.

    :param kind: of :data:`STOPPED` or :data:`FREE`
    :param stopped: what the hold is set to stop
    """
    return kind not in FREE and kind in stopped
