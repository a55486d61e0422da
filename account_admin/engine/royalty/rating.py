"""One rate's royalty in a statement: tiers, minimum per unit, rounding.

The royalty of a window is a function of its sums; a statement's is the difference to
what earlier statements of the window came to.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .money import fraction_to_decimal, round_money
from .result import Bucket, MinimumStep
from .terms import MARGINAL
from .tiers import factor, reached, slices, total


@dataclass(frozen=True, slots=True)
class Bases:
    """What one rate counts in its window, as fractions.

    :param start: base of the rates it continues, with this statement
    :param before: base of earlier statements; ``after`` with this one
    :param own: base of this statement's lines; the rest of ``after`` less ``before`` is
        what changed about earlier deductions
    """

    start: Fraction
    before: Fraction
    own: Fraction
    after: Fraction
    units_before: Fraction
    units: Fraction


def window_royalty(rate, start, base, units):
    """Royalty of a window by its sums, exact; line minimums are not in it (R4, T10).

    :param Fraction start: what its tiers count before ``base``
    """
    computed = total(rate, start + base) - total(rate, start)
    if rate.minimum is None or rate.minimum_by == "line" or units <= 0:
        return computed
    return max(computed, units * Fraction(rate.minimum))


def own_slices(rate, bases):
    """The tier slices of the statement's lines."""
    start = bases.start + bases.before
    return slices(rate, start, start + bases.own)


def own_minimum(rate, bases):
    """How the minimum of the window compares; ``None`` when the rate has none."""
    if rate.minimum is None or rate.minimum_by == "line":
        return None
    units = bases.units_before + bases.units
    base = bases.before + bases.own
    computed = total(rate, bases.start + base) - total(rate, bases.start)
    minimum = max(units, Fraction(0)) * Fraction(rate.minimum)
    return MinimumStep(rate.minimum, round_money(units, 6), minimum, computed)


def own_royalty(rate, bases, parts):
    """Exact royalty of the statement's lines, without line minimums.

    :param parts: as from :func:`own_slices`
    """
    minimum = own_minimum(rate, bases)
    if rate.mode != MARGINAL and not (minimum and minimum.applies):
        return sum((part.amount for part in parts), Fraction(0))
    after = bases.before + bases.own
    units = bases.units_before + bases.units
    return window_royalty(rate, bases.start, after, units) - window_royalty(
        rate, bases.start, bases.before, bases.units_before
    )


def nominal(rate, bases):
    """The rate reached, as a factor."""
    return factor(rate, reached(rate, bases.start + bases.after).rate)


def rate_bucket(rate, bases, caps, top_ups, earlier, decimals):
    """Round a rate's royalty, on the lines and what changed about earlier sales.

    The window's royalty is rounded, not the statement's: however a year is split, its
    parts sum to it. What the lines do not explain is the adjustment.

    :param caps: tuple of ``CapStep`` for the trace
    :param top_ups: line minimums, (earlier statements', this one's)
    :param earlier: royalty of the window's earlier statements
    :rtype: Bucket
    """
    parts = own_slices(rate, bases)
    top_up_before, top_up = top_ups
    own = own_royalty(rate, bases, parts) + Fraction(top_up)
    units = bases.units_before + bases.units
    window = window_royalty(rate, bases.start, bases.after, units)
    rounded = round_money(window + Fraction(top_up_before + top_up), decimals)
    royalty = rounded - earlier
    on_lines = royalty
    # less than a unit is what rounding the window, not the statement, comes to
    if abs(Fraction(royalty) - own) >= Fraction(1, 10**decimals):
        on_lines = round_money(own, decimals)
    return Bucket(
        rate=rate,
        before=bases.start + bases.before,
        base=bases.own,
        slices=parts,
        caps=caps,
        minimum=own_minimum(rate, bases),
        top_up=top_up,
        exact=own,
        before_royalty=earlier,
        on_lines=on_lines,
        adjustment=royalty - on_lines,
    )


def line_raws(rate, bases, measures, units):
    """Exact royalty of each line: its share of the bucket's, and its minimum.

    :param measures: base of each line, Decimals
    :param units: of each line
    :return: (list of Decimals, list of what single lines' minimums add to each)
    """
    parts = own_slices(rate, bases)
    own, minimum = own_royalty(rate, bases, parts), own_minimum(rate, bases)
    none = [Decimal(0)] * len(units)
    if minimum and (minimum.applies or not bases.own) and bases.units and own:
        share = fraction_to_decimal(own / bases.units)
        return [count * share for count in units], none
    share = fraction_to_decimal(own / bases.own if bases.own else nominal(rate, bases))
    raws = [measure * share for measure in measures]
    if rate.minimum is None or rate.minimum_by != "line":
        return raws, none
    pairs = list(zip(raws, units, strict=True))
    topped = [_at_least(raw, count * rate.minimum) for raw, count in pairs]
    return topped, [new - raw for new, raw in zip(topped, raws, strict=True)]


def _at_least(raw, minimum):
    """The minimum of a line; returned units take back what they brought."""
    if not minimum:
        return raw
    return max(raw, minimum) if minimum > 0 else min(raw, minimum)
