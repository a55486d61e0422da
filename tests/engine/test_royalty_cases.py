"""The acceptance cases T1 to T27 of the royalty specification, but those of pools."""

from datetime import date

import pytest
from royalty_common import (
    DAY,
    GBP,
    QUARTERS,
    TIERS,
    D,
    line,
    quarter_line,
    statement,
    terms,
    year_of,
)

from engine.royalty import (
    Commitment,
    Component,
    Deduction,
    Earning,
    Fee,
    InterestRate,
    Quote,
    Rate,
    Scope,
    Tier,
    audit,
    compute,
    compute_chain,
    flat,
    late_interest,
    restate,
    settle,
    split_bundle,
    true_up,
    withhold,
)

YEAR_END = date(2026, 12, 31)
POOL_YEAR = Scope(first=date(2026, 1, 1), last=YEAR_END)


def royalty(contract, *lines, **values):
    return compute(contract, statement(*lines, **values)).royalty


def royalties(contract, statements):
    return [result.royalty for result in compute_chain(contract, statements)]


def test_t1_net_is_gross_less_returns_and_the_guarantee_is_no_floor():
    pool = Commitment(7, guarantee=D(20_000), scope=POOL_YEAR)
    contract = terms(8, commitments=(pool,))
    result = compute(contract, statement(line(87_500, returns=4_200)))
    assert result.royalty == D("6664.00")
    settled = settle(contract, result.earnings, {}, QUARTERS[0][1])
    assert settled.payable == D("6664.00")


def test_t2_a_cap_of_the_period():
    contract = terms(10, deductions=(Deduction(1, cap=D(10)),))
    assert royalty(contract, line(100_000, allowances=15_000)) == 9_000


@pytest.mark.parametrize(
    "window, expected", [("period", [19_600, 4_500]), ("year", [19_600, 3_500])]
)
def test_t3_the_window_of_a_cap(window, expected):
    contract = terms(10, deductions=(Deduction(1, cap=D(10), window=window),))
    statements = (
        statement(quarter_line(200_000, 0, allowances=4_000)),
        statement(quarter_line(50_000, 1, allowances=15_000), quarter=1),
    )
    assert royalties(contract, statements) == expected
    assert sum(expected) == {"period": 24_100, "year": 23_100}[window]


@pytest.mark.parametrize(
    "negative, payable",
    [
        ("carry_forward", [0, 1_700]),
        ("floor_zero", [0, 2_000]),
        ("credit_note", [-300, 2_000]),
    ],
)
def test_t4_returns_above_sales_follow_the_policy(negative, payable):
    contract = terms(10, negative_policy=negative)
    statements = (
        statement(quarter_line(8_000, 0, returns=11_000)),
        statement(quarter_line(20_000, 1), quarter=1),
    )
    known, paid = {}, []
    for result in compute_chain(contract, statements):
        settled = settle(contract, result.earnings, known, DAY)
        known = settled.balances
        paid.append(settled.payable)
    assert [found.royalty for found in compute_chain(contract, statements)][0] == -300
    assert paid == payable


def test_t4_the_cap_comes_before_the_policy():
    contract = terms(10, deductions=(Deduction(1, cap=D(10)),))
    assert royalty(contract, line(8_000, returns=11_000)) == 720


def test_t5_a_period_that_crosses_a_tier():
    contract = terms(rates=[Rate(1, TIERS)])
    assert royalties(contract, year_of(450_000, 120_000))[1] == 11_000


def test_t6_four_tiers():
    starts = ((0, 6), (15_000_000, "5.5"), (20_000_000, 5), (25_000_000, 4))
    rate = Rate(1, tuple(Tier(D(start), D(rate)) for start, rate in starts))
    assert royalty(terms(rates=[rate]), line(50_000_000)) == 2_425_000


def test_t7_retroactive_tiers_re_rate_earlier_sales():
    contract = terms(rates=[Rate(1, TIERS, mode="retroactive")])
    _first, second = compute_chain(contract, year_of(450_000, 120_000))
    assert second.royalty == 21_000
    # 10 % of 120,000, and 2 % more of 450,000
    assert [found.royalty for found in second.lines] == [12_000, 9_000]


def test_t8_returns_go_back_below_the_tier():
    statements = (
        statement(quarter_line(520_000, 0)),
        statement(quarter_line(0, 1, returns=60_000), quarter=1),
    )
    assert royalties(terms(rates=[Rate(1, TIERS)]), statements)[1] == -5_200


def test_t9_the_rate_of_the_sale_date_and_sale_type():
    until, since = {"last": date(2026, 4, 14)}, {"first": date(2026, 4, 15)}
    domestic, fob = frozenset(["domestic"]), frozenset(["fob"])
    contract = terms(
        rates=[
            Rate(1, flat(D(10)), Scope(sale_types=domestic, **until)),
            Rate(2, flat(D(12)), Scope(sale_types=fob, **until)),
            Rate(3, flat(D(11)), Scope(sale_types=domestic, **since), amendment=5),
            Rate(4, flat(D(13)), Scope(sale_types=fob, **since), amendment=5),
        ]
    )
    result = compute(
        contract,
        statement(
            line(40_000, date(2026, 4, 10)),
            line(40_000, date(2026, 4, 20)),
            line(25_000, date(2026, 4, 20), sale_type="fob"),
            quarter=1,
        ),
    )
    assert result.royalty == 11_650
    assert [found.royalty for found in result.lines] == [4_000, 4_400, 3_250]
    assert [bucket.rate.amendment for bucket in result.buckets] == [None, 5, 5]


