"""Properties of royalties that hold for every contract and every year of sales."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from royalty_common import EUR, GBP, QUARTERS, D, terms

from engine.royalty import (
    Commitment,
    Deduction,
    Fee,
    Line,
    Quote,
    Rate,
    Scope,
    Statement,
    Tier,
    compute,
    compute_chain,
    dump_sums,
    explain,
    flat,
    load_sums,
    restate,
    spread,
    withhold,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
AMENDED = date(2026, 5, 10)
QUOTES = tuple(
    Quote(GBP, FIRST + timedelta(30 * n), D("1.137") + D(n) / 100) for n in range(12)
)
money = st.decimals(min_value=0, max_value=2_000, places=2)
percents = st.decimals(min_value=0, max_value=20, places=1)


@st.composite
def lines(draw, number):
    """A line of any day of the year; returns may exceed sales."""
    return Line(
        id=number,
        day=FIRST + timedelta(draw(st.integers(min_value=0, max_value=364))),
        currency=draw(st.sampled_from([EUR, GBP])),
        gross=draw(money),
        returns=draw(money),
        allowances=draw(st.just(D(0)) | money),
        units=D(draw(st.integers(min_value=-20, max_value=200))),
        product=draw(st.integers(min_value=1, max_value=3)),
        channel=draw(st.integers(min_value=1, max_value=2)),
    )


@st.composite
def years(draw):
    """The lines of a year."""
    count = draw(st.integers(min_value=0, max_value=10))
    return [draw(lines(number)) for number in range(1, count + 1)]


@st.composite
def tiers(draw):
    starts = sorted(draw(st.sets(st.integers(1, 4_000), max_size=3)))
    return tuple(Tier(D(start), draw(percents)) for start in (0, *starts))


@st.composite
def contracts(draw, window="year"):
    """Two rates, one of them amended within the year, a capped deduction, a fund."""
    modes = st.sampled_from(["marginal", "retroactive"])
    minimums = st.none() | st.decimals(min_value=0, max_value=5, places=2)
    first, second = frozenset([1]), frozenset([2, 3])
    amended = {"continues": 1, "window": window, "amendment": 9}
    rates = (
        Rate(
            1,
            draw(tiers()),
            Scope(products=first, last=AMENDED - timedelta(1)),
            mode=draw(modes),
            window=window,
        ),
        Rate(2, draw(tiers()), Scope(products=first, first=AMENDED), **amended),
        Rate(
            3,
            draw(tiers()),
            Scope(products=second),
            mode=draw(modes),
            basis=draw(st.sampled_from(["net", "gross"])),
            window=window,
            minimum=draw(minimums),
        ),
    )
    caps = st.none() | percents
    deductions = (
        Deduction(1, ("returns",), draw(caps), window),
        Deduction(2, ("allowances",), draw(caps), window),
    )
    pools = (Commitment(5, D(0), Scope(channels=frozenset([1]))),)
    fees = (Fee(4, draw(percents)),)
    kind = draw(st.sampled_from(["carry_forward", "floor_zero", "credit_note"]))
    return terms(
        rates=rates,
        deductions=deductions,
        commitments=pools,
        fees=fees,
        negative_policy=kind,
    )


def statements(found, parts):
    """A year's lines in so many statements, by sale date; all in one for 1."""
    length = 365 // parts
    result = []
    for number in range(parts):
        first = FIRST + timedelta(number * length)
        last = LAST if number == parts - 1 else first + timedelta(length - 1)
        mine = tuple(line for line in found if first <= line.day <= last)
        result.append(Statement(number + 1, first, last, 2026, mine, QUOTES))
    return tuple(result)


def sums_of(results):
    return [row for result in results for row in result.sums]


def royalties(results):
    return sum(result.royalty for result in results)


