"""What a person brought about: acceptance cases K8 to K10, nothing counted twice."""

from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays, count_working_days
from engine.desk.scorecard import (
    Receipt,
    Spoken,
    Taken,
    attribute,
    get_percent,
    get_target,
    sum_by_user,
)
from engine.kpi import cei

ANN, BOB = 1, 2
START = date(2026, 6, 1)
days = st.integers(0, 40).map(lambda number: START + timedelta(number))
amounts = st.decimals(min_value="0.01", max_value=1000, places=2)
accounts = st.integers(1, 3)


def june(day):
    return date(2026, 6, day)


def test_k8_rates():
    found = [get_percent(*pair) for pair in ((12, 40), (12, 18), (8, 12), (5, 7))]
    assert found == [D("30.00"), D("66.67"), D("66.67"), D("71.43")]


def test_k8_no_calls_is_blank():
    assert get_percent(0, 0) is None


def test_k8_a_target_counts_for_the_days_present():
    calendar = WorkingDays(closed=frozenset({date(2026, 7, 3)}))
    july = count_working_days(calendar, date(2026, 7, 1), date(2026, 7, 31))
    away = count_working_days(calendar, date(2026, 7, 13), date(2026, 7, 17))
    assert (july, away, get_target(40, july - away)) == (22, 5, 680)
    assert get_percent(700, get_target(40, july - away)) == D("102.94")


def test_k9_money_goes_to_the_promise_then_to_who_spoke_last():
    receipts = [
        Receipt(june(20), "P", D(10000)),
        Receipt(june(22), "Q", D(4000)),
        Receipt(june(23), "R", D(2000)),
        Receipt(june(25), "S", D(5000)),
    ]
    promises = [
        Taken("P", june(12), june(22), D(10000), BOB),
        Taken("S", june(18), june(27), D(3000), BOB),
    ]
    contacts = [
        Spoken(june(5), "P", ANN),
        Spoken(june(1), "Q", ANN),
        Spoken(date(2026, 5, 1), "R", ANN),
        Spoken(june(15), "S", ANN),
    ]
    found = sum_by_user(attribute(receipts, promises, contacts))
    assert found == {BOB: D(13000), ANN: D(6000), None: D(2000)}


@given(
    st.lists(st.builds(Receipt, days, accounts, amounts), max_size=8),
    st.lists(
        st.builds(Taken, accounts, days, days, amounts, st.integers(1, 3)), max_size=5
    ),
    st.lists(st.builds(Spoken, days, accounts, st.integers(1, 3)), max_size=5),
)
def test_the_parts_are_the_receipts(receipts, promises, contacts):
    parts = attribute(receipts, promises, contacts)
    assert all(amount > 0 for _receipt, _user, amount in parts)
    assert sum(amount for _receipt, _user, amount in parts) == sum(
        receipt.amount for receipt in receipts
    )
    totals = sum_by_user(parts)
    promised = {user: D(0) for user in (1, 2, 3)}
    for promise in promises:
        promised[promise.user] += promise.amount
    spoke = {contact.user for contact in contacts}
    for user, total in totals.items():
        assert user is None or user in spoke or total <= promised[user]


def test_k10_cei_of_two_accounts_comes_from_their_sums():
    one, two = (100, 30, 80, 50), (200, 60, 60, 40)
    both = [sum(pair) for pair in zip(one, two, strict=True)]
    found = [round(cei(*map(D, row)), 2) for row in (one, two, both)]
    assert found == [D("62.50"), D("90.91"), D("83.33")]
