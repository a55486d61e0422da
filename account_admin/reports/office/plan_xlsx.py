"""A plan as a workbook that people fill in: its sheet is what the import reads."""

import io

import xlsxwriter
from xlsxwriter.utility import xl_range

from odoo import models

from ...engine.office.plan import MONTHS
from ...engine.office.plan_file import write_key

#: Rows: title, key, account, empty, months, then the measures.
HEAD = 4


class AccountAdminPlan(models.Model):
    _inherit = "account.admin.plan"

    def _get_xlsx(self):
        """The plan; only its amounts can be changed.

        :return: name and bytes of the workbook
        """
        self.ensure_one()
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(
            buffer, {"strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet(self.env._("Plan"))
        if self.env["res.lang"]._lang_get(self.env.lang or "en_US").direction == "rtl":
            sheet.right_to_left()
        self._write_head(book, sheet)
        self._write_lines(book, sheet)
        # without a password: a slip is kept away, nobody is
        sheet.protect(options={"format_columns": True, "format_cells": True})
        sheet.freeze_panes(HEAD + 1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        book.close()
        name = f"{self.display_name}.xlsx".replace("/", "-")
        return name, buffer.getvalue()

    def _write_head(self, book, sheet):
        bold = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "align": "right"}
        )
        sheet.write_string(0, 0, self.display_name, bold)
        sheet.write_string(1, 0, self.env._("Key"))
        sheet.write_string(1, 1, write_key(self.id, self.year, self.version))
        sheet.write_string(2, 0, self.env._("Amounts in"))
        sheet.write_string(2, 1, self.currency_id.name)
        sheet.write_string(HEAD, 0, self.env._("Measure"), head)
        for month in range(1, MONTHS + 1):
            sheet.write_string(HEAD, month, f"{self.year}-{month:02}", head)
        sheet.write_string(HEAD, MONTHS + 1, self.env._("Year"), head)
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, MONTHS + 1, 13)

    def _write_lines(self, book, sheet):
        decimals = self.currency_id.decimal_places
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        labels = self._get_measure_labels()
        for row, line in enumerate(self.line_ids, start=HEAD + 1):
            is_count = line.measure == "sku"
            look = {"num_format": "#,##0" if is_count else pattern}
            open_cell = book.add_format({**look, "locked": False})
            sheet.write_string(row, 0, labels[line.measure])
            for column, amount in enumerate(line._months, start=1):
                sheet.write_number(row, column, amount, open_cell)
            cells = xl_range(row, 1, row, MONTHS)
            sheet.write_formula(
                row,
                MONTHS + 1,
                f"={'MAX' if is_count else 'SUM'}({cells})",
                book.add_format({**look, "bold": True}),
                line.total,
            )
        sheet.write_string(
            HEAD + 2 + len(self.line_ids),
            0,
            self.env._(
                "Change the amounts only, save, and take the file in with the plan's"
                " “Import”. Enter 0 where nothing is planned."
            ),
            book.add_format({"italic": True}),
        )
