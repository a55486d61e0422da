"""Properties of pools: what is earned, billed, recouped and lapsed in them."""

from dataclasses import replace
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st
from royalty_common import QUARTERS, D, terms

from engine.royalty import (
    Balance,
    Commitment,
    Earning,
    Instalment,
    Scope,
    balances,
    bill_instalment,
    lapse,
    settle,
    transfer,
    true_up,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
amounts = st.decimals(min_value=-3_000, max_value=3_000, places=2)


@st.composite
def pools(draw):
    """A commitment of the year, paid ahead in part, and what it earns each quarter."""
    guarantee = D(draw(st.integers(min_value=0, max_value=9_000)))
    count = draw(st.integers(min_value=0, max_value=4))
    part = (guarantee / (count + 1)).quantize(D(1))
    # an advance after the first royalties is billed on top of what they came to
    kinds = [draw(st.sampled_from(["advance", "guarantee"])), *["guarantee"] * 3]
    rows = tuple(
        Instalment(n, QUARTERS[n - 1][1], part, kinds[n - 1])
        for n in range(1, count + 1)
    )
    return Commitment(
        5,
        guarantee,
        Scope(first=FIRST, last=LAST),
        rows,
        sell_off_counts=draw(st.booleans()),
    )


def play(contract, earned):
    """A pool's ledger to its end, and what was to be paid in each quarter."""
    (pool,) = contract.commitments
    ledger, paid = [], []
    for quarter, amount in enumerate(earned):
        day = QUARTERS[quarter][1]
        for row in pool.instalments:
            if row.day == day:
                known = balances(ledger).get(5, Balance())
                ledger.append(bill_instalment(pool, row.id, known, day))
        earnings = (Earning(5, False, amount),)
        settled = settle(contract, earnings, balances(ledger), day, quarter)
        ledger += settled.movements
        paid.append(settled.payable)
        # the balances that were told are those of the rows
        assert settled.balances == balances(ledger)
    ledger.append(true_up(pool, balances(ledger).get(5, Balance()), LAST))
    return ledger, paid


quarters = st.lists(amounts, min_size=1, max_size=4)
policies = st.sampled_from(["carry_forward", "floor_zero", "credit_note"])


@given(pools(), quarters, policies)
def test_billed_is_at_least_the_guarantee_and_never_doubles_it(pool, earned, negative):
    ledger, _paid = play(terms(commitments=(pool,), negative_policy=negative), earned)
    billed = balances(ledger)[5].billed
    assert billed >= pool.guarantee
    positive = sum(max(amount, 0) for amount in earned)
    assert billed <= max(pool.guarantee, positive)


@given(pools(), quarters, policies)
def test_a_ledger_tells_its_balances(pool, earned, negative):
    ledger, paid = play(terms(commitments=(pool,), negative_policy=negative), earned)
    known = balances(ledger)[5]
    assert known.earned == sum(earned)
    assert known.credit >= 0
    kinds = {}
    for row in ledger:
        kinds[row.kind] = kinds.get(row.kind, D(0)) + row.amount
    ahead = sum(kinds.get(kind, D(0)) for kind in ("advance", "instalment", "true_up"))
    assert known.billed == ahead + sum(paid)
    if negative == "carry_forward":
        # what was billed is what was earned and what is still to be recouped
        assert known.billed == known.earned + known.credit
        assert all(amount >= 0 for amount in paid)


@given(pools(), quarters, amounts.filter(lambda amount: amount < 0))
def test_a_closed_guarantee_is_never_paid_back(pool, earned, late):
    assume(pool.guarantee)
    contract = terms(commitments=(pool,), negative_policy="credit_note")
    ledger, _paid = play(contract, earned)
    settled = settle(contract, [Earning(5, False, late)], balances(ledger), LAST)
    assert settled.balances[5].billed >= pool.guarantee


@given(pools(), quarters, policies)
def test_a_second_true_up_bills_nothing(pool, earned, negative):
    ledger, _paid = play(terms(commitments=(pool,), negative_policy=negative), earned)
    assert true_up(pool, balances(ledger)[5], LAST).amount == 0


@given(pools(), quarters)
def test_credit_lapses_once(pool, earned):
    pool = replace(pool, recoup_until=QUARTERS[1][1])
    ledger, _paid = play(terms(commitments=(pool,)), earned)
    row = lapse(pool, balances(ledger)[5], LAST)
    if row is None:
        assert balances(ledger)[5].credit == 0
    else:
        known = balances([*ledger, row])[5]
        assert known.credit == 0
        assert lapse(pool, known, LAST) is None


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-900, 900)), max_size=6),
    st.dictionaries(st.integers(0, 3), st.integers(0, 900)),
)
def test_a_transfer_takes_nothing_from_anybody(pairs, cash):
    amounts = {}
    for pool, amount in pairs:
        amounts[pool] = amounts.get(pool, 0) + amount
    earnings = tuple(Earning(p, False, D(a)) for p, a in amounts.items() if a)
    cash = {pool: D(amount) for pool, amount in cash.items()}
    rows, rest = transfer(earnings, cash, date(2026, 3, 31))
    after = balances(rows)
    assert sum(b.billed for b in after.values()) == 0
    assert sum(b.earned for b in after.values()) == 0
    for pool, amount in amounts.items():
        left = sum(e.amount for e in rest if e.pool == pool)
        assert left + after.get(pool, Balance()).earned == amount
        assert -after.get(pool, Balance()).billed <= cash.get(pool, 0)
