"""The acceptance cases T1 to T27 of the royalty specification, number by number."""

from datetime import date

import pytest
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
    Commitment,
    Component,
    Deduction,
    Earning,
    Fee,
    Grant,
    Instalment,
    InterestRate,
    Quote,
    Rate,
    Scope,
    Tier,
    audit,
    balances,
    bill_instalment,
    compute,
    compute_chain,
    flat,
    lapse,
    late_interest,
    prorate,
    restate,
    settle,
    split_bundle,
    true_up,
    withhold,
)

YEAR_END = date(2026, 12, 31)
POOL_YEAR = Scope(first=date(2026, 1, 1), last=YEAR_END)


class Pool:
    """A pool and its ledger, played through the engine's public functions."""

    def __init__(self, negative="carry_forward", **values):
        self.commitment = Commitment(7, **{"scope": POOL_YEAR, **values})
        self.terms = terms(commitments=(self.commitment,), negative=negative)
        self.ledger = []

    @property
    def balance(self):
        return self.balances[7]

    @property
    def balances(self):
        return {7: balances(()).get(7, Balance()), **balances(self.ledger)}

    def advance(self):
        self.ledger.append(bill_instalment(self.commitment, 1, self.balance, DAY))
        return self

    def earn(self, amount, day=QUARTERS[0][1], sell_off=False):
        earned = (Earning(7, sell_off, D(amount)),)
        settlement = settle(self.terms, earned, self.balances, day)
        self.ledger += settlement.movements
        return settlement.payable

    def true_up(self, **values):
        row = true_up(self.commitment, self.balance, YEAR_END, **values)
        self.ledger.append(row)
        return row.amount


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
    contract = terms(10, negative=negative)
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


def test_t4b_a_negative_royalty_reopens_recoupable_credit():
    pool = Pool(instalments=advance(10_000)).advance()
    assert pool.earn(6_664) == 0
    assert pool.earn(-1_000) == 0
    assert pool.balance.credit == 4_336
    assert pool.earn(5_000) == 664


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


def played_year():
    pool = Pool(guarantee=D(20_000), instalments=advance(10_000)).advance()
    earned = zip((6_664, 5_000, 3_200, 1_900), QUARTERS, strict=True)
    return pool, [pool.earn(amount, last) for amount, (_first, last) in earned]


def test_t11_an_advance_is_recouped_before_cash():
    _pool, paid = played_year()
    assert paid[:3] == [0, 1_664, 3_200]


def test_t12_the_true_up_bills_the_rest_of_the_guarantee():
    pool, paid = played_year()
    assert paid[3] == 1_900
    assert pool.true_up() == 3_236
    assert pool.balance.billed == 20_000


def test_t12b_an_advance_of_the_whole_guarantee_leaves_nothing():
    pool = Pool(guarantee=D(20_000), instalments=advance(20_000)).advance()
    pool.earn(14_000)
    assert pool.true_up() == 0


def test_t12c_an_advance_below_the_guarantee_leaves_the_difference():
    pool = Pool(guarantee=D(30_000), instalments=advance(20_000)).advance()
    pool.earn(14_000)
    assert pool.true_up() == 10_000


def test_t13_a_guarantee_in_two_instalments():
    dates = (date(2026, 1, 1), date(2026, 12, 1))
    rows = tuple(
        Instalment(n, day, D(10_000), "guarantee") for n, day in enumerate(dates, 1)
    )
    pool = Pool(guarantee=D(20_000), instalments=rows).advance()
    assert pool.balance.billed == 10_000
    assert pool.earn(12_000) == 2_000
    second = bill_instalment(pool.commitment, 2, pool.balance, dates[1])
    assert second.amount == 8_000


def crossing(commitments, products):
    """Royalties of 15,000 and 5,000 at 10 %, each in the pool of its product."""
    contract = terms(10, commitments=commitments)
    lines = (line(150_000, product=products[0]), line(50_000, product=products[1]))
    result = compute(contract, statement(*lines))
    ledger = []
    for pool in commitments:
        if pool.instalments:
            known = balances(ledger).get(pool.id, Balance())
            ledger.append(bill_instalment(pool, 1, known, DAY))
    settled = settle(contract, result.earnings, balances(ledger), DAY)
    ledger += settled.movements
    return settled, balances(ledger)


