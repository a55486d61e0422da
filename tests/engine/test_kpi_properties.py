"""Key figures: the numbers of the specification, and what holds for all others."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import kpi

money = st.decimals(min_value=-10_000, max_value=1_000_000, places=2)
positive = st.decimals(min_value=Decimal("0.01"), max_value=1_000_000, places=2)
lengths = st.integers(min_value=28, max_value=31)
months = st.lists(st.tuples(money, lengths), max_size=24)
counts = st.integers(min_value=0, max_value=500)
BUCKETS, MONTHS = 3, 6


@st.composite
def inputs(draw):
    balances = tuple(draw(positive) for _bucket in range(BUCKETS))
    return kpi.Inputs(
        **{
            name: draw(money)
            for name in ("beginning", "ending", "current", "receivable", "disputed")
        },
        paid=draw(positive),
        paid_days=draw(money),
        late_days=draw(money),
        kept=draw(counts),
        partial=draw(counts),
        broken=draw(counts),
        sales=tuple(draw(st.lists(money, min_size=MONTHS, max_size=MONTHS))),
        balances=balances,
        rolled=balances,
        endings=balances,
    )


def near(value, expected):
    return abs(value - Decimal(expected)) < Decimal("1e-9")


def test_simple_dso_of_the_specification():
    found = kpi.simple_dso(Decimal(50_000), Decimal(150_000), 365)
    assert kpi.round_figure(found) == Decimal("121.67")


def test_count_back_of_the_specification():
    history = [(Decimal(sales), 30) for sales in (100_000, 80_000, 70_000)]
    found = kpi.count_back_dso(Decimal(212_000), history)
    assert kpi.round_figure(found) == Decimal("73.71")


def test_count_back_uses_the_actual_days_of_each_month():
    history = [(Decimal(100), 28), (Decimal(100), 31)]
    assert kpi.count_back_dso(Decimal(150), history) == Decimal("43.5")


def test_count_back_of_ar_older_than_the_history_is_unknown():
    assert kpi.count_back_dso(Decimal(101), [(Decimal(100), 30)]) is None
    assert kpi.count_back_dso(Decimal(100), [(Decimal(100), 30)]) == 30


def test_cei_of_the_specification():
    assert kpi.cei(*map(Decimal, (100, 90, 80, 50)), months=3) == Decimal("62.5")


def test_days_to_pay_of_the_specification():
    found = kpi.weighted_days_to_pay(Decimal(10 * 5 + 100 * 10), Decimal(110))
    assert kpi.round_figure(found) == Decimal("9.55")


def test_kept_rate_by_count_and_by_amount():
    assert kpi.kept_rate(3, 1, 0) == 75
    assert kpi.kept_rate(Decimal(10), Decimal(0), Decimal(30)) == 25


def test_roll_rates_and_nowhere_to_roll_from_the_last_bucket():
    rates = kpi.roll_rates((Decimal(200), Decimal(0), Decimal(9)), (50, 0, 0))
    assert rates == (25, None, None)


@pytest.mark.parametrize(
    "figure",
    [
        kpi.simple_dso(Decimal(5), Decimal(0), 90),
        kpi.simple_dso(Decimal(5), Decimal(-3), 90),
        kpi.best_possible_dso(Decimal(5), Decimal(0), 90),
        kpi.average_days_delinquent(Decimal(5), Decimal(2), Decimal(0), 90),
        kpi.count_back_dso(Decimal(5), []),
        kpi.count_back_dso(Decimal(0), [(Decimal(0), 31)]),
        kpi.cei(Decimal(0), Decimal(0), Decimal(0), Decimal(0)),
        kpi.weighted_days_to_pay(Decimal(0), Decimal(0)),
        kpi.kept_rate(0, 0, 0),
        kpi.disputed_share(Decimal(0), Decimal(0)),
        kpi.roll_rate((), ()),
        kpi.round_figure(None),
    ],
)
def test_nothing_to_divide_by_is_blank_and_not_zero(figure):
    assert figure is None


@given(money, months)
def test_count_back_never_exceeds_the_days_of_history(ending, history):
    found = kpi.count_back_dso(ending, history)
    if found is not None:
        assert 0 <= found <= sum(length for _sales, length in history)


@given(positive, positive, months)
def test_more_ar_never_counts_back_fewer_days(ending, more, history):
    less = kpi.count_back_dso(ending, history)
    found = kpi.count_back_dso(ending + more, history)
    if found is not None:
        assert less <= found


@given(positive, st.integers(min_value=1, max_value=12), lengths, st.data())
def test_count_back_of_even_sales_is_simple_dso(sales, number, length, data):
    ending = data.draw(st.decimals(min_value=0, max_value=sales * number, places=2))
    back = kpi.count_back_dso(ending, [(sales, length)] * number)
    assert near(back, kpi.simple_dso(ending, sales * number, length * number))


@given(money, money, money, st.integers(min_value=28, max_value=366))
def test_dso_is_best_possible_dso_plus_days_delinquent(ending, current, sales, days):
    dso = kpi.simple_dso(ending, sales, days)
    best = kpi.best_possible_dso(current, sales, days)
    late = kpi.average_days_delinquent(ending, current, sales, days)
    if sales <= 0:
        assert (dso, best, late) == (None, None, None)
    else:
        assert near(best + late, dso)


@given(money, money, money, st.integers(min_value=1, max_value=12))
def test_cei_is_100_when_nothing_overdue_is_left(beginning, sales, ending, number):
    found = kpi.cei(beginning, sales, ending, ending, number)
    assert found is None or near(found, 100)


@given(positive, positive, positive, st.data())
def test_cei_falls_when_less_is_collected(beginning, sales, more, data):
    current = data.draw(st.decimals(min_value=0, max_value=beginning + sales, places=2))
    better = kpi.cei(beginning, sales, current, current)
    worse = kpi.cei(beginning, sales, current + more, current)
    assert better is None or worse < better


@given(st.lists(st.tuples(positive, st.integers(-30, 400)), min_size=1, max_size=20))
def test_days_to_pay_lie_between_the_fastest_and_the_slowest(payments):
    found = kpi.weighted_days_to_pay(
        sum(amount * days for amount, days in payments),
        sum(amount for amount, _days in payments),
    )
    days = [number for _amount, number in payments]
    assert min(days) - Decimal("1e-9") <= found <= max(days) + Decimal("1e-9")


@given(counts, counts, counts)
def test_kept_rate_is_a_percentage(kept, partial, broken):
    found = kpi.kept_rate(kept, partial, broken)
    assert found is None or 0 <= found <= 100
    assert (found is None) == (kept + partial + broken == 0)


@given(st.lists(st.tuples(positive, st.decimals(0, 1, places=3)), max_size=8))
def test_roll_rates_are_percentages_of_each_bucket(buckets):
    balances = [balance for balance, _share in buckets]
    rolled = [balance * share for balance, share in buckets]
    rates = kpi.roll_rates(balances, rolled)
    assert len(rates) == len(balances)
    for rate, (_balance, share) in zip(rates[:-1], buckets, strict=False):
        assert near(rate, share * 100)


@given(st.lists(inputs(), min_size=1, max_size=3), st.randoms())
def test_a_group_is_its_accounts_in_any_order_and_nesting(parts, random):
    shuffled = parts[:]
    random.shuffle(shuffled)
    whole = kpi.total(parts)
    assert kpi.total(shuffled) == whole
    assert kpi.total([kpi.total(parts[:1]), *parts[1:]]) == whole
    assert whole.ending == sum(part.ending for part in parts)


@given(inputs(), st.integers(min_value=1, max_value=MONTHS))
def test_two_equal_accounts_have_the_figures_of_one(part, window):
    days = (31, 30) * (MONTHS // 2)
    one = kpi.figures(part, days, window)
    two = kpi.figures(kpi.total([part, part]), days, window)
    for name in kpi.Figures.__slots__:
        first, second = getattr(one, name), getattr(two, name)
        assert (first is None) == (second is None)
        assert first is None or near(first, second)
