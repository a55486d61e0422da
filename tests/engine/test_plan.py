"""Plans against what was booked: acceptance cases N13 and N14, and a plan's file."""

import io
from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays
from engine.office.plan import (
    BUDGETS,
    MARGIN,
    MEASURES,
    MEDIA,
    METHODS,
    MONTHS,
    NO_COST,
    NO_LAST_YEAR,
    NO_MONTH,
    NOT_ADDED,
    NOT_BEGUN,
    NOTHING_YET,
    RUN_RATE,
    SALES,
    SEASONAL,
    SKU,
    Clock,
    compare,
    find_faults,
    forecast,
    get_clock,
    get_left,
    get_points,
    sum_plan,
)
from engine.office.plan_file import read_plan, write_key

ACTUAL = (80_000, 90_000, 100_000, 110_000, 120_000, *(0,) * 7)
LAST = (60, 60, 80, 80, 100, 120, 100, 80, 100, 120, 140, 160)
NOTHING = (0,) * MONTHS
MAY = Clock(5)
#: June of 2026 in the United States: Juneteenth is closed.
CALENDAR = WorkingDays(closed=frozenset({date(2026, 6, 19)}))
amounts = st.decimals(min_value=-9999, max_value=99999, places=2)
years = st.tuples(*[amounts] * MONTHS)
clocks = st.one_of(
    st.builds(Clock, st.integers(0, MONTHS)),
    st.integers(1, 23).flatmap(
        lambda days: st.builds(
            Clock, st.integers(0, 11), st.integers(0, days), st.just(days)
        )
    ),
)


def decimals(*values):
    return tuple(map(D, values))


def test_n13_run_rate():
    found = forecast(SALES, decimals(*ACTUAL), decimals(*LAST), MAY, RUN_RATE)
    assert found.total == D("1200000.00")
    assert found.months[:5] == decimals(*ACTUAL[:5])


def test_n13_seasonal_months_add_up_to_the_year():
    found = forecast(SALES, decimals(*ACTUAL), decimals(*LAST), MAY, SEASONAL)
    assert (found.total, found.months[5]) == (D("1578947.37"), D("157894.74"))
    assert sum(found.months) == found.total


def test_n13_new_since_march_is_counted_from_march():
    actual = decimals(0, 0, 100_000, 110_000, 120_000, *(0,) * 7)
    found = forecast(SALES, actual, NOTHING, MAY, RUN_RATE)
    assert found.total == D("1100000.00")
    # who had bought the year before simply did not in January
    old = forecast(SALES, actual, decimals(*LAST), MAY, RUN_RATE)
    assert old.total == D("792000.00")


def test_n13_month_under_way_goes_on_by_its_working_days():
    clock = get_clock(2026, date(2026, 6, 16), CALENDAR)
    assert clock == Clock(5, 12, 21)
    actual = decimals(*ACTUAL[:5], 63_000, *(0,) * 6)
    found = forecast(SALES, actual, NOTHING, clock, RUN_RATE)
    assert found.months[5] == D("110250.00")


def test_a_forecast_that_cannot_be_made_says_why():
    full, nothing = decimals(*ACTUAL), decimals(*NOTHING)
    unknown = (None,) * MONTHS
    for reason, arguments in (
        (NO_LAST_YEAR, (SALES, full, nothing, MAY, SEASONAL)),
        (NOTHING_YET, (SALES, nothing, nothing, MAY, RUN_RATE)),
        (NOT_BEGUN, (SALES, nothing, full, Clock(0), RUN_RATE)),
        (NO_MONTH, (SALES, nothing, full, Clock(0, 0, 21), RUN_RATE)),
        (NOT_ADDED, (SKU, full, full, MAY, RUN_RATE)),
        (NO_COST, (MARGIN, unknown, unknown, MAY, RUN_RATE)),
    ):
        found = forecast(*arguments)
        assert (found.reason, found.total, found.months) == (reason, None, ())


