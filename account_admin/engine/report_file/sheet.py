"""One sheet as a stream of rows; nothing is kept.

Expat reads a sheet. Rows as spreadsheets mostly write them are cut out by a pattern
before: 100,000 rows of 12 cells take 1.0 s so, 2.3 s by expat alone, and 1.6 s by lxml
before anything is made of them. Whatever is not exactly so is left to expat, in order.
"""

import re
from datetime import date, timedelta
from xml.parsers import expat

from .problems import Refused

#: Bytes given to the parser at once.
PIECE = 256 * 1024
#: Bytes within which a row ends that the pattern may take.
LONGEST_ROW = 4 * PIECE
#: Characters of one cell; a spreadsheet allows no more.
LONGEST = 32_767
_DECLARATION = re.compile(
    rb"""<\?xml version=["']1\.0["'](?: encoding=["'](?i:utf-8)["'])?"""
    rb"""(?: standalone=["']\w+["'])? ?\?>"""
)
#: How a row begins that is not hidden.
_ROW = re.compile(
    rb'<row r="(\d{1,7})"(?: (?:(?:spans|s|customFormat|ht|customHeight|outlineLevel'
    rb'|collapsed|thickTop|thickBot|x14ac:dyDescent)="[\w.: ]*"'
    rb'|hidden="(?:0|false)"))*>'
)
#: What expat judges in a row: entities, and characters that XML does not allow.
_ODD = re.compile(rb"[&\x00-\x1f\xef]")
#: A cell as place, style, kind, value and text; of anything else one empty match.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>'
    r'(?:<v>([^<>]*)</v>|<is><t(?: xml:space="preserve")?>([^<>]*)</t></is>)?</c>)|.'
)
_NO_CELL = ("",) * 5


#: Carriage returns and the like, as workbooks write them.
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Percent(float):
    """A number in a cell that shows percent: 0.05 is 5 %."""

    __slots__ = ()


class Styled(float):
    """A number whose format says more of it; ``look`` is that ``Look``."""

    __slots__ = ("look",)


class Day(date):
    """A date in a cell that is formatted as one; ``look`` is that ``Look``."""

    __slots__ = ("look",)


def unescape(text):
    """Text without the format's escapes: _x000D_ is a carriage return."""
    if "_x" not in text:
        return text
    return join_halves(_ESCAPE.sub(_unescape_one, text)).strip()


def _unescape_one(found):
    """The character of an escape; others than white space below 32 are none."""
    number = int(found[1], 16)
    return chr(number) if number > 31 or number in (9, 10, 13) else ""


