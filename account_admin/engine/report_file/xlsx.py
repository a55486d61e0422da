"""Sheets of a workbook as a stream: one pass, formulas and merged cells named.

openpyxl reads a sheet twice to tell formulas from their values, and takes three times
as long for each; the few parts of the format that reports use are read here.
"""

import posixpath
import re
import zipfile
import zlib
from datetime import date, timedelta

from lxml import etree

from .problems import Refused

#: Bytes of the texts that cells share: they are all kept in memory.
MAX_TEXTS = 128 * 1024**2
#: Bytes of the parts that say how the workbook is made up.
MAX_PART = 16 * 1024**2
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}
_FAILURES = (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, EOFError)
_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_PERCENTS = frozenset((9, 10))
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class Percent(float):
    """A number in a cell that shows percent: 0.05 is 5 %."""

    __slots__ = ()


def open_workbook(archive, source, sheet, width):
    """Fill a source with the rows of a sheet.

    :param archive: ``zipfile.ZipFile`` that was found safe
    :param str sheet: its name; empty for the first that is not hidden
    :param int width: columns that are read
    """
    try:
        path, base = _find_sheet(archive, source, sheet)
        styles = _read_styles(archive, base)
        texts = _read_texts(archive, base)
    except (*_FAILURES, ValueError, NotImplementedError, AttributeError):
        raise Refused("broken")
    source.rows = _read_rows(archive, path, source, texts, styles, width)


