"""The royalty of a statement, in the order of the specification.

product -> grant -> FX -> deduction cap -> rate and tier -> minimum per unit -> round;
what follows, from the negative policy on, is in ``pools``.

Lines are gathered in groups (same rows, same rate of exchange), groups in cells, cells
in the bucket of their rate: each rule is applied once a bucket, over the window of the
contract, as the difference to what earlier statements came to (R4). Sums are exact
fractions, money is rounded at the end.
"""

from decimal import localcontext
from fractions import Fraction

from ..money import ZERO
from .caps import allow_all
from .checks import check
from .groups import gather
from .money import fraction_to_decimal, round_money, spread
from .rating import Bases, line_raws, rate_bucket
from .result import (
    CapStep,
    Claim,
    Earning,
    FeeAmount,
    Group,
    LineRoyalty,
    QuotaSum,
    Result,
    Sums,
)
from .terms import GROSS, NET, PERIOD, ROYALTY, TERM, UNIT, YEAR

#: Digits of line amounts: sums and products of money and rates stay exact.
PRECISION = 50


def compute(terms, statement, prior=(), approvals=None):
    """Compute the royalty of a statement.

    :param Terms terms: the contract's rows, ended ones included
    :param Statement statement: what was reported
    :param prior: iterable of ``Sums`` of the contract's earlier approved statements
    :param dict approvals: product -> (first day, last day or ``None``) of its approval;
        ``None`` to leave approvals unchecked
    :rtype: Result
    :raise ValueError: when an earlier statement used a rate that is not in the terms
    """
    with localcontext() as context:
        context.prec = PRECISION
        return _Calculation(terms, statement, prior).run(approvals)


