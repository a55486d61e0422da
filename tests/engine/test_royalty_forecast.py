"""Forecasts: by season where last year is known, else by what a day brought."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine import royalty

YEAR = royalty.periods(date(2026, 1, 1), date(2026, 12, 31), "quarter")
POOL = royalty.Period(date(2026, 1, 1), date(2026, 12, 31), 2026)
LAST_YEAR = {
    period.first: Decimal(amount)
    for period, amount in zip(YEAR, (5000, 3000, 2000, 8000), strict=True)
}

amounts = st.decimals("0", "1000000", places=2)


def test_a_season_repeats_as_much_as_this_year_compares():
    found = royalty.project(Decimal(10_000), YEAR[:2], YEAR[2:], LAST_YEAR)
    assert found.method == "season"
    assert found.parts == (Decimal(2500), Decimal(10_000))
    assert found.total == 22_500


def test_before_the_first_report_last_year_repeats():
    found = royalty.project(Decimal(0), [], YEAR, LAST_YEAR)
    assert (found.method, found.total) == ("season", 18_000)


def test_before_the_first_report_known_days_of_last_year_stand_for_the_others():
    gap = {day: amount for day, amount in LAST_YEAR.items() if day.month < 7}
    found = royalty.project(Decimal(0), [], YEAR, gap)
    assert found.method == "season"
    # 8,000 in 181 days; 92 each
    assert found.parts == (5000, 3000, Decimal("4066.30"), Decimal("4066.30"))


def test_without_last_year_days_count():
    found = royalty.project(Decimal(9_000), YEAR[:1], YEAR[1:])
    assert found.method == "run_rate"
    assert found.parts == (Decimal(9100), Decimal(9200), Decimal(9200)), "91, 92, 92"


def test_a_last_year_with_a_gap_is_no_season():
    gap = {day: amount for day, amount in LAST_YEAR.items() if day.month != 10}
    assert royalty.project(Decimal(10), YEAR[:2], YEAR[2:], gap).method == "run_rate"


def test_a_last_year_of_nothing_is_no_season():
    none = {**LAST_YEAR, YEAR[0].first: Decimal(0)}
    assert royalty.project(Decimal(10), YEAR[:1], YEAR[1:], none).method == "run_rate"


def test_nothing_known_is_no_forecast():
    found = royalty.project(Decimal(0), [], YEAR)
    assert (found.method, found.expected, found.total) == ("none", None, None)


def test_a_reported_year_is_what_was_earned():
    found = royalty.project(Decimal(7), YEAR, [], LAST_YEAR)
    assert (found.method, found.total) == ("reported", 7)


def test_returns_beyond_sales_expect_nothing_more():
    found = royalty.project(Decimal(-500), YEAR[:1], YEAR[1:])
    assert found.expected == 0


def test_t12_the_shortfall_that_is_coming():
    balance = royalty.Balance(
        earned=Decimal(14_864), billed=Decimal(14_864), credit=Decimal(0)
    )
    forecast = royalty.Forecast(Decimal(14_864), "season", (Decimal(1_900),))
    found = royalty.pace(
        Decimal(20_000), balance, POOL, date(2026, 10, 1), 273, forecast
    )
    assert found.true_up == 3_236
    assert found.unearned == 20_000 - 14_864 - 1_900
    assert found.time_share == found.reported_share == Decimal(273) / 365
    assert round(found.pace, 3) == Decimal("0.994")


def test_what_was_paid_ahead_is_recouped_before_more_is_billed():
    balance = royalty.Balance(
        earned=Decimal(2_000), billed=Decimal(10_000), credit=Decimal(8_000)
    )
    forecast = royalty.Forecast(Decimal(2_000), "run_rate", (Decimal(6_000),))
    found = royalty.pace(Decimal(20_000), balance, POOL, date(2026, 4, 1), 90, forecast)
    assert found.true_up == 10_000, "6,000 only recoup"
    assert found.unearned == 12_000


def test_an_instalment_to_come_is_no_shortfall():
    forecast = royalty.Forecast(Decimal(0), "run_rate", (Decimal(0),))
    found = royalty.pace(
        Decimal(20_000),
        royalty.Balance(),
        POOL,
        date(2026, 4, 1),
        90,
        forecast,
        coming=Decimal(20_000),
    )
    assert (found.true_up, found.unearned) == (0, 20_000)


def test_t13_an_instalment_bills_what_is_not_billed_yet():
    rows = [
        royalty.Instalment(number, date(2026, month, 1), Decimal(10_000), "guarantee")
        for number, month in ((1, 1), (2, 7))
    ]
    assert royalty.still_to_bill(rows, {2}, Decimal(12_000)) == 8_000
    assert royalty.still_to_bill(rows, {1, 2}, Decimal(0)) == 20_000
    assert royalty.still_to_bill(rows, set(), Decimal(0)) == 0
    advance = royalty.Instalment(3, date(2026, 12, 1), Decimal(500))
    assert royalty.still_to_bill([*rows, advance], {2, 3}, Decimal(30_000)) == 500


def test_a_pool_without_reports_has_no_pace():
    forecast = royalty.project(Decimal(0), [], YEAR)
    found = royalty.pace(
        Decimal(1), royalty.Balance(), POOL, date(2025, 6, 1), 0, forecast
    )
    assert (found.pace, found.forecast, found.true_up) == (None, None, None)
    assert found.time_share == 0, "it has not begun"


@given(amounts, st.integers(1, 3))
def test_run_rate_and_reported_keep_their_proportion(earned, count):
    found = royalty.project(earned, YEAR[:count], YEAR[count:])
    known = sum(map(royalty.days, YEAR[:count]))
    exact = earned * (365 - known) / known
    assert abs(found.expected - exact) <= Decimal("0.005") * (4 - count)


@given(amounts, amounts, st.integers(0, 400))
def test_shares_stay_within_the_pool_and_missing_is_never_negative(
    earned, credit, gone
):
    balance = royalty.Balance(earned, credit, min(credit, earned))
    forecast = royalty.project(earned, YEAR[:1], YEAR[1:])
    today = POOL.first + timedelta(days=gone)
    found = royalty.pace(Decimal(100), balance, POOL, today, 90, forecast)
    assert 0 <= found.time_share <= 1
    assert found.true_up >= 0 and found.unearned >= 0
    assert found.forecast == earned + forecast.expected
