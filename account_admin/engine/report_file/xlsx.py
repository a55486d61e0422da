"""How a workbook is made up: its sheet, styles and the texts that cells share.

openpyxl reads a sheet twice to tell formulas from their values, and takes three times
as long for each; the few parts of the format that reports use are read here.
"""

import lzma
import posixpath
import zipfile
import zlib
from collections import namedtuple
from datetime import date
from xml.parsers import expat

from lxml import etree

from .formats import read_format
from .problems import Refused
from .sheet import read_sheet, unescape

#: Bytes of the texts that cells share: they are all kept in memory.
MAX_TEXTS = 128 * 1024**2
#: Bytes of the parts that say how the workbook is made up.
MAX_PART = 16 * 1024**2
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}
_FAILURES = (
    *(etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, EOFError),
    # of whatever a damaged part says that it is packed with
    *(zlib.error, lzma.LZMAError, OSError),
)
_ODD = (expat.ExpatError, ValueError, IndexError, OverflowError, NotImplementedError)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_YES = ("1", "true")

#: A sheet: its name, whether a person sees it, and its part.
Sheet = namedtuple("Sheet", "name is_visible path")


class Book:
    """A workbook that was found safe: its sheets, and what they share.

    :ivar list sheets: :class:`Sheet`, in their order
    :ivar bool to_calculate: the formulas are to be calculated when it is opened
    """

    def __init__(self, archive):
        self.archive = _Archive(archive)
        self.sheets, self.base = _find_sheets(self.archive)
        self.to_calculate = self.base["to_calculate"]
        self.styles = _read_styles(self.archive, self.base)
        self.texts = _read_texts(self.archive, self.base)

    def list_rows(self, sheet, source, width):
        """Rows of a sheet as (number, cells); the source takes notes of them.

        :param int width: columns that are read
        """
        number, shared = 0, (self.texts, self.styles, width)
        try:
            with self.archive.open(sheet.path) as stream:
                for number, cells in read_sheet(stream, source, *shared):
                    yield number, cells
        except (*_FAILURES, *_ODD):
            raise Refused("broken", row=number)


class _Archive:
    """Parts of an archive by their name, without regard to case, as the format says."""

    def __init__(self, archive):
        self.archive = archive
        self.infos = {get_part_name(one.filename): one for one in archive.infolist()}

    def __contains__(self, path):
        return get_part_name(path) in self.infos

    def get(self, path):
        return self.infos[get_part_name(path)]

    def open(self, path):
        return self.archive.open(self.get(path))


def get_part_name(path):
    """The name of a part, comparable."""
    return path.replace("\\", "/").lstrip("/").lower()


def open_book(archive):
    """A workbook.

    :param archive: ``zipfile.ZipFile`` that was found safe
    :rtype: Book
    """
    try:
        return Book(archive)
    except (*_FAILURES, ValueError, NotImplementedError, AttributeError):
        raise Refused("broken")


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
        target = one.get("Target").replace("\\", "/")
        target = (
            target[1:] if target.startswith("/") else posixpath.join(folder, target)
        )
        kind = one.get("Type").rsplit("/", 1)[-1]
        found[one.get("Id")] = (kind, posixpath.normpath(target))
    return found


def _find_sheets(archive):
    """The sheets of the workbook, and what else it has."""
    root = _relations(archive, "")
    books = [path for kind, path in root.values() if kind == "officeDocument"]
    if books and books[0].lower().endswith(".bin"):
        raise Refused("xlsb")
    tree = _parse(archive, books[0]) if books else None
    if tree is None or not tree.tag.endswith("}workbook"):
        raise Refused("not_a_table")
    relations, sheets = _relations(archive, books[0]), []
    for sheet in tree.iter("{*}sheet"):
        number = sheet.get(_RELATION) or sheet.get(_STRICT)
        kind, path = relations.get(number, ("", ""))
        if kind == "worksheet":
            is_visible = sheet.get("state", "visible") == "visible"
            sheets.append(Sheet(sheet.get("name", ""), is_visible, path))
    base = {kind: path for kind, path in relations.values()}
    properties = next(tree.iter("{*}workbookPr"), None)
    old = properties is not None and properties.get("date1904") in _YES
    base["epoch"] = date(1904, 1, 1) if old else date(1899, 12, 30)
    counting = next(tree.iter("{*}calcPr"), None)
    asked = counting is not None and counting.get("fullCalcOnLoad") in _YES
    base["to_calculate"] = asked
    return sheets, base


def _read_styles(archive, base):
    """The look of each style's numbers, ``None`` where it says nothing."""
    if "styles" not in base:
        return []
    tree = _parse(archive, base["styles"])
    custom = {
        int(one.get("numFmtId")): one.get("formatCode")
        for one in tree.iter("{*}numFmt")
    }
    formats, known, looks = next(tree.iter("{*}cellXfs"), ()), {}, []
    for style in formats:
        number = int(style.get("numFmtId", 0))
        if number not in known:
            known[number] = read_format(number, custom.get(number), base["epoch"])
        looks.append(known[number])
    return looks


def _read_texts(archive, base):
    """The texts that cells share."""
    path = base.get("sharedStrings")
    if not path or path not in archive:
        return []
    if archive.get(path).file_size > MAX_TEXTS:
        raise Refused("too_large", MAX_TEXTS // 1024**2)
    texts = []
    for entry in _elements(archive, path, ("{*}si",)):
        texts.append(_text(entry) or None)
    return texts


def _text(entry):
    """Text of a plain or formatted entry, without its reading aids."""
    if len(entry) == 1 and entry[0].text is not None:
        return unescape(entry[0].text.strip())
    parts = []
    for one in entry.iter("{*}t"):
        if etree.QName(one.getparent()).localname != "rPh":
            parts.append(one.text or "")
    return unescape("".join(parts).strip())


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
