"""A part of the quarterly pack, the same for its sheet and its pages."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Section:
    """A table with its title.

    :param list columns: of ``report.xlsx.Column``; ``factor`` is a number like 0.97
    :param list rows: (currency or ``None``, list of values)
    :param dict totals: currency -> values of the columns that have a total
    """

    title: str
    columns: list
    rows: list
    note: str
    totals: dict = field(default_factory=dict)
