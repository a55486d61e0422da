"""Explain a number: from the figure back to the rows that it came from, as data."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .lines import Line
from .result import Bucket, Group, LineRoyalty
from .terms import KINDS


@dataclass(frozen=True, slots=True)
class DeductionStep:
    """A kind of deduction of one line, in contract currency."""

    kind: str
    deduction: int | None
    claimed: Decimal
    allowed: Decimal


@dataclass(frozen=True, slots=True)
class LineTrace:
    """How one line came to its royalty.

    :param bucket: what it shares with the other lines under its rate
    """

    line: Line | None
    royalty: LineRoyalty
    group: Group | None
    deductions: tuple[DeductionStep, ...]
    bucket: Bucket | None

    @property
    def rounding(self):
        """The line's share of the bucket's rounding (R15)."""
        return self.royalty.royalty - self.royalty.exact


def show_exact(value):
    """A figure of a trace as text: numbers to six decimals, at most ten digits."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / value.denominator
    if isinstance(value, Decimal):
        return f"{float(round(value, 6)):,.10g}"
    return str(value)


def explain(result, place, lines):
    """Trace the royalty of one line, or of an adjustment.

    :param Result result: the computed statement
    :param int place: index in ``result.lines``
    :param lines: ``lines`` of the statement that was computed
    :rtype: LineTrace
    """
    royalty = result.lines[place]
    bucket = None if royalty.bucket is None else result.buckets[royalty.bucket]
    if royalty.line is None:
        return LineTrace(None, royalty, None, (), bucket)
    line, group = lines[place], result.groups[royalty.group]
    deductions = []
    if group.quote:
        rows = zip(KINDS, group.choice.deductions, group.ratios, strict=True)
        for kind, row, ratio in rows:
            claimed = getattr(line, kind) * group.quote.rate
            if claimed:
                row_id = row.id if row else None
                deductions.append(DeductionStep(kind, row_id, claimed, claimed * ratio))
    return LineTrace(line, royalty, group, tuple(deductions), bucket)
