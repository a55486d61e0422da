"""Two hundred hostile files: each is refused or read in words, nothing half-done."""

import io
import random
import zipfile

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .licensing_import import SALE, LicensingImportCommon, csv_file, sale, xlsx

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"> <!ENTITY d SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;&d;</t></is></c></row>
</sheetData></worksheet>"""


def change_part(content, part, change):
    """A workbook with one of its parts changed; ``change`` gets and gives bytes."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            found = source.read(name)
            archive.writestr(name, change(found) if name == part else found)
    return target.getvalue()


def spoil(draw, content):
    """Some bytes of a file turned, cut, doubled or moved."""
    spoiled, at = bytearray(content), draw.randrange(len(content))
    act = draw.choice(("turn", "cut", "double", "blank", "swap"))
    if act == "turn":
        for _time in range(draw.randint(1, 40)):
            spoiled[draw.randrange(len(spoiled))] ^= 1 << draw.randrange(8)
    elif act == "cut":
        del spoiled[at:]
    elif act == "double":
        spoiled[at:at] = content
    elif act == "blank":
        spoiled[at : at + 200] = bytes(min(200, len(content) - at))
    else:
        spoiled = spoiled[at:] + spoiled[:at]
    return bytes(spoiled)


def crafted():
    """Files that somebody made with intent: (name, bytes)."""
    sheet = "xl/worksheets/sheet1.xml"
    sound = xlsx(SALE, SALE)
    texts = (
        *("=cmd|' /C calc'!A0", "@SUM(1+1)", "{=1}", '=HYPERLINK("http://x")'),
        *("'; DROP TABLE res_partner;--", "<script>alert(1)</script>", "{{7*7}}"),
        *("%s%n%x", "../../etc/passwd", "\u202egnp.exe", "\x0b\x0c", "🧸" * 300),
        *("A" * 40_000, "NaN", "inf", "1e400", "-0", "0x1F", "१२३", "٣٤"),
    )
    for number, text in enumerate(texts):
        for name in ("SKU", "Units", "Invoice_Date"):
            row = sale(**{name: text})
            yield f"{number}-{name}.csv", csv_file(SALE, row)
    yield "bomb.xlsx", change_part(sound, sheet, lambda _old: BOMB.encode())
    yield (
        "far.xlsx",
        change_part(sound, sheet, lambda b: b.replace(b'r="A2"', b'r="XFE2"')),
    )
    yield (
        "rows.xlsx",
        change_part(sound, sheet, lambda b: b.replace(b'r="2"', b'r="99999999999"')),
    )
    yield (
        "strings.xlsx",
        change_part(sound, sheet, lambda b: b.replace(b"<v>1<", b"<v>-7<")),
    )
    yield (
        "styles.xlsx",
        change_part(sound, sheet, lambda b: b.replace(b's="1"', b's="99999"')),
    )
    for part in ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", sheet):
        yield f"no {part}.xlsx", change_part(sound, part, lambda _old: b"")
        yield f"binary {part}.xlsx", change_part(sound, part, lambda _o: bytes(500))
    yield "ole.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000)
    yield "pdf.xlsx", b"%PDF-1.7\n" + bytes(900)
    yield "html.xlsx", b"<html><table><tr><td>SKU</td></tr></table></html>"
    yield "zip.xlsx", change_part(sound, "docProps/app.xml", lambda _o: b"0" * 10**7)
    for code in ("utf-16", "utf-16-be", "utf-32", "utf-7", "cp500", "shift_jis"):
        yield f"{code}.csv", csv_file(SALE, encoding=code)
    yield "nul.csv", csv_file(SALE) + b"\0" * 100
    yield "quote.csv", csv_file(SALE) + b'"' + b"x," * 5000
    yield "wide.csv", b"," * 100_000
    yield "cr.csv", csv_file(SALE).replace(b"\r\n", b"\r")
    yield "mixed.csv", csv_file(SALE, SALE).replace(b"\r\n", b"\n", 1)


def spoiled():
    draw = random.Random(2026)
    # a workbook carries the time at which it was made
    with freeze_time("2026-05-05"):
        sound = {"a.xlsx": xlsx(SALE, SALE), "a.csv": csv_file(SALE, SALE)}
    for number in range(120):
        name = draw.choice(sorted(sound))
        yield f"{number}-{name}", spoil(draw, sound[name])


@tagged("post_install", "-at_install")
class TestHostileFiles(LicensingImportCommon):
    def test_there_are_two_hundred(self):
        self.assertGreaterEqual(len([*crafted(), *spoiled()]), 200)

    def test_each_ends_in_words_and_leaves_the_statement_alone(self):
        for name, content in (*crafted(), *spoiled()):
            with self.subTest(name), self.assertNoLogs("odoo", "ERROR"):
                found = self._read(content, name.rpartition("-")[2])
                self.assertIn(found.state, ("read", "refused"))
                told = found.problem_ids.mapped("sentence")
                self.assertTrue(found.state == "read" or any(told))
                self.assertNotIn("Traceback", " ".join(filter(None, told)))
                self.assertEqual(self.statement.state, "expected")
                self.assertFalse(self.statement.line_ids)
                found.unlink()

    def test_what_is_submitted_of_them_is_whole(self):
        """A file that is sound all the same comes in with each of its rows, or none."""
        for name, content in crafted():
            with self.subTest(name):
                self.env.cr.execute("SAVEPOINT hostile")
                found = self._read(content, name.rpartition("-")[2])
                try:
                    found.action_submit()
                    self.assertEqual(
                        len(self.statement.line_ids), found.line_count, name
                    )
                except UserError:
                    self.assertFalse(self.statement.line_ids)
                self.env.cr.execute("ROLLBACK TO SAVEPOINT hostile")
                self.env.invalidate_all()
