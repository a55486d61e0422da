"""Which rows of a contract apply, what is said about lines, what a trace tells."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from royalty_common import (
    DAY,
    GBP,
    QUARTERS,
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
    Component,
    Deduction,
    Earning,
    Fee,
    Grant,
    Instalment,
    Quota,
    Quote,
    Rate,
    Scope,
    Tier,
    audit,
    bill_instalment,
    compute,
    compute_chain,
    control_totals,
    explain,
    find_overlaps,
    flat,
    load_sums,
    most_specific,
    prorate,
    quota_shortfall,
    restate,
    settle,
    split_bundle,
    steps,
    withhold,
)


def ids(*values):
    return frozenset(values)


def rate(number, **scope):
    return Rate(number, flat(D(number)), Scope(**scope))


def chosen(rates, **values):
    """The rate of a line, or the ids of those that tie."""
    choice = Classifier(terms(rates=rates)).choose(line(1, **values))
    ties = [rows for code, rows in choice.problems if code == "rate_tie"]
    return choice.rate.id if choice.rate else (ties or [None])[0]


def codes(contract, *lines, approvals=None, **values):
    """Codes of the findings about some lines."""
    found = compute(contract, statement(*lines, **values), approvals=approvals)
    return [finding.code for finding in found.findings]


# ----------------------------------------------------------------------
# THE MOST SPECIFIC ROW
# ----------------------------------------------------------------------


def test_a_row_that_names_more_wins():
    rates = [
        rate(1),
        rate(2, categories=ids(1)),
        rate(3, categories=ids(1), channels=ids(1)),
    ]
    assert chosen(rates, category=1, channel=1) == 3
    assert chosen(rates, category=1, channel=2) == 2
    assert chosen(rates, category=2) == 1


def test_a_row_within_another_wins():
    europe, france = rate(1, territories=ids(1, 2, 3)), rate(2, territories=ids(2))
    assert chosen([europe, france], territory=2) == 2
    assert chosen([europe, france], territory=3) == 1


def test_a_dimension_that_a_line_does_not_report_matches_no_row_that_names_it():
    assert chosen([rate(1), rate(2, channels=ids(1))], channel=None) == 1


def test_two_rows_as_specific_as_each_other_tie():
    rates = [rate(1, categories=ids(1)), rate(2, channels=ids(1))]
    assert chosen(rates, category=1, channel=1) == (1, 2)


def test_overlapping_sets_tie():
    rates = [rate(1, territories=ids(1, 2)), rate(2, territories=ids(2, 3))]
    assert chosen(rates, territory=2) == (1, 2)


def test_shorter_dates_are_not_more_specific():
    rates = [rate(1), rate(2, first=date(2026, 1, 15), last=date(2026, 2, 15))]
    assert chosen(rates, day=DAY) == (1, 2)


def test_first_and_last_day_of_a_row_are_included():
    rates = [rate(1, last=date(2026, 4, 14)), rate(2, first=date(2026, 4, 15))]
    assert chosen(rates, day=date(2026, 4, 14)) == 1
    assert chosen(rates, day=date(2026, 4, 15)) == 2


_sets = st.frozensets(st.integers(1, 3), max_size=2)
_days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 6))


@st.composite
def scopes(draw):
    first, last = draw(_days), draw(_days)
    if first and last and last < first:
        first, last = last, first
    return Scope(
        categories=draw(_sets), channels=draw(_sets), products=draw(_sets),
        first=first, last=last,
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(scopes(), min_size=1, max_size=6), st.data())
def test_lines_judged_together_get_what_each_gets_alone(found, data):
    rates = [Rate(n, flat(D(n)), scope) for n, scope in enumerate(found, 1)]
    classifier = Classifier(terms(rates=rates))
    numbers = st.integers(1, 4)
    for _n in range(data.draw(st.integers(1, 12))):
        sold = line(
            1,
            data.draw(st.dates(date(2026, 1, 1), date(2026, 1, 6))),
            category=data.draw(numbers),
            channel=data.draw(numbers),
            product=data.draw(numbers),
        )
        best = most_specific(row for row in rates if row.scope.matches(sold))
        choice = classifier.choose(sold)
        assert (choice.rate,) == best if len(best) == 1 else choice.rate is None


# ----------------------------------------------------------------------
# GRANTS
# ----------------------------------------------------------------------


def grant(number, licensee, exclusive=False, **scope):
    return Grant(number, Scope(**scope), licensee, exclusive)


def test_an_exclusive_grant_and_another_licensee_s_overlap():
    first = grant(1, 10, True, properties=ids(1), territories=ids(1, 2))
    other = grant(2, 20, properties=ids(1, 5), territories=ids(2, 3))
    (overlap,) = find_overlaps([other, first])
    assert (overlap.grant, overlap.other) == (1, 2)
    shared = dict(overlap.shared)
    assert shared["properties"] == ids(1)
    assert shared["territories"] == ids(2)


def test_what_one_grant_leaves_open_is_shared():
    everywhere = grant(1, 10, True, properties=ids(1))
    here = grant(2, 20, properties=ids(1), territories=ids(2))
    (overlap,) = find_overlaps([everywhere, here])
    assert dict(overlap.shared)["territories"] == ids(2)
    assert find_overlaps([grant(3, 10, True), here])


@pytest.mark.parametrize(
    "other",
    [
        {"properties": ids(2)},
        {"properties": ids(1), "channels": ids(9)},
        {"properties": ids(1), "first": date(2027, 1, 1)},
    ],
)
def test_grants_that_share_nothing_do_not_overlap(other):
    last = date(2026, 12, 31)
    first = grant(1, 10, True, properties=ids(1), channels=ids(1), last=last)
    assert find_overlaps([first, grant(2, 20, True, **other)]) == ()


def test_grants_of_one_licensee_and_two_that_are_not_exclusive_do_not_conflict():
    assert find_overlaps([grant(1, 10, True), grant(2, 10, True)]) == ()
    assert find_overlaps([grant(1, 10), grant(2, 20)]) == ()


def test_overlapping_days_are_told():
    first = grant(1, 10, True, first=date(2026, 1, 1), last=date(2026, 12, 31))
    other = grant(2, 20, True, first=date(2026, 6, 1))
    (overlap,) = find_overlaps([first, other])
    assert (overlap.first, overlap.last) == (date(2026, 6, 1), date(2026, 12, 31))


# ----------------------------------------------------------------------
# FINDINGS ABOUT LINES
# ----------------------------------------------------------------------

GRANTED = Grant(
    1,
    Scope(
        properties=ids(1), territories=ids(1), channels=ids(1),
        first=date(2026, 1, 1), last=date(2026, 12, 31),
    ),
    sell_off_last=date(2027, 3, 31),
)  # fmt: skip
SOLD = {"property": 1, "territory": 1, "channel": 1}


@pytest.mark.parametrize(
    "values, expected",
    [
        ({}, []),
        ({"territory": 2}, ["out_of_territory"]),
        ({"channel": 2}, ["out_of_channel"]),
        ({"property": 2}, ["not_granted"]),
        ({"territory": 2, "channel": 2}, ["out_of_channel", "out_of_territory"]),
        ({"product": None, "sku": "X-1"}, ["unmatched"]),
        ({"returns": -5}, ["sign"]),
    ],
)
def test_a_sale_outside_the_grants_is_found(values, expected):
    assert codes(terms(grants=(GRANTED,)), line(1, **{**SOLD, **values})) == expected


def test_a_sale_after_the_sell_off_is_out_of_term():
    contract = terms(grants=(GRANTED,))
    early, late = line(1, date(2027, 3, 31), **SOLD), line(1, date(2027, 4, 1), **SOLD)
    assert codes(contract, early, year=2027) == []
    assert codes(contract, late, year=2027) == ["out_of_term", "out_of_period"]


def test_a_contract_without_grants_grants_nothing():
    assert codes(terms(grants=()), line(1)) == ["not_granted"]


def test_a_product_is_approved_from_and_until_its_days():
    approvals = {1: (date(2026, 2, 1), date(2026, 2, 28))}
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1))
    found = [codes(terms(), line(1, day), approvals=approvals) for day in days]
    assert found == [["unapproved"], [], [], ["unapproved"]]
    assert codes(terms(), line(1, product=2), approvals=approvals) == ["unapproved"]


def test_a_tie_earns_nothing_blocks_and_names_both_rates():
    rates = [rate(1, categories=ids(1)), rate(2, channels=ids(1))]
    found = compute(
        terms(rates=rates), statement(line(100, category=1, channel=1, row=14))
    )
    assert found.royalty == 0
    (finding,) = found.blocking
    assert finding.rows == (1, 2)
    assert finding.sentence == (
        "Row 14: rates 1 and 2 apply equally: narrow one of them."
    )


def test_ties_of_pools_and_deductions_block():
    scope = {"scope": Scope(channels=ids(1))}, {"scope": Scope(categories=ids(1))}
    pools = tuple(Commitment(n, **row) for n, row in enumerate(scope, 1))
    deductions = tuple(Deduction(n, **row) for n, row in enumerate(scope, 1))
    sold = line(100, returns=10, channel=1, category=1)
    assert codes(terms(commitments=pools), sold) == ["pool_tie"]
    assert codes(terms(deductions=deductions), sold) == ["deduction_tie"]


def test_a_line_without_a_rate_is_named():
    found = compute(terms(rates=[rate(1, products=ids(9))]), statement(line(1, row=3)))
    assert found.blocking[0].sentence.startswith("Row 3: no royalty rate applies")
    assert [row.royalty for row in found.lines] == [0]


def test_an_unknown_rate_of_exchange_blocks():
    quotes = (Quote(GBP, date(2026, 2, 2), D(2)),)
    early = line(10, DAY, currency=GBP)
    assert codes(terms(), early, quotes=quotes) == ["no_fx"]
    assert codes(terms(), line(10, date(2026, 2, 5), currency=GBP), quotes=quotes) == []


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"reported_net": D("90.00")}, []),
        ({"reported_net": D("90.02")}, ["net_differs"]),
        ({"reported_rate": D(8)}, []),
        ({"reported_rate": D("0.08")}, ["rate_differs"]),
        ({"reported_royalty": D("7.21")}, []),
        ({"reported_royalty": D("7.22")}, ["royalty_differs"]),
    ],
)
def test_what_was_reported_is_compared_with_what_is_computed(values, expected):
    assert codes(terms(8), line(100, returns=10, **values)) == expected


def test_a_reported_royalty_is_compared_in_contract_currency():
    quotes = (Quote(GBP, DAY, D("1.25")),)
    values = {"currency": GBP, "reported_royalty": D(8)}
    assert codes(terms(8), line(100, **values), quotes=quotes) == []


def test_a_reported_rate_may_be_that_of_any_tier_it_has_reached():
    contract = terms(rates=[Rate(1, TIERS)])
    for reported, expected in ((8, []), (10, []), (9, ["rate_differs"])):
        sold = line(600_000, reported_rate=D(reported))
        assert codes(contract, sold) == expected


def test_a_bundle_of_other_than_a_hundred_percent_is_refused():
    with pytest.raises(ValueError, match="Row 5: the shares of its bundle"):
        split_bundle(line(1, row=5), (Component(1, D(50)), Component(2, D(40))))


def test_a_bundle_s_parts_sum_to_it():
    parts = split_bundle(
        line("10.01", returns="0.01", units=3),
        (Component(1, D("33.3")), Component(2, D("66.7"), quantity=2)),
    )
    assert sum(part.gross for part in parts) == D("10.01")
    assert [part.units for part in parts] == [3, 6]
    assert [part.part for part in parts] == [1, 2]


def test_control_totals_are_by_currency():
    first, second = control_totals(
        [line(10, returns=1), line(5), line(7, currency=GBP, reported_royalty=D(2))]
    )
    assert (first.lines, first.gross, first.returns) == (2, 15, 1)
    assert (second.currency, second.reported_royalty) == (GBP, 2)


# ----------------------------------------------------------------------
# TERMS THAT CONTRADICT THEMSELVES
# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "build, sentence",
    [
        (lambda: Rate(7, ()), "Rate 7: its first tier must start at 0."),
        (lambda: Rate(7, (Tier(D(5), D(1)),)), "Rate 7: its first tier must"),
        (lambda: Rate(7, (*flat(D(1)), *flat(D(2)))), "Rate 7: the starts of its"),
        (lambda: Rate(7, flat(D(1)), basis="x"), "basis is 'x': choose one of net"),
        (lambda: Deduction(7, ("x",)), "Deduction 7: a kind is 'x'"),
        (lambda: Fee(7, D(1), "x"), "Fee 7: its basis is 'x'"),
        (lambda: Quota(7, D(1), "x"), "Quota 7: its measure is 'x'"),
        (lambda: Instalment(7, DAY, D(1), "x"), "Instalment 7: its kind is 'x'"),
        (lambda: terms(negative="x"), "Contract 1: its negative policy is 'x'"),
        (lambda: terms(fx_rule="x"), "Contract 1: its FX rule is 'x'"),
        (lambda: Scope(first=DAY, last=date(2026, 1, 1)), "mend its dates"),
        (lambda: terms(rates=[Rate(7, TIERS, continues=7)]), "Rate 7 continues rate 7"),
        (lambda: withhold(D(1), D(100)), "enter a rate from 0 to below 100"),
        (lambda: audit(D(1), D(2), D(5), "x"), "choose paid or owed"),
        (lambda: prorate(D(1), None, None, DAY), "enter its first and last day"),
        (lambda: settle(terms(), [Earning(9, False, D(1))], {}, DAY), "commitment 9"),
        (lambda: load_sums("[{}]"), "compute it again"),
        (lambda: bill_instalment(Commitment(7), 3, Balance(), DAY), "no instalment 3"),
    ],
)
def test_a_contradiction_is_told_with_its_row(build, sentence):
    with pytest.raises(ValueError) as caught:
        build()
    assert sentence in str(caught.value)


def test_a_rate_that_earlier_statements_used_must_stay():
    sums = compute(terms(), statement(line(1))).sums
    with pytest.raises(
        ValueError, match=r"rates \[1\], which the contract has no more"
    ):
        compute(terms(rates=[rate(2)]), statement(quarter=1), sums)


def test_a_restatement_must_hold_every_statement_it_takes_back():
    contract = terms()
    sums = [row for r in compute_chain(contract, year_of(1, 2)) for row in r.sums]
    with pytest.raises(ValueError, match=r"Statements \[2\] were billed"):
        restate(contract, year_of(1), sums)


# ----------------------------------------------------------------------
# ROWS AT WORK
# ----------------------------------------------------------------------


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


# ----------------------------------------------------------------------
# EXPLAIN THIS NUMBER
# ----------------------------------------------------------------------


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
