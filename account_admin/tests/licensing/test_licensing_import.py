from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ...engine import report_file
from ...models.base.next_odoo import to_binary
from ...models.licensing.imports.licensing_alias import NONE
from ...reports.licensing import licensing_template
from .licensing_import import (
    HEADER,
    SALE,
    LicensingImportCommon,
    csv_file,
    sale,
    xlsx,
)


@tagged("post_install", "-at_install")
class TestLicensingImport(LicensingImportCommon):
    def test_a_file_becomes_the_lines_of_its_statement(self):
        found = self._submit(SALE, sale(SKU="New", Units=2.5, Returns=7.25))
        statement = self.statement
        self.assertEqual(statement.state, "submitted")
        self.assertEqual(statement.line_count, 2)
        self.assertEqual(statement.reported_royalty, 16)
        self.assertTrue(statement.submitted_on)
        first, second = statement.line_ids
        self.assertRecordValues(
            first,
            [
                {
                    "row": 2,
                    "date": date(2026, 4, 15),
                    "sku": "BEAR-1",
                    "product_id": self.product.id,
                    "property_id": self.brand.id,
                    "category_id": self.category.id,
                    "country_id": self.env.ref("base.us").id,
                    "channel_id": self.channel.id,
                    "sale_type": "domestic",
                    "currency_id": self.env.ref("base.USD").id,
                    "units": 10,
                    "gross": 100,
                    "has_reported_net": True,
                    "reported_net": 100,
                    "reported_rate": 8,
                    "reported_royalty": 8,
                }
            ],
        )
        self.assertRecordValues(
            second,
            [{"row": 3, "product_id": False, "units": 2.5, "returns": 7.25}],
        )
        self.assertEqual(
            (found.state, found.submitted_by_id), ("submitted", self.env.user)
        )
        self.assertIn(found.checksum, statement.message_ids[0].body)

    def test_what_is_submitted_is_computed_as_it_would_be_from_its_lines(self):
        bundle = self._product("SET-1")
        bundle.component_ids = [
            Command.create({"product_id": self.product.id, "share": 60}),
            Command.create({"product_id": self._product("CAP-1").id, "share": 40}),
        ]
        self.contract.commitment_ids = [
            Command.create({"name": "Pool", "guarantee": 1000})
        ]
        self._submit(
            SALE,
            sale(SKU="New", Returns=7.25, Royalty=3),
            sale(SKU="SET-1", Gross_Sales=33.35),
            sale(Currency="EUR", Territory=None),
        )
        statement, read = self.statement, ("net", "royalty", "fx_rate", "rate_id")
        read += ("commitment_id", "is_sell_off", "has_findings")
        figures = ("gross", "net", "units", "royalty", "fees", "finding_count")

        def look():
            self.env.invalidate_all()
            found = statement.finding_ids.sorted(lambda one: (one.row, one.code))
            return (
                statement.line_ids.read(read),
                found.mapped(lambda one: (one.row, one.code, one.line_id.row)),
                statement.read(figures),
            )

        submitted = look()
        self.assertEqual(statement.state, "submitted")
        self.assertEqual(
            submitted[2][0]["royalty"], sum(line["royalty"] for line in submitted[0])
        )
        self.assertIn((3, "unmatched", 3), submitted[1])
        statement.action_compute()
        self.assertEqual(statement.state, "in_review")
        self.assertEqual(look(), submitted)

    def test_what_the_licensee_says_it_owes_is_added_up_in_the_contracts_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([]).unlink()
        for currency, rate in ((euro, 0.5), (self.contract.currency_id, 1)):
            self.env["res.currency.rate"].create(
                {"currency_id": currency.id, "name": "2026-01-01", "rate": rate}
            )
        self._submit(SALE, sale(Currency="EUR", Royalty=6))
        self.assertEqual(self.statement.reported_royalty, 8 + 12)
        self.statement.action_compute()
        self.assertEqual(self.statement.reported_royalty, 8 + 12)

    def test_reading_leaves_the_statement_alone(self):
        found = self._read(xlsx(SALE))
        self.assertEqual((found.state, found.line_count), ("read", 1))
        self.assertEqual(self.statement.state, "expected")
        self.assertFalse(self.statement.line_ids)

    def test_a_second_file_takes_the_place_of_the_first(self):
        self._submit(SALE, SALE)
        self._submit(sale(Units=3))
        self.assertEqual(self.statement.line_ids.mapped("units"), [3])
        self.assertEqual(self.statement.line_count, 1)

    def test_what_a_person_matches_is_remembered(self):
        row = sale(SKU="B1", Territory="Merica", Channel="Web", Currency="Dollars")
        found = self._read(xlsx(row))
        values = {value.kind: value for value in found.value_ids}
        self.assertEqual(set(values), {"product", "territory", "channel", "currency"})
        self.assertIn("“Dollars”", found.problem_ids.filtered("blocking").sentence)
        values["product"].product_id = self.product
        values["territory"].country_id = self.env.ref("base.us")
        values["channel"].channel_id = self.channel
        values["currency"].currency_id = self.env.ref("base.USD")
        found.action_read()
        self.assertFalse(found.value_ids)
        self.assertFalse(found.blocking_count)
        later = self._statement("2026-07-01", "2026-09-30")
        again = self._read(xlsx(row, row), statement=later)
        self.assertFalse(again.value_ids)
        again.action_submit()
        self.assertEqual(later.line_ids.product_id, self.product)
        self.assertEqual(later.line_ids.country_id, self.env.ref("base.us"))

    def test_what_a_person_says_of_a_column_is_remembered(self):
        header = ["When", "What", "How much", *HEADER[3:], "Remark"]
        row = [SALE[0], SALE[1], 100.0, *SALE[3:], "x"]
        header[9] = "Other name"
        found = self._read(xlsx(row, header=header))
        self.assertIn("column_missing", found.problem_ids.mapped("code"))
        columns = {column.text: column for column in found.column_ids}
        columns["When"].field_name = "date"
        columns["What"].field_name = "sku"
        columns["How much"].field_name = "gross"
        columns["Remark"].field_name = "none"
        columns["Other name"].field_name = "none"
        found.action_read()
        self.assertFalse(found.problem_ids)
        again = self._read(xlsx(row, row, header=header))
        self.assertFalse(again.problem_ids)
        self.assertEqual(again.line_count, 2)

    def test_unknown_products_do_not_stop_the_submission(self):
        found = self._submit(sale(SKU="Unknown"))
        self.assertEqual(found.unmatched_count, 1)
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(self.statement.line_ids.sku, "Unknown")

    def test_a_sale_type_matches_in_any_installed_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "account_admin")]
        )._update_translations("fr_FR")
        self._submit(sale(Sale_Type="Vente directe"), sale(Sale_Type="Direct"))
        self.assertEqual(
            self.statement.line_ids.mapped("sale_type"), ["direct", "direct"]
        )

    def test_a_sku_matches_without_regard_to_case_and_space(self):
        self._submit(sale(SKU=" bear-1 "))
        self.assertEqual(self.statement.line_ids.product_id, self.product)

    def test_a_product_of_another_licensee_does_not_match(self):
        other = self._customer("Other Works")
        self._product("ELK", partner_id=other.id)
        self._submit(sale(SKU="ELK"))
        self.assertFalse(self.statement.line_ids.product_id)

    def test_control_totals_stand_beside_the_files_own_and_the_statement_before(self):
        before = self._statement("2026-01-01", "2026-03-31")
        self._submit(sale(Gross_Sales=40.0), statement=before)
        total = ["Total", *[None] * 8, 190.0]
        found = self._read(xlsx(SALE, SALE, total))
        self.assertEqual(found.line_count, 2)
        gross = found.total_ids.filtered(lambda t: t.measure == "gross")
        self.assertRecordValues(
            gross,
            [
                {
                    "currency": "USD",
                    "amount": 200,
                    "own": 190,
                    "difference": -10,
                    "previous": 40,
                }
            ],
        )
        self.assertEqual(found.problem_ids.mapped("code"), ["totals_differ"])
        found.problem_ids.action_ignore()
        self.assertFalse(found.total_ids.filtered("has_own"))

    def test_the_first_rows_are_shown(self):
        found = self._read(xlsx(SALE, sale(Description="<b>x</b>")))
        self.assertIn("BEAR-1", found.preview_html)
        self.assertIn("&lt;b&gt;", found.preview_html)

    def test_no_sales_is_said_explicitly(self):
        self.statement.action_no_sales()
        self.assertTrue(self.statement.no_sales)
        self.assertEqual(self.statement.state, "submitted")

    def test_no_sales_is_refused_where_there_are_lines(self):
        self._submit(SALE)
        with self.assertRaisesRegex(UserError, "has lines"):
            self.statement.action_no_sales()
        self.assertFalse(self.statement.no_sales)

    def test_a_file_after_no_sales_takes_it_back(self):
        self.statement.action_no_sales()
        self._submit(SALE)
        self.assertFalse(self.statement.no_sales)

    def test_an_approved_statement_takes_no_file(self):
        found = self._read(xlsx(SALE))
        self.statement.sudo().state = "approved"
        for action in (
            found.action_submit,
            self.statement.action_import,
            self.statement.action_no_sales,
        ):
            with self.assertRaisesRegex(UserError, "is approved"):
                action()
        self.assertFalse(self.statement.line_ids)

    def test_the_same_file_twice_is_named_and_has_to_be_meant(self):
        with self._on("2026-07-02"):
            self._submit(SALE)
        later = self._statement("2026-07-01", "2026-09-30")
        again = self._upload(self.statement.import_ids._get_content(), statement=later)
        again.action_read()
        self.assertEqual(again.duplicate_id.statement_id, self.statement)
        with self.assertRaisesRegex(UserError, "07/02/2026.*04/01/2026"):
            again.action_submit()
        self.assertEqual(later.state, "expected")
        again.is_confirmed = True
        again.action_submit()
        self.assertEqual(later.state, "submitted")

    def test_a_submitted_file_stays(self):
        found = self._submit(SALE)
        for change in (lambda: found.write({"filename": "x"}), found.unlink):
            with self.assertRaisesRegex(UserError, "was submitted"):
                change()

    def test_another_upload_forgets_what_was_read(self):
        found = self._read(xlsx(SALE))
        found.file = self._upload(xlsx(SALE, SALE)).file
        self.assertEqual(found.state, "draft")
        with self.assertRaisesRegex(UserError, "Read the file first"):
            found.action_submit()

    def test_going_on_with_a_file_opens_it_again(self):
        found = self._read(xlsx(SALE))
        found.action_keep()
        self.assertEqual(self.statement.action_import()["res_id"], found.id)

    def test_as_many_queries_for_ten_times_the_rows(self):
        counts = []
        for rows in (100, 1000):
            for sku in range(rows // 10):
                self._product(f"P{rows}-{sku}")
            content = xlsx(
                *(sale(SKU=f"P{rows}-{n % (rows // 10)}") for n in range(rows))
            )
            found = self._upload(content)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found.action_read()
            found.action_submit()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(self.statement.line_count, 1000)
        self.assertLessEqual(counts[1], counts[0] + 5)

    def test_a_file_that_was_read_is_not_taken_apart_again(self):
        rows = [
            sale(Units=n, Returns=n / 8, Description=f"Bear “{n}”") for n in range(600)
        ]
        found = self._read(xlsx(*rows))
        self.assertTrue(found.rows_read_by)
        with patch.object(report_file, "read", side_effect=AssertionError):
            found.action_submit()
        lines = self.statement.line_ids.sorted("row")
        self.assertEqual(len(lines), 600)
        self.assertRecordValues(
            lines[-1],
            [
                {
                    "units": 599,
                    "returns": 74.88,
                    "description": "Bear “599”",
                    "date": date(2026, 4, 15),
                    "has_reported_rate": True,
                    "reported_rate": 8,
                }
            ],
        )
        self.assertFalse(found.rows_read, "nothing is kept twice")

    def test_a_file_that_is_understood_anew_is_read_anew(self):
        found = self._read(xlsx(*[sale(Returns=7)] * 600))
        self.assertTrue(found.rows_read_by)
        column = found.column_ids.filtered(lambda one: one.field_name == "returns")
        column.field_name = NONE
        found.action_submit()
        self.assertEqual(set(self.statement.line_ids.mapped("returns")), {0})

    def test_a_long_file_is_read_and_submitted_in_the_background(self):
        content = csv_file(*[SALE] * 20_001)
        found = self._read(content, "long.csv")
        self.assertEqual((found.state, found.line_count), ("queued", 0))
        with self.assertRaisesRegex(UserError, "worked on"):
            found.action_submit()
        cron = self.env.ref("account_admin.ir_cron_licensing_import")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual((found.state, found.line_count), ("read", 20_001))
        found.action_submit()
        self.assertEqual(found.state, "writing")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(found.state, "submitted")
        self.assertEqual(self.statement.line_count, 20_001)
        self.assertEqual(found.submitted_by_id, self.env.user)

    def test_a_long_file_tells_how_far_it_is(self):
        found = self._read(csv_file(*[SALE] * 20_001), "long.csv")
        cron = self.env.ref("account_admin.ir_cron_licensing_import")
        told, progress = [], self.env["licensing.import.progress"]
        tell = type(progress)._tell

        def listen(model, number, percent):
            tell(model, number, percent)
            model.invalidate_model()
            row = model.search([("import_number", "=", found.id)])
            told.append(row.percent)

        with (
            self.enter_registry_test_mode(),
            patch.object(type(progress), "_tell", listen),
        ):
            cron.method_direct_trigger()
            found.action_submit()
            cron.method_direct_trigger()
        self.assertEqual(told[:3], [5, 40, 50])
        self.assertEqual(told[-7:-4], [60, 70, 70])
        self.assertEqual(told[-4:], [77, 84, 92, 99])
        self.assertEqual((found.progress, progress.search_count([])), (0, 0))

    def test_a_file_that_kills_its_process_is_given_up_and_lets_others_go_on(self):
        found = self._read(csv_file(*[SALE] * 20_001), "long.csv")
        other = self._upload(csv_file(SALE), "short.csv")
        other.sudo().state = "queued"
        cron = self.env.ref("account_admin.ir_cron_licensing_import")
        with self.enter_registry_test_mode():
            for _killed in range(3):
                self.env["licensing.import.progress"]._begin(found.id)
            cron.method_direct_trigger()
        self.assertEqual((found.state, other.state), ("refused", "read"))
        self.assertIn("several attempts", found.problem_ids.sentence)
        self.assertFalse(self.env["licensing.import.progress"].search([]))

    def test_a_file_read_in_another_format_is_read_anew(self):
        found = self._read(csv_file(*[SALE] * 501), "long.csv")
        self.assertTrue(found.rows_read)
        with patch.object(report_file, "FORMAT", report_file.FORMAT + 1):
            self.assertNotEqual(found.rows_read_by, found._get_reading_key())

    def test_a_long_file_that_cannot_be_submitted_any_more_says_so(self):
        found = self._read(csv_file(*[SALE] * 20_001), "long.csv")
        cron = self.env.ref("account_admin.ir_cron_licensing_import")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            found.action_submit()
            self.statement.sudo().state = "approved"
            cron.method_direct_trigger()
        self.assertEqual(found.state, "refused")
        self.assertIn("is approved: revise it", found.problem_ids.sentence)
        self.assertFalse(self.statement.line_ids)

    def test_a_file_is_uploaded_read_and_matched_on_the_screen(self):
        action = self.statement.action_import()
        self.assertFalse(action["res_id"])
        form = Form(self.env["licensing.import"].with_context(**action["context"]))
        form.file = to_binary(xlsx(sale(SKU="B1")))
        found = form.save()
        found.action_read()
        with Form(found) as form:
            form.date_order = "dmy"
            with form.value_ids.edit(0) as value:
                value.product_id = self.product
        found.action_submit()
        self.assertEqual(self.statement.line_ids.product_id, self.product)
        self.assertEqual(self.profile.date_order, "dmy")
        with Form(self.profile) as form, form.alias_ids.new() as word:
            word.kind, word.text = "territory", "Merica"
            word.country_id = self.env.ref("base.us")

    def test_the_template_is_read_back_with_its_example_left_in_place(self):
        for language in ("en_US", "fr_FR"):
            self.env["res.lang"]._activate_lang(language)
            self.licensee.lang = language
            name, content = licensing_template.build(self.contract, self.statement)
            self.assertEqual(name, "LC-2026-0001 2026-04-01 2026-06-30.xlsx")
            found = self._read(content)
            self.assertEqual(len(found.column_ids.filtered("field_name")), 18)
            self.assertEqual(
                set(found.problem_ids.mapped("code")),
                {"no_rows", "example", "other_sheets"},
            )
