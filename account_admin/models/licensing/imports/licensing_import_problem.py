from odoo import api, fields, models

from ....engine import report_file

#: Problems that are found by what is known here, not by the file alone.
UNKNOWN = ("unknown_currency", "unknown_sale_type", "failed")
BLOCKING = frozenset((*report_file.BLOCKING, *UNKNOWN))


class LicensingImportProblem(models.Model):
    """Something in a report file that a person has to see."""

    _name = "licensing.import.problem"
    _description = "Problem in a Report File"
    _inherit = ["licensing.sentence.mixin"]
    _order = "import_id, blocking desc, row, id"
    _rec_name = "sentence"
    _log_access = False

    import_id = fields.Many2one(
        comodel_name="licensing.import",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="import_id.company_id")
    row = fields.Integer(
        readonly=True, aggregator=None, help="Row of the file, headings counted."
    )
    column = fields.Char(readonly=True, help="The heading under which it stands.")
    code = fields.Char(required=True, readonly=True)
    value = fields.Char(readonly=True)
    blocking = fields.Boolean(
        readonly=True, help="The file cannot be submitted with it."
    )
    sentence = fields.Char(string="What to Do", help="How the file is put right.")

    can_ignore = fields.Boolean(compute="_compute_can_ignore")

    _sentence_fields = ("code", "row", "column", "value")

    @api.depends("row", "code", "import_id.header_row", "import_id.state")
    def _compute_can_ignore(self):
        for problem in self:
            found = problem.import_id
            problem.can_ignore = bool(
                problem.row
                and problem.row != found.header_row
                and found.state == "read"
                and problem.code != "ignored"
            )

    def action_ignore(self):
        """Leave the row out of the file, as a person says, and read it again."""
        self.ensure_one()
        return self.import_id._ignore_row(self.row, True)

    def action_take(self):
        """Read an ignored row again."""
        self.ensure_one()
        return self.import_id._ignore_row(self.row, False)

    def _get_places(self):
        return {
            "row": self.row,
            "column": self.column or "",
            "value": self.value or "",
        }

    @api.model
    def _get_sentences(self):
        """What each code says, with places for row, column and value.

        :return: dict code -> text
        """
        return (
            self._get_refusals()
            | self._get_headers()
            | self._get_columns()
            | self._get_cells()
            | self._get_contradictions()
            | self._get_told()
            | self._get_taken()
        )

    @api.model
    def _get_refusals(self):
        """Why a file is not read at all: dict code -> text with places."""
        return {
            "empty": self.env._("The file is empty: ask for the report again."),
            "too_large": self.env._(
                "The file unpacks to more than %(value)s MB: ask for one with the"
                " report only."
            ),
            "old_xls": self.env._(
                "This is a file of Excel 97-2003 (.xls): open it and save it as .xlsx."
            ),
            "xlsb": self.env._(
                "This is a binary workbook (.xlsb): open it and save it as .xlsx."
            ),
            "ods": self.env._(
                "This is an OpenDocument spreadsheet (.ods), as LibreOffice writes it:"
                " open it and save it as .xlsx."
            ),
            "web_page": self.env._(
                "This is a web page (HTML), whatever its name says: open it in a"
                " spreadsheet and save it as .xlsx."
            ),
            "xml_table": self.env._(
                "This is an XML file, as Excel 2003 wrote some: open it and save it as"
                " .xlsx."
            ),
            "encrypted": self.env._(
                "The file is protected by a password: save it without."
            ),
            "not_a_table": self.env._(
                "This is no workbook and no CSV file: ask for the report as .xlsx."
            ),
            "broken": self.env._(
                "The file is damaged near row %(row)s: open it and save it again."
            ),
            "doctype": self.env._("The file declares entities, which no report does."),
            "encoding": self.env._(
                "The file's characters cannot be read (%(value)s): save it as UTF-8."
            ),
            "no_sheet": self.env._("The workbook has no sheet “%(value)s” to read."),
            "too_many_rows": self.env._(
                "The file has more than %(value)s rows: part it."
            ),
            "failed": self.env._("The file could not be worked on: %(value)s"),
            "broken_row": self.env._(
                "Row %(row)s: a quotation mark is missing or too many."
            ),
        }

    @api.model
    def _get_headers(self):
        """Problems of the file as a whole: dict code -> text with places."""
        return {
            "no_header": self.env._(
                "No header was recognised, row %(row)s was taken: say what each column"
                " is."
            ),
            "no_rows": self.env._(
                "The file has no rows: if nothing was sold, report “No Sales”."
            ),
            "column_missing": self.env._(
                "No column is the %(column)s: say which one it is, or ask for it."
            ),
            "column_twice": self.env._(
                "Column “%(column)s” is one of several that are “%(value)s”: keep one."
            ),
            "column_unknown": self.env._(
                "Column “%(column)s” is not read: say what it is, or that it is not"
                " needed."
            ),
            "months_across": self.env._(
                "Months stand across the columns (%(value)s): ask for one row a month,"
                " with its date and its gross sales."
            ),
            "more_sheets": self.env._(
                "Other sheets have the same headings and sales of this period, and were"
                " not read: %(value)s. Ask for all rows on one sheet, or say in “Sheet”"
                " which one it is."
            ),
            "other_period": self.env._(
                "“%(value)s” in the file names another period than that of the"
                " statement or of the rows: ask, or ignore row %(row)s."
            ),
            "several_periods": self.env._(
                "The file names several periods (%(value)s), and no column is the date:"
                " ask for a date in each row."
            ),
            "in_thousands": self.env._(
                "“%(value)s” in the file: its amounts are not whole. Ask for them in"
                " full."
            ),
        }

    @api.model
    def _get_columns(self):
        """Problems of whole columns: dict code -> text with places."""
        return {
            "ambiguous_date": self.env._(
                "Column “%(column)s”, from row %(row)s on: %(value)s can be read day"
                " first or month first: set “Dates”."
            ),
            "mixed_date": self.env._(
                "Row %(row)s, “%(column)s”: %(value)s is in another order than other"
                " rows: ask the licensee."
            ),
            "ambiguous_number": self.env._(
                "Column “%(column)s”, row %(row)s: %(value)s can be thousands or"
                " decimals: set “Numbers”."
            ),
            "mixed_number": self.env._(
                "Row %(row)s, “%(column)s”: %(value)s is written otherwise than other"
                " numbers: set “Numbers” or ask."
            ),
            "ambiguous_rate": self.env._(
                "Column “%(column)s”, row %(row)s: %(value)s can be a fraction or"
                " percent: set “Rates”."
            ),
            "mixed_sign": self.env._(
                "Column “%(column)s” has amounts above and below 0, %(value)s in row"
                " %(row)s: set “Deductions Stand”."
            ),
            "sign_turned": self.env._(
                "Column “%(column)s” stands below 0, as in row %(row)s: it was turned."
            ),
            "totals_differ": self.env._(
                "Row %(row)s: the file's own total of “%(column)s” is another one than"
                " that of its rows, by %(value)s: ask the licensee, or ignore row"
                " %(row)s."
            ),
            "totals_visible": self.env._(
                "Row %(row)s: the file's own total counts only the rows that show; rows"
                " %(value)s are hidden, maybe by a filter. Ask whether they are"
                " reported, and ignore row %(row)s or those."
            ),
            "turned_date": self.env._(
                "Row %(row)s, “%(column)s”: in the date %(value)s a spreadsheet seems"
                " to have turned day and month: ask for dates as 2026-12-31."
            ),
            "net_differs": self.env._(
                "Row %(row)s, “%(column)s”: by the net of %(value)s, the deductions are"
                " to be read with the other sign: set “Deductions Stand” or ask."
            ),
        }

    @api.model
    def _get_told(self):
        """What a person should know, no more: dict code -> text with places."""
        return {
            "encoding_guess": self.env._(
                "The file is not UTF-8: it was read as %(value)s."
            ),
            "other_sheets": self.env._("Only one sheet was read, not: %(value)s."),
            "formula": self.env._(
                "Row %(row)s, “%(column)s”: a formula; its result %(value)s was read."
            ),
            "formula_text": self.env._(
                "Row %(row)s, “%(column)s”: “%(value)s” looks like a formula and was"
                " kept as text."
            ),
            "negative_units": self.env._("Row %(row)s: %(value)s units are below 0."),
            "negative_gross": self.env._(
                "Row %(row)s: gross sales of %(value)s are below 0."
            ),
            "skipped": self.env._("Row %(row)s was taken for a note: “%(value)s”."),
            "example": self.env._("Row %(row)s is the template's example."),
            "hidden_rows": self.env._(
                "Row %(row)s is hidden in the file; it was read."
            ),
        }

    @api.model
    def _get_taken(self):
        """What was read although no cell says it outright: dict code -> text."""
        return {
            "period_day": self.env._(
                "Row %(row)s, “%(column)s”: “%(value)s” is a month or another period;"
                " its last day is the date, here and in other rows."
            ),
            "title_day": self.env._(
                "No column is the date: the last day of “%(value)s”, %(column)s, was"
                " taken for the whole period."
            ),
            "serial_date": self.env._(
                "Row %(row)s, “%(column)s”: the number %(value)s was read as the day"
                " that it is in a spreadsheet, here and in other rows."
            ),
            "year_taken": self.env._(
                "Row %(row)s, “%(column)s”: “%(value)s” has no year; that of the"
                " statement was taken, here and in other rows."
            ),
            "currency_shown": self.env._(
                "No column is the currency: “%(column)s” with the amounts was read as"
                " %(value)s."
            ),
            "total_row": self.env._(
                "Row %(row)s adds up rows above it and is no sale: “%(value)s”."
            ),
            "macros": self.env._("The file has macros; they were not run."),
            "old_sheets": self.env._(
                "Sheets of another period were not read: %(value)s."
            ),
            "ignored": self.env._("Row %(row)s is ignored, as a person said."),
        }

    @api.model
    def _get_contradictions(self):
        """Cells that say two things: dict code -> text with places."""
        return {
            "currency_differs": self.env._(
                "Row %(row)s, “%(column)s”: what is said of its currency differs"
                " (%(value)s): ask which it is."
            ),
            "currency_unclear": self.env._(
                "Row %(row)s: which currency “%(value)s” is, is not clear: set"
                " “Currency if Empty”, or ask for a column with the currency."
            ),
            "shown_below": self.env._(
                "Row %(row)s, “%(column)s”: the cell holds %(value)s and shows it below"
                " 0: ask which it is."
            ),
            "code_date": self.env._(
                "Row %(row)s, “%(column)s”: a spreadsheet made a date of the code,"
                " %(value)s: ask for the codes as text."
            ),
            "code_changed": self.env._(
                "Row %(row)s, “%(column)s”: %(value)s is not the whole code, a"
                " spreadsheet shortened it: ask for the codes as text."
            ),
            "unclear_row": self.env._(
                "Row %(row)s has amounts, but no date and no article (%(value)s): ask,"
                " or ignore it if it is no sale."
            ),
            "rate_too_high": self.env._(
                "Row %(row)s, “%(column)s”: the cell shows %(value)s percent: ask for"
                " the rate."
            ),
        }

    @api.model
    def _get_cells(self):
        """Problems of single rows: dict code -> text with places."""
        return {
            "bad_date": self.env._(
                "Row %(row)s, “%(column)s”: “%(value)s” is no date."
            ),
            "bad_number": self.env._(
                "Row %(row)s, “%(column)s”: “%(value)s” is no number."
            ),
            "bad_rate": self.env._(
                "Row %(row)s, “%(column)s”: “%(value)s” is no rate."
            ),
            "empty_date": self.env._("Row %(row)s: the date is missing."),
            "empty_currency": self.env._("Row %(row)s: the currency is missing."),
            "unknown_currency": self.env._(
                "Row %(row)s: “%(value)s” is no known currency: match it below."
            ),
            "unknown_sale_type": self.env._(
                "Row %(row)s: “%(value)s” is no known sale type: match it below."
            ),
            "no_value": self.env._(
                "Row %(row)s, “%(column)s”: a formula without its result: open the file"
                " and save it again."
            ),
            "cell_error": self.env._(
                "Row %(row)s, “%(column)s”: the cell shows %(value)s."
            ),
            "merged": self.env._(
                "Row %(row)s, “%(column)s”: cells %(value)s are merged, all but the"
                " first are empty: part them."
            ),
            "extra_cells": self.env._(
                "Row %(row)s: a value right of the header, %(value)s: is a comma part"
                " of a number?"
            ),
        }
