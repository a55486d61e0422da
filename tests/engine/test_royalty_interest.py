"""Late interest at rates that change while a payment is late."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.royalty import InterestRate, late_interest

DUE, PAID = date(2026, 4, 30), date(2026, 6, 14)
CHANGED = date(2026, 5, 31)
OLD = InterestRate(D(18))

money = st.decimals(min_value=1, max_value=5_000, places=2)
percents = st.decimals(min_value=0, max_value=50, places=2)
offsets = st.integers(-30, 300)


def interest(*rates, payments=((PAID, D(10_000)),)):
    return late_interest(D(10_000), DUE, payments, PAID, rates)


@pytest.mark.parametrize(
    "first, slices, amount",
    [
        (CHANGED, [(30, 18), (15, 12)], "197.26"),
        # it begins on the day after due: the old rate never counts
        (date(2026, 5, 1), [(45, 12)], "147.95"),
        (PAID, [(44, 18), (1, 12)], "220.27"),
        (date(2026, 6, 15), [(45, 18)], "221.92"),
    ],
)
def test_a_rate_that_changes_while_late_is_counted_in_two_slices(first, slices, amount):
    found = interest(OLD, InterestRate(D(12), None, first))
    (part,) = found.parts
    assert [(row.days, row.rate) for row in part.slices] == slices
    assert found.amount == D(amount)
    assert part.days == 45


def test_a_cap_that_changes_is_counted_from_its_day():
    found = interest(OLD, InterestRate(D(18), D(10), CHANGED))
    # 30 days at 18 %, 15 at 10 %
    assert found.amount == D("189.04")


def test_each_payment_has_its_own_slices():
    payments = ((date(2026, 5, 15), D(4_000)), (PAID, D(6_000)))
    found = interest(OLD, InterestRate(D(12), None, CHANGED), payments=payments)
    first, second = (part.slices for part in found.parts)
    assert [row.days for row in first] == [15]
    assert [row.days for row in second] == [30, 15]


def test_what_was_paid_in_time_has_no_slice():
    (part,) = interest(OLD, payments=((DUE, D(10_000)),)).parts
    assert (part.days, part.slices, part.exact) == (0, (), 0)


@given(st.lists(st.tuples(offsets, money), max_size=5), money, percents)
def test_payments_never_raise_interest_and_early_ones_owe_none(paid, owed, percent):
    until, rates = DUE + timedelta(200), [InterestRate(percent)]
    days = [(DUE + timedelta(days), amount) for days, amount in paid]
    found = late_interest(owed, DUE, days, until, rates)
    most = late_interest(owed, DUE, [], until, rates)
    assert 0 <= found.amount <= most.amount
    assert sum(part.principal for part in found.parts) == owed
    early = late_interest(owed, DUE, [(DUE, owed)], until, rates)
    assert early.amount == 0


@given(
    money, st.lists(st.tuples(offsets, percents), max_size=4, unique_by=lambda x: x[0])
)
def test_slices_cover_each_late_day_once_at_its_rate(owed, changes):
    rates = [OLD, *(InterestRate(p, None, DUE + timedelta(n)) for n, p in changes)]
    (part,) = late_interest(owed, DUE, [], PAID, rates).parts
    assert sum(row.days for row in part.slices) == part.days == 45

    def rate_on(day):
        begun = [rate for rate in rates if rate.first is None or rate.first <= day]
        return max(begun, key=lambda rate: rate.first or date.min).counts

    days = sum(rate_on(DUE + timedelta(n)) for n in range(1, 46))
    assert part.exact == pytest.approx(owed * days / 36_500)


@given(money, percents, offsets)
def test_a_change_to_the_same_rate_changes_nothing(owed, percent, offset):
    same = [InterestRate(percent)]
    split = [*same, InterestRate(percent, None, DUE + timedelta(offset))]
    one, two = (late_interest(owed, DUE, [], PAID, r).amount for r in (same, split))
    assert one == two
