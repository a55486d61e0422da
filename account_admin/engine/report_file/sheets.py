"""Which sheet of a workbook is the report, and what the others are."""

from dataclasses import dataclass, replace
from itertools import islice

from .header import DEPTH, REQUIRED, find_header, match
from .money import MONEY
from .problems import Refused
from .source import open_sheet
from .titles import list_texts

#: Sheets that are looked at.
MOST = 100


@dataclass(slots=True)
class _Look:
    """What the first rows of a sheet say.

    :param fields: those of its header, empty where none is recognised
    """

    sheet: object
    fields: frozenset = frozenset()
    is_filled: bool = False
    has_rows: bool = False
    texts: tuple = ()


def choose_sheet(source, profile):
    """The sheet that is the report.

    :param Source source: of the workbook
    :return: (source of the sheet, other sheets that are looked at)
    :raise Refused: for one that a person named and that is not there
    """
    sheets, wanted = source.book.sheets[:MOST], profile.sheet.casefold()
    if wanted:
        named = [one for one in sheets if one.name.casefold() == wanted]
        if not named:
            raise Refused("no_sheet", profile.sheet)
        looks = [_look(source, one, profile) for one in sheets]
        chosen = next(look for look in looks if look.sheet is named[0])
    else:
        looks = [_look(source, one, profile) for one in sheets]
        shown = [look for look in looks if look.sheet.is_visible]
        if not shown:
            raise Refused("no_sheet", "")
        chosen = max(shown, key=_rank)
    others = [look for look in looks if look is not chosen]
    return open_sheet(source, chosen.sheet), others


def _rank(look):
    """The first sheet with the most of what a report needs."""
    needed = sum(name in look.fields for name in REQUIRED)
    return bool(look.fields), needed, look.has_rows, look.is_filled


def _look(source, sheet, profile):
    try:
        lines = list(islice(open_sheet(source, sheet).rows, DEPTH + 1))
    except Refused:
        return _Look(sheet)
    place, known = find_header(lines, profile.columns)
    if not known:
        return _Look(sheet, is_filled=bool(lines), texts=tuple(list_texts(lines)))
    header = [cell for cell in lines[place][1] if isinstance(cell, str)]
    fields = frozenset(match(text, profile.columns) for text in header) - {None, ""}
    return _Look(sheet, fields, True, len(lines) > place + 1)


def check_others(report, others, profile, read):
    """Name the other sheets; those that go on with the report stop it.

    :param Report report: of the sheet that was read
    :param read: function that reads a sheet of a profile
    """
    needed = {c.field for c in report.columns} & {"date", "sku"}
    parts, old, rest = [], [], []
    for look in others:
        kind = rest
        is_like = needed <= look.fields and look.fields.intersection(MONEY)
        if needed and is_like and look.has_rows and not profile.sheet:
            kind = {"part": parts, "old": old}.get(
                _compare(report, look.sheet, profile, read), rest
            )
        if kind is not rest or look.sheet.is_visible:
            kind.append(look.sheet.name)
    for code, names in (
        ("more_sheets", parts),
        ("old_sheets", old),
        ("other_sheets", rest),
    ):
        if names:
            report.problems.add(code, 0, "", ", ".join(names))


def _compare(report, sheet, profile, read):
    """``part`` of the report, ``old`` or a ``copy`` of what it says."""
    try:
        other = read(replace(profile, sheet=sheet.name))
    except Refused:
        return "part"
    if not other.rows:
        return "copy"
    days = [row.date for row in other.rows]
    if profile.period and None not in days:
        first, last = profile.period
        if not any(first <= day <= last for day in days):
            return "old"
    is_same = _add_up(other.rows) == _add_up(report.rows)
    return "copy" if is_same else "part"


def _add_up(rows):
    found = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, 0) + row.gross
    return found
