"""A year's plan as a workbook that people edit: what they wrote, and what is wrong.

The sheet: a title; a row with the key of the plan in its second cell; a row with the
measures' heading and twelve months as 2026-01 to 2026-12; a row a measure. Whatever
stands to the right of December or below is not read.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..report_file import Refused
from ..report_file.sheet import Percent
from ..report_file.source import open_sheet, open_source
from ..royalty.money import round_money
from .plan import MONTHS, SKU, find_faults

#: An amount of a plan is below it.
LARGEST = 10**13
#: Rows among which the key and the months are looked for, and rows of a plan at most.
FIRST_ROWS, MOST_ROWS = 20, 1000
_KEY = re.compile(r"plan-(\d+)-(\d+)-(\d+)")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
#: What keeps a plan from being taken in; the others are told.
TOLD = frozenset(("formula",))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that a person has to see.

    :param str code: what it is
    :param int row: number in the file, 0 for the file as a whole
    :param str column: letters, empty for a whole row
    :param str value: what stands there
    """

    code: str
    row: int = 0
    column: str = ""
    value: str = ""

    @property
    def is_told(self):
        """Whether the plan can be taken in all the same."""
        return self.code in TOLD


@dataclass(slots=True)
class Reading:
    """What a file says: ``months`` is measure -> twelve decimals."""

    months: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    @property
    def is_good(self):
        """Whether nothing keeps it from being taken in."""
        return all(fault.is_told for fault in self.faults)


def write_key(plan, year, version):
    """What tells in a file which plan it is."""
    return f"plan-{plan}-{year}-{version}"


def read_plan(content, filename, key, measures, decimals=2):
    """Read a plan.

    :param bytes content: the workbook
    :param tuple key: id, year and version of the plan that it should be
    :param dict measures: name on the sheet, in lower case -> measure
    :param int decimals: of the currency
    :rtype: Reading
    """
    reader = _Reader(key, measures, decimals)
    try:
        rows, notes = _open(content, filename)
    except Refused as refused:
        problem = refused.problem
        reader.fault(problem.code, problem.row, value=problem.value)
        return reader.reading
    reader.noted = {(row, at): (code, value) for row, at, code, value in notes}
    reader.take(rows)
    return reader.reading


def _open(content, filename):
    """All rows of the first sheet that shows, and notes of its cells."""
    source = open_source(content, filename)
    if source.book is None:
        raise Refused("not_a_table", filename)
    shown = [sheet for sheet in source.book.sheets if sheet.is_visible]
    if not shown:
        raise Refused("no_sheet")
    opened = open_sheet(source, shown[0])
    rows = []
    for row in opened.rows:
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Refused("too_many_rows", MOST_ROWS)
    return rows, opened.notes


def _read_month(cell):
    """(year, month) that a heading says, else ``None``."""
    if isinstance(cell, date):
        return cell.year, cell.month
    match = _MONTH.fullmatch(cell) if isinstance(cell, str) else None
    return (int(match[1]), int(match[2])) if match else None


class _Reader:
    """What is made of the rows, one after the other."""

    def __init__(self, key, measures, decimals):
        self.key, self.measures, self.decimals = key, measures, decimals
        self.reading, self.noted = Reading(), {}
        #: Number of a month from 0 -> column; measure -> row.
        self.columns, self.places = {}, {}

    def fault(self, code, row=0, at=None, value=""):
        column = "" if at is None else get_letters(at)
        self.reading.faults.append(Fault(code, row, column, str(value)[:80]))

    def take(self, rows):
        self.check_key(rows[:FIRST_ROWS])
        for position, (number, cells) in enumerate(rows[:FIRST_ROWS]):
            if sum(_read_month(cell) is not None for cell in cells) > 1:
                self.read_head(number, cells)
                for row in rows[position + 1 :]:
                    self.read_row(*row)
                self.check_whole()
                return
        self.fault("no_months", value=f"{self.key[1]}-01")

    def check_key(self, rows):
        """Whether it is the file of this plan, year and version."""
        keys = [
            (number, at, match)
            for number, cells in rows
            for at, cell in enumerate(cells)
            if isinstance(cell, str) and (match := _KEY.fullmatch(cell))
        ]
        if not keys:
            self.fault("no_key")
            return
        number, at, match = keys[0]
        plan, year, version = map(int, match.groups())
        if year != self.key[1]:
            self.fault("other_year", number, at, year)
        elif plan != self.key[0]:
            self.fault("other_plan", number, at, match[0])
        elif version != self.key[2]:
            self.fault("other_version", number, at, version)

    def read_head(self, number, cells):
        """Where each month stands."""
        said = set()
        for at, cell in enumerate(cells):
            year, month = _read_month(cell) or (None, None)
            if year is None:
                continue
            said.add(month)
            if year != self.key[1]:
                self.fault("month_of_other_year", number, at, f"{year}-{month:02}")
            elif not 1 <= month <= MONTHS:
                self.fault("no_such_month", number, at, cell)
            elif month - 1 in self.columns:
                self.fault("month_twice", number, at, cell)
            else:
                self.columns[month - 1] = at
        for month in range(1, MONTHS + 1):
            if month not in said:
                self.fault("month_missing", number, value=f"{self.key[1]}-{month:02}")

    def read_row(self, number, cells):
        """One measure's twelve months; notes below the table are passed over."""
        name = str(cells[0]).strip() if cells and cells[0] is not None else ""
        measure = self.measures.get(name.lower())
        if measure is None:
            if any(at < len(cells) and cells[at] for at in self.columns.values()):
                self.fault("unknown_measure" if name else "no_measure", number, 0, name)
        elif measure in self.places:
            self.fault("measure_twice", number, 0, name)
        else:
            self.places[measure] = number
            months = [None] * MONTHS
            for month, at in self.columns.items():
                cell = cells[at] if at < len(cells) else None
                months[month] = self.read_cell(cell, number, at, measure)
            self.reading.months[measure] = tuple(months)

    def read_cell(self, cell, number, at, measure):
        """One amount; ``None`` with a fault where it is none."""
        code, text = self.noted.get((number, at), ("", ""))
        if code in ("no_value", "no_result", "cell_error"):
            self.fault("cell_error" if text else "formula_only", number, at, text)
        elif cell is None:
            self.fault("empty_cell", number, at)
        elif isinstance(cell, Percent):
            self.fault("percent", number, at, f"{cell * 100:g} %")
        elif not isinstance(cell, float):
            self.fault("text", number, at, cell)
        elif not abs(cell) < LARGEST:
            self.fault("amount_too_large", number, at, f"{cell:g}")
        else:
            if code == "formula":
                self.fault("formula", number, at, text)
            # a calculation's last digits are nobody's intention
            exact = Decimal(repr(float(cell)))
            return exact if measure == SKU else round_money(exact, self.decimals)
        return None

    def check_whole(self):
        """What the rows say together."""
        for name, measure in self.measures.items():
            if measure not in self.places:
                self.places[measure] = 0
                self.fault("measure_missing", value=name)
        if not self.reading.is_good:
            return
        for code, measure, month, amount in find_faults(self.reading.months):
            self.fault(code, self.places[measure], self.columns[month], amount)


def get_letters(at):
    """0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
