"""The rules by which reports are read: what contradicts is named, not what adorns."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_report_file import codes, xlsx_file

from engine.report_file import Profile, parse_rows, read
from engine.report_file.currencies import get_codes
from engine.report_file.dates import (
    Span,
    examine_date,
    examine_span,
    find_periods,
    get_bounds,
    turn,
)
from engine.report_file.formats import read_format, show_digits
from engine.report_file.header import get_unit, match
from engine.report_file.sheet import unescape
from engine.report_file.values import examine, to_number

PERIOD = (date(2026, 4, 1), date(2026, 6, 30))
EPOCH = date(1899, 12, 30)
HEAD = ["Invoice Date", "SKU", "Currency", "Units", "Gross Sales"]
cents = st.integers(1, 10**7).map(lambda n: Decimal(n) / 100)
days = st.dates(*PERIOD)


def report(*rows, head=HEAD, change=None, **profile):
    known = {"currency": "USD", "period": PERIOD, **profile}
    return read(xlsx_file(*rows, header=head, change=change), "f", Profile(**known))


def text_file(*rows, head=HEAD):
    lines = [";".join(map(str, row)) for row in (head, *rows)]
    return "\n".join(lines).encode()


def text_report(*rows):
    return read(text_file(*rows), "f", Profile(currency="USD", period=PERIOD))


def blocking(found):
    return {one.code for one in found.problems.found if one.blocking}


# ----------------------------------------------------------------------
# MONTHS, QUARTERS AND DAYS
# ----------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), date(2089, 12, 31)))
def test_a_month_is_read_back_however_it_is_written(day):
    month = get_bounds(Span(day.month, 1, day.year))
    for pattern in (
        "%Y-%m",
        "%Y/%m",
        "%m/%Y",
        "%m.%Y",
        "%B %Y",
        "%b-%y",
        "%Y %B",
        "%Y%m",
    ):
        assert get_bounds(examine_span(day.strftime(pattern))) == month, pattern
    assert month[0].day == (month[1] + timedelta(days=1)).day == 1


@given(st.integers(1, 4), st.integers(2000, 2089))
def test_a_quarter_is_read_back_however_it_is_written(quarter, year):
    short = year % 100
    first = date(year, quarter * 3 - 2, 1)
    for text in (
        f"Q{quarter} {year}",
        f"{quarter}Q{short:02}",
        f"{year}-Q{quarter}",
        f"{quarter}. Quartal {year}",
        f"T{quarter} {year}",
    ):
        bounds = get_bounds(examine_span(text))
        assert bounds[0] == first, text
        assert find_periods(f"Royalties of {text}") == [bounds], text


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_back_however_its_month_and_time_are_written(day):
    for pattern in (
        "%B %d, %Y",
        "%A, %b %d, %Y",
        "%d %B %Y",
        "%Y-%m-%d %H:%M:%S",
        "%a %b %d %Y 00:00:00 GMT+0000 (Coordinated Universal Time)",
    ):
        assert examine_date(day.strftime(pattern)) == day, pattern


@pytest.mark.parametrize(
    ("title", "last"),
    [
        ("1 April 2026 - 30 June 2026", date(2026, 6, 30)),
        ("01.04.2026 bis 30.06.2026", date(2026, 6, 30)),
        ("Quarter ended June 30, 2026", date(2026, 6, 30)),
        ("April – June 2026", date(2026, 6, 30)),
        ("Month ending 31 May 2026", date(2026, 5, 31)),
    ],
)
def test_a_title_names_the_period(title, last):
    assert [bounds[1] for bounds in find_periods(title)] == [last]


@pytest.mark.parametrize(
    "title",
    ["Printed 2026-07-02", "Page 2 of 3", "Fiscal Q3 2026", "Owl Q", "T-shirts"],
)
def test_what_only_looks_like_a_period_is_none(title):
    assert find_periods(title) == []


@given(st.lists(days, min_size=2, max_size=9))
def test_days_that_a_spreadsheet_turned_are_never_read_in_silence(real):
    left = [day for day in real if day.day > 12]
    converted = [turn(day) for day in real if day.day <= 12]
    assume(left and converted)
    rows = [[f"{day:%d/%m/%Y}", "A-1", "USD", 1, 1] for day in left]
    rows += [[day, "A-1", "USD", 1, 1] for day in converted]

    def shown(book):
        for row in range(2, len(rows) + 2):
            book.active.cell(row, 1).number_format = "m/d/yyyy"

    assert blocking(report(*rows, change=shown)) == {"turned_date"}


@given(st.lists(days, min_size=1, max_size=9))
def test_days_that_lost_their_format_are_those_of_the_period(real):
    rows = [[(day - EPOCH).days, "A-1", "USD", 1, 1] for day in real]
    found = report(*rows)
    assert [row.date for row in found.rows] == real
    assert codes(found) == {"serial_date": 1}
    later = (date(2027, 1, 1), date(2027, 3, 31))
    assert blocking(report(*rows, period=later)) == {"bad_date"}


def test_a_year_of_its_own_column_belongs_to_the_month():
    head = ["Year", "Month", *HEAD[1:]]
    found = report([2026, "April", "A-1", "USD", 1, 1], head=head)
    assert found.rows[0].date == date(2026, 4, 30)
    found = report([2025, "April 2026", "A-1", "USD", 1, 1], head=head)
    assert blocking(found) == {"bad_date"}


def test_months_beside_days_are_not_read():
    head = ["Month", *HEAD]
    found = report(["March 2026", date(2026, 4, 2), "A-1", "USD", 1, 1], head=head)
    assert found.rows[0].date == date(2026, 4, 2)
    assert not blocking(found)


# ----------------------------------------------------------------------
# CURRENCIES AND FORMATS
# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ("#,##0.00\\ [$€-407]", "€"),
        ("[$£-809]#,##0.00", "£"),
        ("_-* #,##0.00 [$EUR]_-;-* #,##0.00 [$EUR]_-", "EUR"),
        ('#,##0.00" CHF"', "CHF"),
        ('_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "$"),
        ("[$-409]\\$#,##0.00", "$"),
        ('0" pcs"', ""),
    ],
)
def test_a_number_format_shows_its_currency(code, sign):
    look = read_format(200, code, EPOCH)
    assert (look.sign if look else "") == sign


@pytest.mark.parametrize("code", ["(#,##0.00)", "-0", "[Red]\\(0\\)", "\\-#,##0.00"])
def test_a_format_that_shows_gains_as_losses_is_known(code):
    assert read_format(200, code, EPOCH).below


@pytest.mark.parametrize(
    "code", ["#,##0.00;[Red]#,##0.00", "#,##0_);(#,##0)", "0.00", "General", "[h]:mm"]
)
def test_what_a_format_does_below_zero_decorates(code):
    assert read_format(200, code, EPOCH) is None


@given(st.integers(0, 10**9), st.integers(2, 12))
def test_a_code_is_read_with_the_zeros_that_its_cell_shows(number, width):
    assert show_digits(number, "0" * width) == str(number).zfill(width)
    assert show_digits(number, '"A-"' + "0" * width) == f"A-{str(number).zfill(width)}"


@given(st.sampled_from(["€", "EUR", "£", "GBP", "CHF", "₹", "zł"]), cents)
def test_the_sign_beside_an_amount_is_its_currency(sign, amount):
    code = get_codes(sign)[1]
    for text in (f"{sign} {amount:.2f}", f"{amount:.2f} {sign}"):
        found = report([date(2026, 4, 2), "A-1", 1, text], head=[*HEAD[:2], *HEAD[3:]])
        assert [(row.currency, row.gross) for row in found.rows] == [(code, amount)]
        assert codes(found)["currency_shown"] == 1


@pytest.mark.parametrize(
    "text", ["Gross Sales (EUR)", "Gross Sales in EUR", "EUR Gross"]
)
def test_a_code_in_a_header_says_the_currency_and_not_another_column(text):
    assert match(text, {}) == "gross"
    found = report([date(2026, 4, 2), "A-1", 1, 5], head=[*HEAD[:2], "Units", text])
    assert found.rows[0].currency == "EUR"


def test_a_second_row_of_the_header_says_the_currencies():
    rows = [[None, None, "pcs", "EUR"], [date(2026, 4, 2), "A-1", 1, 5]]
    found = report(*rows, head=[*HEAD[:2], *HEAD[3:]])
    assert [(row.number, row.currency) for row in found.rows] == [(3, "EUR")]


@pytest.mark.parametrize("text", ["in thousands", "USD '000", "EUR (000s)", "T€"])
def test_amounts_that_are_not_whole_are_named(text):
    head = [*HEAD[:4], f"Gross Sales {text}"]
    found = report([date(2026, 4, 2), "A-1", "USD", 1, 5], head=head, columns={})
    titled = report(HEAD, [date(2026, 4, 2), "A-1", "USD", 1, 5], head=[text])
    assert "in_thousands" in blocking(titled)
    assert blocking(found)


def test_headers_of_periods_are_told_from_those_with_such_a_word():
    assert get_unit("Sales Month") == "month"
    assert get_unit("Monat") == "month"
    assert get_unit("Monthly Minimum Guarantee") == ""


# ----------------------------------------------------------------------
# NUMBERS
# ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["-", " $ -   ", "- €", "–", "$-"])
def test_the_dash_of_accounts_is_zero(text):
    assert to_number(examine(text), ".") == 0


@given(st.integers(10**5, 10**9))
def test_thousands_of_india_are_read_back(number):
    last, rest = str(number)[-3:], str(number)[:-3]
    pairs = [rest[max(n - 2, 0) : n] for n in range(len(rest), 0, -2)][::-1]
    text = ",".join([*pairs, last])
    assert to_number(examine(f"Rs. {text}.50/-"), ".") == number + Decimal("0.5")


@given(cents, cents, cents)
def test_deductions_stand_as_the_net_beside_them_shows(gross, first, second):
    # a cent more or less is rounding, whatever its sign
    assume(min(first, second) >= 1 and first != second)
    head = [*HEAD, "Returns", "Net Sales"]
    start = [date(2026, 4, 2), "A-1", "USD", 1]
    rows = [
        [*start, float(gross), float(-first), float(gross + first)],
        [*start, float(gross), float(second), float(gross - second)],
    ]
    found = report(*rows, head=head)
    assert not blocking(found)
    assert [row.returns for row in found.rows] == [-first, second]
    opposite = [[*row[:6], row[4] + row[5]] for row in rows[1:]]
    assert blocking(report(*opposite, head=head)) == {"net_differs"}


def test_characters_that_a_workbook_escapes_are_read_and_odd_ones_dropped():
    assert unescape("A_x000D_\n") == "A"
    assert unescape("A_x0000_B_x0041_") == "ABA"
    assert unescape("_xD83E__xDD89_") == "\U0001f989"
    assert unescape("A_xD83E_").encode() == "A\ufffd".encode()


# ----------------------------------------------------------------------
# ROWS THAT ADD UP
# ----------------------------------------------------------------------

amounts = st.tuples(st.integers(1, 500), cents)


@st.composite
def totalled(draw):
    """Groups of sales, with a sum after each and after all, called as one likes."""
    rows, groups = (
        [],
        draw(
            st.lists(st.lists(amounts, min_size=1, max_size=4), min_size=1, max_size=4)
        ),
    )
    label = st.sampled_from(["Total", "Owls total", "", "All owls", "Summe", "-> 3"])
    for group in groups:
        rows += [["2026-04-02", "A-1", "USD", units, gross] for units, gross in group]
        rows.append([draw(label), "", "", *map(sum, zip(*group, strict=True))])
    every = [one for group in groups for one in group]
    rows.append([draw(label), "", "", *map(sum, zip(*every, strict=True))])
    return rows, every


@given(totalled())
def test_sums_are_no_sales_whatever_they_are_called(made):
    rows, every = made
    found = text_report(*rows)
    assert [(row.units, row.gross) for row in found.rows] == every
    assert not blocking(found)


@given(totalled(), st.integers(1, 10**6))
def test_a_sum_that_is_another_than_that_of_its_rows_is_named(made, more):
    rows, every = made
    rows[-1] = ["Grand total", "", "", rows[-1][3], rows[-1][4] + more]
    found = text_report(*rows)
    assert [(row.units, row.gross) for row in found.rows] == every
    named = [one for one in found.problems.found if one.code == "totals_differ"]
    assert [(one.row, one.column) for one in named] == [(len(rows) + 1, "gross")]


def test_a_total_of_the_visible_rows_names_those_that_are_hidden():
    sale = [date(2026, 4, 2), "A-1", "USD", 2, 10]

    def hide(book):
        book.active.row_dimensions[3].hidden = True

    found = report(sale, sale, sale, ["Total", None, None, 4, 20], change=hide)
    named = [one for one in found.problems.found if one.blocking]
    assert [(one.code, one.row, one.value) for one in named] == [
        ("totals_visible", 5, "3")
    ]


def test_a_sale_whose_code_is_like_a_total_stays_a_sale():
    rows = [
        [date(2026, 4, 2), code, "USD", n * n, 10 * n]
        for n, code in enumerate(("A", "SUM-12", "TOTAL-TEE", "Total"), start=2)
    ]
    assert len(report(*rows).rows) == 4


def test_rows_that_a_person_ignores_are_as_if_they_were_not_there():
    sale = [date(2026, 4, 2), "A-1", "USD", 2, 10]
    rows = (["Q1 2026 of another time"], HEAD, sale, ["n/a", "B", "USD", 1, "odd"])
    assert blocking(report(*rows[1:], head=rows[0])) >= {"bad_number"}
    found = report(*rows[1:], head=rows[0], ignored=(1, 4))
    assert not blocking(found)
    assert codes(found) == {"ignored": 2}
    assert [row.number for row in found.rows] == [3]


@given(st.sets(st.integers(1, 10**6), max_size=50))
def test_rows_to_ignore_are_read_back(numbers):
    assert parse_rows(", ".join(map(str, numbers))) == tuple(sorted(numbers))


@pytest.mark.parametrize("text", ["x", "5-", "9-3", "1-9999999", "-4", "3.5"])
def test_what_is_no_list_of_rows_is_none(text):
    assert parse_rows(text) is None


# ----------------------------------------------------------------------
# SHEETS
# ----------------------------------------------------------------------


def with_sheets(**sheets):
    def change(book):
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)

    return report(change=change)


def test_a_sheet_is_the_report_by_its_headings_not_by_its_place():
    sale = [date(2026, 4, 2), "A-1", "USD", 2, 10]
    found = with_sheets(Cover=[["Owl Works"]], Data=[HEAD, sale], Lists=[["A", "B"]])
    assert (found.sheet, len(found.rows), blocking(found)) == ("Data", 1, set())
    found = with_sheets(Empty=[], Data=[HEAD, sale])
    assert (found.sheet, blocking(found)) == ("Data", set())


@pytest.mark.parametrize(
    ("day", "gross", "stopped"),
    [
        (date(2026, 5, 2), 99, {"more_sheets"}),
        (date(2026, 1, 2), 99, set()),
        (date(2026, 5, 2), 10, set()),
    ],
)
def test_another_sheet_stops_it_when_it_goes_on_with_the_report(day, gross, stopped):
    sale = [date(2026, 4, 2), "A-1", "USD", 2, 10]
    found = with_sheets(One=[HEAD, sale], Two=[HEAD, [day, "A-1", "USD", 2, gross]])
    assert blocking(found) == stopped


def test_empty_rows_are_not_counted_however_many():
    content = text_file(["2026-04-02", "A-1", "USD", 2, 10]) + b"\n;;;;" * 260_000
    found = read(content, "f", Profile())
    assert [row.number for row in found.rows] == [2]
