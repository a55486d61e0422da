"""Report files of our own making, of every kind that licensees send."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import xlsxwriter

HEAD = ["Invoice Date", "SKU", "Currency", "Units", "Gross Sales", "Returns"]
HEAD += ["Net Sales"]
APRIL, MAY, JUNE = date(2026, 4, 14), date(2026, 5, 19), date(2026, 6, 25)
SALES = [
    [APRIL, "OW-1", "USD", 12, 240.5, 10.5, 230.0],
    [MAY, "OW-2", "USD", 30, 300, 0, 300],
    [JUNE, "OW-1", "USD", 5, 100.25, 0.25, 100],
]
TOTAL = ["", "", "", 47, 640.75, 10.75, 630]


# ----------------------------------------------------------------------
# MAKING
# ----------------------------------------------------------------------


def book(*rows, head=HEAD, formats=None, change=None, sheets=()):
    """A workbook of openpyxl.

    :param formats: {cell: number format}
    :param change: function that gets the sheet
    :param sheets: (name, rows) of more sheets
    """
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (head, *rows):
        sheet.append([None if value == "" else value for value in row])
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    for name, others in sheets:
        more = made.create_sheet(name)
        for row in others:
            more.append(row)
    if change:
        change(sheet)
    return save(made)


def save(made):
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def text(*rows, head=HEAD, delimiter=",", encoding="utf-8", end="\r\n"):
    """A text file; a cell with the delimiter or a quote is quoted."""

    def put(value):
        value = str(value)
        is_odd = delimiter in value or '"' in value or "\n" in value
        return '"' + value.replace('"', '""') + '"' if is_odd else value

    lines = [delimiter.join(map(put, row)) for row in (head, *rows)]
    return end.join(lines).encode(encoding)


def repack(content, change):
    """The same workbook with other parts: ``change`` gets name and content."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return target.getvalue()


