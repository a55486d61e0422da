"""From bytes to rows of raw cells, whatever the file is; memory stays bounded."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date

from .problems import Refused
from .xlsx import get_part_name, open_book

#: What a damaged archive is to its reader.
_NO_ARCHIVE = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError)
#: Bytes that a file may unpack to, and rows and columns that are read of it.
MAX_BYTES = 512 * 1024**2
MAX_ROWS = 250_000
MAX_COLUMNS = 200
#: Texts of a CSV file that are kept once for all rows.
CACHED = 50_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A byte order mark -> encoding.
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")


@dataclass(slots=True)
class Source:
    """Rows of raw cells, in order.

    A cell is ``None``, text, a float, a ``Percent`` or a date. ``notes`` are problems
    of single cells, (row, column number, code, value); ``merged`` ranges as (first row,
    first column, last row, last column, name); ``hidden`` numbers of rows. They fill up
    while ``rows`` is read.

    :param Book book: the workbook, ``None`` for text
    :param date epoch: the day that 0 is
    :param bool to_calculate: its program did not calculate the formulas
    """

    rows: object
    sheet: str = ""
    notes: list = field(default_factory=list)
    merged: list = field(default_factory=list)
    told: list = field(default_factory=list)
    hidden: set = field(default_factory=set)
    book: object = None
    epoch: date = date(1899, 12, 30)
    to_calculate: bool = False
    is_calculated: bool = False


def open_source(content, filename):
    """Look at a file's first bytes, not at its name, and open it.

    :param bytes content: the file
    :rtype: Source
    :return: the rows of a text; of a workbook the ``book``, whose sheets are opened
        by :func:`open_sheet`
    :raise Refused: for what is no table, or no safe one
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise Refused("empty")
    if len(content) > MAX_BYTES:
        raise Refused("too_large", MAX_BYTES // 1024**2)
    if content.startswith(_OLE):
        raise Refused(_name_ole(content))
    if content.startswith(b"PK"):
        return _open_workbook(content)
    if content.startswith(_FOREIGN):
        raise Refused("not_a_table", filename)
    _refuse_markup(content)
    return _open_text(content)


def open_sheet(source, sheet):
    """Another source: the rows of a sheet of the workbook of a source."""
    opened = Source(None, sheet.name, book=source.book)
    opened.to_calculate = source.book.to_calculate
    opened.epoch = source.book.base["epoch"]
    opened.rows = limit(source.book.list_rows(sheet, opened, MAX_COLUMNS))
    return opened


def _name_ole(content):
    """What a file of Office before 2007, or one with a password, is."""
    if _utf16("EncryptedPackage") in content:
        return "encrypted"
    is_book = _utf16("Workbook") in content or _utf16("Book") in content
    return "old_xls" if is_book else "not_a_table"


def _utf16(text):
    return text.encode("utf-16-le")


def _refuse_markup(content):
    """Web pages that are called .xls, and workbooks of Excel 2003 as one XML."""
    start = content[:4_000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")
    start = start.lower()
    if start.startswith(b"<?xml") and b"<html" not in start:
        raise Refused("xml_table")
    if start.startswith((b"<", b"mime-version:")) and re.search(
        rb"<!doctype html|<html|<table|<meta|<style|mime-version", start
    ):
        raise Refused("web_page")
    if start.startswith(rb"{\rtf"):
        raise Refused("not_a_table")


def estimate_rows(content):
    """About how many rows a file has, without reading it."""
    if not content.startswith(b"PK"):
        return max(content.count(b"\n"), content.count(b"\r"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = [
                # a row of a report takes some 700 bytes of a sheet, and some 30 packed
                min(info.file_size // 700, info.compress_size // 30)
                for info in archive.infolist()
                if "xl/worksheets/" in info.filename.lower().replace("\\", "/")
            ]
    except _NO_ARCHIVE:
        return 0
    return max(sizes, default=0)


def limit(rows):
    """Rows with something in them; refused from too many of these on."""
    count = 0
    for row in rows:
        if not any(cell is not None for cell in row[1]):
            continue
        count += 1
        if count > MAX_ROWS:
            raise Refused("too_many_rows", MAX_ROWS)
        yield row


def _open_workbook(content):
    archive = _open_zip(content)
    names = {name.lower(): name for name in archive.namelist()}
    source = Source(None)
    if any(name.endswith("vbaproject.bin") for name in names):
        source.told.append(("macros",))
    source.book = open_book(archive)
    return source


def _open_zip(content):
    """A workbook's archive, when it is safe to unpack.

    What a member says of its size is what ``zipfile`` unpacks of it at most, so that
    the sum bounds the whole.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
    except _NO_ARCHIVE:
        raise Refused("broken")
    if len(infos) > 10_000 or sum(info.file_size for info in infos) > MAX_BYTES:
        raise Refused("too_large", MAX_BYTES // 1024**2)
    if any(info.flag_bits & 1 for info in infos):
        raise Refused("encrypted")
    names = {get_part_name(info.filename) for info in infos}
    if "mimetype" in names and "content.xml" in names:
        raise Refused("ods")
    if "[content_types].xml" not in names:
        raise Refused("not_a_table")
    return archive


# ----------------------------------------------------------------------
# CSV
# ----------------------------------------------------------------------


def _open_text(content):
    source = Source(None)
    encoding = _find_encoding(content, source)
    # zeros are letters of UTF-16, and of nothing else that a table has
    is_wide = encoding.startswith("utf-16")
    if "\x00" in content.decode(encoding) if is_wide else b"\0" in content:
        raise Refused("not_a_table")
    start = content[:100_000].decode(encoding, "ignore")
    named = re.match(r"\ufeff?sep=(.)(?:\r\n|\r|\n)", start, re.IGNORECASE)
    delimiter = named[1] if named else _sniff(start)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    source.rows = limit(_read_csv(stream, delimiter, skip=1 if named else 0))
    return source


def _find_encoding(content, source):
    """The encoding; a guess is told."""
    wide = _find_wide(content)
    if wide:
        return wide
    for mark, encoding in (*_MARKS, (b"", "utf-8"), (b"", "cp1252")):
        if not content.startswith(mark):
            continue
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            if mark or encoding == "cp1252":
                raise Refused("encoding", f"{encoding}, byte {error.start}")
            continue
        if encoding == "cp1252":
            source.told.append(("encoding_guess", 0, "", "Windows-1252"))
        return encoding


def _find_wide(content):
    """UTF-16 without its mark, which has a zero beside each Latin letter."""
    start = content[:2_000]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in start:
        return None
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if zeros.count(0) > 0.9 * len(zeros):
            return encoding
    return None


def _sniff(text):
    """The delimiter that cuts the first lines into the most even rows."""
    lines = [line for line in text[:50_000].splitlines()[:30] if line.strip()]

    def evenness(delimiter):
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        widths = [width for width in widths if width > 1]
        if not widths:
            return (0, 0)
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (widths.count(usual) * (usual > 2), usual)

    try:
        return max("\t;|,", key=evenness)
    except csv.Error:
        raise Refused("not_a_table")


def _read_csv(stream, delimiter, skip):
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    number, cache = 0, {}
    try:
        for number, values in enumerate(reader, start=1):
            if number <= skip:
                continue
            cells = []
            for value in values[:MAX_COLUMNS]:
                value = value.strip()
                if value[:2] == '="' and value[-1] == '"':
                    # so that spreadsheets leave leading zeros in their place
                    value = value[2:-1].strip()
                # many texts stand in many rows: one object for all of them
                if len(cache) < CACHED:
                    value = cache.setdefault(value, value)
                cells.append(cache.get(value, value) or None)
            yield number, cells
    except csv.Error:
        raise Refused("broken_row", number + 1, row=number + 1)
