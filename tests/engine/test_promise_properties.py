"""Properties of promises to pay, and the acceptance cases 15 and 16."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays
from engine.promise import (
    BROKEN,
    KEPT,
    OPEN,
    PARTIAL,
    Part,
    Promise,
    Receipt,
    allocate,
    find_fault,
    get_level,
    judge,
    split_parts,
)

START = date(2026, 1, 1)
days = st.integers(min_value=0, max_value=60)
amounts = st.decimals(min_value="0.01", max_value=1000, places=2)


def day(number):
    return START + timedelta(days=number)


@st.composite
def promises(draw, number=1):
    made = draw(days)
    return Promise(
        id=number,
        amount=draw(amounts),
        made_on=day(made),
        date=day(made + draw(days)),
        tolerance_days=draw(st.integers(min_value=0, max_value=10)),
    )


@st.composite
def ledgers(draw):
    """Promises of one account, and payments that each of them may claim."""
    found = [draw(promises(number)) for number in range(1, draw(st.integers(1, 5)) + 1)]
    payments = draw(st.lists(st.tuples(days, amounts), max_size=6))
    receipts = [
        Receipt(promise.id, day(when), amount, ((key, amount),))
        for promise in found
        for key, (when, amount) in enumerate(payments)
    ]
    return found, payments, receipts


@given(ledgers())
def test_no_money_keeps_two_promises_and_none_gets_more_than_promised(ledger):
    found, payments, receipts = ledger
    received = allocate(found, receipts)
    total = sum(amount for given_ in received.values() for _day, amount in given_)
    assert total <= sum(amount for _day, amount in payments)
    for promise in found:
        assert sum(amount for _day, amount in received[promise.id]) <= promise.amount
        for when, amount in received[promise.id]:
            assert promise.made_on <= when <= promise.deadline
            assert amount > 0


@given(ledgers(), days)
def test_order_of_receipts_and_promises_changes_nothing(ledger, number):
    found, _payments, receipts = ledger
    here = allocate(found, receipts)
    there = allocate(found[::-1], sorted(receipts, key=lambda r: r.day))
    for promise in found:
        one = judge(promise, here[promise.id], day(number))
        assert one == judge(promise, there[promise.id], day(number))


@given(promises(), st.lists(st.tuples(days, amounts), max_size=5), days, days)
def test_what_is_kept_stays_kept_and_open_means_before_the_deadline(
    promise, payments, number, later
):
    received = [(day(when), amount) for when, amount in payments]
    now = judge(promise, received, day(number))
    then = judge(promise, received, day(number + later))
    assert then.received >= now.received
    if now.state == KEPT:
        assert then == now
    if now.state == OPEN:
        assert day(number) <= promise.deadline
    if now.state in (PARTIAL, BROKEN):
        assert day(number) > promise.deadline
        assert then == now


@given(promises(), st.lists(st.tuples(days, amounts), max_size=5), days)
def test_state_follows_from_what_was_received(promise, payments, number):
    received = [(day(when), amount) for when, amount in payments]
    found = judge(promise, received, day(number))
    assert (found.state == KEPT) == (found.received == promise.amount)
    assert (found.state == BROKEN) <= (found.received == 0)
    assert (found.state == PARTIAL) <= (0 < found.received < promise.amount)


def of_500(tolerance=2):
    return Promise(1, Decimal(500), day(0), date(2026, 1, 10), tolerance)


@pytest.mark.parametrize(
    ("paid", "when", "state"),
    [
        (500, date(2026, 1, 12), KEPT),
        (500, date(2026, 1, 13), BROKEN),
        (300, date(2026, 1, 10), PARTIAL),
        (800, date(2026, 1, 9), KEPT),
        (500, date(2025, 12, 31), BROKEN),
    ],
)
def test_promise_of_500_by_the_10th_with_two_days_tolerance(paid, when, state):
    found = judge(of_500(), [(when, Decimal(paid))], date(2026, 1, 14))
    assert found.state == state


def test_on_the_last_day_it_is_open_and_the_day_after_it_is_broken():
    assert judge(of_500(), [], date(2026, 1, 12)).state == OPEN
    assert judge(of_500(), [], date(2026, 1, 13)).state == BROKEN


def test_two_promises_share_a_payment_the_earlier_one_first():
    first, second = of_500(), Promise(2, Decimal(500), day(0), date(2026, 1, 20))
    payment = ("payment", Decimal(700))
    receipts = [
        Receipt(number, date(2026, 1, 9), Decimal(700), (payment,)) for number in (1, 2)
    ]
    received = allocate([second, first], receipts)
    assert judge(first, received[1], date(2026, 2, 1)).state == KEPT
    assert judge(second, received[2], date(2026, 2, 1)).received == 200


@pytest.mark.parametrize(
    ("earlier", "level"),
    [
        ((), 1),
        ((("withdrawn", 3),), 2),
        (((BROKEN, 3), (PARTIAL, 4)), 3),
        (((KEPT, 3),), 1),
        (((BROKEN, 2), (KEPT, 3), ("withdrawn", 4)), 2),
        (((OPEN, None),), 1),
        (((BROKEN, 9),), 1),
    ],
)
def test_a_promise_after_failed_ones_is_one_more_try(earlier, level):
    earlier = [(state, ended and day(ended)) for state, ended in earlier]
    assert get_level(day(5), earlier) == level


US = WorkingDays(closed=frozenset({date(2026, 7, 3)}))


@given(
    st.integers(100, 10**7).map(lambda n: Decimal(n).scaleb(-2)),
    st.integers(1, 24),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from([(1, "weeks"), (2, "weeks"), (30, "days"), (1, "months")]),
)
def test_instalments_add_up_and_fall_on_working_days(amount, count, first, rhythm):
    parts = split_parts(amount, count, first, *rhythm, US)
    assert sum(part.amount for part in parts) == amount
    assert all(US.is_open(part.date) for part in parts)
    assert len({part.amount for part in parts[:-1]}) <= 1
    assert [part.date for part in parts] == sorted({part.date for part in parts})


def test_a_month_without_the_day_has_the_instalment_on_its_last():
    parts = split_parts(Decimal(100), 3, date(2026, 1, 30), 1, "months", WorkingDays())
    assert [(part.date, part.amount) for part in parts] == [
        (date(2026, 1, 30), Decimal("33.33")),
        # the 28th is a Saturday, the 30th a Monday
        (date(2026, 3, 2), Decimal("33.33")),
        (date(2026, 3, 30), Decimal("33.34")),
    ]


@pytest.mark.parametrize(
    "parts, fault",
    [
        ([(10, 50), (20, 50)], None),
        ([(1, 50), (20, 50)], ("past", 0)),
        ([(10, 110), (20, -10)], ("not_positive", 1)),
        ([(10, 100), (20, 0)], ("not_positive", 1)),
        ([(20, 50), (10, 50)], ("out_of_order", 1)),
        ([(10, 50), (10, 50)], ("out_of_order", 1)),
        ([(10, 50), (20, 49)], ("not_the_sum", None)),
        ([(2, 100)], None),
    ],
)
def test_what_is_wrong_with_instalments(parts, fault):
    parts = [Part(date(2026, 3, day), Decimal(amount)) for day, amount in parts]
    found = find_fault(parts, Decimal(100), Decimal(100), date(2026, 3, 2))
    assert found == fault


def test_more_than_is_owed_cannot_be_promised():
    parts = [Part(date(2026, 3, 10), Decimal(100))]
    found = find_fault(parts, None, Decimal("99.99"), date(2026, 3, 2))
    assert found == ("too_much", None)