@given(contracts(), years(), st.integers(min_value=2, max_value=12))
def test_any_split_of_a_year_gives_the_year_s_royalty(contract, found, parts):
    whole = compute_chain(contract, statements(found, 1))
    split = compute_chain(contract, statements(found, parts))
    assert royalties(split) == royalties(whole)
    paid, once = (
        sum(fee.amount for result in results for fee in result.fees)
        for results in (split, whole)
    )
    assert paid == once


@given(contracts(), years(), st.integers(min_value=2, max_value=12))
def test_any_split_of_a_year_gives_the_year_s_net(contract, found, parts):
    (whole,) = compute_chain(contract, statements(found, 1))
    split = compute_chain(contract, statements(found, parts))
    assert sum(result.net for result in split) == whole.net


@given(contracts("term"), years(), st.data())
def test_lines_reported_late_change_nothing_about_the_sum(contract, found, data):
    places = [data.draw(st.integers(0, 3)) for _line in found]
    shuffled = [
        Statement(
            number,
            *QUARTERS[number],
            2026 + number,
            tuple(line for line, n in zip(found, places, strict=True) if n == number),
            QUOTES,
        )
        for number in range(4)
    ]
    whole = compute_chain(contract, statements(found, 1))
    assert royalties(compute_chain(contract, shuffled)) == royalties(whole)


@given(contracts(), years(), st.randoms())
def test_the_order_of_lines_is_irrelevant(contract, found, random):
    (whole,) = statements(found, 1)
    random.shuffle(found)
    (mixed,) = statements(found, 1)
    first, second = compute(contract, whole), compute(contract, mixed)
    assert second.royalty == first.royalty
    assert second.earnings == first.earnings
    assert second.sums == first.sums
    assert {row.line: row.royalty for row in second.lines} == {
        row.line: row.royalty for row in first.lines
    }


@given(contracts(), years(), st.integers(min_value=1, max_value=6))
def test_lines_earnings_buckets_and_sums_add_up_to_the_royalty(contract, found, parts):
    for result in compute_chain(contract, statements(found, parts)):
        assert sum(line.royalty for line in result.lines) == result.royalty
        assert sum(earning.amount for earning in result.earnings) == result.royalty
        assert sum(bucket.royalty for bucket in result.buckets) == result.royalty
        assert sum(row.royalty for row in result.sums) == result.royalty
        for index, bucket in enumerate(result.buckets):
            rows = result.rows(index)
            assert sum(row.royalty for row in rows) == bucket.royalty


@given(contracts(), years(), st.integers(min_value=1, max_value=6))
def test_the_sums_of_a_bucket_s_lines_are_its_base(contract, found, parts):
    for result in compute_chain(contract, statements(found, parts)):
        for index, bucket in enumerate(result.buckets):
            assert sum(part.base for part in bucket.slices) == bucket.base
            if bucket.rate.basis == "net":
                nets = sum(row.net for row in result.rows(index))
                assert abs(Fraction(nets) - bucket.base) < Fraction(1, 10**9)


@given(contracts(), years(), st.integers(min_value=1, max_value=6))
def test_restating_to_the_same_numbers_bills_nothing(contract, found, parts):
    chain = statements(found, parts)
    billed = compute_chain(contract, chain)
    fees = [fee for result in billed for fee in result.fees]
    again = restate(contract, chain, sums_of(billed), fees)
    assert again.amount == 0
    assert again.earnings == ()
    assert again.fees == ()
    assert all(diff.amount == 0 for diff in again.differences)


@given(contracts(), years(), years(), st.integers(min_value=1, max_value=6))
def test_what_was_billed_and_the_differences_are_the_chain_anew(
    contract, found, mended, parts
):
    billed = compute_chain(contract, statements(found, parts))
    chain = statements(mended, parts)
    change = restate(contract, chain, sums_of(billed))
    anew = royalties(compute_chain(contract, chain))
    assert royalties(billed) + change.amount == anew
    assert sum(earning.amount for earning in change.earnings) == change.amount