@pytest.mark.parametrize("by", ["rate", "line"])
def test_t10_the_minimum_per_unit(by):
    rate = Rate(1, flat(D(10)), minimum=D("0.40"), minimum_by=by)
    assert royalty(terms(rates=[rate]), line(3_000, units=1_000)) == 400


@pytest.mark.parametrize(
    "rule, expected",
    [("sale_date", 3_720), ("period_end", 3_750), ("average", 3_690)],
)
def test_t17_the_rule_for_rates_of_exchange(rule, expected):
    first, second = date(2026, 1, 10), date(2026, 3, 10)
    rates = ((first, "1.20"), (second, "1.26"), (QUARTERS[0][1], "1.25"))
    found = statement(
        line(10_000, first, currency=GBP),
        line(20_000, second, currency=GBP),
        quotes=tuple(Quote(GBP, day, D(rate)) for day, rate in rates),
        averages=((GBP, D("1.23")),),
    )
    assert compute(terms(10, fx_rule=rule), found).royalty == expected


def test_t17_a_fixed_rate_of_exchange():
    contract = terms(10, fx_rule="fixed", fixed_rates=((GBP, D("1.3")),))
    assert royalty(contract, line(10_000, currency=GBP)) == 1_300


def test_t18_withholding_tax_counts_in_full_for_the_guarantee():
    found = withhold(D(10_000), D(10))
    assert (found.cash, found.credit, found.tax) == (9_000, 10_000, 1_000)


def test_t18_gross_up_raises_the_invoice():
    found = withhold(D(10_000), D(10), gross_up=True)
    assert found.invoice == D("11111.11")
    assert (found.cash, found.credit) == (10_000, 10_000)


def marketing_fund():
    pool = Commitment(7, D(20_000), POOL_YEAR)
    contract = terms(8, commitments=(pool,), fees=(Fee(3, D(2)),))
    result = compute(contract, statement(line(87_500, returns=4_200)))
    return contract, result


def test_t19_the_marketing_fund_is_a_share_of_net():
    _contract, result = marketing_fund()
    ((fee, base, amount),) = ((f.fee, f.base, f.amount) for f in result.fees)
    assert (fee, base, amount) == (3, 83_300, 1_666)


@pytest.mark.parametrize(
    "gross, differences", [(480_000, [2_400, 600]), (400_000, [-4_000, -1_000])]
)
def test_t21_a_restatement_bills_the_difference_of_the_chain(gross, differences):
    contract = terms(rates=[Rate(1, TIERS)])
    billed = compute_chain(contract, year_of(450_000, 120_000))
    sums = [row for result in billed for row in result.sums]
    found = restate(contract, year_of(gross, 120_000), sums, revised={1})
    assert [diff.amount for diff in found.differences] == differences
    assert [diff.knock_on for diff in found.differences] == [False, True]
    assert found.amount == {480_000: 3_000, 400_000: -5_000}[gross]
    assert found.earnings == (Earning(0, False, found.amount),)


DUE, PART, PAID = date(2026, 4, 30), date(2026, 5, 15), date(2026, 6, 14)


@pytest.mark.parametrize(
    "payments, cap, expected",
    [
        ([(PAID, 10_000)], None, "221.92"),
        ([(PART, 4_000), (PAID, 6_000)], None, "162.74"),
        ([(PAID, 10_000)], 10, "123.29"),
        ([], None, "221.92"),
    ],
)
def test_t22_late_interest(payments, cap, expected):
    payments = [(day, D(amount)) for day, amount in payments]
    cap = None if cap is None else D(cap)
    rates = [InterestRate(D(18), cap)]
    found = late_interest(D(10_000), DUE, payments, PAID, rates)
    assert found.amount == D(expected)


def test_t23_rounding_is_once_and_its_largest_remainder_goes_to_the_lines():
    result = compute(terms(5), statement(*(line("33.35") for _n in range(3))))
    assert result.royalty == D("5.00")
    assert [str(found.royalty) for found in result.lines] == ["1.67", "1.67", "1.66"]


def test_t23_equal_remainders_do_not_depend_on_the_order_of_lines():
    lines = [line("33.35") for _n in range(3)]
    for found in (lines, lines[::-1]):
        rounded = compute(terms(5), statement(*found)).lines
        assert {row.line: row.royalty for row in rounded} == {
            lines[0].id: D("1.67"),
            lines[1].id: D("1.67"),
            lines[2].id: D("1.66"),
        }


@pytest.mark.parametrize("basis, percent", [("paid", "5.00"), ("owed", "4.76")])
def test_t24_the_basis_of_the_audit_threshold(basis, percent):
    found = audit(D(100_000), D(105_000), D(5), basis)
    assert found.percent == D(percent)
    assert found.licensee_bears_costs == (basis == "paid")
    above = audit(D(100_000), D(105_000), D(5), basis, or_more=False)
    assert not above.licensee_bears_costs


def test_t25_a_bundle_is_split_before_its_rates():
    rates = [
        Rate(n, flat(D(rate)), Scope(products=frozenset([n])))
        for n, rate in ((1, 10), (2, 15))
    ]
    parts = split_bundle(line(100), (Component(1, D(50)), Component(2, D(50))))
    assert royalty(terms(rates=rates), *parts) == D("12.50")


def test_t27_fees_and_interest_stay_outside_the_pool():
    contract, result = marketing_fund()
    assert result.fees[0].amount == 1_666
    settled = settle(contract, result.earnings, {}, QUARTERS[0][1])
    assert settled.balances[7].billed == 6_664
    (pool,) = contract.commitments
    assert true_up(pool, settled.balances[7], YEAR_END).amount == 13_336
