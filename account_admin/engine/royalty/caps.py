"""Deduction caps (R2): what a row allows over its window, shared among cells."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..money import ZERO
from .terms import Deduction


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one row allows of one cell's deductions in a statement.

    :param change: of what the window allows, against earlier statements
    :param on_lines: the part of ``change`` that is of this statement's lines
    """

    gross: Decimal
    claimed: Decimal
    change: Fraction
    on_lines: Fraction

    @property
    def ratio(self):
        """Allowed share of what the lines claim, 0 to 1."""
        return self.on_lines / Fraction(self.claimed) if self.claimed else Fraction(1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one row allows: totals of its window, and each cell of the statement."""

    deduction: Deduction
    gross: Decimal
    claimed: Decimal
    limit: Fraction | None
    cells: dict


def allow(deduction, now, before):
    """Apply one row to a statement.

    What the window allows of all cells is shared by what they claim; a cell's part of a
    statement is the difference to what earlier statements were allowed. T3: a year's
    cap of 10 %, 200,000 with 4,000, then 50,000 with 15,000: all 15,000.

    :param dict now: cell -> (gross, claimed) of the statement
    :param dict before: cell -> (gross, claimed, allowed) of the window before it
    :rtype: Allowance
    """
    zero = (ZERO, ZERO, Fraction(0))
    gross = sum((found[0] for found in (*now.values(), *before.values())), ZERO)
    claimed = sum((found[1] for found in (*now.values(), *before.values())), ZERO)
    limit, share = None, Fraction(1)
    if deduction.cap is not None:
        limit = Fraction(max(gross, ZERO)) * Fraction(deduction.cap) / 100
        if claimed > limit:
            share = limit / Fraction(claimed)
    cells = {}
    for cell in {**before, **now}:
        cell_gross, cell_claimed = now.get(cell, zero)[:2]
        _gross, claimed_before, allowed_before = before.get(cell, zero)
        change = Fraction(cell_claimed + claimed_before) * share - allowed_before
        low, high = sorted((Fraction(0), Fraction(cell_claimed)))
        on_lines = min(max(change, low), high)
        cells[cell] = Allowed(cell_gross, cell_claimed, change, on_lines)
    return Allowance(deduction, gross, claimed, limit, cells)


def allow_all(terms, groups, windows):
    """Apply every row of a contract to a statement.

    :param groups: its added-up ``LineGroup``
    :param dict windows: window -> ``Sums`` of earlier statements within it
    :return: dict deduction id -> :class:`Allowance`
    """
    now = _claims_now(groups)
    found = {}
    for deduction in terms.deductions:
        before = {}
        for row in windows[deduction.window]:
            for claim in row.claims:
                if claim.deduction == deduction.id:
                    old = before.get(row.cell, (ZERO, ZERO, Fraction(0)))
                    new = (claim.gross, claim.claimed, claim.allowed)
                    before[row.cell] = tuple(map(sum, zip(old, new, strict=True)))
        found[deduction.id] = allow(deduction, now.get(deduction.id, {}), before)
    return found


def _claims_now(groups):
    """Deduction id -> cell -> (gross, claimed); gross once however many kinds."""
    now = {}
    for group in groups:
        by_row = {}
        for row, claimed in zip(group.choice.deductions, group.claimed, strict=True):
            if row:
                by_row[row.id] = by_row.get(row.id, ZERO) + claimed
        for row_id, claimed in by_row.items():
            cells = now.setdefault(row_id, {})
            gross, known = cells.get(group.cell, (ZERO, ZERO))
            cells[group.cell] = (gross + group.gross, known + claimed)
    return now
