"""One sheet as a stream of rows: expat is told of each cell once, nothing is kept."""

from datetime import date, timedelta
from xml.parsers import expat

from .problems import Refused

#: Bytes given to the parser at once.
PIECE = 256 * 1024
#: Characters of one cell; a spreadsheet allows no more.
LONGEST = 32_767


class Percent(float):
    """A number in a cell that shows percent: 0.05 is 5 %."""

    __slots__ = ()


def read_sheet(stream, source, texts, styles, width):
    """Rows of a sheet.

    :param stream: its XML, opened
    :param source: ``Source``, which takes notes, merged cells and what is told
    :param list texts: those that cells share
    :param list styles: what each style's numbers are: the day that 0 is, ``Percent`` or
        ``None``
    :param int width: columns that are read
    :return: iterator of (number, cells)
    :raise Refused: for a document type; ``expat.ExpatError`` for what is no XML
    """
    sheet = _Sheet(source, texts, styles, width)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = sheet.start
    parser.EndElementHandler = sheet.end
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.CharacterDataHandler = sheet.parts.append
    while piece := stream.read(PIECE):
        parser.Parse(piece, False)
        yield from sheet.rows
        sheet.rows.clear()
    parser.Parse(b"", True)
    yield from sheet.rows


def refuse_doctype(*_args):
    """Entities have no place in a report, and harm in some."""
    raise Refused("doctype")


class _Sheet:
    """What the parser says, put together to rows."""

    def __init__(self, source, texts, styles, width):
        self.source, self.texts, self.styles = source, texts, styles
        self.width, self.rows, self.number = width, [], 0
        self.columns, self.cells, self.parts, self.kept = {}, [], [], 0
        self.kind = self.style = self.place = None
        self.c = self.v = self.t = self.f = self.row = self.merge = self.aid = None
        self.is_formula = False

    def start(self, name, attributes):
        if name == self.c:
            get = attributes.get
            self.kind, self.style, self.place = get("t"), get("s"), get("r")
            self.is_formula = False
            self.parts.clear()
        elif name == self.v or name == self.t:
            pass
        elif name == self.row:
            self.number = int(attributes.get("r") or self.number + 1)
            if attributes.get("hidden") in ("1", "true"):
                self.source.told.append(("hidden_rows", self.number, "", ""))
            self.cells = []
        elif name == self.aid:
            self.kept = len(self.parts)
        elif name == self.merge:
            self.source.merged.append(get_range(attributes.get("ref")))
        elif self.c is None:
            # the first element says how the others are called
            names = ("c", "v", "t", "f", "row", "mergeCell", "rPh")
            prefix = name.rpartition("worksheet")[0]
            self.c, self.v, self.t, self.f, self.row, self.merge, self.aid = (
                prefix + one for one in names
            )

    def end(self, name):
        if name == self.c:
            self._end_cell()
        elif name == self.row:
            self.rows.append((self.number, self.cells))
        elif name == self.f:
            # what was said so far is the formula, not its result
            self.is_formula = True
            self.parts.clear()
        elif name == self.aid:
            del self.parts[self.kept :]

    def _end_cell(self):
        cells, place, parts = self.cells, self.place, self.parts
        at = len(cells)
        if place:
            letters = place.rstrip("0123456789")
            at = self.columns.get(letters)
            if at is None:
                at = self.columns[letters] = get_column(letters)
        text = parts[0] if len(parts) == 1 else "".join(parts).strip()
        if at >= self.width:
            if text:
                self.source.notes.append((self.number, at, "extra_cells", text[:80]))
            return
        if self.is_formula:
            self._note_formula(text, at)
        value = self._read(text, at) if text else None
        if at == len(cells):
            cells.append(value)
            return
        while len(cells) <= at:
            cells.append(None)
        cells[at] = value

    def _read(self, text, at):
        kind = self.kind
        if kind == "s":
            return self.texts[int(text)]
        if kind is None or kind == "n":
            value, meant = float(text), None
            if self.style and self.styles:
                meant = self.styles[int(self.style)]
            return value if meant is None else self._mean(value, meant, at)
        if kind == "e":
            self.source.notes.append((self.number, at, "cell_error", text[:80]))
            return None
        if kind == "d":
            return date.fromisoformat(text[:10])
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return text[:LONGEST].strip() or None

    def _mean(self, value, meant, at):
        """A number whose style says that it is a percentage or a day."""
        if meant is Percent:
            return Percent(value)
        if not 1 <= value < 2_900_000:
            self.source.notes.append((self.number, at, "bad_date", value))
            return None
        return meant + timedelta(days=int(value))

    def _note_formula(self, text, at):
        """A formula without its result; one with it is told once a row."""
        notes = self.source.notes
        if not text:
            notes.append((self.number, at, "no_value", ""))
        elif not notes or notes[-1][0] != self.number:
            notes.append((self.number, at, "formula", text[:80]))


def get_column(letters):
    """A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def get_range(name):
    """(first row, first column, last row, last column, name) of A1:B2."""
    ends = []
    for place in (name or "").split(":"):
        letters = place.rstrip("0123456789")
        ends.append((int(place[len(letters) :]), get_column(letters)))
    return (*ends[0], *ends[-1], name)