class _Calculation:
    def __init__(self, terms, statement, prior):
        self.terms, self.statement = terms, statement
        self.rates = {rate.id: rate for rate in terms.rates}
        prior = tuple(row for row in prior if row.statement != statement.id)
        of_year = tuple(row for row in prior if row.year == statement.year)
        self.windows = {PERIOD: (), YEAR: of_year, TERM: prior}
        self.by_rate = {}
        for window, rows in self.windows.items():
            for row in rows:
                self.by_rate.setdefault((window, row.cell.rate), []).append(row)
        unknown = {row.cell.rate for row in prior} - set(self.rates)
        if unknown:
            raise ValueError(
                f"Statement {statement.id}: earlier statements used rates "
                f"{sorted(unknown)}, which the contract has no more: restore them."
            )

    def run(self, approvals):
        self.groups = gather(self.terms, self.statement)
        self.rated = [group for group in self.groups if group.cell]
        self.allowances = allow_all(self.terms, self.rated, self.windows)
        self.prepare()
        placed, adjustments, buckets = [], [], []
        used = {cell.rate for cell in self.net}
        for rate in self.rates.values():
            if rate.id in used or self.earlier(rate):
                bucket, lines, more = self.rate(rate, len(buckets))
                if lines or more:
                    buckets.append(bucket)
                    placed += lines
                    adjustments += more
        placed += self.unrated()
        placed.sort(key=lambda found: found[0])
        lines = (*(line for _place, line in placed), *adjustments)
        places = {bucket.rate.id: n for n, bucket in enumerate(buckets)}
        groups = tuple(_trace_group(group, places) for group in self.groups)
        sums = self.sums(lines)
        return Result(
            statement=self.statement.id,
            royalty=sum((line.royalty for line in lines), ZERO),
            lines=lines,
            groups=groups,
            buckets=tuple(buckets),
            earnings=_earnings(sums),
            fees=self.fees(sums),
            quotas=self.quotas(),
            findings=check(
                self.terms, self.statement, lines, groups, buckets, approvals
            ),
            sums=sums,
        )

    # ------------------------------------------------------------------
    # SUMS OF CELLS
    # ------------------------------------------------------------------

    def prepare(self):
        """Ratios of the groups; gross, units, net change and own net of each cell."""
        self.gross, self.units, self.claims = {}, {}, {}
        self.net, self.own_net, self.top_ups = {}, {}, {}
        for group in self.rated:
            cell, ratios = group.cell, []
            for row in group.choice.deductions:
                allowed = self.allowances[row.id].cells[cell] if row else None
                ratios.append(fraction_to_decimal(allowed.ratio) if row else ZERO)
            group.ratios = tuple(ratios)
            self.gross[cell] = self.gross.get(cell, ZERO) + group.gross
            self.units[cell] = self.units.get(cell, ZERO) + group.units
        for allowance in self.allowances.values():
            for cell, allowed in allowance.cells.items():
                claim = Claim(
                    allowance.deduction.id,
                    allowed.gross,
                    allowed.claimed,
                    allowed.change,
                )
                if allowed.gross or allowed.claimed or allowed.change:
                    self.claims.setdefault(cell, []).append((claim, allowed.on_lines))
        for cell in {**self.gross, **self.claims}:
            gross = Fraction(self.gross.get(cell, ZERO))
            claims = self.claims.get(cell, ())
            self.net[cell] = gross - sum(claim.allowed for claim, _own in claims)
            self.own_net[cell] = gross - sum(own for _claim, own in claims)

    def earlier(self, rate, window=None):
        """``Sums`` of a rate's earlier statements within its window."""
        return self.by_rate.get((window or rate.window, rate.id), ())

    def base(self, rate, basis, nets):
        """Base of a rate in this statement, by the nets of the cells."""
        cells = [cell for cell in self.net if cell.rate == rate.id]
        if basis == NET:
            return sum((nets[cell] for cell in cells), Fraction(0))
        amounts = self.gross if basis == GROSS else self.units
        return Fraction(sum((amounts.get(cell, ZERO) for cell in cells), ZERO))

    def bases(self, rate):
        """What a rate counts, with what it continues."""

        def before(found, basis):
            rows = self.earlier(found, rate.window)
            return sum((row.base(basis) for row in rows), Fraction(0))

        start = Fraction(0)
        continued = self.rates.get(rate.continues)
        while continued:
            start += before(continued, rate.basis)
            start += self.base(continued, rate.basis, self.net)
            continued = self.rates.get(continued.continues)
        earlier = before(rate, rate.basis)
        return Bases(
            start=start,
            before=earlier,
            own=self.base(rate, rate.basis, self.own_net),
            after=earlier + self.base(rate, rate.basis, self.net),
            units_before=before(rate, UNIT),
            units=self.base(rate, UNIT, self.net),
        )

    # ------------------------------------------------------------------
    # RATES
    # ------------------------------------------------------------------

    def rate(self, rate, index):
        """The bucket of a rate, its lines with their places, its adjustments."""
        bases, entries = self.bases(rate), []
        measures, units, nets = [], [], []
        for group in self.rated:
            if group.choice.rate is rate:
                found = group.nets()
                nets += found
                measures += group.measures(found)
                units += [line.units for _place, line in group.lines]
                entries += [(place, line, group) for place, line in group.lines]
        raws, top_ups = line_raws(rate, bases, measures, units)
        for (_place, _line, group), more in zip(entries, top_ups, strict=True):
            if more:
                self.top_ups[group.cell] = self.top_ups.get(group.cell, ZERO) + more
        earlier = self.earlier(rate)
        bucket = rate_bucket(
            rate,
            bases,
            self.cap_steps(rate),
            (sum((row.top_up for row in earlier), ZERO), sum(top_ups, ZERO)),
            sum((row.royalty for row in earlier), ZERO),
            self.terms.decimals,
        )
        keys = [(line.id, line.part) for _place, line, _group in entries]
        rounded = spread(bucket.on_lines, raws, keys, self.terms.decimals)
        lines = [
            (
                place,
                LineRoyalty(
                    line.id, line.part, group.index, index, net, raw, amount, group.cell
                ),
            )
            for (place, line, group), net, raw, amount in zip(
                entries, nets, raws, rounded, strict=True
            )
        ]
        return bucket, lines, self.adjust(rate, index, bucket, earlier)

    def adjust(self, rate, index, bucket, earlier):
        """What changed about earlier sales, on the rate's cells by their net so far."""
        if not bucket.adjustment:
            return []
        weights = {
            cell: abs(net) for cell, net in self.net.items() if cell.rate == rate.id
        }
        for row in earlier:
            weights[row.cell] = weights.get(row.cell, Fraction(0)) + abs(row.net)
        cells = sorted(weights, key=_cell_key)
        whole = sum(weights.values())
        raws = [
            fraction_to_decimal(Fraction(bucket.adjustment) * weights[cell] / whole)
            if whole
            else ZERO
            for cell in cells
        ]
        amounts = spread(
            bucket.adjustment, raws, list(range(len(cells))), self.terms.decimals
        )
        return [
            LineRoyalty(None, 0, None, index, ZERO, raw, amount, cell)
            for cell, raw, amount in zip(cells, raws, amounts, strict=True)
            if amount
        ]

    def cap_steps(self, rate):
        """How caps cut the deductions of a rate's lines, for the trace."""
        steps = []
        for allowance in self.allowances.values():
            cells = [a for cell, a in allowance.cells.items() if cell.rate == rate.id]
            on_lines = sum((allowed.on_lines for allowed in cells), Fraction(0))
            change = sum((allowed.change for allowed in cells), Fraction(0))
            claimed = sum((allowed.claimed for allowed in cells), ZERO)
            if claimed or change:
                steps.append(
                    CapStep(
                        allowance.deduction,
                        allowance.gross,
                        allowance.claimed,
                        allowance.limit,
                        claimed,
                        on_lines,
                        change - on_lines,
                    )
                )
        return tuple(steps)

    def unrated(self):
        """Lines without a rate or a rate of exchange: nothing, until that is mended."""
        return [
            (
                place,
                LineRoyalty(
                    line.id, line.part, group.index, None, ZERO, ZERO, ZERO, None
                ),
            )
            for group in self.groups
            if not group.cell
            for place, line in group.lines
        ]

    # ------------------------------------------------------------------
    # WHAT FOLLOWS FROM THE LINES
    # ------------------------------------------------------------------

    def sums(self, lines):
        """What the statement adds to its cells."""
        by_cell, royalties = {}, {}
        for line in lines:
            # cells are few objects: their ids are quicker keys than their hashes
            key = id(line.cell)
            if line.cell and key not in by_cell:
                by_cell[key] = (line.cell, [])
            if line.cell:
                by_cell[key][1].append(line.royalty)
        for cell, amounts in by_cell.values():
            royalties[cell] = sum(amounts, royalties.get(cell, ZERO))
        return tuple(
            Sums(
                self.statement.id,
                self.statement.year,
                cell,
                self.gross.get(cell, ZERO),
                self.units.get(cell, ZERO),
                tuple(claim for claim, _own in self.claims.get(cell, ())),
                self.top_ups.get(cell, ZERO),
                royalties.get(cell, ZERO),
            )
            for cell in sorted({**self.net, **royalties}, key=_cell_key)
        )

    def fees(self, sums):
        """Fees of the statement (R9): the year's, less earlier statements'."""
        found = []
        for fee in self.terms.fees:
            before = _fee_base(fee, self.windows[YEAR])
            base = _fee_base(fee, sums)
            whole, earlier = (
                round_money(amount * Fraction(fee.percent) / 100, self.terms.decimals)
                for amount in (before + base, before)
            )
            if base:
                found.append(
                    FeeAmount(fee.id, fraction_to_decimal(base), whole - earlier)
                )
        return tuple(found)

    def quotas(self):
        """What the statement's lines add to each quota."""
        found = {}
        for group in self.rated:
            if group.choice.quotas:
                amounts = (group.units, group.gross, sum(group.nets(), ZERO))
                for quota in group.choice.quotas:
                    old = found.get(quota, (ZERO, ZERO, ZERO))
                    found[quota] = tuple(map(sum, zip(old, amounts, strict=True)))
        return tuple(QuotaSum(quota, *found[quota]) for quota in sorted(found))


def _cell_key(cell):
    return (cell.rate, cell.pool, cell.sell_off, cell.fees)


def _fee_base(fee, rows):
    """What a fee is a percentage of, in rows of sums."""
    rows = [row for row in rows if fee.id in row.cell.fees]
    if fee.basis == ROYALTY:
        return Fraction(sum((row.royalty for row in rows), ZERO))
    return sum((row.base(fee.basis) for row in rows), Fraction(0))


def _earnings(sums):
    """Royalty of each pool, in-term sales before sell-off."""
    found = {}
    for row in sums:
        key = (row.cell.pool, row.cell.sell_off)
        found[key] = found.get(key, ZERO) + row.royalty
    return tuple(Earning(*key, found[key]) for key in sorted(found))


def _trace_group(group, places):
    return Group(
        choice=group.choice,
        currency=group.currency,
        quote=group.quote,
        ratios=group.ratios,
        bucket=places[group.cell.rate] if group.cell else None,
        cell=group.cell,
        lines=len(group.lines),
    )