def calculated(*rows, results):
    """A workbook whose formulas, {cell: (formula, result)}, have results."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"})
    sheet = made.add_worksheet()
    for number, row in enumerate((HEAD, *rows)):
        for column, value in enumerate(row):
            if value != "":
                sheet.write(number, column, value)
    for cell, (formula, result) in results.items():
        sheet.write_formula(cell, formula, None, result)
    made.close()
    return buffer.getvalue()


# ----------------------------------------------------------------------
# WHAT IS EXPECTED
# ----------------------------------------------------------------------


def reads(*rows, told=(), says=None):
    """Rows as (row, day, sku, currency, units, gross, returns, net or nothing)."""
    found = []
    for row, day, sku, currency, units, gross, returns, *net in rows:
        one = {"row": row, "date": str(day), "sku": sku, "currency": currency}
        one |= {"units": str(units), "gross": str(gross), "returns": str(returns)}
        found.append(one | ({"reported_net": str(net[0])} if net else {}))
    return {
        "outcome": "read",
        "also_right": None,
        "rows": found,
        "totals": {},
        "should_tell": [list(told)] if told else [],
        "person_says": says,
    }


def stops(*words, rows=(), sheets=()):
    """What has to be named where a file is stopped."""
    names = {"rows": list(rows), "sheets": list(sheets), "words": list(words)}
    return {"outcome": "blocked", "also_right": None, "must_name": names}


def sold(*numbers, days=(APRIL, MAY, JUNE), currency="USD"):
    """The usual sales at other rows of the sheet, on other days."""
    return [
        (number, day, sku, currency, *amounts)
        for number, day, (_day, sku, _currency, *amounts) in zip(
            numbers, days, SALES, strict=True
        )
    ]


ENDS = (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
USUAL = reads(*sold(2, 3, 4))


def dated(*days, head="Invoice Date"):
    """The usual sales on days that are written otherwise."""
    rows = [[day, *row[1:]] for day, row in zip(days, SALES, strict=True)]
    return rows, [head, *HEAD[1:]]


def months(*texts, head):
    rows, head = dated(*texts, head=head)
    return text(*rows, head=head), reads(*sold(2, 3, 4, days=ENDS), told=["last day"])


def without(name, rows=SALES, head=HEAD):
    """Rows and header without a column."""
    at = head.index(name)
    return [row[:at] + row[at + 1 :] for row in rows], head[:at] + head[at + 1 :]


def priced(*texts):
    """Sales without a currency column, with gross sales as texts."""
    rows, head = without("Currency")
    rows = [[*r[:3], amount, 0, ""] for r, amount in zip(rows, texts, strict=True)]
    return rows, head


# ----------------------------------------------------------------------
# DATES AND PERIODS
# ----------------------------------------------------------------------


def make_periods():
    yield "months_iso.csv", *months("2026-04", "2026-05", "2026-06", head="Month")
    yield (
        "months_named.csv",
        *months("avril 2026", "mai 2026", "juin 2026", head="Mois"),
    )
    yield "months_short.csv", *months("Apr-26", "May-26", "Jun-26", head="Period")
    yield "months_figures.csv", *months("04/2026", "05/2026", "06/2026", head="Month")
    yield "months_bare.csv", *months("April", "May", "June", head="Sales Month")
    rows, head = dated("Q2 2026", "2Q26", "2026-Q2", head="Quarter")
    day = ENDS[2]
    yield (
        "quarters.csv",
        text(*rows, head=head),
        reads(*sold(2, 3, 4, days=(day, day, day)), told=["last day"]),
    )
    firsts = [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]
    rows, head = dated(*firsts, head="Invoice Date")
    shown = {f"A{row}": "mmmm yyyy" for row in (2, 3, 4)}
    yield (
        "months_shown.xlsx",
        book(*rows, formats=shown),
        reads(*sold(2, 3, 4, days=ENDS), told=["last day"]),
    )
    rows, head = without("Invoice Date")
    for name, title, outcome in (
        ("title_quarter", "Quarter ended June 30, 2026", None),
        ("title_range", "Period 01.04.2026 - 30.06.2026", None),
        ("title_other", "Reporting period: Q1 2026", stops("Q1 2026", rows=[1])),
    ):
        content = book(head, *rows, head=[title])
        numbers = sold(3, 4, 5, days=(day, day, day))
        yield f"{name}.xlsx", content, outcome or reads(*numbers, told=["last day"])
    yield "no_date_at_all.xlsx", book(*rows, head=head), stops("date")
    content = book(HEAD, *SALES, head=["Royalties January - March 2026"])
    yield "title_contradicts.xlsx", content, stops("January - March", rows=[1])
    across = [["OW-1", 10, 20, 30, 60], ["OW-2", 1, 2, 3, 6]]
    head = ["SKU", "April 2026", "May 2026", "June 2026", "Total"]
    yield "months_across.xlsx", book(*across, head=head), stops("month", rows=[1])


def make_days():
    rows, head = dated("14.04.2026 00:00", "19.05.2026 00:00", "25.06.2026 00:00")
    yield "times.csv", text(*rows), USUAL
    rows, head = dated("4/14/2026 12:00 AM", "5/19/2026 1:05:00 PM", "6/25/2026")
    yield "times_of_noon.csv", text(*rows), USUAL
    rows, head = dated("14th April 2026", "Tue, 19 May 2026", "June 25th, 2026")
    yield "long_days.xlsx", book(*rows), USUAL
    serial = [(day - date(1899, 12, 30)).days for day in (APRIL, MAY, JUNE)]
    rows, head = dated(*serial)
    told = reads(*sold(2, 3, 4), told=["number"])
    yield "serial_numbers.xlsx", book(*rows), told
    yield "serial_numbers.csv", text(*rows), told
    rows, head = dated(*(number - 365 for number in serial))
    yield "serial_of_last_year.xlsx", book(*rows), stops("date", rows=[2, 3, 4])
    turned = dated(date(2026, 4, 6), "19/05/2026", date(2026, 5, 6))[0]
    shown = {"A2": "m/d/yyyy", "A4": "m/d/yyyy"}
    yield "turned.xlsx", book(*turned, formats=shown), stops("turned", rows=[2, 4])
    rows = dated(date(2026, 6, 4), date(2026, 9, 5), date(2026, 12, 6))[0]
    yield "turned_all.xlsx", book(*rows), stops("turned", rows=[3, 4])
    rows = dated("14/04/2026", "4/5/2026", "25/06/2026")[0]
    yield "turned_in_text.csv", text(*rows), stops("turned", rows=[3])
    rows = dated("14/04/2026", MAY, "25/06/2026")[0]
    yield "real_and_text.xlsx", book(*rows, formats={"A3": "dd/mm/yyyy"}), USUAL


# ----------------------------------------------------------------------
# CURRENCIES
# ----------------------------------------------------------------------


def make_currencies():
    days, skus = (APRIL, MAY, JUNE), ("OW-1", "OW-2", "OW-1")
    units = (12, 30, 5)

    def euros(code, *amounts, told=()):
        rows = zip((2, 3, 4), days, skus, [code] * 3, units, amounts, strict=True)
        return reads(*((*row, 0) for row in rows), told=told)

    rows, head = priced("1.200,50 €", "€ 300,00", "12,25€")
    content = text(*rows, head=head, delimiter=";", encoding="cp1252")
    yield "euro_signs.csv", content, euros("EUR", "1200.5", 300, "12.25", told=["EUR"])
    rows, head = priced("£10.00", "£20.00", "£30.00")
    yield "pound_signs.csv", text(*rows, head=head), euros("GBP", 10, 20, 30)
    rows, head = priced(10, 20, 30)
    shown = {f"D{row}": '#,##0.00" CHF"' for row in (2, 3, 4)}
    yield (
        "franc_format.xlsx",
        book(*rows, head=head, formats=shown),
        euros("CHF", 10, 20, 30, told=["CHF"]),
    )
    shown = {"D2": '_("€"* #,##0.00_)'}
    yield (
        "sign_on_the_first_row.xlsx",
        book(*rows, head=head, formats=shown),
        euros("EUR", 10, 20, 30),
    )
    shown = {"D2": "[$€-2] #,##0.00", "D3": "[$£-809]#,##0.00"}
    content = book(*rows, head=head, formats=shown)
    yield "unsaid_beside_two.xlsx", content, stops("currency", rows=[4])
    head = [
        "Invoice Date",
        "SKU",
        "Units",
        "Gross Sales in SEK",
        "Returns",
        "Net (SEK)",
    ]
    yield "code_in_header.xlsx", book(*rows, head=head), euros("SEK", 10, 20, 30)
    mixed = [*head[:5], "Net (NOK)"]
    yield "two_codes_in_headers.xlsx", book(*rows, head=mixed), stops("SEK", rows=[2])
    titled = ["All amounts in GBP"]
    content = book(["Invoice Date", *HEAD[1:2], *HEAD[3:]], *rows, head=titled)
    shifted = [
        (3 + n, *row)
        for n, row in enumerate(zip(days, skus, ["GBP"] * 3, units, strict=False))
    ]
    yield (
        "currency_in_title.xlsx",
        content,
        reads(
            *(
                (*row, amount, 0)
                for row, amount in zip(shifted, (10, 20, 30), strict=True)
            )
        ),
    )
    shown = {"E3": "[$¥-411]#,##0"}
    yield "format_contradicts.xlsx", book(*SALES, formats=shown), stops("¥", rows=[3])
    canadian = [[*row[:2], "CAD", *row[3:]] for row in SALES]
    shown = {f"E{row}": "$#,##0.00" for row in (2, 3, 4)}
    yield (
        "dollar_of_canada.xlsx",
        book(*canadian, formats=shown),
        reads(*sold(2, 3, 4, currency="CAD")),
    )
    rows, head = priced("$10.00", "¥20", "$30.00")
    yield "unclear_sign.csv", text(*rows, head=head), stops("¥", rows=[3])
    yield (
        "in_thousands.xlsx",
        book(HEAD, *SALES, head=["USD, in thousands"]),
        stops("thousands", rows=[1]),
    )


# ----------------------------------------------------------------------
# SHEETS AND CODES
# ----------------------------------------------------------------------


def make_sheets():
    first, *rest = SALES
    parts = [("Mai", [HEAD, rest[0]]), ("Juni", [HEAD, rest[1]])]
    yield (
        "sheet_per_month.xlsx",
        book(first, sheets=parts),
        stops("sheet", sheets=["Mai", "Juni"]),
    )
    cover = openpyxl.Workbook()
    cover.active.append(["Royalty Report"])
    cover.active.append(["Licensee", "Owl Works"])
    for name, rows in (
        ("Detail", [HEAD, *SALES]),
        ("Summary", [["SKU", "Units", "Gross Sales"], ["OW-1", 17, 340.75]]),
        ("Countries", [["Code", "Name"], ["US", "United States"]]),
    ):
        sheet = cover.create_sheet(name)
        for row in rows:
            sheet.append(row)
    yield "cover_and_summary.xlsx", save(cover), USUAL
    old = [HEAD, [date(2026, 2, 1), *SALES[0][1:]]]

    def hide(sheet):
        sheet.parent["Before"].sheet_state = "hidden"

    content = book(*SALES, sheets=[("Before", old)], change=hide)
    yield "hidden_sheet_of_before.xlsx", content, USUAL
    copy = [HEAD, *SALES]
    yield "copy_of_the_sheet.xlsx", book(*SALES, sheets=[("Backup", copy)]), USUAL
    blank = openpyxl.Workbook()
    sheet = blank.create_sheet("Data")
    for row in (HEAD, *SALES):
        sheet.append(row)
    yield "first_sheet_empty.xlsx", save(blank), USUAL


def make_codes():
    def coded(*codes):
        return [[row[0], c, *row[2:]] for row, c in zip(SALES, codes, strict=True)]

    def read(*codes):
        rows = [
            (*one[:2], code, *one[3:])
            for one, code in zip(sold(2, 3, 4), codes, strict=True)
        ]
        return reads(*rows)

    rows = coded("4.01E+12", "4,01E+12", "X1")
    yield "shortened.csv", text(*rows), stops("4.01e+12", rows=[2, 3])
    rows = coded(4012345678901, "12E4", 7)
    yield (
        "long_numbers.xlsx",
        book(*rows, formats={"B2": "0.00E+00"}),
        read("4012345678901", "12E4", "7"),
    )
    rows = coded(100000, "X", "Y")
    yield (
        "code_like_a_power.xlsx",
        book(*rows, formats={"B2": "0.00E+00"}),
        stops("sku", rows=[2]),
    )
    rows = coded(123, 4567, 89)
    shown = {"B2": "000000", "B3": '"OW-"0000', "B4": "000-000"}
    yield (
        "leading_zeros.xlsx",
        book(*rows, formats=shown),
        read("000123", "OW-4567", "000-089"),
    )
    rows = coded("OCT-2", date(2026, 10, 1), "OCT-9")
    yield (
        "code_is_a_day.xlsx",
        book(*rows, formats={"B3": "d-mmm"}),
        stops("date", rows=[3]),
    )
    rows = coded("OCT-2", "1-Oct", "OCT-9")
    yield "code_was_a_day.csv", text(*rows), stops("date", rows=[3])
    rows = coded('="00123"', "OW-2", '="007"')
    yield "protected_zeros.csv", text(*rows), read("00123", "OW-2", "007")


# ----------------------------------------------------------------------
# NUMBERS
# ----------------------------------------------------------------------


def make_numbers():
    rows = [
        ["2026-04-14", "OW-1", "USD", 12, " $ 240.50 ", "$(10.50)", "$230.00"],
        ["2026-05-19", "OW-2", "USD", 30, "$300.00", " $ -   ", "$300.00"],
        ["2026-06-25", "OW-1", "USD", 5, "$100.25", "($0.25)", "$100.00"],
    ]
    told = reads(*sold(2, 3, 4), told=["below 0"])
    yield "accounting.csv", text(*rows), told
    rows = [
        ["14.04.2026", "OW-1", "EUR", 12, "1.240,50", "10,50-", "1.230,00"],
        ["19.05.2026", "OW-2", "EUR", 30, "300,00", "0,00", "300,00"],
    ]
    yield (
        "minus_behind.csv",
        text(*rows, delimiter=";"),
        reads(
            (2, APRIL, "OW-1", "EUR", 12, "1240.5", "10.5", 1230),
            (3, MAY, "OW-2", "EUR", 30, 300, 0, 300),
        ),
    )
    rows = [["2026-04-14", "OW-1", "INR", "1,20,000", "12,34,567.50", 0, ""]]
    yield (
        "lakhs.csv",
        text(*rows),
        reads((2, APRIL, "OW-1", "INR", 120000, "1234567.5", 0)),
    )
    rows = [
        ["14/04/2026", "OW-1", "EUR", "1\u202f200", "24\u00a0875,00\u00a0€", "-", ""]
    ]
    yield (
        "narrow_spaces.csv",
        text(*rows, delimiter=";"),
        reads((2, APRIL, "OW-1", "EUR", 1200, 24875, 0)),
    )
    rows = [
        [APRIL, "OW-1", "USD", 12, 120, 0, 120],
        [MAY, "OW-1", "USD", -2, -20, 0, -20],
    ]
    shown = {"D3": "0;[Red]0", "E3": "#,##0.00;[Red]#,##0.00", "G3": "0;[Red](0)"}
    credit = reads(
        (2, APRIL, "OW-1", "USD", 12, 120, 0, 120),
        (3, MAY, "OW-1", "USD", -2, -20, 0, -20),
        told=["below 0"],
    )
    yield "red_credits.xlsx", book(*rows, formats=shown), credit
    rows = [rows[0], [MAY, "OW-1", "USD", 2, 20, 0, 20]]
    shown = {"D3": "(0)", "E3": "[Red](#,##0.00)", "G3": "-0"}
    yield "shown_below.xlsx", book(*rows, formats=shown), stops("below", rows=[3])
    rows = [[*SALES[0][:5], -10.5, 251], *SALES[1:]]
    yield "net_contradicts.xlsx", book(*rows[:1]), stops("net", rows=[2])
    rows = [[*SALES[0][:5], -10, 250.5], [*SALES[1][:5], 20, 280]]
    yield (
        "returns_of_both_signs.xlsx",
        book(*rows),
        reads(
            (2, APRIL, "OW-1", "USD", 12, "240.5", -10, "250.5"),
            (3, MAY, "OW-2", "USD", 30, 300, 20, 280),
        ),
    )
    head = [*HEAD[:5], "Royalty Rate", "Royalty"]
    rows = [
        [*row[:5], rate, row[4] * 0.05]
        for row, rate in zip(SALES, (0.05, "5 %", 5), strict=False)
    ]
    rates = reads(*((*row[:6], 0) for row in sold(2, 3, 4)))
    for one in rates["rows"]:
        one["reported_rate"] = "5"
    yield "rates_of_all_forms.xlsx", book(*rows, head=head), rates
    rows[0][5] = 5
    yield (
        "rate_of_500_percent.xlsx",
        book(*rows, head=head, formats={"F2": "0%"}),
        stops("percent", rows=[2]),
    )


# ----------------------------------------------------------------------
# ROWS THAT ARE NO SALES
# ----------------------------------------------------------------------


def make_totals():
    first, second, third = SALES
    part = ["", "", "", 42, 540.5, 10.5, 530]
    for name, labels in {
        "totals": ("Owls Total", "Grand Total"),
        "totals_german": ("Zwischensumme", "Übertrag"),
        "totals_unnamed": ("", ""),
        "totals_odd": ("All owls", "ALLES"),
    }.items():
        rows = [first, second, [labels[0], *part[1:]], ["", "", "", "", "", "", ""]]
        rows += [third, [labels[1], *TOTAL[1:]]]
        content = book(*rows)
        yield f"{name}.xlsx", content, reads(*sold(2, 3, 6))
    rows = [*SALES, ["", "ALL", *TOTAL[2:]]]
    yield "total_among_codes.xlsx", book(*rows), reads(*sold(2, 3, 4), told=["adds up"])
    yield "total_first.csv", text(["Total", *TOTAL[1:]], *SALES), reads(*sold(3, 4, 5))
    rows = [*SALES, ["Total", "", "", 47, 740.75, 10.75, 730]]
    yield "total_differs.xlsx", book(*rows), stops("total", rows=[5])
    rows = [*SALES, ["", "", "", 48, 999, 0, 999]]
    yield "amounts_of_nobody.xlsx", book(*rows), stops("no date", rows=[5])
    notes = [["Prepared by O. Wl, 3 July 2026"], ["(1) see contract 12/2025"]]
    yield "footnotes.xlsx", book(*SALES, ["Total", *TOTAL[1:]], *notes), USUAL
    page = [["OWL WORKS - REGISTER 2026", *[""] * 6], ["Page 2 of 2", *[""] * 6]]
    rows = [first, second, ["Page total", *part[1:]], *page, HEAD, third]
    rows += [["Report total", *TOTAL[1:]], ["*** 3 lines ***", *[""] * 6]]
    yield "printed_pages.csv", text(*rows), reads(*sold(2, 3, 8))
    visible = ["Total", "", "", 17, 340.75, 10.75, 330]

    def hide(sheet):
        sheet.row_dimensions[3].hidden = True

    yield (
        "filtered.xlsx",
        book(*SALES, visible, change=hide),
        stops("hidden", rows=[3, 5]),
    )
    whole = book(*SALES, ["Total", *TOTAL[1:]], change=hide)
    yield "hidden_and_counted.xlsx", whole, reads(*sold(2, 3, 4), told=["hidden"])


def make_workbooks():
    def group(sheet):
        sheet.insert_rows(1, 3)
        sheet["A1"] = "Owl Works"
        sheet.merge_cells("A1:G1")
        sheet["D3"], sheet["F3"] = "Sales", "Deductions"
        sheet.merge_cells("D3:E3")

    yield "two_rows_of_headers.xlsx", book(*SALES, change=group), reads(*sold(5, 6, 7))
    rows = [[*SALES[0][:4], "", *SALES[0][5:]], *SALES[1:]]
    yield (
        "formulas.xlsx",
        calculated(*rows, results={"E2": ("=D2*20.04", 240.5)}),
        USUAL,
    )
    yield (
        "formulas_never_calculated.xlsx",
        calculated(*rows, results={"E2": ("=D2*20.04", 0)}),
        stops("formula", rows=[2]),
    )
    rows[0][4] = "=D2*20.04"
    yield "formulas_without_results.xlsx", book(*rows), stops("formula", rows=[2])
    notes = [
        [*row, note]
        for row, note in zip(SALES, ("x" * 9_000, "🦉", "بومة\nb"), strict=False)
    ]
    yield "notes.xlsx", book(*notes, head=[*HEAD, "Notes"]), USUAL

    def format_empty(sheet):
        for row in range(6, 2_000):
            sheet.cell(row, 5).number_format = "0.00"

    yield "formatted_far_below.xlsx", book(*SALES, change=format_empty), USUAL
    usual = book(*SALES)

    def rename(name, content):
        if name.startswith("xl/worksheets/"):
            name = name.replace("sheet1", "SHEET1")
        return name.replace("sharedStrings", "SharedStrings"), content

    yield "part_names.xlsx", repack(usual, rename), USUAL

    def escape(name, content):
        if name == "xl/sharedStrings.xml":
            content = content.replace(b"OW-1", b"OW-1_x000D_").replace(
                b"Gross Sales", b"Gross_x000D_\nSales"
            )
        return name, content

    yield "escaped_ends.xlsx", repack(usual, escape), USUAL
    buffer = io.BytesIO(usual)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macros")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    yield "macros_and_links.xlsm", buffer.getvalue(), USUAL
    wide = [[*SALES[0][:1], datetime(2026, 4, 14, 9, 30), *SALES[0][2:]]]
    yield "time_among_codes.xlsx", book(*wide), stops("date", rows=[2])


# ----------------------------------------------------------------------
# KINDS OF FILES
# ----------------------------------------------------------------------


def make_kinds():
    for name, options in {
        "unicode_text.txt": {"encoding": "utf-16", "delimiter": "\t"},
        "unmarked_utf16.txt": {"encoding": "utf-16-le", "delimiter": "\t"},
        "mac_ends.csv": {"end": "\r"},
        "unix_ends.csv": {"end": "\n"},
        "pipes.csv": {"delimiter": "|", "encoding": "utf-8-sig"},
    }.items():
        yield name, text(*SALES, **options), USUAL
    yield (
        "named_delimiter.csv",
        b"sep=;\r\n" + text(*SALES, delimiter=";"),
        reads(*sold(3, 4, 5)),
    )
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    yield "old.xls", ole + "Workbook".encode("utf-16-le"), stops(".xls")
    secret = ole + "EncryptedPackage".encode("utf-16-le")
    yield "secret.xlsx", secret, stops("password")
    page = b"\n<!DOCTYPE html>\n<html><body><table><tr><td>SKU</td></tr></table></body>"
    yield "page.xls", page, stops("web page")
    yield "table_2003.xls", b"<?xml version='1.0'?><Workbook></Workbook>", stops("xml")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", "<document/>")
    yield "open.ods", buffer.getvalue(), stops("OpenDocument")

    def to_binary(name, content):
        content = content.replace(b"xl/workbook.xml", b"xl/workbook.bin")
        return name.replace("workbook.xml", "workbook.bin"), content

    yield "binary.xlsb", repack(book(*SALES), to_binary), stops("xlsb")


def make():
    """(name, content, what is expected) of each file."""
    for kind in (
        *(make_periods, make_days, make_currencies, make_sheets, make_codes),
        *(make_numbers, make_totals, make_workbooks, make_kinds),
    ):
        yield from kind()


def write(folder):
    """Write all files.

    :return: {name: what is expected}, as ``expected.json`` of the shared files has it
    """
    expected = {}
    for name, content, outcome in make():
        (folder / name).write_bytes(content)
        expected[name] = outcome
    return expected
