"""Restatement (R13): the chain recomputed, the difference billed now."""

from dataclasses import dataclass
from decimal import Decimal

from ..money import ZERO
from .calculation import compute
from .result import Earning, FeeAmount, Result


@dataclass(frozen=True, slots=True)
class Difference:
    """What a restatement changes about one statement.

    :param knock_on: its own lines did not change, an earlier statement's did
    """

    statement: int
    before: Decimal
    after: Decimal
    knock_on: bool

    @property
    def amount(self):
        """To be billed now, below 0: to be taken back."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Restatement:
    """A chain computed anew.

    :param results: of every statement from the first that changed
    :param earnings: differences of each pool, to be settled now; those of 0 left out
    :param fees: differences of each fee; those of 0 left out
    """

    differences: tuple[Difference, ...]
    earnings: tuple[Earning, ...]
    fees: tuple[FeeAmount, ...]
    results: tuple[Result, ...]

    @property
    def amount(self):
        """Royalty to be billed now."""
        return sum((found.amount for found in self.differences), ZERO)


def compute_chain(terms, statements, prior=(), approvals=None):
    """Compute statements one after the other, each upon those before.

    :param statements: in the order of their periods
    :param prior: ``Sums`` of the statements before the first
    :return: tuple of ``Result``
    """
    results, prior = [], list(prior)
    for statement in statements:
        result = compute(terms, statement, prior, approvals)
        results.append(result)
        prior += result.sums
    return tuple(results)


def restate(terms, statements, sums, fees=(), revised=(), prior=()):
    """What changed numbers of a statement mean for it and for all after it.

    T21: tiers of T5, 450,000 becomes 480,000: +2,400, and +600 for the next quarter.

    :param statements: from the first that changed, with their new lines, in order
    :param sums: ``Sums`` that these statements were approved with
    :param fees: ``FeeAmount`` that they were approved with
    :param revised: ids of the statements whose lines changed
    :param prior: ``Sums`` of the statements before the first
    :rtype: Restatement
    :raise ValueError: when a statement is missing whose sums are given
    """
    missing = {row.statement for row in sums} - {row.id for row in statements}
    if missing:
        raise ValueError(
            f"Statements {sorted(missing)} were billed but are not in the chain: "
            "recompute them, too."
        )
    results = compute_chain(terms, statements, prior)
    before = {}
    for row in sums:
        before[row.statement] = before.get(row.statement, ZERO) + row.royalty
    return Restatement(
        differences=tuple(
            Difference(
                result.statement,
                before.get(result.statement, ZERO),
                result.royalty,
                result.statement not in revised,
            )
            for result in results
        ),
        earnings=_differ_earnings(sums, results),
        fees=_differ_fees(fees, results),
        results=results,
    )


def _differ_earnings(sums, results):
    amounts = {}
    for row in sums:
        key = (row.cell.pool, row.cell.sell_off)
        amounts[key] = amounts.get(key, ZERO) - row.royalty
    for result in results:
        for found in result.earnings:
            key = (found.pool, found.sell_off)
            amounts[key] = amounts.get(key, ZERO) + found.amount
    return tuple(Earning(*key, amounts[key]) for key in sorted(amounts) if amounts[key])


def _differ_fees(fees, results):
    signed = [(found, -1) for found in fees]
    signed += [(found, 1) for result in results for found in result.fees]
    amounts = {}
    for found, sign in signed:
        base, amount = amounts.get(found.fee, (ZERO, ZERO))
        amounts[found.fee] = (base + sign * found.base, amount + sign * found.amount)
    return tuple(
        FeeAmount(fee, *found) for fee, found in sorted(amounts.items()) if found[1]
    )
