"""A whole file: its header, what its columns decide, its rows, its own totals."""

from collections import Counter, namedtuple
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from . import values
from .decisions import Decisions
from .header import AMOUNTS, DEDUCTIONS, FIELDS, REQUIRED, find_header, match, normalise
from .problems import Problems, Refused
from .sheet import Percent
from .source import open_source

ZERO = Decimal(0)
#: The template's example, which is not read.
EXAMPLE_SKU = "EXAMPLE-0000"
#: A row that begins with one of these and has no date adds others up.
_TOTALS = frozenset(
    "total totals subtotal sum gesamt gesamtsumme summe zwischensumme somme totale"
    " totaux suma totali".split()
)

#: One row: ``number`` in the file, a date, texts (``None`` for empty) and Decimals;
#: reported figures are ``None`` when empty, the others 0; the rate is in percent.
Row = namedtuple("Row", ("number", *FIELDS))


@dataclass(slots=True)
class Column:
    """A column of the file.

    :param field: one of ``FIELDS``, empty for one that is not read
    """

    index: int
    text: str
    field: str = ""
    sample: str = ""


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
    :param Profile profile: how its licensee writes
    :rtype: Report
    :raise Refused: for a file that is not read at all
    """
    source = open_source(content, filename, profile.sheet)
    lines = [line for line in source.rows if any(c is not None for c in line[1])]
    if not lines:
        raise Refused("empty")
    problems = Problems()
    for told in source.told:
        problems.add(*told)
    place, known = find_header(lines, profile.columns)
    if place is None:
        raise Refused("empty")
    header_row, header = lines[place]
    body = lines[place + 1 :]
    del lines
    columns = _make_columns(header, body, profile.columns)
    report = Report([], columns, problems, source.sheet, header_row)
    reader = _Reader(report, profile, is_csv=not source.sheet)
    reader.check_header(known)
    reader.read_rows(body)
    reader.take_notes(source, header_row)
    if not report.rows:
        problems.add("no_rows")
    return report


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
        text = to_text(cell) if cell is not None else ""
        if text or index in samples:
            name = match(text, learnt) or "" if text else ""
            columns.append(Column(index, text, name, samples.get(index, "")))
    return columns


def letters(index):
    """Name of a column as spreadsheets show it: 0 is A."""
    name, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def to_text(cell):
    """A cell's text: 12345.0 is 12345."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(float(cell))
    return cell.isoformat()


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, report, profile, is_csv):
        self.report, self.profile, self.is_csv = report, profile, is_csv
        self.problems = report.problems
        self.at = {}
        for column in report.columns:
            if column.field:
                self.at.setdefault(column.field, column.index)
        self.names = {c.index: c.text or letters(c.index) for c in report.columns}
        self.skipped = set()

    def check_header(self, known):
        """Columns that are missing, twice or unknown."""
        row, add = self.report.header_row, self.problems.add
        if not known:
            add("no_header", row)
        used = Counter(c.field for c in self.report.columns if c.field)
        for name in REQUIRED:
            if name not in used:
                add("column_missing", row, name)
        if "currency" not in used and not self.profile.currency:
            add("column_missing", row, "currency")
        for column in self.report.columns:
            if used[column.field] > 1:
                add("column_twice", row, self.names[column.index], column.field)
            elif not column.field and normalise(column.text) not in (
                self.profile.columns
            ):
                if column.text or not self.is_csv:
                    add("column_unknown", row, self.names[column.index])

    def read_rows(self, body):
        """Sort the rows, decide from whole columns, then read each one."""
        data, totals = [], []
        for number, cells in body:
            kind = self._sort(cells)
            if kind == "data":
                data.append((number, cells))
                continue
            self.skipped.add(number)
            if kind == "total":
                totals.append((number, cells))
            else:
                shown = next(to_text(c) for c in cells if c is not None)
                self.problems.add(kind, number, "", shown)
        body.clear()
        self.decided = Decisions(self.at, self.names, self.profile, self.problems)
        self.report.decided = self.decided.decide(data)
        if self.is_csv:
            self._check_width(data)
        self._plan()
        data.reverse()
        while data:
            # a row at a time is let go of as it is read
            self.report.rows.append(self._read_row(*data.pop()))
        for number, cells in totals:
            self._read_total(number, cells)

    def _cell(self, cells, name):
        at = self.at.get(name)
        return cells[at] if at is not None and at < len(cells) else None

    def _sort(self, cells):
        """``data``, ``total``, ``example`` or ``skipped``: neither sale nor total."""
        day, sku = self._cell(cells, "date"), self._cell(cells, "sku")
        if sku == EXAMPLE_SKU:
            return "example"
        if day is not None and not (isinstance(day, str) and _is_word(day)):
            return "data"
        for cell in cells:
            if isinstance(cell, str) and cell:
                if normalise(cell).partition(" ")[0] in _TOTALS:
                    return "total"
                break
        has_number = any(self._cell(cells, name) is not None for name in AMOUNTS)
        return "data" if has_number or sku is not None else "skipped"

    def _check_width(self, data):
        """Values right of the header: mostly a comma of a number that parted it."""
        width = max(c.index for c in self.report.columns if c.text) + 1
        for number, cells in data:
            if len(cells) > width and any(c is not None for c in cells[width:]):
                self.problems.add("extra_cells", number, "", cells[width] or "")

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    def _plan(self):
        """For each column that is read: where it is, where it goes, how it is read."""
        readers = {"date": self._read_date, "reported_rate": self._read_rate}
        readers |= dict.fromkeys(AMOUNTS, self._read_number)
        self.plan = [
            (at, FIELDS.index(name) + 1, readers.get(name))
            for name, at in self.at.items()
        ]
        self.turned = [
            FIELDS.index(name) + 1 for name in DEDUCTIONS if name in self.decided.turned
        ]
        self.zeros = [FIELDS.index(n) + 1 for n in AMOUNTS[:5]]

    def _read_row(self, number, cells):
        read = [None] * (len(FIELDS) + 1)
        read[0] = number
        width = len(cells)
        for at, place, reader in self.plan:
            if at < width and (cell := cells[at]) is not None:
                # most cells are texts, and most of those are kept as they are
                if reader is None and type(cell) is str and cell[0] not in "=@":
                    read[place] = cell
                else:
                    read[place] = (reader or self._read_text)(cell, number, at)
        for place in self.zeros:
            if read[place] is None:
                read[place] = ZERO
        for place in self.turned:
            read[place] = -read[place]
        row = Row._make(read)
        if row.date is None and self._cell(cells, "date") is None:
            if "date" in self.at:
                self.problems.add("empty_date", number, self.names[self.at["date"]])
        if row.currency is None and "currency" in self.at and not self.profile.currency:
            self.problems.add("empty_currency", number, self._name("currency"))
        if row.units < 0:
            self.problems.add("negative_units", number, self._name("units"), row.units)
        return row

    def _name(self, name):
        return self.names[self.at[name]]

    def _read_text(self, cell, number, at):
        if type(cell) is not str:
            return to_text(cell)
        if cell[0] in "=@":
            self.problems.add("formula_text", number, self.names[at], cell)
        return cell

    def _read_date(self, cell, number, at):
        if isinstance(cell, date):
            return cell
        found = self.decided.date(to_text(cell))
        if found is None:
            self.problems.add("bad_date", number, self.names[at], to_text(cell))
        return found

    def _read_number(self, cell, number, at):
        found = None
        if type(cell) is float:
            found = values.from_float(cell)
        elif isinstance(cell, str):
            found = self.decided.number(cell)
        if found is None:
            self.problems.add("bad_number", number, self.names[at], to_text(cell))
        return found

    def _read_rate(self, cell, number, at):
        """The rate in percent; ``decided`` says what a bare 0.05 is."""
        percent, found = False, None
        if isinstance(cell, Percent):
            found = values.from_float(cell * 100)
            return found if found is None else round(found, 8)
        if type(cell) is float:
            found = values.from_float(cell)
        elif isinstance(cell, str):
            examined = values.examine(cell)
            percent = bool(examined) and examined[2]
            found = self.decided.number(cell, percent=True)
        if found is None:
            self.problems.add("bad_rate", number, self.names[at], to_text(cell))
            return None
        return (
            found * 100 if self.decided.percent == "fraction" and not percent else found
        )

    def _read_total(self, number, cells):
        """The licensee's own control totals, as far as they can be read."""
        found = {}
        for name in AMOUNTS:
            cell = self._cell(cells, name)
            if type(cell) is float:
                found[name] = values.from_float(cell)
            elif isinstance(cell, str):
                found[name] = self.decided.number(cell)
            if found.get(name) is None:
                found.pop(name, None)
            elif name in self.decided.turned:
                found[name] = -found[name]
        currency = self._cell(cells, "currency")
        self.report.totals.append((number, currency and to_text(currency), found))

    # ------------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------------

    def take_notes(self, source, header_row):
        """What was odd about single cells, where they are read."""
        read = set(self.at.values())
        for number, column, code, value in source.notes:
            if number > header_row and number not in self.skipped:
                if column in read or code == "extra_cells":
                    name = self.names.get(column) or letters(column)
                    self.problems.add(code, number, name, value)
        last = self.report.rows[-1].number if self.report.rows else header_row
        for top, left, bottom, right, name in source.merged:
            if bottom > header_row and top <= last:
                hit = [at for at in sorted(read) if left <= at <= right]
                if hit and top not in self.skipped:
                    row = max(top, header_row + 1)
                    self.problems.add("merged", row, self.names[hit[0]], name)


def _is_word(text):
    return not any(character.isdigit() for character in text)
