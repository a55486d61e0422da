"""How a licensee writes its reports."""

from dataclasses import dataclass, field

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a licensee's files; ``auto`` decides from whole columns.

    :param date_order: ``dmy``, ``mdy``, ``ymd`` or ``auto``
    :param decimal: ``,`` or ``.`` or ``auto``
    :param percent: ``percent`` (5 is 5 %), ``fraction`` (0.05 is 5 %) or ``auto``
    :param returns: deductions are ``positive`` or ``negative`` in the file, or ``auto``
    :param currency: whether there is one for files without that column
    :param sheet: its name, empty for the first one that is not hidden
    :param columns: normalised header -> field, empty for a column that is not read
    """

    date_order: str = AUTO
    decimal: str = AUTO
    percent: str = AUTO
    returns: str = AUTO
    currency: bool = False
    sheet: str = ""
    columns: dict = field(default_factory=dict)