def _parse(archive, path):
    if archive.getinfo(path).file_size > MAX_PART:
        raise Refused("too_large", MAX_PART // 1024**2)
    tree = etree.fromstring(archive.read(path), etree.XMLParser(**_SAFE))
    if tree.getroottree().docinfo.doctype:
        raise Refused("doctype")
    return tree


def _relations(archive, path):
    """Relation id -> (kind, path) of a part."""
    folder, name = posixpath.split(path)
    tree = _parse(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for one in tree.iter("{*}Relationship"):
        target = one.get("Target")
        target = (
            target[1:] if target.startswith("/") else posixpath.join(folder, target)
        )
        kind = one.get("Type").rsplit("/", 1)[-1]
        found[one.get("Id")] = (kind, posixpath.normpath(target))
    return found


def _find_sheet(archive, source, wanted):
    """Path of the sheet to read, and what else the workbook has."""
    root = _relations(archive, "")
    books = [path for kind, path in root.values() if kind == "officeDocument"]
    if not books or not books[0].endswith(".xml"):
        raise Refused("not_a_table")
    tree, relations = _parse(archive, books[0]), _relations(archive, books[0])
    sheets = []
    for sheet in tree.iter("{*}sheet"):
        kind, path = relations[sheet.get(_RELATION) or sheet.get(_STRICT)]
        if kind == "worksheet":
            sheets.append((sheet.get("name"), sheet.get("state", "visible"), path))
    if wanted:
        chosen = [one for one in sheets if one[0].casefold() == wanted.casefold()]
    else:
        chosen = [one for one in sheets if one[1] == "visible"]
        if len(chosen) > 1:
            names = ", ".join(one[0] for one in chosen[1:])
            source.told.append(("other_sheets", 0, "", names))
    if not chosen:
        raise Refused("no_sheet", wanted)
    source.sheet = chosen[0][0]
    base = {kind: path for kind, path in relations.values()}
    properties = next(tree.iter("{*}workbookPr"), None)
    old = properties is not None and properties.get("date1904") in ("1", "true")
    base["epoch"] = date(1904, 1, 1) if old else date(1899, 12, 30)
    return chosen[0][2], base


def _read_styles(archive, base):
    """What each style's numbers are: the day that 0 is, ``Percent`` or None."""
    if "styles" not in base:
        return []
    tree = _parse(archive, base["styles"])
    custom = {
        int(one.get("numFmtId")): one.get("formatCode")
        for one in tree.iter("{*}numFmt")
    }
    formats = next(tree.iter("{*}cellXfs"), ())
    kinds = []
    for style in formats:
        number = int(style.get("numFmtId", 0))
        code = _LITERALS.sub("", custom.get(number, "")).lower()
        if number in _DATES or (number in custom and re.search("[yd]", code)):
            kinds.append(base["epoch"])
        elif number in _PERCENTS or "%" in code:
            kinds.append(Percent)
        else:
            kinds.append(None)
    return kinds


def _read_texts(archive, base):
    """The texts that cells share."""
    path = base.get("sharedStrings")
    if not path or path not in archive.namelist():
        return []
    if archive.getinfo(path).file_size > MAX_TEXTS:
        raise Refused("too_large", MAX_TEXTS // 1024**2)
    texts = []
    for entry in _elements(archive, path, ("{*}si",)):
        texts.append(_text(entry))
    return texts


def _text(entry):
    """Text of a plain or formatted entry, without its reading aids."""
    if len(entry) == 1 and entry[0].text is not None:
        return entry[0].text.strip()
    parts = []
    for one in entry.iter("{*}t"):
        if etree.QName(one.getparent()).localname != "rPh":
            parts.append(one.text or "")
    return "".join(parts).strip()


def _elements(archive, path, tags):
    """Elements of a part, each forgotten after its turn."""
    with archive.open(path) as stream:
        checked = False
        for _event, element in etree.iterparse(
            stream, events=("end",), tag=tags, **_SAFE
        ):
            if not checked and element.getroottree().docinfo.doctype:
                raise Refused("doctype")
            checked = True
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _read_rows(archive, path, source, texts, styles, width):
    """(number, cells) of every row that is there."""
    columns, last = {}, 0
    read = _CellReader(source.notes, texts, styles)
    try:
        for element in _elements(archive, path, ("{*}row", "{*}mergeCell")):
            if element.tag.endswith("mergeCell"):
                source.merged.append(_range(element.get("ref")))
                continue
            last = int(element.get("r") or last + 1)
            if element.get("hidden") in ("1", "true"):
                source.told.append(("hidden_rows", last, "", ""))
            cells = []
            for cell in element:
                name = cell.get("r")
                at = len(cells)
                if name:
                    letters = name.rstrip("0123456789")
                    at = columns.get(letters)
                    if at is None:
                        at = columns[letters] = _column(letters)
                if at >= width:
                    source.notes.append((last, at, "extra_cells", name))
                    break
                while len(cells) <= at:
                    cells.append(None)
                cells[at] = read(cell, last, at)
            yield last, cells
    except (*_FAILURES, ValueError, IndexError, NotImplementedError):
        raise Refused("broken", row=last)


class _CellReader:
    """What a cell holds, and a note of what is odd about it."""

    def __init__(self, notes, texts, styles):
        self.notes, self.texts, self.styles = notes, texts, styles

    def __call__(self, cell, row, column):
        kind, text, formula = cell.get("t"), None, False
        for part in cell:
            tag = part.tag
            if tag.endswith("}v"):
                text = part.text
            elif tag.endswith("}f"):
                formula = True
            elif tag.endswith("}is"):
                text = _text(part)
        if formula:
            self._note_formula(text, row, column)
        if text is None or text == "":
            return None
        if kind is None or kind == "n":
            return self._number(float(text), cell.get("s"), row, column)
        if kind == "s":
            return self.texts[int(text)] or None
        if kind == "e":
            self.notes.append((row, column, "cell_error", text))
            return None
        if kind == "d":
            return date.fromisoformat(text[:10])
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return text.strip() or None

    def _note_formula(self, text, row, column):
        """A formula without its result; one with it is told once a row."""
        if text in (None, ""):
            self.notes.append((row, column, "no_value", ""))
        elif not self.notes or self.notes[-1][0] != row:
            self.notes.append((row, column, "formula", text))

    def _number(self, value, style, row, column):
        kind = self.styles[int(style)] if style and self.styles else None
        if kind is None:
            return value
        if kind is Percent:
            return Percent(value)
        if not 1 <= value < 2_958_466:
            self.notes.append((row, column, "bad_date", value))
            return None
        return kind + timedelta(days=int(value))


def _column(letters):
    """A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _range(name):
    """(first row, first column, last row, last column, name) of A1:B2."""
    ends = re.findall(r"([A-Za-z]+)(\d+)", name or "")
    (left, top), (right, bottom) = ends[0], ends[-1]
    return int(top), _column(left), int(bottom), _column(right), name
