"""What is wrong with a file: each problem with its row, column and value."""

from collections import Counter
from dataclasses import dataclass

#: A file that holds one of these is not read at all.
REFUSALS = frozenset(
    ("empty", "too_large", "old_xls", "xlsb", "ods", "web_page", "xml_table")
    + ("encrypted", "not_a_table", "broken", "encoding", "no_sheet", "too_many_rows")
    + ("broken_row", "doctype")
)
#: These lose information: a statement is not submitted with them.
BLOCKING = REFUSALS | frozenset(
    ("no_header", "column_missing", "column_twice", "ambiguous_date", "mixed_date")
    + ("ambiguous_number", "mixed_number", "ambiguous_rate", "mixed_sign")
    + ("bad_date", "bad_number", "bad_rate", "empty_date", "empty_currency")
    + ("no_value", "cell_error", "merged", "extra_cells", "no_rows")
    # what the file says against the way it would be read
    + ("turned_date", "other_period", "several_periods", "months_across", "more_sheets")
    + ("currency_differs", "currency_unclear", "in_thousands", "shown_below")
    + ("code_date", "code_changed", "net_differs", "unclear_row", "rate_too_high")
    + ("totals_differ", "totals_visible")
)
#: These are told.
TOLD = frozenset(
    ("encoding_guess", "other_sheets", "column_unknown", "formula", "formula_text")
    + (
        "negative_units",
        "negative_gross",
        "sign_turned",
        "skipped",
        "example",
        "hidden_rows",
        "macros",
    )
    + ("period_day", "title_day", "serial_date", "year_taken", "currency_shown")
    + ("total_row", "ignored", "old_sheets")
)
CODES = BLOCKING | TOLD
#: Problems of one kind that are kept; the rest is only counted.
KEPT = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person has to see.

    :param row: number in the file, 0 for the whole file
    :param column: its header, or letters where there is none; empty for the whole row
    """

    code: str
    row: int = 0
    column: str = ""
    value: str = ""

    @property
    def blocking(self):
        """Whether information is lost with it."""
        return self.code in BLOCKING


class Refused(Exception):
    """A file that is not read at all; ``problem`` says why."""

    def __init__(self, code, value="", row=0):
        super().__init__(code, value, row)
        self.problem = Problem(code, row, "", str(value))


class Problems:
    """All problems of a file: the first of each kind, and how many there are."""

    def __init__(self):
        self.found = []
        self.counts = Counter()

    def add(self, code, row=0, column="", value=""):
        """Keep a problem; from the 201st of a kind on it is only counted."""
        self.counts[code] += 1
        if self.counts[code] <= KEPT:
            self.found.append(Problem(code, row, column, str(value)[:80]))

    def once(self, code, *where):
        """Keep the first problem of a kind only."""
        if not self.counts[code]:
            self.add(code, *where)

    @property
    def blocking_count(self):
        """How many lose information."""
        return sum(n for code, n in self.counts.items() if code in BLOCKING)
