"""Spreadsheets of our lists and pivots: text stays text, even when it starts with =."""

import json

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

#: What a workbook's writer makes a formula or a link of.
ACTIVE = (
    "=",
    "{=",
    "http:",
    "https:",
    "ftp:",
    "ftps:",
    "file:",
    "mailto:",
    "internal:",
    "external:",
)
PREFIXES = ("account.admin.", "collections.", "licensing.", "national.account")


class TextWriter:
    """Writes a text as a text, never as a formula somebody put into a name."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class TextXlsxWriter(TextWriter, ExportXlsxWriter):
    pass


class TextGroupXlsxWriter(TextWriter, GroupExportXlsxWriter):
    pass


def is_ours():
    """Whether a list of ours is exported; other lists are Odoo's matter."""
    return json.loads(request.params["data"])["model"].startswith(PREFIXES)


class XlsxExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        if not is_ours():
            return super().from_data(fields, columns_headers, rows)
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        if not is_ours():
            return super().from_group_data(fields, columns_headers, groups)
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value


class CsvExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        if is_ours():
            rows = [[as_text(value) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)


def as_text(value):
    """A value that no spreadsheet runs: Odoo sees to those with =, + and -."""
    if isinstance(value, str) and value.startswith(("@", "\t", "\r", "\n")):
        return f"'{value}"
    return value


class PivotExport(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if hasattr(data, "read") else json.loads(data)
        if table and str(table.get("model", "")).startswith(PREFIXES):
            titles = [cell for row in table["col_group_headers"] for cell in row]
            for cell in [*titles, *table["measure_headers"], *table["rows"]]:
                # a space before it, as Odoo indents the titles of rows
                if str(cell["title"]).startswith(ACTIVE):
                    cell["title"] = f" {cell['title']}"
        return super().export_xlsx(json.dumps(table), **kw)
