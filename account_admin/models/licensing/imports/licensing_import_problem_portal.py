"""Problems in a report file, in words for the licensee who sent it."""

from odoo import api, models

from ....engine import report_file


class LicensingImportProblem(models.Model):
    _inherit = "licensing.import.problem"

    def _tell_licensee(self):
        """What each problem says to a licensee.

        :return: list of sentences, in order
        """
        sentences = self._get_sentences() | self._get_licensee_sentences()
        labels = report_file.get_labels(self.env.lang)
        return [
            sentences[problem.code]
            % {
                "row": problem.row,
                "column": labels.get(problem.column, problem.column or ""),
                "value": labels.get(problem.value, problem.value or ""),
            }
            for problem in self
        ]

    @api.model
    def _get_licensee_sentences(self):
        """Where the desk would be told to set something: dict code -> text."""
        return {
            "empty": self.env._("The file is empty."),
            "too_large": self.env._(
                "The file unpacks to more than %(value)s MB: send the report only."
            ),
            "failed": self.env._("We could not work on this file: send another one."),
            "no_header": self.env._(
                "Row %(row)s was taken for the headings, but we know none of them."
            ),
            "no_rows": self.env._(
                "The file has no rows: if nothing was sold, say so below."
            ),
            "column_missing": self.env._("There is no column “%(column)s”."),
            "column_twice": self.env._(
                "Column “%(column)s” is one of several for “%(value)s”: keep one."
            ),
            "column_unknown": self.env._("Column “%(column)s” is not read."),
            **self._get_licensee_columns(),
            **self._get_licensee_contradictions(),
        }

    @api.model
    def _get_licensee_columns(self):
        """The same of columns that can be read in two ways."""
        return {
            "ambiguous_date": self.env._(
                "Column “%(column)s”, from row %(row)s on: %(value)s can be read day"
                " first or month first: write dates as 2026-12-31."
            ),
            "mixed_date": self.env._(
                "Row %(row)s, “%(column)s”: %(value)s is in another order than other"
                " rows: write dates as 2026-12-31."
            ),
            "ambiguous_number": self.env._(
                "Column “%(column)s”, row %(row)s: %(value)s can be thousands or"
                " decimals: write it without thousands separators."
            ),
            "mixed_number": self.env._(
                "Row %(row)s, “%(column)s”: %(value)s is written otherwise than other"
                " numbers: write all of them alike."
            ),
            "ambiguous_rate": self.env._(
                "Column “%(column)s”, row %(row)s: %(value)s can be a fraction or"
                " percent: write it with a percent sign."
            ),
            "mixed_sign": self.env._(
                "Column “%(column)s” has amounts above and below 0, %(value)s in row"
                " %(row)s: write all of them alike."
            ),
            "totals_differ": self.env._(
                "Row %(row)s: your own total of “%(column)s” is another one than that"
                " of the rows, by %(value)s."
            ),
            "unknown_currency": self.env._(
                "Row %(row)s: “%(value)s” is no known currency: write a code such as"
                " USD."
            ),
            "unknown_sale_type": self.env._(
                "Row %(row)s: “%(value)s” is no known sale type: choose one of the"
                " template."
            ),
        }

    @api.model
    def _get_licensee_contradictions(self):
        """What the file says twice, and otherwise: dict code -> text."""
        return {
            "not_a_table": self.env._("This is no workbook and no CSV file."),
            "months_across": self.env._(
                "Months stand across the columns (%(value)s): write one row a month,"
                " with its date and its gross sales."
            ),
            "more_sheets": self.env._(
                "Other sheets have the same headings and sales of this period:"
                " %(value)s. Put all rows on one sheet."
            ),
            "other_period": self.env._(
                "“%(value)s” in the file names another period than that of the"
                " statement or of the rows: correct it."
            ),
            "several_periods": self.env._(
                "The file names several periods (%(value)s): write a date in each row."
            ),
            "in_thousands": self.env._(
                "“%(value)s” in the file: write the amounts in full."
            ),
            "totals_visible": self.env._(
                "Row %(row)s: your own total counts only the rows that show; rows"
                " %(value)s are hidden. Show them or remove them."
            ),
            "turned_date": self.env._(
                "Row %(row)s, “%(column)s”: in the date %(value)s your spreadsheet"
                " seems to have turned day and month: write dates as 2026-12-31."
            ),
            "net_differs": self.env._(
                "Row %(row)s, “%(column)s”: the net of %(value)s is not the gross less"
                " the deductions: correct it."
            ),
            "currency_differs": self.env._(
                "Row %(row)s, “%(column)s”: what is said of the currency differs"
                " (%(value)s): correct it."
            ),
            "currency_unclear": self.env._(
                "Row %(row)s: which currency “%(value)s” is, is not clear: add a column"
                " with a code such as USD."
            ),
            "shown_below": self.env._(
                "Row %(row)s, “%(column)s”: the cell holds %(value)s and shows it below"
                " 0: correct it."
            ),
            "code_date": self.env._(
                "Row %(row)s, “%(column)s”: your spreadsheet made a date of the code,"
                " %(value)s: write the codes as text."
            ),
            "code_changed": self.env._(
                "Row %(row)s, “%(column)s”: %(value)s is not the whole code, your"
                " spreadsheet shortened it: write the codes as text."
            ),
            "unclear_row": self.env._(
                "Row %(row)s has amounts, but no date and no article (%(value)s): add"
                " them, or remove the row."
            ),
            "rate_too_high": self.env._(
                "Row %(row)s, “%(column)s”: the cell shows %(value)s percent: correct"
                " the rate."
            ),
        }
