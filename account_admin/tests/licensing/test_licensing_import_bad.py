import io
import zipfile

import xlsxwriter

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...engine import report_file
from ...models.licensing.imports.licensing_import_problem import UNKNOWN
from .licensing_import import (
    HEADER,
    SALE,
    LicensingImportCommon,
    csv_file,
    sale,
    xlsx,
)


@tagged("post_install", "-at_install")
class TestLicensingImportBad(LicensingImportCommon):
    """Whatever is wrong with a file is named, and never submitted."""

    def _assert_stopped(self, content, code, *words, filename="report.xlsx"):
        found = self._read(content, filename)
        problem = found.problem_ids.filtered(lambda p: p.code == code)[:1]
        self.assertTrue(problem, found.problem_ids.mapped("sentence"))
        self.assertTrue(problem.blocking)
        for word in words:
            self.assertIn(word, problem.sentence)
        with self.assertRaises(UserError):
            found.action_submit()
        self.assertEqual(self.statement.state, "expected")
        self.assertFalse(self.statement.line_ids)
        return found

    def test_a_wrong_header(self):
        header = [f"Column {number}" for number in range(len(HEADER))]
        self._assert_stopped(xlsx(SALE, header=header), "no_header", "row 1")

    def test_a_missing_column(self):
        content = xlsx(SALE[1:], header=HEADER[1:])
        self._assert_stopped(content, "column_missing", "date")

    def test_two_columns_of_one_name(self):
        header = ["SKU" if name == "Description" else name for name in HEADER]
        self._assert_stopped(xlsx(SALE, header=header), "column_twice", "SKU")

    def test_an_empty_file(self):
        self._assert_stopped(b" ", "empty")
        self._assert_stopped(xlsx(header=[]), "empty")

    def test_a_file_with_a_header_only(self):
        self._assert_stopped(xlsx(), "no_rows", "No Sales")

    def test_a_wrong_encoding(self):
        content = csv_file(SALE).replace(b"Bear", b"B\x81r")
        self._assert_stopped(content, "encoding", "UTF-8", filename="a.csv")
        content = csv_file(sale(Description="Bär"), encoding="cp1252")
        found = self._read(content, "a.csv")
        self.assertEqual(found.problem_ids.code, "encoding_guess")
        found.action_submit()
        self.assertEqual(self.statement.line_ids.description, "Bär")

    def test_a_formula_without_its_result(self):
        content = xlsx(sale(Gross_Sales="=10*10"))
        self._assert_stopped(content, "no_value", "Row 2", "Gross Sales")

    def test_macros_are_told_and_do_not_stop_a_sound_file(self):
        buffer = io.BytesIO(xlsx(SALE))
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
        found = self._read(buffer.getvalue(), "a.xlsm")
        self.assertEqual(found.problem_ids.mapped("code"), ["macros"])
        self.assertFalse(found.blocking_count)

    def test_another_total_of_the_file_itself(self):
        total = ["Total", *[None] * 8, 190.0]
        self._assert_stopped(xlsx(SALE, SALE, total), "totals_differ", "Row 4", "-10")

    def test_a_row_that_a_person_ignores_is_not_read(self):
        total = ["Total", *[None] * 8, 190.0]
        found = self._read(xlsx(SALE, sale(Units="a dozen"), total))
        for row in (3, 4):
            self.assertTrue(found.blocking_count)
            problem = found.problem_ids.filtered(lambda p, row=row: p.row == row)[:1]
            self.assertTrue(problem.can_ignore)
            problem.action_ignore()
        self.assertFalse(found.blocking_count)
        self.assertEqual(found.ignored_rows, "3, 4")
        self.assertEqual(
            found.problem_ids.filtered(lambda p: p.code == "ignored").mapped("row"),
            [3, 4],
        )
        again = self._read(found._get_content())
        self.assertEqual(again.ignored_rows, "3, 4", "it is remembered for the file")
        other = self._read(xlsx(SALE, SALE))
        self.assertFalse(other.ignored_rows)
        found.action_submit()
        self.assertEqual(self.statement.line_ids.mapped("row"), [2])
        self.assertIn("rows 3, 4 ignored", self.statement.message_ids[0].body)

    def test_an_ignored_row_can_be_read_again(self):
        found = self._read(xlsx(SALE, sale(Units=3)))
        found.ignored_rows = "3-3"
        found.action_read()
        self.assertEqual(found.line_count, 1)
        found.problem_ids.action_take()
        self.assertEqual((found.line_count, found.ignored_rows), (2, False))

    def test_rows_to_ignore_are_numbers(self):
        found = self._read(xlsx(SALE))
        with self.assertRaisesRegex(ValidationError, "“the last” is no list of rows"):
            found.ignored_rows = "the last"

    def test_heads_of_columns_cannot_be_ignored(self):
        found = self._read(xlsx(SALE[1:], header=HEADER[1:]))
        self.assertFalse(any(found.problem_ids.mapped("can_ignore")))

    def test_merged_cells(self):
        content = xlsx(SALE, SALE, change=lambda sheet: sheet.merge_cells("I2:I3"))
        self._assert_stopped(content, "merged", "Row 2", "Units", "I2:I3")

    def test_text_in_numbers(self):
        content = xlsx(SALE, sale(Units="a dozen"))
        self._assert_stopped(content, "bad_number", "Row 3", "Units", "a dozen")

    def test_five_and_five_percent_and_a_fraction(self):
        for rate, royalty in ((5, 5), ("5%", 5), (0.05, 5)):
            found = self._read(xlsx(sale(Royalty_Rate=rate, Royalty=royalty)))
            self.assertFalse(found.problem_ids)
            found.action_submit()
            self.assertEqual(self.statement.line_ids.reported_rate, 5)

    def test_a_rate_that_can_be_two_things(self):
        content = xlsx(sale(Royalty_Rate=0.05, Royalty=None))
        found = self._assert_stopped(content, "ambiguous_rate", "Royalty Rate", "0.05")
        found.percent = "fraction"
        found.action_read()
        found.action_submit()
        self.assertEqual(self.statement.line_ids.reported_rate, 5)
        self.assertEqual(self.profile.percent, "fraction", "it is remembered")

    def test_negative_units_are_told(self):
        found = self._read(xlsx(SALE, sale(Units=-4)))
        self.assertEqual(found.problem_ids.code, "negative_units")
        self.assertIn("Row 3: -4 units", found.problem_ids.sentence)
        self.assertFalse(found.blocking_count)

    def test_returns_above_and_below_zero(self):
        content = xlsx(sale(Returns=-4), sale(Returns=3))
        self._assert_stopped(content, "mixed_sign", "Returns", "row 2")

    def test_returns_below_zero_are_turned(self):
        self._submit(sale(Returns=-4))
        self.assertEqual(self.statement.line_ids.returns, 4)

    def test_an_unknown_currency(self):
        content = xlsx(SALE, sale(Currency="XQQ"))
        self._assert_stopped(content, "unknown_currency", "Row 3", "XQQ")

    def test_an_unknown_sale_type(self):
        content = xlsx(SALE, sale(Sale_Type="barter"))
        self._assert_stopped(content, "unknown_sale_type", "Row 3", "barter")

    def test_a_date_in_another_locale(self):
        rows = [sale(Invoice_Date=day) for day in ("15/04/2026", "04/20/2026")]
        self._assert_stopped(xlsx(*rows), "mixed_date", "Row 2", "15/04/2026")
        self._assert_stopped(
            xlsx(sale(Invoice_Date="15 kwietnia 2026")), "bad_date", "Row 2", "kwietnia"
        )

    def test_a_date_that_can_be_two_days(self):
        content = xlsx(sale(Invoice_Date="04/05/2026"))
        found = self._assert_stopped(content, "ambiguous_date", "Invoice Date")
        found.date_order = "mdy"
        found.action_read()
        found.action_submit()
        self.assertEqual(str(self.statement.line_ids.date), "2026-04-05")

    def test_a_number_that_can_be_two(self):
        content = csv_file(sale(Gross_Sales="1.234", Net_Sales="", Royalty=""))
        content = content.replace(b"100.0", b"100")
        found = self._assert_stopped(content, "ambiguous_number", "1.234")
        found.decimal = ","
        found.action_read()
        found.action_submit()
        self.assertEqual(self.statement.line_ids.gross, 1234)

    def test_a_comma_that_parts_a_number(self):
        content = csv_file(SALE).rstrip() + b",00\r\n"
        self._assert_stopped(content, "extra_cells", "Row 2", filename="a.csv")

    def test_a_file_that_unpacks_to_2_gb(self):
        buffer = io.BytesIO(xlsx(SALE))
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("xl/media/a.bin", b"x")
            archive.getinfo("xl/media/a.bin").file_size = 2**31
        self._assert_stopped(buffer.getvalue(), "too_large", "512 MB")

    def test_a_damaged_file_and_one_that_is_no_table(self):
        self._assert_stopped(xlsx(SALE)[:-300], "broken")
        self._assert_stopped(b"%PDF-1.7 x", "not_a_table", filename="a.xlsx")

    def test_a_formula_with_its_result_is_read_and_told(self):
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, SALE)
        column = HEADER.index("Gross Sales")
        sheet.write_formula(1, column, "=I2*12.5", None, 125)
        book.close()
        found = self._read(buffer.getvalue())
        problem = found.problem_ids.filtered(lambda one: one.code == "formula")
        self.assertIn("its result 125 was read", problem.sentence)
        self.assertFalse(problem.blocking)
        found.action_submit()
        self.assertEqual(self.statement.line_ids.gross, 125)

    def test_a_formula_in_text_stays_text(self):
        self._submit(sale(Description="'=1+1"))
        found = self._read(csv_file(sale(SKU="=BEAR()")), "a.csv")
        self.assertEqual(found.problem_ids.code, "formula_text")
        found.action_submit()
        self.assertEqual(self.statement.line_ids.sku, "=BEAR()")

    def test_every_problem_has_a_sentence(self):
        sentences = self.env["licensing.import.problem"]._get_sentences()
        expected = {*report_file.CODES, *UNKNOWN}
        self.assertEqual(set(sentences), expected)
        for text in sentences.values():
            self.assertTrue(text % {"row": 1, "column": "a", "value": "b"})