def test_a_year_is_over_under_way_or_has_not_begun():
    assert get_clock(2025, date(2026, 1, 1), CALENDAR) == Clock(12)
    assert get_clock(2027, date(2026, 12, 31), CALENDAR) == Clock(0)
    assert get_clock(2026, date(2026, 12, 31), CALENDAR) == Clock(12)
    assert get_clock(2026, date(2026, 12, 30), CALENDAR) == Clock(11, 22, 23)
    assert get_clock(2026, date(2026, 5, 31), CALENDAR) == MAY
    assert get_clock(2026, date(2026, 1, 1), WorkingDays(frozenset())).days == 1


def test_a_month_with_nothing_yet_follows_the_others():
    clock = get_clock(2026, date(2026, 6, 1), CALENDAR)
    found = forecast(SALES, decimals(*ACTUAL), NOTHING, clock, RUN_RATE)
    assert found.total == D("1200000.00")


@given(years, years, clocks, st.sampled_from(METHODS))
def test_forecast_adds_up_and_leaves_what_is_booked(actual, before, clock, method):
    found = forecast(SALES, actual, before, clock, method)
    assert (found.total is None) == bool(found.reason)
    if found.total is None:
        return
    assert len(found.months) == MONTHS
    assert sum(found.months) == found.total
    assert found.months[: clock.closed] == actual[: clock.closed]
    for month in found.months[clock.closed :]:
        assert month == round(month, 2)


@given(years, st.integers(1, 12))
def test_both_methods_agree_on_an_even_year(actual, closed):
    even = (D(100),) * MONTHS
    one, other = (
        forecast(SALES, actual, even, Clock(closed), method) for method in METHODS
    )
    assert one.total == other.total


def test_n14_variance():
    found = [
        compare(SALES, D(500_000), D(470_000)),
        compare(MEDIA, D(20_000), D(18_000)),
        compare(SALES, D(0), D(10)),
        compare(SALES, D(5), D(5)),
    ]
    assert [(one.difference, one.percent, one.sign) for one in found] == [
        (D(-30000), D("-6.00"), "bad"),
        (D(-2000), D("-10.00"), "good"),
        (D(10), None, "good"),
        (D(0), D("0.00"), "even"),
    ]


def test_n14_margin_in_points_products_and_what_is_left():
    assert get_points(D(150), D(500), D(145), D(500)) == D("-1.00")
    assert get_points(D(150), D(500), D(145), D(0)) is None
    assert sum_plan(SKU, (D(3), D(3))) == 3
    assert sum_plan(SALES, (D(3), D(3))) == 6
    assert get_left(50_000, 20_000, 15_000) == 15_000


@given(st.sampled_from(MEASURES), amounts, amounts)
def test_more_is_good_of_all_but_a_budget(measure, plan, actual):
    sign = compare(measure, plan, actual).sign
    better = (plan > actual) if measure in BUDGETS else (actual > plan)
    assert (sign == "good") == better
    assert (sign == "even") == (plan == actual)


def test_faults_of_a_plan():
    plan = {measure: [D(0)] * MONTHS for measure in MEASURES}
    assert find_faults(plan) == []
    plan[SALES][2], plan[MARGIN][2] = D(100), D(100)
    assert find_faults(plan) == []
    plan[MARGIN][2], plan[MEDIA][0], plan[SKU][1] = D(101), D(-1), D("1.5")
    assert find_faults(plan) == [
        ("over_sales", MARGIN, 2, D(101)),
        ("not_whole", SKU, 1, D("1.5")),
        ("negative", MEDIA, 0, D(-1)),
    ]


# ----------------------------------------------------------------------
# FILE
# ----------------------------------------------------------------------

KEY = (17, 2026, 2)
NAMES = {measure: measure for measure in MEASURES}
MONTH_NAMES = [f"2026-{month:02}" for month in range(1, 13)]


