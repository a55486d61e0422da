"""Pools: advances, minimum guarantees, instalments, recoupment, true-up.

A pool is one commitment (R8). Everything that happens in it is a movement; its balance
is what its movements add up to, never a figure of its own. Royalties of no pool are
movements of commitment 0, which carries negative ones forward.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..money import ZERO
from .money import round_money
from .terms import CARRY_FORWARD, CREDIT_NOTE, Commitment

#: Royalties outside every pool.
NO_POOL = Commitment(0)

ADVANCE, INSTALMENT, TRUE_UP = "advance", "instalment", "true_up"
EARNED, RECOUPED, PAYABLE = "earned", "recouped", "payable"
REOPENED, FLOORED, CREDITED, LAPSED = "reopened", "floored", "credited", "lapsed"
#: What one of an amount does to (earned, billed, credit) of its pool.
_EFFECTS = {
    ADVANCE: (0, 1, 1),
    INSTALMENT: (0, 1, 1),
    TRUE_UP: (0, 1, 1),
    EARNED: (1, 0, 0),
    RECOUPED: (0, 0, -1),
    PAYABLE: (0, 1, 0),
    REOPENED: (0, 0, 1),
    FLOORED: (0, 0, 0),
    CREDITED: (0, -1, 0),
    LAPSED: (0, 0, -1),
}
#: Every kind that a :class:`Movement` may have.
MOVEMENT_KINDS = tuple(_EFFECTS)


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of a pool's ledger.

    :param amount: never below 0, but for ``earned``
    :param floor: what must at least have been billed into the pool from here on: kept
        although a true-up may come to 0
    :param source: the statement, or the instalment
    """

    commitment: int
    day: date
    kind: str
    amount: Decimal
    source: int | None = None
    floor: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a pool stands.

    :param billed: everything billed into it, advances included (R7)
    :param credit: paid ahead and not recouped yet
    :param floor: the part of ``billed`` that is never paid back
    """

    earned: Decimal = ZERO
    billed: Decimal = ZERO
    credit: Decimal = ZERO
    floor: Decimal = ZERO

    def after(self, movement):
        """The balance once a movement is added."""
        earned, billed, credit = _EFFECTS[movement.kind]
        return Balance(
            self.earned + earned * movement.amount,
            self.billed + billed * movement.amount,
            self.credit + credit * movement.amount,
            max(self.floor, movement.floor),
        )


EMPTY = Balance()


def balances(movements):
    """Add up a ledger.

    :param movements: iterable of :class:`Movement`, oldest first
    :return: dict commitment id -> :class:`Balance`
    """
    found = {}
    for movement in movements:
        old = found.get(movement.commitment, EMPTY)
        found[movement.commitment] = old.after(movement)
    return found


@dataclass(frozen=True, slots=True)
class PoolStep:
    """What one earning did: the pool before and after, and the movements between."""

    commitment: int
    sell_off: bool
    amount: Decimal
    before: Balance
    movements: tuple[Movement, ...]
    after: Balance


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a statement's royalty comes to once pools are settled.

    :param recouped: of earlier credit: a negative line of the invoice
    :param payable: to be invoiced (below 0: a credit note), before fees and taxes
    :param balances: dict commitment id -> :class:`Balance` afterwards
    """

    earned: Decimal
    recouped: Decimal
    payable: Decimal
    steps: tuple[PoolStep, ...]
    balances: dict

    @property
    def movements(self):
        """Rows for the ledger, in order."""
        return tuple(row for step in self.steps for row in step.movements)


