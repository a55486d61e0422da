"""The rows of one file: told apart, decided on as columns, then read one by one."""

import re
from collections import Counter, namedtuple
from datetime import date

from ..money import ZERO
from . import values
from .dates import examine_span
from .decisions import Decisions
from .formats import show_digits
from .header import AMOUNTS, DEDUCTIONS, FIELDS, REQUIRED, YEARS
from .header_text import drop_marks, normalise
from .money import Money
from .sheet import Percent, Styled
from .sorting import Sorter
from .totals import Sum, Totals, check

#: One row: ``number`` in the file, a date, texts (``None`` for empty) and Decimals;
#: reported figures are ``None`` when empty, the others 0; the rate is in percent.
Row = namedtuple("Row", ("number", *FIELDS))
#: A code that a spreadsheet shortened, or took for a day, when it wrote it as text.
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}")
_MADE_DAY = re.compile(
    r"\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2}"
    r"|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2,4}"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d{2}-\d{2}(?: 00:00:00)?"
)
#: A whole number of more digits has lost some.
_WHOLE = 10**15


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


class Reader:
    """Reads the rows of one file.

    :ivar set skipped: numbers of rows that are no sales
    :ivar date day: of rows of a report without dates
    """

    def __init__(self, report, profile, header, titles, is_csv):
        self.report, self.profile, self.is_csv = report, profile, is_csv
        self.problems, self.titles, self.day = report.problems, titles, None
        self.at, self.header = {}, header
        for column in report.columns:
            if column.field:
                self.at.setdefault(column.field, column.index)
        self.names = {c.index: c.text or letters(c.index) for c in report.columns}
        self.years = [
            c.index
            for c in report.columns
            if normalise(c.text) in YEARS and not c.field
        ]
        self.skipped = set(profile.ignored)

    def check_header(self, known):
        """Columns that are missing, twice or unknown."""
        row, add = self.report.header_row, self.problems.add
        if not known:
            add("no_header", row)
        used = Counter(c.field for c in self.report.columns if c.field)
        months = self._find_months() if "date" not in used else []
        if months:
            add("months_across", row, "", ", ".join(months))
        for name in REQUIRED:
            if name not in used and not (
                name == "date" and known and self._find_day(months)
            ):
                add("column_missing", row, name)
        if "currency" not in used and not self.profile.currency:
            if not any(column.currency for column in self.report.columns):
                add("column_missing", row, "currency")
        for column in self.report.columns:
            if used[column.field] > 1:
                add("column_twice", row, self.names[column.index], column.field)
            elif self._is_unknown(column):
                add("column_unknown", row, self.names[column.index])

    def _is_unknown(self, column):
        if column.field or column.index in self.years:
            return False
        if normalise(column.text) in self.profile.columns:
            return False
        return bool(column.text) or not self.is_csv

    def _find_months(self):
        """Headers that are months, where sales stand below them."""
        texts = [c.text for c in self.report.columns if not c.field]
        spans = [(text, examine_span(text)) for text in texts if text]
        found = [text for text, span in spans if span and span.months == 1]
        return found if len(found) > 1 else []

    def _find_day(self, months):
        """Whether a title says the period of a report without dates."""
        found = None if months else self.titles.find_day(self.problems)
        if found:
            row, text, self.day = found
            self.problems.add("title_day", row, self.day.isoformat(), text)
        return self.day

    # ------------------------------------------------------------------
    # ALL ROWS
    # ------------------------------------------------------------------

    def read_rows(self, body, source):
        """Tell the rows apart, decide from whole columns, then read each one.

        :param list body: (number, cells); emptied
        :param Source source: where they are from
        """
        data, sums = self._sort(body)
        body.clear()
        hidden = source.hidden
        self.decided = Decisions(
            self.at, self.names, self.profile, self.problems, source.epoch
        )
        sums = self._settle(data, sums, hidden)
        self.report.decided = self.decided.decide(data)
        self._check_columns(data, sums)
        self._plan()
        data.reverse()
        rows = self.report.rows
        while data:
            # a row at a time is let go of as it is read
            rows.append(self._read_row(*data.pop()))
        self._check_sums(sums, hidden)
        if "date" in self.at:
            self.titles.check({row.date for row in rows} - {None}, self.problems)
        for row in rows if hidden else ():
            if row.number in hidden:
                self.problems.add("hidden_rows", row.number)

    def _sort(self, body):
        """(rows of sales, those that add up or may do so with how many are above)."""
        sorter = Sorter(self.at, self.header)
        data, sums = [], []
        for number, cells in body:
            kind = sorter.sort(cells)
            if kind == "data":
                data.append((number, cells))
                continue
            if kind in ("total", "maybe", "odd"):
                sums.append((number, cells, len(data), kind))
                continue
            self.skipped.add(number)
            shown = next(to_text(cell) for cell in cells if cell is not None)
            self.problems.add(kind, number, "", shown)
        return data, sums

    def _settle(self, data, sums, hidden):
        """Which of the rows that may add up do; the others are sales.

        :param list sums: (number, cells, how many rows are above, kind)
        :return: those that add up
        """
        if all(kind == "total" for *_one, kind in sums):
            return sums
        decimal = self.decided.find_decimal(data)
        found = [(*one, self._add_up(*one, decimal)) for one in sums]
        totals = Totals(list(self._list_amounts(data, decimal)), hidden)
        totals.prepare([one[-1] for one in found])
        settled, more, starts = [], [], []
        for number, cells, place, kind, one in found:
            if kind == "total" or totals.recognise(one, starts):
                settled.append((number, cells, place, kind))
                starts.append(place)
                if kind != "total":
                    self.problems.add("total_row", number, "", _show(cells))
            elif kind == "odd":
                self.skipped.add(number)
                # what comes to nothing is no sale, nor is a royalty by itself
                if any(one.amounts.get(name) for name in AMOUNTS[:5]):
                    self.problems.add("unclear_row", number, "", _show(cells))
                elif any(one.amounts.values()):
                    self.problems.add("skipped", number, "", _show(cells))
            else:
                more.append((place, (number, cells)))
        for place, row in reversed(more):
            data.insert(place, row)
        places = [place for place, _row in more]
        return [
            (number, cells, place + sum(before <= place for before in places), kind)
            for number, cells, place, kind in settled
        ]

    def _list_amounts(self, data, decimal):
        for number, cells in data:
            yield number, "", [self._amount(cells, n, decimal) or ZERO for n in AMOUNTS]

    def _amount(self, cells, name, decimal=None):
        cell = self._cell(cells, name)
        if type(cell) in (float, Styled):
            return values.from_float(cell)
        if not isinstance(cell, str):
            return None
        return self.decided.number(cell, decimal=decimal)

    def _add_up(self, number, cells, place, kind, decimal=None):
        amounts = {name: self._amount(cells, name, decimal) for name in AMOUNTS}
        amounts = {name: n for name, n in amounts.items() if n is not None}
        currency = self._cell(cells, "currency")
        currency = to_text(currency).strip().upper() if currency is not None else ""
        return Sum(number, place, kind, currency, amounts)

    def _check_sums(self, sums, hidden):
        """Compare the licensee's own totals with the rows."""
        self.skipped.update(number for number, *_one in sums)
        if not sums:
            return
        sums = [self._add_up(*one) for one in sums]
        places = [Row._fields.index(name) for name in AMOUNTS]
        rows = [
            (row.number, (row.currency or "").upper(), [row[n] or ZERO for n in places])
            for row in self.report.rows
        ]
        totals = Totals(rows, hidden)
        totals.prepare(sums)
        self.report.totals = [
            (one.number, one.currency or None, self._turn(one.amounts))
            for one in check(totals, sums, self.problems)
        ]

    def _turn(self, amounts):
        return {
            name: -amount if name in self.decided.turned else amount
            for name, amount in amounts.items()
        }

    def _check_columns(self, data, sums):
        if self.is_csv:
            self._check_width(data)
            self._check_codes(data)
        self.money = Money(
            self.at, self.report.columns, self.titles.texts, self.profile, self.problems
        )
        self.money.decide(data, [(number, cells) for number, cells, *_one in sums])

    def _check_width(self, data):
        """Values right of the header: mostly a comma of a number that parted it."""
        width = max(c.index for c in self.report.columns if c.text) + 1
        for number, cells in data:
            if len(cells) > width and any(c is not None for c in cells[width:]):
                self.problems.add("extra_cells", number, "", cells[width] or "")

    def _check_codes(self, data):
        """Codes that a spreadsheet made days of before it wrote the text."""
        codes = [(number, self._cell(cells, "sku")) for number, cells in data]
        for number, code in codes:
            if code and _MADE_DAY.fullmatch(code):
                self.problems.add("code_date", number, self._name("sku"), code)

    def _cell(self, cells, name):
        at = self.at.get(name)
        return cells[at] if at is not None and at < len(cells) else None

    # ------------------------------------------------------------------
    # ONE ROW
    # ------------------------------------------------------------------

    def _plan(self):
        """For each column that is read: where it is, where it goes, how it is read."""
        readers = {"reported_rate": self._read_rate, "sku": self._read_code}
        readers |= dict.fromkeys(AMOUNTS, self._read_number)
        self.plan = [
            (at, FIELDS.index(name) + 1, readers.get(name))
            for name, at in self.at.items()
            if name != "date"
        ]
        self.turned = [
            FIELDS.index(name) + 1 for name in DEDUCTIONS if name in self.decided.turned
        ]
        self.zeros = [FIELDS.index(n) + 1 for n in AMOUNTS[:5]]
        self.currency = FIELDS.index("currency") + 1

    def _read_row(self, number, cells):
        read = [None] * (len(FIELDS) + 1)
        read[0] = number
        read[1] = self._read_date(number, cells)
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
        if self.money.is_said:
            read[self.currency] = self.money.find(number, cells, read[self.currency])
            self.money.check_unsaid(number, cells)
        row = Row._make(read)
        if row.currency is None and "currency" in self.at and not self.profile.currency:
            self.problems.add("empty_currency", number, self._name("currency"))
        if row.units < 0 or row.gross < 0:
            self._tell_below(row)
        return row

    def _tell_below(self, row):
        name = "units" if row.units < 0 else "gross"
        value = row.units if row.units < 0 else row.gross
        code = "negative_units" if row.units < 0 else "negative_gross"
        self.problems.add(code, row.number, self._name(name), value)

    def _name(self, name):
        return self.names[self.at[name]]

    def _read_date(self, number, cells):
        if "date" not in self.at:
            return self.day
        cell = self._cell(cells, "date")
        if cell is None:
            self.problems.add("empty_date", number, self._name("date"))
            return None
        found, text = None, cell
        if not isinstance(cell, date):
            text = to_text(cell)
        year = self._read_year(cells) if self.years else None
        found = self.decided.dates.find(cell, text, number, year)
        if found is None:
            self.problems.add("bad_date", number, self._name("date"), text)
        return found

    def _read_year(self, cells):
        at = self.years[0]
        cell = cells[at] if at < len(cells) else None
        text = to_text(cell) if cell is not None else ""
        return int(text) if text.isdigit() and len(text) == 4 else None

    def _read_text(self, cell, number, at):
        if type(cell) is not str:
            return to_text(cell)
        if cell[0] in "=@":
            self.problems.add("formula_text", number, self.names[at], cell)
        return cell

    def _read_code(self, cell, number, at):
        """A code as its cell shows it; one that a spreadsheet changed is named."""
        if isinstance(cell, date):
            self.problems.add("code_date", number, self.names[at], to_text(cell))
        elif isinstance(cell, float):
            return self._read_digits(cell, number, at)
        elif _SHORTENED.fullmatch(cell.upper()):
            self.problems.add("code_changed", number, self.names[at], cell)
        elif not cell.isascii():
            cell = drop_marks(cell).strip() or cell
        return self._read_text(cell, number, at)

    def _read_digits(self, cell, number, at):
        text, look = to_text(cell), getattr(cell, "look", None)
        shown = f"{float(cell):.2E}"
        is_lost = look is not None and look.scientific and float(shown) == cell
        if is_lost or isinstance(cell, Percent) or abs(cell) >= _WHOLE:
            self.problems.add("code_changed", number, self.names[at], text)
        elif look is not None and look.digits and cell.is_integer() and cell >= 0:
            return show_digits(int(cell), look.digits)
        return text

    def _read_number(self, cell, number, at):
        found = None
        if type(cell) is float:
            found = values.from_float(cell)
        elif type(cell) is Styled:
            found = values.from_float(cell)
            if cell.look.below and found and found > 0:
                self.problems.add("shown_below", number, self.names[at], found)
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
            if found is not None and abs(found) > 100:
                self.problems.add("rate_too_high", number, self.names[at], f"{found:f}")
            return found if found is None else round(found, 8)
        if type(cell) in (float, Styled):
            found = values.from_float(cell)
        elif isinstance(cell, str):
            if values.is_dash(cell):
                return None
            examined = values.examine(cell)
            percent = bool(examined) and examined[2]
            found = self.decided.number(cell, percent=True)
        if found is None:
            self.problems.add("bad_rate", number, self.names[at], to_text(cell))
            return None
        is_fraction = self.decided.percent == "fraction" or (
            number in self.decided.fractions
        )
        return found * 100 if is_fraction and not percent else found

    # ------------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------------

    def take_notes(self, source):
        """What was odd about single cells, where they are read."""
        read, header_row = set(self.at.values()), self.report.header_row
        for number, column, code, value in source.notes:
            if code == "no_result":
                code = "" if source.is_calculated else "no_value"
            if code and number > header_row and number not in self.skipped:
                if column in read or code == "extra_cells":
                    name = self.names.get(column) or letters(column)
                    self.problems.add(code, number, name, value)
        last = self.report.rows[-1].number if self.report.rows else header_row
        for top, left, bottom, right, name in source.merged:
            if bottom > header_row and top <= last and top not in self.skipped:
                hit = [at for at in sorted(read) if left <= at <= right]
                # one cell made wide hides nothing that is read
                is_wide = top == bottom and hit == [left]
                if hit and not is_wide:
                    row = max(top, header_row + 1)
                    self.problems.add("merged", row, self.names[hit[0]], name)


def _show(cells):
    """What a row says, for a person to find it."""
    return ", ".join(to_text(cell) for cell in cells if cell is not None)
