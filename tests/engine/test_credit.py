"""Credit limits: acceptance cases H1 to H8; an order and its draft count once."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.credit import (
    FREE,
    STOPPED,
    Limit,
    Order,
    find_broken,
    get_exposure,
    is_overdue_blocked,
    is_stopped,
    needs_check,
)

amounts = st.decimals(min_value=0, max_value=10000, places=2)


def test_h1_an_order_and_its_draft_count_once():
    orders = [Order(D(10000), billed=D(2500), drafted=D(4000))]
    exposure = get_exposure([D(40000), D(-3000)], [D(4000), D(2000)], orders)
    assert exposure == D(46500)


@given(amounts, st.lists(amounts, max_size=4), st.lists(amounts, max_size=4))
def test_billing_an_order_step_by_step_never_changes_the_exposure(total, bills, drafts):
    billed, drafted = [], []
    for amount in bills:
        billed.append(min(amount, total - sum(billed)))
    for amount in drafts:
        drafted.append(min(amount, total - sum(billed) - sum(drafted)))
    order = Order(total, sum(billed, D(0)), sum(drafted, D(0)))
    assert get_exposure(billed, drafted, [order]) == total


def test_an_order_billed_beyond_its_total_owes_nothing_more():
    assert Order(D(100), billed=D(120)).not_invoiced == 0


OWED = {"A": D(55000), "B": D(28000), "C": D(0)}
GROUP = D(100000)
OWN = {"A": None, "B": D(30000), "C": D(0)}


def broken(account, more, extra=0, default=None):
    limits = [
        Limit(account, OWN[account], OWED[account], D(extra)),
        Limit("G", GROUP, sum(OWED.values())),
    ]
    return [found.key for found in find_broken(limits, D(more), default)]


@pytest.mark.parametrize(
    ("account", "more", "expected"),
    [
        ("A", "10000", []),
        ("A", "17000", []),
        ("A", "17000.01", ["G"]),
        ("B", "5000", ["B"]),
        ("B", "17000.01", ["B", "G"]),
        ("C", "0.01", ["C"]),
    ],
)
def test_h2_every_limit_above_counts_the_nearest_first(account, more, expected):
    assert broken(account, more) == expected


def test_h2_the_companys_default_counts_where_no_limit_is_set():
    used = D(900000)
    default = Limit("default", D(500000), used)
    unset = [Limit("L", None, used)]
    assert find_broken(unset, D(1)) == []
    assert find_broken(unset, D(1), default) == [default]
    assert find_broken([Limit("L", D(10**6), used)], D(1), default) == []


def test_h3_an_override_adds_to_the_limit_while_it_lasts():
    found = [broken("B", more, extra=5000) for more in ("5000", "7000", "7000.01")]
    assert found == [[], [], ["B"]]
    assert broken("B", "5000") == ["B"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([(45, 400)], False),
        ([(20, 5000)], False),
        ([(45, 500)], False),
        ([(45, "500.01")], True),
        ([(45, 300), (10, 900)], False),
        ([(30, 5000)], False),
    ],
)
def test_h5_overdue_and_threshold(items, expected):
    items = [(days, D(amount)) for days, amount in items]
    assert is_overdue_blocked(items, 30, D(500)) is expected


def test_h5_no_days_is_off_and_no_amount_is_any():
    items = [(1, D(1))]
    found = [
        is_overdue_blocked(items, days, amount)
        for days, amount in ((None, D(0)), (0, D(0)), (0, None), (30, None))
    ]
    assert found == [False, True, True, False]


def test_h7_what_adds_is_checked_again_and_what_takes_away_is_not():
    assert needs_check(D(100), D(120))
    assert not needs_check(D(100), D(80))
    assert not needs_check(D(100), D(100))
    assert needs_check(D(100), D(100), reopened=True)


def test_h8_what_a_hold_stops():
    assert all(is_stopped(kind) for kind in STOPPED)
    assert not any(is_stopped(kind) for kind in FREE)
    assert not any(is_stopped(kind, stopped=FREE) for kind in FREE)
    assert not is_stopped("delivery", stopped=("invoice",))


def test_share_of_a_limit():
    assert Limit("B", D(30000), D(24000)).share == 80
    assert Limit("C", D(0), D(0)).share is None
    assert Limit("C", D(0), D(1)).share == D("Infinity")
