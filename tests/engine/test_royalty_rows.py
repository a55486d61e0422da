"""What the rows of a contract do: rates, caps, minimums, fees, pools."""

from datetime import date

from royalty_common import (
    DAY,
    TIERS,
    D,
    advance,
    line,
    quarter_line,
    statement,
    terms,
    year_of,
)

from engine.royalty import (
    Balance,
    Classifier,
    Commitment,
    Deduction,
    Earning,
    Fee,
    Quota,
    Rate,
    Scope,
    compute,
    compute_chain,
    flat,
    quota_shortfall,
    restate,
    settle,
)


def ids(*values):
    return frozenset(values)


def rate(number, **scope):
    return Rate(number, flat(D(number)), Scope(**scope))


def test_an_amended_rate_counts_its_tiers_on():
    amended = date(2026, 4, 15)
    rates = [
        Rate(1, TIERS, Scope(last=date(2026, 4, 14))),
        Rate(2, TIERS, Scope(first=amended), continues=1, amendment=4),
    ]
    sold = (line(450_000, date(2026, 4, 1)), line(120_000, amended))
    found = compute(terms(rates=rates), statement(*sold, quarter=1))
    assert [row.royalty for row in found.lines] == [36_000, 11_000]


def test_the_windows_of_tiers():
    chain = (
        statement(line(450_000)),
        statement(quarter_line(120_000, 1), quarter=1),
        statement(quarter_line(120_000, 0, 2027), year=2027),
    )
    found = {
        window: [
            result.royalty
            for result in compute_chain(
                terms(rates=[Rate(1, TIERS, window=window)]), chain
            )
        ]
        for window in ("period", "year", "term")
    }
    assert found == {
        "period": [36_000, 9_600, 9_600],
        "year": [36_000, 11_000, 9_600],
        "term": [36_000, 11_000, 12_000],
    }


def test_the_basis_of_a_rate():
    sold = line(1_000, returns=100, units=50)
    found = {
        basis: compute(
            terms(rates=[Rate(1, flat(D(8)), basis=basis)]), statement(sold)
        ).royalty
        for basis in ("net", "gross", "unit")
    }
    assert found == {"net": 72, "gross": 80, "unit": 400}


def test_deductions_that_no_row_names_are_not_allowed():
    contract = terms(10, deductions=(Deduction(1, ("returns",)),))
    sold = line(1_000, returns=100, allowances=50)
    assert compute(contract, statement(sold)).royalty == 90
    assert compute(terms(10, deductions=()), statement(sold)).royalty == 100


def test_a_year_s_cap_gives_back_to_earlier_sales_what_it_had_cut():
    contract = terms(10, deductions=(Deduction(1, cap=D(10), window="year"),))
    first, second = compute_chain(
        contract,
        (
            statement(line(1_000, returns=300)),
            statement(quarter_line(5_000, 1), quarter=1),
        ),
    )
    assert first.royalty == 90
    # 10 % of 5,000, less 10 % of the 200 that the first quarter could not deduct
    assert [row.royalty for row in second.lines] == [500, -20]
    assert second.lines[1].line is None
    assert second.buckets[0].caps[0].released == 200


def test_a_minimum_by_line_lifts_only_the_lines_below_it():
    sold = line(100, units=100), line(10_000, units=100)
    found = {
        by: compute(
            terms(rates=[Rate(1, flat(D(10)), minimum=D(1), minimum_by=by)]),
            statement(*sold),
        )
        for by in ("rate", "line")
    }
    assert [row.royalty for row in found["rate"].lines] == [10, 1_000]
    assert [row.royalty for row in found["line"].lines] == [100, 1_000]


def test_what_earlier_statements_came_to_by_other_terms_is_told_apart():
    first = compute(terms(8), statement(line(1_000)))
    second = statement(quarter_line(500, 1), quarter=1)
    found = compute(terms(10), second, first.sums)
    assert [(row.line is None, row.royalty) for row in found.lines] == [
        (False, 50),
        (True, 20),
    ]
    assert found.buckets[0].adjustment == 20


def test_a_restatement_previews_an_amendment():
    results = compute_chain(terms(8), year_of(1_000, 500))
    sums = [row for result in results for row in result.sums]
    preview = restate(terms(10), year_of(1_000, 500), sums)
    assert [diff.amount for diff in preview.differences] == [20, 10]


def test_a_statement_without_sales_earns_nothing():
    found = compute(terms(), statement())
    assert (found.royalty, found.lines, found.findings) == (0, (), ())


def test_a_fee_may_be_of_royalties_and_of_some_sales():
    fees = (
        Fee(1, D(10), "royalty"),
        Fee(2, D(1), "gross", Scope(channels=ids(2))),
    )
    sold = line(1_000, returns=100, channel=1), line(500, channel=2)
    found = compute(terms(10, fees=fees), statement(*sold))
    assert {fee.fee: fee.amount for fee in found.fees} == {1: 14, 2: 5}


def test_a_currency_without_decimals_is_rounded_to_whole_units():
    found = compute(terms(5, decimals=0), statement(line(50), line(33)))
    assert found.royalty == 4
    assert sum(row.royalty for row in found.lines) == 4


def test_a_quota_tells_what_is_missing():
    quota = Quota(3, D(100), "unit", Scope(channels=ids(1)))
    sold = line(10, units=60, channel=1), line(10, units=500, channel=2)
    found = compute(terms(quotas=(quota,)), statement(*sold))
    assert quota_shortfall(quota, found.quotas) == 40


def test_a_pool_may_recoup_an_earlier_one_first():
    old = Commitment(1, instalments=advance(500), recoup_until=date(2026, 12, 31))
    new = Commitment(2, D(2_000), recoup_from=(1,))
    contract = terms(commitments=(old, new))
    known = {1: Balance(credit=D(500)), 2: Balance(credit=D(100))}
    earned = [Earning(2, False, D(1_000))]
    settled = settle(contract, earned, known, DAY, source=8)
    rows = [(row.commitment, row.kind, row.amount) for row in settled.movements]
    assert rows == [
        (2, "earned", 1_000),
        (1, "recouped", 500),
        (2, "recouped", 100),
        (2, "payable", 400),
    ]
    assert {row.source for row in settled.movements} == {8}
    late = settle(contract, earned, known, date(2027, 1, 1))
    assert late.payable == 900


def test_a_sale_belongs_to_the_pool_of_its_day_and_after_it_while_it_recoups():
    year = Scope(first=date(2026, 1, 1), last=date(2026, 12, 31))
    pool = Commitment(1, scope=year, recoup_until=date(2027, 1, 31))
    days = (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 31))
    choose = Classifier(terms(commitments=(pool,))).choose
    assert [choose(line(1, day)).pool for day in days] == [pool] * 3
    for day in (date(2025, 12, 31), date(2027, 2, 1)):
        assert choose(line(1, day)).pool is None
