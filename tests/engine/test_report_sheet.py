"""Rows that a pattern takes are those that expat would have read."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.report_file import sheet
from engine.report_file.formats import Look
from engine.report_file.source import Source

START = b'<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>'
END = b'</sheetData><mergeCells><mergeCell ref="A2:B2"/></mergeCells></worksheet>'
#: Expat reads all of a sheet with a comment.
COMMENT = b"<!-- all by expat -->"
CELLS = (
    '<c r="{at}"><v>1.5</v></c>',
    '<c r="{at}" s="1"><v>0.05</v></c>',
    '<c r="{at}" s="2"><v>45000</v></c>',
    '<c r="{at}" s="2"><v>-1</v></c>',
    '<c r="{at}" s="0" t="s"><v>1</v></c>',
    '<c r="{at}" s="3"/>',
    "<c r='{at}'><v>7</v></c>",
    '<c t="n" r="{at}"><v>8</v></c>',
    "<c><v>9</v></c>",
    '<c r="{at}" t="inlineStr"><is><t> plain </t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t xml:space="preserve"> kept</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t>M&amp;M</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t>größe €</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t>a\r\nb</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
    '<c r="{at}" t="inlineStr"><is><t></t></is></c>',
    '<c r="{at}" t="str"><f>A1</f><v>said</v></c>',
    '<c r="{at}"><f>A1+1</f><v>3</v></c>',
    '<c r="{at}"><f>A1+1</f></c>',
    '<c r="{at}" t="e"><v>#REF!</v></c>',
    '<c r="{at}" t="b"><v>1</v></c>',
    '<c r="{at}" t="d"><v>2026-04-15</v></c>',
    '<c r="{at}"><v>no number</v></c>',
    '<c r="{at}" t="s"><v>99</v></c>',
    '<c r="{at}"><v>1</v><v>2</v></c>',
    '<c r="ZZ1"><v>1</v></c>',
    '<c r="{at}" s="3"><v>12.5</v></c>',
    '<c r="{at}" t="inlineStr"><is><t>a_x000D_</t></is></c>',
    '<c r="{at}" t="str"><f>A1</f><v></v></c>',
    '<c r="{at}"><v>1</c>',
    " ",
)
ROWS = (
    '<row r="{row}">{cells}</row>',
    '<row r="{row}" spans="1:9" ht="15.5" x14ac:dyDescent="0.25">{cells}</row>',
    '<row r="{row}" hidden="1">{cells}</row>',
    '<row r="{row}" customFormat="false" ht="12.8" hidden="false" collapsed="false">'
    "{cells}</row>",
    "<row>{cells}</row>",
    '\n  <row r="{row}">{cells}</row>',
    '<row r="{row}">{cells}</row >',
    '<row r="{row}"/>',
    '<!-- <row r="{row}">{cells}</row> -->',
    '<row r="{row}"><![CDATA[<c r="A1"><v>1</v></c>]]>{cells}</row>',
    '<row r="{row}">{cells}',
)


@st.composite
def sheets(draw):
    rows = []
    for number in range(draw(st.integers(0, 6))):
        kinds = draw(st.lists(st.sampled_from(CELLS), max_size=5))
        cells = (kind.format(at=f"{'ABCDE'[n]}1") for n, kind in enumerate(kinds))
        row = draw(st.sampled_from(ROWS) | st.just(ROWS[0]))
        rows.append(row.format(row=number + 1, cells="".join(cells)))
    return "".join(rows).encode()


def outcome(content):
    """Rows, notes, merged cells and hidden rows; or the kind of failure."""
    source = Source(None)
    styles = [None, Look(percent=True), Look(sheet.date(1899, 12, 30)), Look(sign="€")]
    stream, texts = io.BytesIO(content), ["shared", "texts"]
    try:
        rows = list(sheet.read_sheet(stream, source, texts, styles, 4))
    except sheet.Refused as refused:
        return refused.problem.code
    except (sheet.expat.ExpatError, ValueError, IndexError):
        return "broken"
    types = [[type(cell) for cell in cells] for _number, cells in rows]
    return rows, types, source.notes, source.merged, source.hidden


@given(sheets(), st.sampled_from((16, 100, 1_000)), st.sampled_from((b"", b"<?x y?>")))
@example(ROWS[0].format(row=1, cells=CELLS[0]).encode() * 3, 16, b"")
def test_a_sheet_is_read_as_expat_alone_would(rows, piece, more):
    before = sheet.PIECE, sheet.LONGEST_ROW
    try:
        sheet.PIECE, sheet.LONGEST_ROW = piece, piece * 4
        cut = outcome(START + rows + more + END)
    finally:
        sheet.PIECE, sheet.LONGEST_ROW = before
    assert cut == outcome(
        START.replace(b"<worksheet>", COMMENT + b"<worksheet>") + rows + more + END
    )


def test_plain_rows_are_taken_by_the_pattern():
    cells = CELLS[0].format(at="A1") + CELLS[9].format(at="C1")
    row = ROWS[1].format(row=3, cells=cells).encode()
    assert sheet._find_plain(row.removesuffix(b"</row>")) == (
        3,
        [("A", "", "", "1.5", ""), ("C", "", "inlineStr", "", " plain ")],
    )


@pytest.mark.parametrize("declared", (b"ISO-8859-1", b"windows-1252"))
def test_a_sheet_in_another_encoding_is_left_to_expat(declared):
    start = START.replace(b"UTF-8", declared)
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>é</t></is></c></row>'
    rows = (row * 2).encode(declared.decode())
    assert [cells for _n, cells in outcome(start + rows + END)[0]] == [["é"], ["é"]]


def test_many_beginnings_of_a_row_cost_no_more_than_their_length():
    text = b'<row r="1">' * 20_000 + b"&"
    parts = []
    pattern = sheet._ROW

    class Counting:
        def match(self, row):
            parts.append(len(row))
            return pattern.match(row)

    sheet._ROW = Counting()
    try:
        assert outcome(START + text + b"</row>" + END) == "broken"
    finally:
        sheet._ROW = pattern
    assert sum(parts) <= len(START + text)


def test_plain_rows_are_handed_on_as_they_are_read():
    row = ROWS[0].format(row=1, cells=CELLS[0].format(at="A1")).encode()
    stream = io.BytesIO(START + row * (4 * sheet.PIECE // len(row)) + END)
    rows = sheet.read_sheet(stream, Source(None), [], [], 4)
    next(rows)
    assert stream.tell() <= 2 * sheet.PIECE