def settle(terms, earnings, known, day, source=None):
    """Settle what a statement, or the difference of a restatement, earned.

    Negative policy (R3), then recoupment (R6). Sell-off royalties go into the pool only
    where the commitment says so (R12). T11: advance 10,000; 6,664 -> 0, 5,000 -> 1,664.

    :param earnings: iterable of ``Earning``
    :param dict known: commitment id -> :class:`Balance` before
    :param date day: last day of the period: until when credit may be recouped is asked
        for it
    :param int source: the statement
    :rtype: Settlement
    :raise ValueError: when a pool is not among the terms' commitments
    """
    commitments = {row.id: row for row in (NO_POOL, *terms.commitments)}
    known, steps = dict(known), []
    for earning in earnings:
        commitment = _pool_of(earning, commitments)
        before = known.get(commitment.id, EMPTY)
        rows = _earn(terms, commitments, commitment, earning.amount, known, day)
        rows = tuple(replace(row, source=source) for row in rows)
        for row in rows:
            known[row.commitment] = known.get(row.commitment, EMPTY).after(row)
        after = known.get(commitment.id, EMPTY)
        steps.append(
            PoolStep(
                commitment.id, earning.sell_off, earning.amount, before, rows, after
            )
        )
    rows = [row for step in steps for row in step.movements]

    def add_up(kind):
        return sum((row.amount for row in rows if row.kind == kind), ZERO)

    payable = add_up(PAYABLE) - add_up(CREDITED)
    return Settlement(add_up(EARNED), add_up(RECOUPED), payable, tuple(steps), known)


def transfer(earnings, cash, day, source=None):
    """Move what a restatement takes from one pool and gives to another.

    What was paid in cash for the first pool pays the second: nobody is asked for it
    again. The rest is for :func:`settle`.

    :param earnings: iterable of ``Earning``, differences of a restatement
    :param dict cash: commitment id -> royalties that were paid in cash, not recouped
    :return: (tuple of :class:`Movement`, tuple of ``Earning`` that are left)
    """
    left, cash, rows = list(earnings), dict(cash), []
    for taken, loser in enumerate(left):
        for given, winner in enumerate(left):
            if left[taken].amount >= 0 or left[given].amount <= 0:
                continue
            known = cash.get(loser.pool, ZERO)
            part = min(-left[taken].amount, left[given].amount, known)
            if part <= 0 or loser.pool == winner.pool:
                continue
            cash[loser.pool] = known - part
            cash[winner.pool] = cash.get(winner.pool, ZERO) + part
            left[taken] = replace(left[taken], amount=left[taken].amount + part)
            left[given] = replace(left[given], amount=left[given].amount - part)
            for pool, sign, kind in (
                (loser.pool, -1, CREDITED),
                (winner.pool, 1, PAYABLE),
            ):
                rows.append(Movement(pool, day, EARNED, sign * part, source))
                rows.append(Movement(pool, day, kind, part, source))
    return tuple(rows), tuple(earning for earning in left if earning.amount)


def _pool_of(earning, commitments):
    commitment = commitments.get(earning.pool)
    if commitment is None:
        raise ValueError(
            f"Royalties belong to commitment {earning.pool}, which the contract "
            "has no more: restore it."
        )
    outside = earning.sell_off and not commitment.sell_off_counts
    return NO_POOL if outside else commitment


def _earn(terms, commitments, commitment, amount, known, day):
    """Movements of one amount in its pool."""
    if not amount:
        return
    yield Movement(commitment.id, day, EARNED, amount)
    balance = known.get(commitment.id, EMPTY)
    if amount < 0:
        yield from _take_back(terms, commitment, -amount, balance, day)
        return
    for pool_id in (*commitment.recoup_from, commitment.id):
        credit = known.get(pool_id, EMPTY).credit
        if credit > 0 and _may_recoup(commitments.get(pool_id), day):
            part = min(credit, amount)
            amount -= part
            if part:
                yield Movement(pool_id, day, RECOUPED, part)
    if amount:
        yield Movement(commitment.id, day, PAYABLE, amount)


def _take_back(terms, commitment, amount, balance, day):
    """Movements of a negative royalty by the contract's policy (R3)."""
    if terms.negative_policy == CREDIT_NOTE:
        room = max(balance.billed - balance.floor, ZERO) if balance.floor else amount
        cash = min(amount, room)
        if cash:
            yield Movement(commitment.id, day, CREDITED, cash)
        amount -= cash
    if amount:
        carried = terms.negative_policy in (CARRY_FORWARD, CREDIT_NOTE)
        kind = REOPENED if carried else FLOORED
        yield Movement(commitment.id, day, kind, amount)