def test_t14_one_pool_crosses():
    pool = Commitment(7, D(20_000), POOL_YEAR)
    _settled, known = crossing((pool,), (1, 2))
    assert true_up(pool, known[7], YEAR_END).amount == 0
    assert known[7].billed == 20_000


def test_t14_two_pools_do_not():
    pools = tuple(
        Commitment(n, D(amount), Scope(products=frozenset([n])), advance(amount))
        for n, amount in ((1, 12_000), (2, 8_000))
    )
    settled, known = crossing(pools, (1, 2))
    assert settled.payable == 3_000
    assert known[2].credit == 3_000
    assert known[1].billed + known[2].billed == 23_000


def test_t15_annual_guarantees_stand_alone():
    first, second = Pool(guarantee=D(20_000)), Pool(guarantee=D(20_000))
    first.earn(26_000)
    assert first.true_up() == 0
    second.earn(15_000)
    assert second.true_up() == 5_000


def test_t15_a_cumulative_guarantee_counts_the_first_year():
    rows = (
        Instalment(1, YEAR_END, D(20_000), "guarantee"),
        Instalment(2, date(2027, 12, 31), D(20_000), "guarantee"),
    )
    pool = Pool(guarantee=D(40_000), instalments=rows)
    pool.earn(26_000)
    assert bill_instalment(pool.commitment, 1, pool.balance, rows[0].day).amount == 0
    pool.earn(15_000)
    assert bill_instalment(pool.commitment, 2, pool.balance, rows[1].day).amount == 0


@pytest.mark.parametrize(
    "until, paid, lapsed",
    [(date(2026, 12, 31), 5_000, 6_000), (date(2027, 3, 31), 0, 1_000)],
)
def test_t16_recoupment_ends_on_its_day_and_the_rest_lapses(until, paid, lapsed):
    rows = advance(20_000)
    pool = Pool(guarantee=D(20_000), instalments=rows, recoup_until=until).advance()
    pool.earn(14_000, YEAR_END)
    assert pool.true_up() == 0
    assert pool.earn(5_000, date(2027, 3, 31)) == paid
    assert lapse(pool.commitment, pool.balance, until) is None
    assert lapse(pool.commitment, pool.balance, date(2027, 4, 1)).amount == lapsed


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
    "counts, paid, total", [(False, 3_000, 23_000), (True, 1_000, 21_000)]
)
def test_t20_sell_off_counts_where_the_contract_says_so(counts, paid, total):
    pool = Pool(guarantee=D(20_000), sell_off_counts=counts)
    billed = pool.earn(18_000) + pool.true_up()
    after = pool.earn(3_000, date(2027, 2, 28), sell_off=True)
    assert after == paid
    assert billed + after == total


def test_t20_a_sale_after_the_term_is_found_to_be_sell_off():
    pool = Commitment(7, D(20_000), POOL_YEAR)
    grant = Grant(1, POOL_YEAR, sell_off_last=date(2027, 3, 31))
    contract = terms(10, grants=(grant,), commitments=(pool,))
    sold = line(30_000, date(2027, 2, 28))
    result = compute(contract, statement(sold, year=2027))
    assert result.earnings == (Earning(7, True, D(3_000)),)
    assert result.findings == ()


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


def test_t26_the_guarantee_of_a_pool_that_ended_early():
    ended, scope = (
        date(2025, 9, 30),
        Scope(first=date(2025, 1, 1), last=date(2025, 12, 31)),
    )
    assert prorate(D(20_000), scope.first, scope.last, ended) == D("14958.90")
    pool = Pool(guarantee=D(20_000), scope=scope, prorates=True)
    pool.earn(9_000, ended)
    assert pool.true_up(ended=ended) == D("5958.90")


def test_t27_fees_and_interest_stay_outside_the_pool():
    contract, result = marketing_fund()
    assert result.fees[0].amount == 1_666
    settled = settle(contract, result.earnings, {}, QUARTERS[0][1])
    assert settled.balances[7].billed == 6_664
    (pool,) = contract.commitments
    assert true_up(pool, settled.balances[7], YEAR_END).amount == 13_336
