"""From bytes to rows of raw cells, whatever the file is; memory stays bounded."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field

from .problems import Refused
from .xlsx import open_workbook

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
    first column, last row, last column, name). Both fill up while ``rows`` is read.
    """

    rows: object
    sheet: str = ""
    notes: list = field(default_factory=list)
    merged: list = field(default_factory=list)
    told: list = field(default_factory=list)


def open_source(content, filename, sheet=""):
    """Look at a file's first bytes, not at its name, and open it.

    :param bytes content: the file
    :param str sheet: of a workbook; empty for the first one
    :rtype: Source
    :raise Refused: for what is no table, or no safe one
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise Refused("empty")
    if len(content) > MAX_BYTES:
        raise Refused("too_large", MAX_BYTES // 1024**2)
    if content.startswith(_OLE):
        secret = "EncryptedPackage".encode("utf-16-le") in content
        raise Refused("encrypted" if secret else "old_xls")
    if content.startswith(b"PK"):
        source = Source(None)
        open_workbook(_open_zip(content), source, sheet, MAX_COLUMNS)
        source.rows = _limit(source.rows)
        return source
    if content.startswith(_FOREIGN):
        raise Refused("not_a_table", filename)
    return _open_csv(content)


def estimate_rows(content):
    """About how many rows a file has, without reading it."""
    if not content.startswith(b"PK"):
        return content.count(b"\n")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = [
                info.file_size
                for info in archive.infolist()
                if info.filename.startswith("xl/worksheets/")
            ]
    except zipfile.BadZipFile:
        return 0
    # a row of a report takes some 700 bytes of a sheet
    return max(sizes, default=0) // 700


def _limit(rows):
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise Refused("too_many_rows", MAX_ROWS)
        yield row


def _open_zip(content):
    """A workbook's archive, when it is safe to unpack.

    What a member says of its size is what ``zipfile`` unpacks of it at most, so that
    the sum bounds the whole.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("broken")
    if len(infos) > 10_000 or sum(info.file_size for info in infos) > MAX_BYTES:
        raise Refused("too_large", MAX_BYTES // 1024**2)
    if any(info.flag_bits & 1 for info in infos):
        raise Refused("encrypted")
    names = {info.filename.lower() for info in infos}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    if "[content_types].xml" not in names:
        raise Refused("not_a_table")
    return archive


# ----------------------------------------------------------------------
# CSV
# ----------------------------------------------------------------------


def _open_csv(content):
    source = Source(None)
    encoding = _find_encoding(content, source)
    # zeros are letters of UTF-16, and of nothing else that a table has
    if "\x00" in content.decode(encoding) if encoding == "utf-16" else b"\0" in content:
        raise Refused("not_a_table")
    start = content[:100_000].decode(encoding, "ignore")
    named = re.match(r"sep=(.)\r?\n", start)
    delimiter = named[1] if named else _sniff(start)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    source.rows = _limit(_read_csv(stream, delimiter, skip=1 if named else 0))
    return source


def _find_encoding(content, source):
    """The encoding; a guess is told."""
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
                # many texts stand in many rows: one object for all of them
                if len(cache) < CACHED:
                    value = cache.setdefault(value, value)
                cells.append(cache.get(value, value) or None)
            yield number, cells
    except csv.Error:
        raise Refused("broken_row", number + 1, row=number + 1)