def join_halves(text):
    """Text whose characters beyond 65,535 were escaped in two halves."""
    if not any("\ud800" <= one <= "\udfff" for one in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


#: The last row that a workbook can have.
LAST_ROW = 1_048_576


def read_sheet(stream, source, texts, styles, width):
    """Rows of a sheet.

    :param stream: its XML, opened
    :param source: ``Source``, which takes notes, merged cells and what is told
    :param list texts: those that cells share
    :param list styles: the ``Look`` of each style's numbers, or ``None``
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
    for piece in _cut(stream, sheet):
        parser.Parse(piece, False)
        yield from sheet.rows
        sheet.rows.clear()
    parser.Parse(b"", True)
    yield from sheet.rows


def _cut(stream, sheet):
    """What is left to expat, piece by piece; plain rows are put on the sheet."""
    text = stream.read(PIECE)
    found = _DECLARATION.match(text)
    place, is_plain = found.end() if found else 0, True
    while text:
        # a comment, CDATA or instruction could hide rows that are none
        is_plain = is_plain and b"<!" not in text and text.find(b"<?", place) < 0
        if not is_plain:
            yield text
            text = stream.read(PIECE)
            continue
        left, place = [], 0
        *rows, rest = text.split(b"</row>")
        for row in rows:
            plain = _find_plain(row)
            if plain is None:
                left += (row, b"</row>")
                continue
            if left:
                yield b"".join(left)
                left.clear()
            sheet.take(*plain)
        more = stream.read(PIECE)
        if not more or len(rest) > LONGEST_ROW:
            left.append(rest)
            rest, is_plain = b"", False
        # nothing may be left to expat: the rows of the piece are to be handed on
        yield b"".join(left)
        text = rest + more


def _find_plain(row):
    """A row's number and its cells as the pattern finds them; ``None`` for expat."""
    head = _ROW.match(row)
    if not head or _ODD.search(row, head.end()):
        return None
    cells = _CELL.findall(row[head.end() :].decode())
    return None if _NO_CELL in cells else (int(head[1]), cells)


def refuse_doctype(*_args):
    """Entities have no place in a report, and harm in some."""
    raise Refused("doctype")


class _Columns(dict):
    """Letters of a column -> its number, found out once."""

    def __missing__(self, letters):
        return self.setdefault(letters, get_column(letters))


class _Sheet:
    """What the parser says, put together to rows."""

    def __init__(self, source, texts, styles, width):
        self.source, self.texts, self.styles = source, texts, styles
        self.width, self.rows, self.number = width, [], 0
        self.columns, self.cells, self.parts, self.kept = _Columns(), [], [], 0
        self.kind = self.style = self.place = None
        self.c = self.v = self.t = self.f = self.row = self.merge = self.aid = None
        self.is_formula, self.has_value, self.days = False, False, {}

    def start(self, name, attributes):
        if name == self.c:
            get = attributes.get
            self.kind, self.style, self.place = get("t"), get("s"), get("r")
            self.is_formula = self.has_value = False
            self.parts.clear()
        elif name == self.v or name == self.t:
            self.has_value = True
        elif name == self.row:
            self.number = int(attributes.get("r") or self.number + 1)
            if attributes.get("hidden") in ("1", "true"):
                self.source.hidden.add(self.number)
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
            self._end_row()
        elif name == self.f:
            # what was said so far is the formula, not its result
            self.is_formula = True
            self.parts.clear()
        elif name == self.aid:
            del self.parts[self.kept :]

    def _end_cell(self):
        parts, at = self.parts, len(self.cells)
        if self.place:
            at = self.columns[self.place.rstrip("0123456789")]
        self._put(at, parts[0] if len(parts) == 1 else "".join(parts))

    def take(self, number, found):
        """A plain row.

        :param found: its cells, as :func:`_find_plain` gives them
        """
        self.number, self.cells, self.is_formula = number, [], False
        columns = self.columns
        for letters, self.style, self.kind, value, text in found:
            self._put(columns[letters], value or text)
        self._end_row()

    def _end_row(self):
        if self.number > LAST_ROW:
            raise Refused("broken", row=LAST_ROW)
        self.rows.append((self.number, self.cells))

    def _put(self, at, text):
        """Put a cell's text at a column as what it means."""
        cells, text = self.cells, text.strip()
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
        if not kind or kind == "n":
            value, look = float(text), None
            if self.style and self.styles:
                look = self.styles[int(self.style)]
            return value if look is None else self._mean(value, look, at)
        if kind == "e":
            self.source.notes.append((self.number, at, "cell_error", text[:80]))
            return None
        if kind == "d":
            return date.fromisoformat(text[:10])
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return unescape(text[:LONGEST]) or None

    def _mean(self, value, look, at):
        """A number whose style says more of it, as that it is a percentage or day."""
        if look.percent:
            return Percent(value)
        if look.epoch is None:
            styled = Styled(value)
            styled.look = look
            return styled
        if not 1 <= value < 2_900_000:
            self.source.notes.append((self.number, at, "bad_date", value))
            return None
        known = (int(value), self.style)
        day = self.days.get(known)
        if day is None:
            found = look.epoch + timedelta(days=known[0])
            day = self.days[known] = Day(found.year, found.month, found.day)
            day.look = look
        return day

    def _note_formula(self, text, at):
        """A formula without its result; one with it is told once a row.

        A text can be empty. Where a program asks that all be calculated when the file
        is opened, a result of 0 is none, unless it calculated others.
        """
        source, notes = self.source, self.source.notes
        if not text and not (self.kind == "str" and self.has_value):
            notes.append((self.number, at, "no_value", ""))
        if not text:
            return
        if source.to_calculate and text == "0":
            notes.append((self.number, at, "no_result", text))
        else:
            source.is_calculated = True
        if not notes or notes[-1][0] != self.number:
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
