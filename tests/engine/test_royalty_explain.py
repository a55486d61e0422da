"""What the trace of a number tells, step by step."""

from datetime import date
from fractions import Fraction

import pytest
from royalty_common import (
    DAY,
    GBP,
    QUARTERS,
    TIERS,
    D,
    advance,
    line,
    statement,
    terms,
    year_of,
)

from engine.royalty import (
    Balance,
    Commitment,
    Deduction,
    Earning,
    Quote,
    Rate,
    Scope,
    compute,
    compute_chain,
    explain,
    flat,
    restate,
    settle,
    steps,
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
    told = dict(steps(explain(result, 0, one.lines)))
    assert told == {
        "Row": 17,
        "Sale date": DAY,
        "Gross": 500_000,
        "Returns": 100_000,
        "Grant": 1,
        "Pool": 5,
        "Rate of exchange": D("1.25"),
        "Rate of exchange of": date(2026, 1, 30),
        "Returns allowed by deduction": 4,
        "Returns claimed": 125_000,
        "Returns allowed": 62_500,
        "Net": 562_500,
        "Royalty rate": 1,
        "Rate brought by amendment": 6,
        "Basis": "net",
        "Deduction 4, claimed by the lines": 125_000,
        "Deduction 4, cap in percent of gross (year)": 10,
        "Deduction 4, gross (year)": 625_000,
        "Deduction 4, limit (year)": 62_500,
        "Deduction 4, claimed (year)": 125_000,
        "Deduction 4, allowed": 62_500,
        "Deduction 4, cut": 62_500,
        "Base before (year)": 0,
        "Base": 562_500,
        "Tier from 0 to 500000, base": 500_000,
        "Tier from 0 to 500000, at 8 %": 40_000,
        "Tier from 500000, base": 62_500,
        "Tier from 500000, at 10 %": 6_250,
        "Minimum a unit": D("0.01"),
        "Units that the minimum counts": 1_000,
        "Minimum": 10,
        "Royalty that it is compared with": 46_250,
        "Minimum applies": "no",
        "Before rounding": 46_250,
        "Rounding": 0,
        "Royalty of the lines": 46_250,
        "Royalty before (year)": 0,
        "Royalty": 46_250,
        "Share of the line": 46_250,
        "Rounding of the line": 0,
        "Royalty of the line": 46_250,
    }


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


def test_recoupment_and_restatement_are_read_out():
    pool = Commitment(5, instalments=advance(10_000))
    known = {5: Balance(billed=D(10_000), credit=D(10_000))}
    earned = [Earning(5, False, D(12_000))]
    settled = settle(terms(commitments=(pool,)), earned, known, QUARTERS[0][1])
    told = dict(steps(settled))
    assert told["Pool 5, recouped"] == 10_000
    assert told["Payable"] == 2_000
    contract = terms(rates=[Rate(1, TIERS)])
    results = compute_chain(contract, year_of(450_000, 120_000))
    sums = [row for result in results for row in result.sums]
    told = dict(steps(restate(contract, year_of(480_000, 120_000), sums, revised={1})))
    assert told["Statement 2, difference (knock-on)"] == 600


def test_only_traces_can_be_read_out():
    with pytest.raises(TypeError, match="int is not a trace"):
        steps(3)
