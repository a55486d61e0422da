"""Statements add up, whatever stands on them."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.statement import (
    Item,
    Movement,
    balance_forward_sections,
    open_item_sections,
)

BUCKETS = 6
amounts = st.decimals(min_value=-10_000, max_value=10_000, places=2)
currencies = st.integers(min_value=1, max_value=3)


@st.composite
def items(draw):
    days = draw(st.integers(min_value=-60, max_value=400))
    return Item(
        partner=1,
        currency=draw(currencies),
        date=date(2026, 1, 1),
        due=date(2026, 1, 31),
        days=days,
        bucket=min(max((days + 29) // 30, 0), BUCKETS - 1),
        number="INV/1",
        reference="",
        kind="invoice",
        original=draw(amounts),
        open=draw(amounts),
        disputed=draw(amounts.filter(lambda amount: amount >= 0)),
    )


movements = st.builds(
    Movement,
    partner=st.just(1),
    currency=currencies,
    date=st.just(date(2026, 1, 1)),
    due=st.just(date(2026, 1, 31)),
    number=st.just("INV/1"),
    reference=st.just(""),
    kind=st.sampled_from(["invoice", "payment"]),
    other=st.none(),
    amount=amounts,
)


@given(st.lists(items(), max_size=20))
def test_open_items_buckets_and_running_balance_add_up(found):
    sections = open_item_sections(found, BUCKETS)
    assert {section.currency for section in sections} == {i.currency for i in found}
    for section in sections:
        mine = [item for item in found if item.currency == section.currency]
        assert section.closing == sum(item.open for item in mine)
        assert sum(section.buckets) == section.closing
        assert section.overdue == sum(section.buckets[1:])
        assert section.disputed == sum(item.disputed for item in mine)
        assert section.lines[-1][1] == section.closing


@given(
    st.dictionaries(currencies, amounts, max_size=3), st.lists(movements, max_size=20)
)
def test_balance_forward_leads_from_the_opening_to_the_closing_balance(openings, moved):
    for section in balance_forward_sections(openings, moved, [], BUCKETS):
        mine = [m.amount for m in moved if m.currency == section.currency]
        assert section.opening == openings.get(section.currency, Decimal(0))
        assert section.closing == section.opening + sum(mine)
        running = section.opening
        for movement, balance in section.lines:
            running += movement.amount
            assert balance == running


def test_currency_without_balance_movement_and_item_is_left_out():
    assert balance_forward_sections({1: Decimal(0)}, [], [], BUCKETS) == []


def test_promised_is_what_is_promised_of_its_items():
    item = Item(
        *(1, 1, date(2026, 1, 1), date(2026, 1, 31), 5, 1, "INV/1", "", "invoice"),
        *(Decimal(100), Decimal(100)),
        promised=Decimal(10),
    )
    (section,) = open_item_sections([item, item], BUCKETS)
    assert section.promised == 20
