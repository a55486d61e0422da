"""How a workbook is made up: its sheet, styles and the texts that cells share.

openpyxl reads a sheet twice to tell formulas from their values, and takes three times
as long for each; the few parts of the format that reports use are read here.
"""

import posixpath
import re
import zipfile
import zlib
from datetime import date
from xml.parsers import expat

from lxml import etree

from .problems import Refused
from .sheet import Percent, read_sheet

#: Bytes of the texts that cells share: they are all kept in memory.
MAX_TEXTS = 128 * 1024**2
#: Bytes of the parts that say how the workbook is made up.
MAX_PART = 16 * 1024**2
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}
_FAILURES = (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, EOFError)
_ODD = (expat.ExpatError, ValueError, IndexError, OverflowError, NotImplementedError)
_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_PERCENTS = frozenset((9, 10))
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


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
    with archive.open(path) as stream:
        # as much at most: without a number, it would unpack more than the part says
        content = stream.read(MAX_PART + 1)
    if len(content) > MAX_PART:
        raise Refused("too_large", MAX_PART // 1024**2)
    tree = etree.fromstring(content, etree.XMLParser(**_SAFE))
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
        texts.append(_text(entry) or None)
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
    number = 0
    try:
        with archive.open(path) as stream:
            for number, cells in read_sheet(stream, source, texts, styles, width):
                yield number, cells
    except (*_FAILURES, *_ODD):
        raise Refused("broken", row=number)
