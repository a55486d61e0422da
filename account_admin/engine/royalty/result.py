"""What a computed statement says, and what the next one has to know of it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .classify import Choice
from .lines import Finding, Quote
from .terms import GROSS, NET, Deduction, Rate
from .tiers import Slice


@dataclass(frozen=True, slots=True)
class Cell:
    """What sums are kept by: a rate, a pool (0 without), in or after the term, fees."""

    rate: int
    pool: int = 0
    sell_off: bool = False
    fees: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Deductions of a cell under one row: claimed, and allowed (exact)."""

    deduction: int
    gross: Decimal
    claimed: Decimal
    allowed: Fraction


@dataclass(frozen=True, slots=True)
class Sums:
    """What one statement adds to a cell, in contract currency; later ones build on it.

    Kept with an approved statement (exact: see ``store``). A revision's rows
    take the place of the rows of the statement it supersedes.

    :param year: of the statement
    :param top_up: what minimums of single lines added
    :param royalty: rounded
    """

    statement: int
    year: int
    cell: Cell
    gross: Decimal
    units: Decimal
    claims: tuple[Claim, ...]
    top_up: Decimal
    royalty: Decimal

    @property
    def net(self):
        """Gross less what was allowed (R1), a fraction."""
        return Fraction(self.gross) - sum(claim.allowed for claim in self.claims)

    def base(self, basis):
        """What a rate of that basis counts, a fraction."""
        if basis == NET:
            return self.net
        return Fraction(self.gross if basis == GROSS else self.units)


@dataclass(frozen=True, slots=True)
class LineRoyalty:
    """The royalty of a line; ``line`` is ``None`` where earlier sales were re-rated.

    :param group: index in ``Result.groups``
    :param net: of the line in contract currency, after caps
    :param exact: before rounding
    """

    line: int | None
    part: int
    group: int | None
    bucket: int | None
    net: Decimal
    exact: Decimal
    royalty: Decimal
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class CapStep:
    """How far a deduction row allowed what a bucket's lines claim (R2).

    ``gross``, ``claimed`` and ``limit`` (``None`` without a cap) are of the row's
    window with this statement, all buckets. The others are of this statement's lines
    in the bucket, but for ``released``: what changed about earlier statements'
    deductions, more than 0 when they are allowed after all.
    """

    deduction: Deduction
    gross: Decimal
    claimed: Decimal
    limit: Fraction | None
    claimed_now: Decimal
    allowed_now: Fraction
    released: Fraction

    @property
    def cut(self):
        """What the lines claim and do not get."""
        return Fraction(self.claimed_now) - self.allowed_now


@dataclass(frozen=True, slots=True)
class MinimumStep:
    """The minimum per unit of a rate over its window (T10)."""

    per_unit: Decimal
    units: Decimal
    minimum: Fraction
    computed: Fraction

    @property
    def applies(self):
        """Whether the minimum is the royalty."""
        return self.units > 0 and self.minimum > self.computed


@dataclass(frozen=True, slots=True)
class Bucket:
    """How the royalty under one rate came about: the trace that its lines share.

    :param before: base that the tiers counted before this statement's lines
    :param base: of this statement's lines
    :param slices: of that base
    :param top_up: what minimums of single lines added
    :param exact: royalty of the lines before rounding
    :param before_royalty: royalty of the window's earlier statements
    :param on_lines: rounded royalty of the lines
    :param adjustment: what changed about earlier sales: re-rated, released, cut
    """

    rate: Rate
    before: Fraction
    base: Fraction
    slices: tuple[Slice, ...]
    caps: tuple[CapStep, ...]
    minimum: MinimumStep | None
    top_up: Decimal
    exact: Fraction
    before_royalty: Decimal
    on_lines: Decimal
    adjustment: Decimal

    @property
    def royalty(self):
        """Of the statement under this rate."""
        return self.on_lines + self.adjustment

    @property
    def window_royalty(self):
        """Of the window so far, this statement included."""
        return self.before_royalty + self.royalty

    @property
    def rounding(self):
        """What rounding adds to the exact royalty of the lines: a fraction."""
        return Fraction(self.on_lines) - self.exact


@dataclass(frozen=True, slots=True)
class Group:
    """Lines with the same rows and rate of exchange.

    :param quote: contract currency a unit, ``None`` when none is known
    :param ratios: allowed share of returns, allowances and others, 0 to 1
    :param bucket: index in ``Result.buckets``
    """

    choice: Choice
    currency: int
    quote: Quote | None
    ratios: tuple[Decimal, ...]
    bucket: int | None
    cell: Cell | None
    lines: int


@dataclass(frozen=True, slots=True)
class Earning:
    """What a statement earns in a pool (0: in none), rounded."""

    pool: int
    sell_off: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeeAmount:
    """A fee of a statement: outside every pool, on its own account (R9)."""

    fee: int
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class QuotaSum:
    """What a statement adds to a quota."""

    quota: int
    units: Decimal
    gross: Decimal
    net: Decimal

    def reached(self, quota):
        """The part that the quota measures."""
        names = {NET: self.net, GROSS: self.gross}
        return names.get(quota.measure, self.units)


@dataclass(frozen=True, slots=True)
class Result:
    """A computed statement, amounts in contract currency.

    :param lines: in the statement's order, then adjustments; they sum to ``royalty``
    :param sums: what later statements of the contract need
    """

    statement: int
    royalty: Decimal
    lines: tuple[LineRoyalty, ...]
    groups: tuple[Group, ...]
    buckets: tuple[Bucket, ...]
    earnings: tuple[Earning, ...]
    fees: tuple[FeeAmount, ...]
    quotas: tuple[QuotaSum, ...]
    findings: tuple[Finding, ...]
    sums: tuple[Sums, ...]

    @property
    def net(self):
        """Gross less what was allowed, of earlier sales what changed: a fraction."""
        return sum((row.net for row in self.sums), Fraction(0))

    @property
    def blocking(self):
        """Findings that stop approval."""
        return tuple(found for found in self.findings if found.blocking)

    @property
    def quotes(self):
        """Rates of exchange that were used: to be frozen with the approval (R10)."""
        used = {group.quote for group in self.groups if group.quote}
        return tuple(sorted(used, key=lambda quote: (quote.currency, quote.day)))

    def rows(self, bucket):
        """The lines that went into a bucket, by its index."""
        return tuple(line for line in self.lines if line.bucket == bucket)
