"""How a licensee writes its reports, and what is known of the one to be read."""

import re
from dataclasses import dataclass, field

AUTO = "auto"
#: Rows that a person may leave out of one file.
MOST_IGNORED = 1_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a licensee's files; ``auto`` decides from whole columns.

    :param date_order: ``dmy``, ``mdy``, ``ymd`` or ``auto``
    :param decimal: ``,`` or ``.`` or ``auto``
    :param percent: ``percent`` (5 is 5 %), ``fraction`` (0.05 is 5 %) or ``auto``
    :param returns: deductions are ``positive`` or ``negative`` in the file, or ``auto``
    :param currency: code of rows that name none, empty where each has to
    :param sheet: its name, empty for the first one that is not hidden
    :param columns: normalised header -> field, empty for a column that is not read
    :param period: first and last day of the statement, empty where it is not known
    :param ignored: numbers of rows that a person said are not to be read
    """

    date_order: str = AUTO
    decimal: str = AUTO
    percent: str = AUTO
    returns: str = AUTO
    currency: str = ""
    sheet: str = ""
    columns: dict = field(default_factory=dict)
    period: tuple = ()
    ignored: tuple = ()


def parse_rows(text):
    """Numbers of rows that a person wrote: ``7, 12-15``.

    :return: sorted tuple; ``None`` for what is no list of rows, or of too many
    """
    numbers = set()
    for part in re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", text or "").strip()):
        found = re.fullmatch(r"(\d{1,7})(?:-(\d{1,7}))?", part)
        if not found and part:
            return None
        if found:
            first, last = int(found[1]), int(found[2] or found[1])
            if not first <= last <= first + MOST_IGNORED:
                return None
            numbers.update(range(first, last + 1))
    return tuple(sorted(numbers)) if len(numbers) <= MOST_IGNORED else None
