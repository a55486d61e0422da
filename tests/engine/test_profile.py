"""N6 and N7: the risk of an industry, and what others think of an account."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.days import add_months
from engine.industry import (
    get_current_naics,
    get_risk_class,
    get_sector,
    is_naics,
    is_sic,
)
from engine.rating import Rating, Scale, get_external

RISK = {"59": 3, "594": 2, "5945": 4}
PAYDEX = Scale(((Decimal(0), 5), (Decimal(50), 3), (Decimal(80), 1)))
FLOORS = [(0, 5), (30, 4), (50, 3), (60, 2), (80, 1)]
BUREAU = Scale(tuple((Decimal(floor), one) for floor, one in FLOORS))
CODES = st.text("0123456789", min_size=4, max_size=4)
BEGINNINGS = st.text("0123456789", min_size=1, max_size=4)
LETTERS = Scale(grades={"A-": 1, "BBB": 2, "BB+": 3, "B": 4})
RATED = [
    Rating(PAYDEX, 72, date(2026, 1, 10)),
    Rating(LETTERS, "B", date(2025, 5, 1)),
    Rating(BUREAU, 61, date(2026, 5, 1)),
]


@pytest.mark.parametrize(
    ("code", "expected"), [("5945", 4), ("5944", 2), ("5912", 3), ("5812", None)]
)
def test_the_longest_beginning_says_the_risk(code, expected):
    assert get_risk_class(code, RISK) == expected


@given(CODES, st.dictionaries(BEGINNINGS, st.integers(1, 5)))
def test_a_beginning_is_never_beaten_by_a_shorter_one(code, classes):
    known = [one for one in classes if code.startswith(one)]
    expected = classes[max(known, key=len)] if known else None
    assert get_risk_class(code, classes) == expected


@pytest.mark.parametrize("code", ["111", "59455", "59a5", "", None, "５９４５"])
def test_a_spreadsheet_that_ate_the_zero_is_no_sic_code(code):
    assert not is_sic(code)


def test_sectors_of_several_numbers_are_one():
    codes = ("311230", "339930", "459120", "541110")
    assert [get_sector(code) for code in codes] == ["31-33", "31-33", "44-45", "54"]
    assert [is_naics(code) for code in ("31", "459120", "4591200", "4")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_code_of_2017_has_its_number_of_2022():
    assert get_current_naics("451120", 2017) == "459120"
    assert get_current_naics("459120", 2022) == "459120"
    assert get_current_naics("541110", 2017) == "541110"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 30), 4),
        (date(2026, 6, 30), 3),
        (date(2027, 5, 1), None),
    ],
)
def test_the_worst_rating_of_twelve_months_counts(day, expected):
    assert get_external(RATED, day) == expected


def test_figures_and_grades_have_their_classes():
    assert [PAYDEX.classify(value) for value in (49, 50, 79, 80)] == [5, 3, 3, 1]
    assert PAYDEX.classify(-1) is None
    assert LETTERS.classify("NR") is None


def test_a_grade_that_nobody_knows_does_not_hide_the_others():
    rated = [*RATED, Rating(LETTERS, "NR", date(2026, 6, 1))]
    assert get_external(rated, date(2026, 6, 30)) == 3


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(0, 1200))
def test_months_there_and_back_never_go_further(day, number):
    there = add_months(day, number)
    assert (there.year - day.year) * 12 + there.month - day.month == number
    assert there.day <= day.day
    assert add_months(there, -number) <= day


def test_months_end_where_the_calendar_does():
    assert add_months(date.max, 1) == date.max
    assert add_months(date.min, -1) == date.min
