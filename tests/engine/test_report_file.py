"""Reading of reports: numbers and dates as people write them, and hostile files."""

import io
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.report_file import (
    FIELDS,
    Profile,
    Refused,
    estimate_rows,
    get_labels,
    match,
    read,
)
from engine.report_file.dates import examine_date, to_date
from engine.report_file.values import EITHER, examine, to_number

HEADER = ["Invoice Date", "SKU", "Gross", "Currency", "Returns", "Rate", "Royalty"]
amounts = st.decimals(min_value=0, max_value=10**9, places=2)


def csv_file(*rows, delimiter=";", encoding="utf-8"):
    lines = [delimiter.join(map(str, row)) for row in (HEADER, *rows)]
    return "\r\n".join(lines).encode(encoding)


def xlsx_file(*rows, change=None, header=HEADER):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    if change:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def codes(report):
    return dict(report.problems.counts)


def first(content, **profile):
    return read(content, "file", Profile(**profile)).rows[0]


def refusal(content):
    with pytest.raises(Refused) as caught:
        read(content, "file", Profile())
    return caught.value.problem.code


def grouped(amount, group, decimal):
    text = f"{amount:,.2f}"
    return text.translate(str.maketrans({",": group, ".": decimal}))


# ----------------------------------------------------------------------
# NUMBERS
# ----------------------------------------------------------------------


@given(amounts, st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]))
def test_what_is_written_with_any_separators_is_read_back(amount, separators):
    group, decimal = separators
    for style in ("{}", "$ {}", "{} EUR", "€{}"):
        text = style.format(grouped(amount, group, decimal))
        assert to_number(examine(text), decimal) == amount
    text = grouped(amount, group, decimal)
    for style in ("-{}", "({})", "{}-", "({} $)"):
        assert to_number(examine(style.format(text)), decimal) == -amount


@given(amounts)
def test_a_number_is_never_read_as_another_one(amount):
    for group, decimal in ((",", "."), (".", ",")):
        found = to_number(examine(grouped(amount, group, decimal)), group)
        assert found is None or amount == found


@pytest.mark.parametrize("text", ["1,234", "12.345", "999,999"])
def test_three_digits_after_one_separator_can_be_either(text):
    assert examine(text)[3] == EITHER


@pytest.mark.parametrize(
    "text", ["twelve", "n/a", "1,23,4", "1.2.3", "12 5", "--5", "(5", "(-5)", "5%%", ""]
)
def test_what_is_no_number_is_none(text):
    assert examine(text) is None


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none_but_no_crash(text):
    for decimal in ",.":
        found = examine(text) and to_number(examine(text), decimal)
        assert found is None or isinstance(found, Decimal)
    examined = examine_date(text)
    if examined:
        assert isinstance(to_date(examined, "dmy"), date | None)


def test_a_separator_is_decided_from_the_whole_file():
    report = read(
        csv_file(
            ["2026-04-15", "A", "1.234", "EUR", "0", "", ""],
            ["2026-04-15", "B", "5,50", "EUR", "0", "", ""],
        ),
        "f.csv",
        Profile(),
    )
    assert [row.gross for row in report.rows] == [Decimal(1234), Decimal("5.50")]


def test_an_ambiguous_separator_is_named_and_the_profile_decides():
    content = csv_file(["2026-04-15", "A", "1.234", "EUR", "0", "", ""])
    assert "ambiguous_number" in codes(read(content, "f.csv", Profile()))
    assert first(content, decimal=",").gross == 1234
    assert first(content, decimal=".").gross == Decimal("1.234")


def test_two_separators_in_one_file_are_named():
    rows = [["2026-04-15", "A", n, "EUR", "0", "", ""] for n in ("1,50", "1.50")]
    assert codes(read(csv_file(*rows), "f", Profile()))["mixed_number"] == 2


# ----------------------------------------------------------------------
# DATES
# ----------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_back_in_its_order(day):
    for pattern, order in (
        ("%d/%m/%Y", "dmy"),
        ("%m/%d/%Y", "mdy"),
        ("%d.%m.%Y", "dmy"),
        ("%d-%m-%y", "dmy"),
        ("%Y-%m-%d", "mdy"),
        ("%Y%m%d", "dmy"),
        ("%d %b %Y", "mdy"),
    ):
        assert to_date(examine_date(day.strftime(pattern)), order) == day


@pytest.mark.parametrize("text", ["31/02/2026", "15 avril", "13/13/2026", "0/1/2026"])
def test_what_is_no_date_is_none(text):
    examined = examine_date(text)
    assert not examined or to_date(examined, "dmy") is None


def dated(*days):
    rows = [[day, "A", "1", "EUR", "0", "", ""] for day in days]
    return csv_file(*rows)