@given(contracts(), years())
def test_a_restatement_in_the_middle_builds_upon_what_came_before(contract, found):
    chain = statements(found, 4)
    billed = compute_chain(contract, chain)
    before, after = sums_of(billed[:2]), sums_of(billed[2:])
    assert restate(contract, chain[2:], after, prior=before).amount == 0


@given(contracts(), years())
def test_a_statement_computed_again_does_not_count_itself(contract, found):
    (whole,) = statements(found, 1)
    first = compute(contract, whole)
    assert compute(contract, whole, first.sums) == first


@given(contracts(), years(), st.integers(min_value=1, max_value=4))
def test_sums_are_read_back_as_they_were_written(contract, found, parts):
    for result in compute_chain(contract, statements(found, parts)):
        assert load_sums(dump_sums(result.sums)) == result.sums


@given(contracts(), years())
def test_a_statement_computed_with_its_frozen_rates_is_the_same(contract, found):
    (whole,) = statements(found, 1)
    first = compute(contract, whole)
    assert compute(contract, replace(whole, quotes=first.quotes)) == first


@given(contracts(), years(), st.integers(min_value=1, max_value=4))
def test_a_cap_is_never_passed(contract, found, parts):
    results = compute_chain(contract, statements(found, parts))
    for deduction in contract.deductions:
        claims = [
            claim
            for row in sums_of(results)
            for claim in row.claims
            if claim.deduction == deduction.id
        ]
        gross = sum(Fraction(claim.gross) for claim in claims)
        claimed = sum(Fraction(claim.claimed) for claim in claims)
        allowed = sum(claim.allowed for claim in claims)
        limit = claimed
        if deduction.cap is not None:
            limit = min(claimed, gross * Fraction(deduction.cap) / 100)
        assert allowed == limit


@given(contracts(), years(), st.integers(min_value=1, max_value=3))
def test_every_line_s_number_is_explained_by_its_rate(contract, found, parts):
    chain = statements(found, parts)
    for one, result in zip(chain, compute_chain(contract, chain), strict=True):
        shares = {}
        for place, row in enumerate(result.lines):
            trace = explain(result, place, one.lines)
            assert trace.royalty is row
            if row.bucket is not None and row.line is not None:
                share = shares.get(row.bucket, 0)
                shares[row.bucket] = share + row.exact + trace.rounding
        for index, share in shares.items():
            # an exact share has the context's digits, its rounding is what is missing
            assert abs(share - result.buckets[index].on_lines) < D("1e-20")


# ----------------------------------------------------------------------
# MONEY
# ----------------------------------------------------------------------


@given(st.lists(st.decimals(-99, 99, places=4), min_size=1, max_size=20))
def test_rounded_shares_sum_to_the_total_and_stay_next_to_the_exact(raws):
    total = sum(raws).quantize(D("0.01"))
    rounded = spread(total, raws, list(range(len(raws))))
    assert sum(rounded) == total
    pairs = zip(raws, rounded, strict=True)
    assert all(abs(raw - amount) <= D("0.01") for raw, amount in pairs)


@given(money, percents, st.booleans())
def test_cash_and_tax_are_the_invoice(amount, percent, gross_up):
    found = withhold(amount, percent, gross_up)
    assert found.cash + found.tax == found.invoice
    assert found.credit == amount
    if gross_up:
        assert found.cash == amount


@given(st.lists(money, min_size=1, max_size=12), percents)
def test_a_line_s_minimum_never_lowers_a_royalty(grosses, percent):
    found = tuple(
        Line(n, FIRST, EUR, gross, units=D(n), product=1)
        for n, gross in enumerate(grosses)
    )
    one = Statement(1, FIRST, LAST, 2026, found)
    plain = Rate(1, flat(percent))
    by_line = replace(plain, minimum=D("2.5"), minimum_by="line")
    by_rate = replace(plain, minimum=D("2.5"))
    base, lines_, rate = (
        compute(terms(rates=[rate]), one).royalty for rate in (plain, by_line, by_rate)
    )
    assert base <= rate <= lines_
    assert lines_ >= D("2.5") * sum(line.units for line in found)