def _may_recoup(commitment, day):
    if commitment is None:
        return False
    return commitment.recoup_until is None or day <= commitment.recoup_until


def bill_instalment(commitment, instalment_id, balance, day, ended=None, decimals=2):
    """Bill one line of a commitment.

    An advance is billed in full, whatever was paid before: later royalties recoup it.
    A guarantee's instalment is billed as far as less than
    all instalments up to it was billed: T13: 10,000 paid, 2,000 of royalties -> 8,000.
    What a pool that ended early is guaranteed is the most that they ask for.

    :param date ended: as of :func:`guaranteed`
    :rtype: Movement
    :raise ValueError: when the commitment has no such line
    """
    rows = sorted(commitment.instalments, key=lambda row: (row.day, row.id))
    place = next((n for n, row in enumerate(rows) if row.id == instalment_id), None)
    if place is None:
        raise ValueError(
            f"Commitment {commitment.id} has no instalment {instalment_id}: choose one."
        )
    row = rows[place]
    if row.kind == ADVANCE:
        floor = balance.floor + row.amount
        return Movement(commitment.id, day, ADVANCE, row.amount, row.id, floor)
    due = sum((found.amount for found in rows[: place + 1]), ZERO)
    if commitment.prorates and commitment.guarantee:
        due = min(due, guaranteed(commitment, ended, decimals))
    amount = max(due - balance.billed, ZERO)
    return Movement(commitment.id, day, INSTALMENT, amount, row.id, due)


def prorate(guarantee, first, last, ended, decimals=2):
    """The guarantee of a pool that ended early, by days.

    T26: 20,000 for 2025 ended on 30 Sep: x 273 / 365 = 14,958.90.

    :raise ValueError: when the pool has no dates
    """
    if not first or not last:
        raise ValueError(
            "A guarantee is prorated by the days of its pool: enter its first and "
            "last day."
        )
    if ended >= last:
        return guarantee
    days = max((ended - first).days + 1, 0)
    return round_money(guarantee * days / ((last - first).days + 1), decimals)


def guaranteed(commitment, ended=None, decimals=2):
    """The guarantee of a pool, prorated once where it ended early and shrinks (T26).

    The earlier end counts: of the contract, or of the pool by an amendment.

    :param date ended: last day of the contract, ``None`` while it is not over
    """
    scope = commitment.scope
    ended = min(filter(None, (ended, scope.last)), default=None)
    if not (commitment.prorates and ended):
        return commitment.guarantee
    last = commitment.agreed_last or scope.last
    return prorate(commitment.guarantee, scope.first, last, ended, decimals)


def true_up(commitment, balance, day, ended=None, decimals=2):
    """Bill the rest of the guarantee at the end of a pool (R7).

    max(0, guarantee - everything billed into the pool), never against what was earned:
    T12: 20,000 with 10,000 paid ahead and 6,764 paid -> 3,236.

    :param date ended: as of :func:`guaranteed`
    :rtype: Movement
    """
    guarantee = guaranteed(commitment, ended, decimals)
    amount = max(guarantee - balance.billed, ZERO)
    return Movement(commitment.id, day, TRUE_UP, amount, None, guarantee)


def lapse(commitment, balance, day):
    """End the credit that may not be recouped any more (T16).

    :return: a :class:`Movement`, ``None`` while there is nothing to lapse
    """
    if balance.credit <= 0 or _may_recoup(commitment, day):
        return None
    return Movement(commitment.id, day, LAPSED, balance.credit)


def quota_shortfall(quota, sums):
    """How much a quota is short of.

    :param sums: iterable of ``QuotaSum`` of its statements
    :return: Decimal, 0 when it was reached
    """
    mine = (found for found in sums if found.quota == quota.id)
    reached = sum((found.reached(quota) for found in mine), ZERO)
    return max(quota.target - reached, ZERO)