def test_a_date_order_is_decided_from_the_whole_column():
    report = read(dated("01/02/2026", "01/15/2026"), "f", Profile())
    assert report.rows[0].date == date(2026, 1, 2)


def test_an_ambiguous_date_column_is_named_and_the_profile_decides():
    content = dated("01/02/2026", "03/04/2026")
    assert codes(read(content, "f", Profile()))["ambiguous_date"] == 1
    assert first(content, date_order="mdy").date == date(2026, 1, 2)
    assert first(content, date_order="dmy").date == date(2026, 2, 1)


def test_a_date_in_another_order_is_named_by_its_row():
    report = read(dated("01/02/2026", "04/15/2026"), "f", Profile(date_order="dmy"))
    problem = next(p for p in report.problems.found if p.code == "bad_date")
    assert (problem.row, problem.column) == (3, "Invoice Date")


# ----------------------------------------------------------------------
# RATES AND SIGNS
# ----------------------------------------------------------------------


def rated(rate, royalty=""):
    return csv_file(["2026-04-15", "A", "100.00", "EUR", "0", rate, royalty])


@pytest.mark.parametrize(
    ("rate", "royalty"),
    [("5", ""), ("5%", ""), ("0.05", "5.00"), ("5", "5.00"), ("0.5%", "")],
)
def test_five_and_five_percent_and_a_fraction_are_told_apart(rate, royalty):
    report = read(rated(rate, royalty), "f", Profile())
    assert not report.problems.blocking_count
    expected = Decimal("0.5") if rate == "0.5%" else 5
    assert report.rows[0].reported_rate == expected


def test_a_fraction_with_nothing_beside_it_is_named():
    assert "ambiguous_rate" in codes(read(rated("0.05"), "f", Profile()))
    assert first(rated("0.05"), percent="fraction").reported_rate == 5
    assert first(rated("0.05"), percent="percent").reported_rate == Decimal("0.05")


def test_a_cell_that_shows_percent_is_one():
    def change(book):
        book.active["F2"].number_format = "0.0%"

    content = xlsx_file([date(2026, 4, 15), "A", 10, "EUR", 0, 0.055, 1], change=change)
    assert first(content).reported_rate == Decimal("5.5")


def test_returns_below_zero_are_turned_and_a_mixture_is_named():
    def content(*returns):
        return csv_file(*(["2026-04-15", "A", 9, "EUR", r, "", ""] for r in returns))

    report = read(content("-2", "0"), "f", Profile())
    assert report.rows[0].returns == 2 and "sign_turned" in codes(report)
    assert codes(read(content("-2", "3"), "f", Profile()))["mixed_sign"] == 1
    assert first(content("-2", "3"), returns="positive").returns == -2


# ----------------------------------------------------------------------
# WORKBOOKS
# ----------------------------------------------------------------------

SALE = [date(2026, 4, 15), "A-1", 1234.56, "EUR", 0, None, None]


def test_a_workbook_is_read_as_openpyxl_wrote_it():
    row = first(xlsx_file([datetime(2026, 4, 15, 12), 12345, 0.1 + 0.2, "EUR"]))
    assert (row.date, row.sku) == (date(2026, 4, 15), "12345")
    assert row.gross == Decimal("0.3")


def test_a_formula_without_result_is_named_with_its_cell():
    report = read(xlsx_file([*SALE[:2], "=1+1", "EUR"]), "f", Profile())
    problem = next(p for p in report.problems.found if p.code == "no_value")
    assert (problem.row, problem.column) == (2, "Gross")


def test_merged_cells_among_the_rows_are_named():
    content = xlsx_file(
        SALE, SALE, change=lambda book: book.active.merge_cells("B2:B3")
    )
    report = read(content, "f", Profile())
    problem = next(p for p in report.problems.found if p.code == "merged")
    assert (problem.row, problem.value) == (2, "B2:B3")


def test_an_error_in_a_cell_is_named():
    assert "cell_error" in codes(
        read(xlsx_file([*SALE[:2], "#REF!", "EUR"]), "f", Profile())
    )


def test_a_header_below_a_title_and_totals_at_the_bottom():
    content = xlsx_file(
        HEADER,
        SALE,
        [None] * 7,
        ["Total", None, 1234.56],
        ["Prepared by Ann"],
        header=["Royalty report Q2", "Licensee"],
    )
    report = read(content, "f", Profile())
    assert (report.header_row, len(report.rows)) == (2, 1)
    assert report.totals == [(5, None, {"gross": Decimal("1234.56")})]
    assert report.sums()["EUR"]["gross"] == Decimal("1234.56")
    assert codes(report)["skipped"] == 1


