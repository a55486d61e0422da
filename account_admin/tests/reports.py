"""Reading reports as their readers do: cells of a workbook, text of a PDF."""

import io

from openpyxl import load_workbook

from odoo import fields
from odoo.tools.pdf import PdfFileReader

from .common import CollectionsCommon


class ReportsCommon(CollectionsCommon):
    def _day(self, text):
        return fields.Date.to_date(text)

    def _wizard(self, day, **vals):
        return self.env["account.admin.aging.wizard"].create(
            {"date": day, "company_ids": self.company.ids, **vals}
        )

    def _sheets(self, content, head):
        """Tables of a workbook below their headers: dict name -> list of dicts.

        :param str head: label of the first column of the tables that are read
        """
        found = {}
        for sheet in load_workbook(io.BytesIO(content), data_only=True):
            rows = list(sheet.iter_rows(values_only=True))
            starts = [n for n, row in enumerate(rows) if row[0] == head]
            if starts:
                header = rows[starts[0]]
                found[sheet.title] = [
                    dict(zip(header, row, strict=True))
                    for row in rows[starts[0] + 1 :]
                    if row[0] and any(cell is not None for cell in row[1:])
                ]
        return found

    def _aging_rows(self, day, **vals):
        """Rows of the aging's workbook by account, its total as ``Total``."""
        content = self._wizard(day, **vals)._get_xlsx()[1]
        (rows,) = (
            rows
            for name, rows in self._sheets(content, "Account").items()
            if name == "Account"
        )
        return {row["Account"]: row for row in rows}

    def _tie_out(self, day):
        """Rows of the tie-out sheet."""
        content = self._wizard(day)._get_xlsx()[1]
        return self._sheets(content, "Receivable account")["Tie-out"]

    def _assert_ties(self, day):
        for row in self._tie_out(day):
            self.assertEqual(row["Difference"], 0, row)
            self.assertEqual(row["Ledger balance"], row["Sum of open items"])

    def _pdf_text(self, report, records):
        """Text of a report's pages, one line for each run of characters."""
        with self.allow_pdf_render():
            content, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(report, records.ids)
            )
        self.assertEqual(kind, "pdf")
        return self._text_of(content)

    def _text_of(self, content):
        reader = PdfFileReader(io.BytesIO(content))
        text = "\n".join(page.extract_text() for page in reader.pages)
        return text.replace("\N{NO-BREAK SPACE}", " ").replace("\ufeff", "")

    def _statement(self, day, partner=None, **vals):
        """A statement made through the wizard."""
        wizard = self.env["collections.statement.wizard"].create(
            {
                "date": day,
                "company_id": self.company.id,
                "partner_ids": (self.customer if partner is None else partner).ids,
                **vals,
            }
        )
        return wizard._make()
