"""A whole file: its header, what its columns decide, its rows, its own totals."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from ..money import ZERO
from .currencies import find_sign, get_codes, strip_sign
from .header import AMOUNTS, find_header, get_unit, match, normalise
from .money import MONEY
from .problems import Problems, Refused
from .rows import Reader, Row, to_text
from .sheets import check_others, choose_sheet
from .source import open_source
from .titles import Titles, find_thousands, list_texts


@dataclass(slots=True)
class Column:
    """A column of the file.

    :param field: one of ``FIELDS``, empty for one that is not read
    :param currency: sign or code in its header, empty for none
    """

    index: int
    text: str
    field: str = ""
    sample: str = ""
    currency: str = ""


@dataclass(slots=True)
class Report:
    """What a file says.

    :param rows: tuple of :class:`Row`
    :param totals: the licensee's own, (row, currency text, {field: Decimal})
    :param decided: what whole columns said: date order, decimal separator, percent
    """

    rows: list
    columns: list
    problems: Problems
    sheet: str = ""
    header_row: int = 0
    totals: list = field(default_factory=list)
    decided: dict = field(default_factory=dict)

    def sums(self):
        """Control totals: currency text -> {field: Decimal, ``lines``: how many}."""
        found = {}
        places = [Row._fields.index(name) for name in AMOUNTS]
        at = Row._fields.index("currency")
        for row in self.rows:
            total = found.get(row[at])
            if total is None:
                total = found[row[at]] = [ZERO] * (len(AMOUNTS) + 1)
            total[0] += 1
            for number, place in enumerate(places, start=1):
                if row[place]:
                    total[number] += row[place]
        return {
            currency: dict(zip(("lines", *AMOUNTS), total, strict=True))
            for currency, total in found.items()
        }

    def distinct(self, name):
        """Text of a field -> how many rows have it."""
        place = Row._fields.index(name)
        return Counter(row[place] for row in self.rows if row[place] is not None)


def read(content, filename, profile):
    """Read a file.

    :param bytes content: the file
    :param str filename: for sentences only
    :param Profile profile: how its licensee writes, and what is known of the report
    :rtype: Report
    :raise Refused: for a file that is not read at all
    """
    source = open_source(content, filename)
    if source.book is None:
        return _read_source(source, profile, [])

    def read_sheet(profile):
        chosen, _others = choose_sheet(source, profile)
        return _read_source(chosen, profile, [])

    chosen, others = choose_sheet(source, profile)
    chosen.told += source.told
    covers = [look.texts for look in others if look.sheet.is_visible]
    more = [chosen.sheet, *(text for texts in covers for _row, text in texts)]
    report = _read_source(chosen, profile, more)
    check_others(report, others, profile, read_sheet)
    return report


def _read_source(source, profile, more):
    """Read the rows of a source.

    :param list more: texts beside the table that may name its period
    """
    lines = [line for line in source.rows if line[0] not in profile.ignored]
    if not lines:
        raise Refused("empty")
    problems = Problems()
    for told in source.told:
        problems.add(*told)
    for number in profile.ignored:
        problems.add("ignored", number)
    place, known = find_header(lines, profile.columns)
    place = place or 0
    header_row, header = lines[place]
    texts, body = list_texts(lines[:place]), lines[place + 1 :]
    del lines
    columns = _make_columns(header, body, profile.columns)
    _read_below(columns, body, problems)
    report = Report([], columns, problems, source.sheet, header_row)
    titles = Titles(texts, more, profile.period)
    reader = Reader(report, profile, header, titles, is_csv=source.book is None)
    reader.check_header(known)
    _check_thousands(texts, columns, header_row, problems)
    reader.read_rows(body, source)
    reader.take_notes(source)
    if not report.rows:
        problems.add("no_rows")
    return report


def _check_thousands(texts, columns, header_row, problems):
    headers = [(header_row, column.text) for column in columns if column.field]
    found = find_thousands([*texts, *headers])
    if found:
        problems.add("in_thousands", found[0], "", found[1])


def _make_columns(header, body, learnt):
    """The file's columns; those without a header only when something is in them."""
    samples = {}
    for _number, cells in body[:200]:
        for index, cell in enumerate(cells):
            if cell is not None:
                samples.setdefault(index, to_text(cell))
    columns = []
    for index in range(max([len(header), *(at + 1 for at in samples)])):
        cell = header[index] if index < len(header) else None
        text = _to_header(cell) if cell is not None else ""
        if text or index in samples:
            name = match(text, learnt) or "" if text else ""
            currency = find_sign(text) if strip_sign(text) != text else ""
            sample = samples.get(index, "")
            columns.append(Column(index, text, name, sample, currency))
    _drop_periods(columns, learnt)
    return columns


def _read_below(columns, body, problems):
    """A second row of the header that has the currencies of the columns."""
    if not body:
        return
    number, cells = body[0]
    if not all(cell is None or isinstance(cell, str) for cell in cells):
        return
    below = [(c, cells[c.index]) for c in columns if c.index < len(cells)]
    below = [(c, text) for c, text in below if c.field in MONEY and text]
    if below and all(get_codes(text.strip("()[] "))[0] for _c, text in below):
        for column, text in below:
            column.currency = column.currency or text.strip("()[] ")
        shown = ", ".join(cell for cell in cells if cell)
        problems.add("skipped", number, "", shown)
        del body[0]


def _to_header(cell):
    """Text of a header; a day that heads a column is the month that it begins."""
    return (
        f"{cell:%Y-%m}" if isinstance(cell, date) and cell.day == 1 else to_text(cell)
    )


def _drop_periods(columns, learnt):
    """Months beside days say no more than these: they are not read."""
    dates = [column for column in columns if column.field == "date"]
    periods = [
        column
        for column in dates
        if get_unit(column.text) and normalise(column.text) not in learnt
    ]
    if len(dates) > len(periods):
        for column in periods:
            column.field = ""
