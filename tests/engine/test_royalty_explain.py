"""What the trace of a number tells, step by step."""

from datetime import date
from fractions import Fraction

from royalty_common import (
    DAY,
    GBP,
    TIERS,
    D,
    line,
    statement,
    terms,
)

from engine.royalty import (
    Commitment,
    Deduction,
    Quote,
    Rate,
    Scope,
    compute,
    explain,
    flat,
)


def rate(number, **scope):
    return Rate(number, flat(D(number)), Scope(**scope))


def test_a_line_s_number_is_explained_step_by_step():
    contract = terms(
        rates=[Rate(1, TIERS, minimum=D("0.01"), amendment=6)],
        deductions=(Deduction(4, ("returns",), D(10), "year"),),
        commitments=(Commitment(5),),
    )
    sold = line(500_000, currency=GBP, returns=100_000, units=1_000, row=17)
    one = statement(sold, quotes=(Quote(GBP, date(2026, 1, 30), D("1.25")),))
    result = compute(contract, one)
    trace = explain(result, 0, one.lines)
    assert (trace.line.row, trace.line.day) == (17, DAY)
    assert (trace.group.choice.grant.id, trace.group.choice.pool.id) == (1, 5)
    assert (trace.group.quote.rate, trace.group.quote.day) == (
        D("1.25"),
        date(2026, 1, 30),
    )
    (returned,) = trace.deductions
    assert (returned.kind, returned.deduction) == ("returns", 4)
    assert (returned.claimed, returned.allowed) == (125_000, 62_500)
    assert trace.royalty.net == 562_500
    assert (trace.royalty.exact, trace.royalty.royalty) == (46_250, 46_250)
    assert trace.rounding == 0


def test_what_lines_share_is_explained_with_their_rate():
    contract = terms(
        rates=[Rate(1, TIERS, minimum=D("0.01"), amendment=6)],
        deductions=(Deduction(4, ("returns",), D(10), "year"),),
    )
    one = statement(line(625_000, returns=125_000, units=1_000))
    bucket = explain(compute(contract, one), 0, one.lines).bucket
    assert (bucket.rate.id, bucket.rate.amendment, bucket.rate.basis) == (1, 6, "net")
    (cap,) = bucket.caps
    assert (cap.deduction.id, cap.gross, cap.limit) == (4, 625_000, 62_500)
    assert (cap.claimed_now, cap.claimed, cap.allowed_now, cap.cut) == (
        (125_000,) * 2 + (62_500,) * 2
    )
    assert (bucket.before, bucket.base) == (0, 562_500)
    assert [(part.start, part.end, part.rate) for part in bucket.slices] == [
        (0, 500_000, 8),
        (500_000, None, 10),
    ]
    assert [(part.base, part.amount) for part in bucket.slices] == [
        (500_000, 40_000),
        (62_500, 6_250),
    ]
    minimum = bucket.minimum
    assert (minimum.per_unit, minimum.units, minimum.minimum) == (D("0.01"), 1_000, 10)
    assert (minimum.computed, minimum.applies) == (46_250, False)
    assert (bucket.exact, bucket.on_lines, bucket.royalty) == (46_250,) * 3
    assert (bucket.before_royalty, bucket.adjustment) == (0, 0)


def test_the_rounding_of_a_line_is_told():
    one = statement(*(line("33.35") for _n in range(3)))
    result = compute(terms(5), one)
    traces = [explain(result, place, one.lines) for place in range(3)]
    assert [trace.rounding for trace in traces] == [D("0.0025")] * 2 + [D("-0.0075")]
    assert traces[0].bucket.exact == Fraction("5.0025")


def test_lines_under_one_rate_share_their_bucket():
    one = statement(line(1), line(2))
    result = compute(terms(), one)
    first, second = (explain(result, place, one.lines) for place in (0, 1))
    assert first.bucket is second.bucket
    assert [row.line for row in result.rows(0)] == [row.id for row in one.lines]
