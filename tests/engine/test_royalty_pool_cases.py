"""Acceptance cases of pools: T4b, T11 to T16, T20, T26."""

from datetime import date

import pytest
from royalty_common import (
    DAY,
    QUARTERS,
    D,
    advance,
    line,
    statement,
    terms,
)

from engine.royalty import (
    Balance,
    Commitment,
    Earning,
    Grant,
    Instalment,
    Scope,
    balances,
    bill_instalment,
    compute,
    lapse,
    prorate,
    settle,
    true_up,
)

YEAR_END = date(2026, 12, 31)
POOL_YEAR = Scope(first=date(2026, 1, 1), last=YEAR_END)


class Pool:
    """A pool and its ledger, played through the engine's public functions."""

    def __init__(self, negative="carry_forward", **values):
        self.commitment = Commitment(7, **{"scope": POOL_YEAR, **values})
        self.terms = terms(commitments=(self.commitment,), negative_policy=negative)
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


def test_t4b_a_negative_royalty_reopens_recoupable_credit():
    pool = Pool(instalments=advance(10_000)).advance()
    assert pool.earn(6_664) == 0
    assert pool.earn(-1_000) == 0
    assert pool.balance.credit == 4_336
    assert pool.earn(5_000) == 664


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


def test_t26_the_guarantee_of_a_pool_that_ended_early():
    ended, scope = (
        date(2025, 9, 30),
        Scope(first=date(2025, 1, 1), last=date(2025, 12, 31)),
    )
    assert prorate(D(20_000), scope.first, scope.last, ended) == D("14958.90")
    pool = Pool(guarantee=D(20_000), scope=scope, prorates=True)
    pool.earn(9_000, ended)
    assert pool.true_up(ended=ended) == D("5958.90")
