"""T26: a guarantee shrinks once, however its pool came to end early."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from engine.royalty import (
    Balance,
    Commitment,
    Instalment,
    Scope,
    bill_instalment,
    guaranteed,
    still_to_bill,
    true_up,
)

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
ENDED = date(2025, 9, 30)
#: 20,000 for 2025, ended by an amendment on 30 September.
POOL = Commitment(
    7, D(20_000), Scope(first=FIRST, last=ENDED), prorates=True, agreed_last=LAST
)

days = st.dates(FIRST, LAST)


def test_t26_an_amendment_that_ends_the_pool_prorates_as_an_early_contract_end():
    assert guaranteed(POOL) == D("14958.90")
    assert true_up(POOL, Balance(billed=D(9_000)), ENDED).amount == D("5958.90")


def test_a_pool_that_does_not_shrink_keeps_its_guarantee():
    assert guaranteed(replace(POOL, prorates=False)) == 20_000


def test_a_pool_that_was_replaced_and_its_replacement_are_prorated_apart():
    scope = Scope(first=ENDED + timedelta(days=1), last=LAST)
    after = Commitment(8, D("5041.10"), scope, prorates=True)
    assert guaranteed(POOL) + guaranteed(after) == 20_000


@given(ended=days, over=days)
def test_the_earlier_end_counts_and_only_once(ended, over):
    scope = replace(POOL.scope, last=ended)
    whole = replace(POOL, scope=replace(scope, last=LAST), agreed_last=None)
    both = guaranteed(replace(POOL, scope=scope), over)
    assert both == guaranteed(whole, min(ended, over))
    assert 0 < both <= POOL.guarantee


@given(ended=days)
def test_the_parts_before_and_after_add_up_to_the_whole(ended):
    before = guaranteed(replace(POOL, scope=replace(POOL.scope, last=ended)))
    share = D((LAST - ended).days) / 365
    assert abs(before + POOL.guarantee * share - POOL.guarantee) <= D("0.005")


def test_an_instalment_after_the_end_asks_for_no_more_than_what_is_guaranteed():
    rows = (Instalment(1, date(2025, 12, 15), D(20_000), "guarantee"),)
    pool = replace(POOL, instalments=rows)
    billed = D(9_000)
    row = bill_instalment(pool, 1, Balance(billed=billed), rows[0].day)
    assert (row.amount, row.floor) == (D("5958.90"), D("14958.90"))
    coming = still_to_bill(rows, frozenset([1]), billed, guaranteed(pool))
    assert coming == row.amount
