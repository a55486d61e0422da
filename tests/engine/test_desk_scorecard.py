"""What a person brought about: acceptance cases K8 to K10, nothing counted twice."""

from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from engine.absence import Absence
from engine.calendar import WorkingDays, count_working_days
from engine.desk.scorecard import (
    Card,
    Receipt,
    Spoken,
    Taken,
    Target,
    add_up,
    attribute,
    find_present,
    find_starts,
    find_target,
    get_percent,
    get_rates_of,
    get_target,
    sum_by_user,
    sum_targets,
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


def test_k8_days_present_are_those_of_the_calendar_without_absences():
    calendar = WorkingDays(closed=frozenset({date(2026, 7, 3)}))
    away = Absence(ANN, date(2026, 7, 13), date(2026, 7, 17), BOB)
    present = find_present(calendar, date(2026, 7, 1), date(2026, 7, 31), [away])
    target = sum_targets([Target(date(2026, 1, 1), dials=40)], ANN, present)
    assert (len(present), target["target_dials"]) == (17, 680)


def test_k8_rates_of_a_card():
    card = Card(
        dials=40, connects=18, right_party=12, promises=8, kept=5, partial=1, broken=1
    )
    rates = card.get_rates()
    names = ("right_party_rate", "contact_rate", "promise_rate", "kept_rate")
    assert [rates[name] for name in names] == [
        D("30.00"),
        D("66.67"),
        D("66.67"),
        D("71.43"),
    ]
    assert set(Card(present_days=3).get_rates().values()) == {None}
    assert Card(present_days=3).is_empty
    assert not card.is_empty


def test_k10_cei_of_cards_together():
    one = Card(beginning=D(100), sales=D(30), ending=D(80), current=D(50))
    two = Card(beginning=D(200), sales=D(60), ending=D(60), current=D(40))
    found = [card.get_rates()["cei"] for card in (one, two, add_up([one, two]))]
    assert found == [D("62.50"), D("90.91"), D("83.33")]


def test_overdue_reduced_is_what_was_overdue_less_what_is():
    card = Card(beginning=D(100), beginning_current=D(40), ending=D(70), current=D(50))
    assert (card.overdue_before, card.overdue, card.overdue_reduced) == (60, 20, 40)


def test_a_target_of_ones_own_goes_before_that_of_everybody():
    every = [Target(june(1), dials=40), Target(june(15), dials=30)]
    own = Target(june(10), dials=10, user=ANN)
    found = [
        getattr(find_target([*every, own], user, june(day)), "dials", None)
        for user, day in ((ANN, 9), (ANN, 20), (BOB, 9), (BOB, 15), (BOB, 31 - 30))
    ]
    assert found == [40, 10, 40, 30, 40]
    assert find_target([own], BOB, june(20)) is None
    assert find_target(every, BOB, date(2026, 5, 31)) is None


def test_each_day_has_the_target_of_its_time():
    targets = [
        Target(june(1), dials=40, amount=D("1000.50")),
        Target(june(15), dials=30, right_party=5),
    ]
    found = sum_targets(targets, BOB, [june(day) for day in (11, 12, 15)])
    assert found == {
        "target_dials": 110,
        "target_right_party": 5,
        "target_amount": D("2001.00"),
    }


@given(
    st.lists(st.builds(Receipt, days, accounts, amounts), max_size=12),
    st.lists(
        st.builds(Taken, accounts, days, days, amounts, st.integers(1, 3)), max_size=8
    ),
    days,
)
def test_what_came_before_the_starts_changes_nothing(receipts, promises, first):
    starts = find_starts(promises, first)
    assert all(start <= first for start in starts.values())
    known = [
        found for found in receipts if found.day >= starts.get(found.account, first)
    ]

    def told(receipts):
        parts = attribute(receipts, promises, ())
        return sum_by_user(part for part in parts if part[0].day >= first)

    assert told(known) == told(receipts)


def test_who_has_no_target_is_above_none():
    aimed, free = Card(dials=5, target_dials=10), Card(dials=100)
    rates = get_rates_of([aimed, free])
    assert rates["dial_target_rate"] == D("50.00")
    assert rates["amount_target_rate"] is None
    assert get_rates_of([aimed]) == aimed.get_rates()


@given(st.lists(st.builds(Card, dials=st.integers(0, 9), collected=amounts)))
def test_cards_add_up(cards):
    total = add_up(cards)
    assert total.dials == sum(card.dials for card in cards)
    assert total.collected == sum(card.collected for card in cards)
