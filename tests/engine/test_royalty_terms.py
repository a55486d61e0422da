"""Which rows of a contract apply, and what is said about lines."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from royalty_common import (
    DAY,
    GBP,
    TIERS,
    D,
    line,
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
    find_overlaps,
    flat,
    load_sums,
    most_specific,
    prorate,
    restate,
    settle,
    split_bundle,
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
        (lambda: terms(negative_policy="x"), "Contract 1: its negative policy is 'x'"),
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
