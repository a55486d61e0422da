"""Explain a number: from the figure back to the rows that it came from.

The calculation keeps its traces as data; ``steps`` reads them out as plain labels and
values, for a person.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .interest import Interest
from .lines import Line
from .money import to_decimal
from .pools import PoolStep, Settlement
from .restatement import Restatement
from .result import Bucket, CapStep, Group, LineRoyalty, MinimumStep, Result
from .terms import KINDS, UNIT
from .tiers import Slice

#: Digits that an exact figure is shown with.
SHOWN = Decimal("0.000001")


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


def steps(trace):
    """A trace in plain words.

    :param trace: a trace, or any part of one
    :return: list of (label, value): values are Decimals, dates, ids or words
    :raise TypeError: for something that is no trace
    """
    reader = _READERS.get(type(trace))
    if reader is None:
        raise TypeError(f"{type(trace).__name__} is not a trace.")
    return [(label, _show(value)) for label, value in reader(trace)]


def _show(value):
    if isinstance(value, Fraction):
        value = to_decimal(value)
    if isinstance(value, Decimal) and value.as_tuple().exponent < -6:
        value = value.quantize(SHOWN)
    return value


def _line(trace):
    line, group = trace.line, trace.group
    if line is None:
        yield "Change of earlier sales", trace.royalty.royalty
        yield from _bucket(trace.bucket)
        return
    yield "Row", line.row or line.id
    yield "Sale date", line.day
    yield "Gross", line.gross
    for kind in KINDS:
        if getattr(line, kind):
            yield kind.capitalize(), getattr(line, kind)
    yield from _group(group)
    for step in trace.deductions:
        yield from _deduction(step)
    yield "Net", trace.royalty.net
    if trace.bucket:
        yield from _bucket(trace.bucket)
    yield "Share of the line", trace.royalty.exact
    yield "Rounding of the line", trace.rounding
    yield "Royalty of the line", trace.royalty.royalty


def _group(group):
    choice = group.choice
    yield "Grant", choice.grant.id if choice.grant else "none"
    if choice.grant and choice.grant.amendment:
        yield "Grant brought by amendment", choice.grant.amendment
    if choice.sell_off:
        yield "Sell-off period", "yes"
    yield "Pool", choice.pool.id if choice.pool else "none"
    if group.quote is None:
        yield "Rate of exchange", "unknown"
    elif group.quote.rate != 1:
        yield "Rate of exchange", group.quote.rate
        yield "Rate of exchange of", group.quote.day
    if choice.rate is None:
        yield "Royalty rate", "none"


def _deduction(step):
    row = "none" if step.deduction is None else step.deduction
    yield f"{step.kind.capitalize()} allowed by deduction", row
    yield f"{step.kind.capitalize()} claimed", step.claimed
    yield f"{step.kind.capitalize()} allowed", step.allowed


def _bucket(bucket):
    rate = bucket.rate
    yield "Royalty rate", rate.id
    if rate.amendment:
        yield "Rate brought by amendment", rate.amendment
    yield "Basis", rate.basis
    for step in bucket.caps:
        yield from _cap(step)
    yield f"Base before ({rate.window})", bucket.before
    yield "Base", bucket.base
    for part in bucket.slices:
        yield from _slice(part, rate.basis)
    if bucket.minimum:
        yield from _minimum(bucket.minimum)
    if bucket.top_up:
        yield "Added by minimums of single lines", bucket.top_up
    yield "Before rounding", bucket.exact
    yield "Rounding", bucket.on_lines - to_decimal(bucket.exact)
    yield "Royalty of the lines", bucket.on_lines
    if bucket.adjustment:
        yield "Change of earlier sales", bucket.adjustment
    yield f"Royalty before ({rate.window})", bucket.before_royalty
    yield "Royalty", bucket.royalty


def _cap(step):
    row = step.deduction
    yield f"Deduction {row.id}, claimed by the lines", step.claimed_now
    if step.limit is not None:
        yield f"Deduction {row.id}, cap in percent of gross ({row.window})", row.cap
        yield f"Deduction {row.id}, gross ({row.window})", step.gross
        yield f"Deduction {row.id}, limit ({row.window})", step.limit
        yield f"Deduction {row.id}, claimed ({row.window})", step.claimed
    yield f"Deduction {row.id}, allowed", step.allowed_now
    if step.cut:
        yield f"Deduction {row.id}, cut", step.cut
    if step.released:
        yield f"Deduction {row.id}, change of earlier statements", step.released


def _slice(part, basis=None):
    end = "" if part.end is None else f" to {part.end}"
    sign = "" if basis == UNIT else " %"
    yield f"Tier from {part.start}{end}, base", part.base
    yield f"Tier from {part.start}{end}, at {part.rate}{sign}", part.amount


def _minimum(step):
    yield "Minimum a unit", step.per_unit
    yield "Units that the minimum counts", step.units
    yield "Minimum", step.minimum
    yield "Royalty that it is compared with", step.computed
    yield "Minimum applies", "yes" if step.applies else "no"


def _result(result):
    for bucket in result.buckets:
        yield f"Royalty under rate {bucket.rate.id}", bucket.royalty
    yield "Royalty of the statement", result.royalty
    for earning in result.earnings:
        after = ", sell-off" if earning.sell_off else ""
        yield f"Earned in pool {earning.pool or 'none'}{after}", earning.amount
    for fee in result.fees:
        yield f"Base of fee {fee.fee}", fee.base
        yield f"Fee {fee.fee}", fee.amount


def _pool(step):
    pool = step.commitment or "none"
    yield f"Pool {pool}, billed before", step.before.billed
    yield f"Pool {pool}, credit before", step.before.credit
    for row in step.movements:
        yield f"Pool {row.commitment or 'none'}, {row.kind}", row.amount
    yield f"Pool {pool}, billed after", step.after.billed
    yield f"Pool {pool}, credit after", step.after.credit


def _settlement(settlement):
    for step in settlement.steps:
        yield from _pool(step)
    yield "Earned", settlement.earned
    yield "Recouped", settlement.recouped
    yield "Payable", settlement.payable


def _restatement(restatement):
    for found in restatement.differences:
        why = " (knock-on)" if found.knock_on else ""
        yield f"Statement {found.statement}, before", found.before
        yield f"Statement {found.statement}, after", found.after
        yield f"Statement {found.statement}, difference{why}", found.amount
    yield "To be billed now", restatement.amount


def _interest(interest):
    for part in interest.parts:
        yield f"Paid {part.day}", part.principal
        yield f"Paid {part.day}, days late", part.days
        for row in part.slices:
            yield f"Paid {part.day}, at {row.rate} % a year, days", row.days
        yield f"Paid {part.day}, interest", part.exact
    yield "Interest", interest.amount


_READERS = {
    LineTrace: _line,
    Group: _group,
    DeductionStep: _deduction,
    Bucket: _bucket,
    CapStep: _cap,
    Slice: _slice,
    MinimumStep: _minimum,
    Result: _result,
    PoolStep: _pool,
    Settlement: _settlement,
    Restatement: _restatement,
    Interest: _interest,
}