def test_old_and_secret_and_foreign_files_are_refused():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
    assert refusal(old) == "not_a_table"
    assert refusal(old + "Workbook".encode("utf-16-le")) == "old_xls"
    assert refusal(old + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    assert refusal(b"%PDF-1.7 ...") == "not_a_table"
    assert refusal(b" \r\n") == "empty"
    assert refusal(xlsx_file(SALE)[:-200]) == "broken"


def bomb(name, size):
    """A workbook with a member of 2 GB of zeros that says it has ``size``."""
    buffer, packer = (
        io.BytesIO(xlsx_file(SALE)),
        zlib.compressobj(9, zlib.DEFLATED, -15),
    )
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, block * 2048 + packer.flush())
        info = archive.getinfo(name)
        info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, size
    return buffer.getvalue()


def test_a_file_that_unpacks_to_2_gb_is_refused_before_it_is_unpacked():
    content = bomb("xl/media/a.bin", 2**31)
    assert len(content) < 2**22
    assert refusal(content) == "too_large"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_lies_about_its_size_is_unpacked_no_further():
    assert refusal(bomb("xl/worksheets/sheet1.xml", 5000)) == "broken"
    assert refusal(bomb("xl/workbook.xml", 5000)) == "broken"


def test_entities_are_refused():
    source, target = io.BytesIO(xlsx_file(SALE)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                lol = b'<!DOCTYPE x [<!ENTITY a "boom">]>'
                content = lol + content.partition(b"?>")[2]
            new.writestr(name, content)
    assert refusal(target.getvalue()) in ("doctype", "broken")


@given(st.binary(max_size=300), st.integers(0, 5000))
def test_a_damaged_workbook_is_read_or_refused_but_no_crash(noise, at):
    content = WORKBOOK[:at] + noise + WORKBOOK[at + len(noise) :]
    try:
        read(content, "f", Profile())
    except Refused:
        pass


WORKBOOK = xlsx_file(SALE)


# ----------------------------------------------------------------------
# CSV
# ----------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_any_dialect_and_encoding(delimiter, encoding):
    row = ["2026-04-15", "Été", "5.50", "EUR", "0", "", ""]
    content = csv_file(row, delimiter=delimiter, encoding=encoding)
    report = read(content, "f.csv", Profile())
    assert (report.rows[0].sku, report.rows[0].gross) == ("Été", Decimal("5.50"))
    assert ("encoding_guess" in codes(report)) == (encoding == "cp1252")


def test_a_comma_of_a_number_that_parts_its_cell_is_named():
    row = ["2026-04-15", "A", "1,234.50", "EUR", "0", "5", "61.73"]
    report = read(csv_file(row, delimiter=","), "f.csv", Profile())
    assert codes(report)["extra_cells"] == 1


def test_a_quote_that_never_ends_is_refused_by_its_row():
    content = csv_file(["2026-04-15", '"A', "1", "EUR", "0", "", ""])
    assert refusal(content) == "broken_row"


def test_an_unknown_header_is_named_with_its_columns_for_a_person_to_say():
    content = b"foo;bar;baz\n2026-04-15;A;1\n"
    report = read(content, "f.csv", Profile())
    assert codes(report)["no_header"] == 1
    assert [column.text for column in report.columns] == ["foo", "bar", "baz"]
    learnt = {"foo": "date", "bar": "sku", "baz": "gross"}
    report = read(content, "f.csv", Profile(columns=learnt, currency="EUR"))
    assert not report.problems.counts
    assert report.rows[0].gross == 1


def test_the_header_of_every_template_is_recognised():
    for language in ("en", "de_CH", "fr_FR", "es", "it", "xx", None):
        labels = get_labels(language)
        assert {name: match(text, {}) for name, text in labels.items()} == {
            name: name for name in FIELDS
        }


def test_what_was_decided_is_told_and_what_no_cell_asked_for_is_not():
    none = dict.fromkeys(("date_order", "decimal", "percent"))
    assert read(xlsx_file(SALE), "f", Profile()).decided == none
    row = ["15/04/2026", "A", "1.234,50", "EUR", "0", "0,05", "61,73"]
    decided = {"date_order": "dmy", "decimal": ",", "percent": "fraction"}
    assert read(csv_file(row), "f", Profile()).decided == decided


@pytest.mark.parametrize("encoding", ("utf-8", "utf-16"))
def test_a_zero_anywhere_makes_it_no_table(encoding):
    rows = [SALE] * 5_000
    assert (
        refusal(csv_file(*rows, [SALE[0], "A\0B"], encoding=encoding)) == "not_a_table"
    )


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_rows_are_counted_whatever_ends_a_line(end, encoding):
    content = (f"SKU,Units{end}" + f"A,1{end}" * 30_000).encode(encoding)
    assert 30_000 <= estimate_rows(content) < 31_000
