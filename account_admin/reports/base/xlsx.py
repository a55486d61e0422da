"""Workbooks of all reports: typed cells, frozen headers, totals as formulas."""

import io
import re
from dataclasses import dataclass, replace

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range

#: Excel allows 31 characters and none of these in a sheet's name.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    ``kind`` is ``text``, ``int``, ``date``, ``money``, ``number``, ``percent`` or
    ``factor``; a money column has the ``decimals`` of its currencies.
    """

    label: str
    kind: str = "text"
    width: int = 14
    decimals: int = 2
    total: bool = False


class Book:
    """A workbook that is written row by row and never held in memory.

    Text is always written as text: a name that starts with ``=`` stays a name.
    """

    def __init__(self, right_to_left=False):
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {"constant_memory": True, "strings_to_formulas": False},
        )
        self._formats = {}
        self._names = set()
        self._right_to_left = right_to_left

    def format(self, **properties):
        """A cell format, made once however often it is asked for."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def table(self, name, heading, columns):
        """Start a sheet with heading lines above a table.

        :param list heading: lines of text, the first is the title
        :param list columns: of :class:`Column`
        """
        sheet = self._book.add_worksheet(self._free_name(name))
        if self._right_to_left:
            sheet.right_to_left()
        return Table(self, sheet, heading, columns)

    def _free_name(self, name):
        base = _FORBIDDEN.sub(" ", name).strip()[:31] or "Sheet"
        found, number = base, 1
        while found.lower() in self._names:
            number += 1
            suffix = f" {number}"
            found = base[: 31 - len(suffix)] + suffix
        self._names.add(found.lower())
        return found

    def close(self):
        """Finish.

        :return: the file's bytes
        """
        self._book.close()
        return self._buffer.getvalue()


class Table:
    """A sheet with one table; rows are written in order."""

    def __init__(self, book, sheet, heading, columns):
        self._book, self._sheet = book, sheet
        self.columns = columns
        for number, line in enumerate(heading):
            style = {"bold": True, "font_size": 14} if number == 0 else {}
            sheet.write_string(number, 0, line, book.format(**style))
        self._head = len(heading) + 1 if heading else 0
        self._at = self._head
        header = {"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "text_wrap": True}
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            align = "left" if column.kind in ("text", "date") else "right"
            sheet.write_string(
                self._at, number, column.label, book.format(align=align, **header)
            )
        self._at += 1
        sheet.freeze_panes(self._at, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self._head)
        self._writers = [self._get_writer(number) for number in range(len(columns))]

    def _get_writer(self, number):
        column, sheet = self.columns[number], self._sheet
        style = self._get_style(column)
        if column.kind == "text":
            return lambda row, value: sheet.write_string(row, number, str(value), style)
        if column.kind == "date":
            return lambda row, value: sheet.write_datetime(row, number, value, style)
        return lambda row, value: sheet.write_number(row, number, value, style)

    def _get_style(self, column, **more):
        pattern = {
            "date": "yyyy-mm-dd",
            "int": "0",
            "number": "#,##0.0",
            "percent": "0.0%",
            "factor": "0.00",
            "money": money_pattern(column.decimals),
        }.get(column.kind)
        return self._book.format(**({"num_format": pattern} if pattern else {}), **more)

    def row(self, values):
        """Write a row; ``None``, ``False`` and empty text leave their cell empty."""
        at = self._at
        for writer, value in zip(self._writers, values, strict=True):
            if value is not None and value is not False and value != "":
                writer(at, value)
        self._at += 1

    def rows(self, rows):
        for values in rows:
            self.row(values)

    def totals(self, label, values, only=None, decimals=2):
        """Write a total as formulas, with their results for readers that do not count.

        :param list values: the exact totals of the columns that have one, in order
        :param tuple only: ``(column number, text)`` of the rows that count, else all
        :param int decimals: of the total's currency
        """
        first, last = self._head + 1, max(self._last_data, self._head + 1)
        bold = {"bold": True, "top": 1}
        self._sheet.write_string(self._at, 0, label, self._book.format(**bold))
        results = iter(values)
        for number, column in enumerate(self.columns):
            if number == 0:
                continue
            if only and number == only[0]:
                self._sheet.write_string(
                    self._at, number, only[1], self._book.format(**bold)
                )
            elif column.total:
                shown = (
                    column if decimals is None else replace(column, decimals=decimals)
                )
                cells = xl_range(first, number, last, number)
                formula = f"=SUM({cells})"
                if only:
                    keys = xl_range(first, only[0], last, only[0])
                    mine = f"{xl_col_to_name(only[0])}{self._at + 1}"
                    formula = f"=SUMIF({keys},{mine},{cells})"
                self._sheet.write_formula(
                    self._at,
                    number,
                    formula,
                    self._get_style(shown, **bold),
                    next(results),
                )
        self._at += 1

    def difference(self, lefts, right, number, value):
        """Put what columns sum to, less ``right``, into the row written last.

        :param list lefts: numbers of the columns that are added
        """
        row = self._at - 1
        added, taken = (
            "+".join(f"{xl_col_to_name(column)}{row + 1}" for column in columns)
            for columns in (lefts, [right])
        )
        formula = f"={added}-{taken}"
        self._sheet.write_formula(
            row, number, formula, self._get_style(self.columns[number]), value
        )

    def end_rows(self):
        """Close the data: filters cover it, totals refer to it."""
        self._last_data = self._at - 1
        if self._last_data > self._head:
            self._sheet.autofilter(
                self._head, 0, self._last_data, len(self.columns) - 1
            )

    def note(self, text):
        """A line of text under the table."""
        self._sheet.write_string(self._at + 1, 0, text, self._book.format(italic=True))
        self._at += 1


def money_pattern(decimals):
    """Number format of an amount: ``#,##0.00`` with negatives in red."""
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f"{number};[Red]-{number}"