def workbook(change=None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Plan 2026"])
    sheet.append(["Key", write_key(*KEY)])
    sheet.append(["Measure", *MONTH_NAMES, "Year"])
    for row, measure in enumerate(MEASURES, 1):
        amounts = [1000 if row < 2 else row] * 12
        sheet.append([measure, *amounts, f"=SUM(B{row}:M{row})"])
    sheet.append(["Edit the amounts only."])
    if change:
        change(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(change=None):
    return read_plan(workbook(change), "plan.xlsx", KEY, NAMES)


def test_file_reads_back_as_it_was_written():
    reading = read()
    assert (reading.faults, reading.is_good) == ([], True)
    assert reading.months[SALES] == (D(1000),) * 12
    assert list(reading.months) == list(MEASURES)


def put(place, value, number_format=None):
    def change(sheet):
        sheet[place] = value
        if number_format:
            sheet[place].number_format = number_format

    return change


@pytest.mark.parametrize(
    "change, fault",
    [
        (put("B4", "a lot"), ("text", 4, "B", "a lot")),
        (put("C5", "=1+1"), ("formula_only", 5, "C", "")),
        (put("D6", None), ("empty_cell", 6, "D", "")),
        (put("E7", 1.5, "0%"), ("percent", 7, "E", "150 %")),
        (put("E7", date(2026, 1, 1)), ("text", 7, "E", "2026-01-01")),
        (put("B5", 1001), ("over_sales", 5, "B", "1001.00")),
        (put("B7", -3), ("negative", 7, "B", "-3.00")),
        (put("B6", 2.5), ("not_whole", 6, "B", "2.5")),
        (put("B4", 1e30), ("amount_too_large", 4, "B", "1e+30")),
        (put("B2", "plan-18-2026-2"), ("other_plan", 2, "B", "plan-18-2026-2")),
        (put("B2", "plan-17-2025-2"), ("other_year", 2, "B", "2025")),
        (put("B2", "plan-17-2026-1"), ("other_version", 2, "B", "1")),
        (put("B2", None), ("no_key", 0, "", "")),
        (put("M3", None), ("month_missing", 3, "", "2026-12")),
        (put("M3", "2026-11"), ("month_twice", 3, "M", "2026-11")),
        (put("M3", "2025-12"), ("month_of_other_year", 3, "M", "2025-12")),
        (put("M3", "2026-13"), ("no_such_month", 3, "M", "2026-13")),
        (put("A4", "turnover"), ("unknown_measure", 4, "A", "turnover")),
        (put("A4", None), ("no_measure", 4, "A", "")),
        (put("A5", "sales"), ("measure_twice", 5, "A", "sales")),
        (lambda sheet: sheet.delete_rows(8), ("measure_missing", 0, "", "media")),
        (lambda sheet: sheet.delete_rows(3), ("no_months", 0, "", "2026-01")),
    ],
)
def test_bad_file_names_the_place(change, fault):
    reading = read(change)
    found = [(one.code, one.row, one.column, one.value) for one in reading.faults]
    assert fault in found
    assert not reading.is_good


def test_months_may_have_become_dates_and_stand_in_another_order():
    def change(sheet):
        sheet["B3"], sheet["C3"] = date(2026, 2, 1), date(2026, 1, 1)
        sheet["B4"], sheet["C4"] = 2, 1

    assert read(change).months[SALES][:2] == (D(1), D(2))


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "empty"),
        (b"Measure;2026-01\nSales;1\n", "not_a_table"),
        (b"PK\x03\x04broken", "broken"),
        (b"<html><table></table></html>", "web_page"),
    ],
)
def test_what_is_no_workbook_is_refused(content, code):
    (fault,) = read_plan(content, "plan.xlsx", KEY, NAMES).faults
    assert fault.code == code


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=14)))
def test_whatever_stands_there_is_read_or_told(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(
            [cell and "".join(c for c in cell if c.isprintable()) for cell in row]
        )
    buffer = io.BytesIO()
    book.save(buffer)
    assert not read_plan(buffer.getvalue(), "plan.xlsx", KEY, NAMES).is_good
