"""What a number format of a workbook says of the numbers that it shows."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .currencies import find_sign
from .dates import DMY, MDY, YMD

#: Formats that every workbook has: days, those that show no day, percentages, 0.00E+00.
_DAYS = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_MONTHS, _PERCENTS, _SCIENTIFIC = frozenset((17,)), frozenset((9, 10)), (11, 48)
_COLOURS = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|[<>=][^\]]*)\]",
    re.IGNORECASE,
)
#: Currency and locale, as [$€-407] or [$-409]; elapsed time, as [h].
_BRACKETS = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*](.)|(.)', re.DOTALL)
_PARTS = re.compile(r"y+|m+|d+|h+|s+|e+|g+")


@dataclass(frozen=True, slots=True)
class Look:
    """What a format says, as far as it says more than the number.

    :param epoch: the day that 0 is, for a date
    :param str order: of a date that is shown in figures: ``dmy``, ``mdy`` or ``ymd``
    :param bool monthly: month and year are shown, and no day
    :param bool percent: 0.05 is shown as 5 %
    :param str sign: the currency that is shown, a sign or code
    :param bool below: a number above 0 is shown as if it were below
    :param bool scientific: few digits are shown of many
    :param str digits: the format of a code of digits, as 00000000
    """

    epoch: date | None = None
    order: str = ""
    monthly: bool = False
    percent: bool = False
    sign: str = ""
    below: bool = False
    scientific: bool = False
    digits: str = ""


def read_format(number, code, epoch):
    """What a format says.

    :param int number: of the format
    :param str code: ``None`` for one that every workbook has
    :param date epoch: the day that 0 is in this workbook
    :rtype: Look
    :return: ``None`` where it says no more than the number
    """
    if code is None:
        if number in _DAYS:
            return Look(epoch=epoch, monthly=number in _MONTHS)
        look = Look(percent=number in _PERCENTS, scientific=number in _SCIENTIFIC)
    else:
        look = _read_code(code.split(";")[0], epoch)
    return None if look == Look() else look


def _read_code(section, epoch):
    section = _COLOURS.sub("", section)
    bare, shown = _split(section)
    if re.search(r"general|@", bare, re.IGNORECASE):
        return Look(sign=find_sign(shown))
    letters = _PARTS.findall(bare.lower())
    day = _read_day(letters, epoch)
    if day:
        return day
    return Look(
        percent="%" in bare,
        sign=find_sign(shown),
        below=_shows_below(shown),
        scientific=bool(re.search(r"e[+-]", bare, re.IGNORECASE)),
        digits=section if _is_code(bare, section) else "",
    )


def _split(section):
    """(format without literals, what it shows beside figures)."""
    bare, shown = [], []
    section = _BRACKETS.sub(lambda one: f'"{one[1] or ""}"', section)
    for quoted, escaped, blank, plain in _TOKEN.findall(section):
        if plain:
            bare.append(plain)
        shown.append(" " if blank else quoted or escaped or plain)
    return "".join(bare), "".join(shown)


def _read_day(letters, epoch):
    """The look of a date, ``None`` for a number or a time of day."""
    kinds = []
    for place, part in enumerate(letters):
        kind = part[0]
        if kind == "m" and len(part) < 3:
            before = letters[place - 1][0] if place else ""
            after = letters[place + 1][0] if place + 1 < len(letters) else ""
            # minutes
            if before == "h" or after == "s":
                continue
        if kind in "ymd" and kind not in kinds:
            kinds.append(kind)
    has_name = any(part.startswith("mmm") for part in letters)
    if "y" not in kinds and "d" not in kinds and not has_name:
        return None
    order = "".join(kinds)
    # a month in words can be taken for no day
    known = {DMY, MDY, YMD} if not has_name else ()
    order = next((one for one in known if one.startswith(order[:2])), "")
    return Look(
        epoch=epoch,
        order=order if "d" in kinds and "m" in kinds else "",
        monthly="m" in kinds and "d" not in kinds,
    )


def _shows_below(shown):
    """Whether what is above 0 is shown in parentheses or with a minus."""
    figures = [place for place, one in enumerate(shown) if one in "0#?"]
    if not figures:
        return False
    before, after = shown[: figures[0]], shown[figures[-1] + 1 :]
    return bool(
        ("(" in before and ")" in after)
        or re.fullmatch(r"\s*[-−]\s*", before)
        or re.fullmatch(r"\s*[-−]\s*", after)
    ) and not re.search(r"[-−]", shown[figures[0] : figures[-1]])


def _is_code(bare, section):
    """Whether whole numbers are shown with leading zeros or between letters."""
    figures = re.sub(r"[^0#?]", "", bare)
    if not figures or re.search(r"[.,%/eE]", bare):
        return False
    literals = "".join(q or e for q, e, _b, _p in _TOKEN.findall(section))
    parted = re.search(r"[0#?][^0#?]+[0#?]", bare) is not None
    return figures.count("0") > 1 or bool(re.search(r"\w", literals)) or parted


@lru_cache(maxsize=10_000)
def show_digits(value, section):
    """A whole number as its format shows it: 12345 in 00000000 is 00012345."""
    left, shown = list(str(abs(value))), []
    section = _BRACKETS.sub("", section)
    tokens = [
        (quoted or escaped or "", plain)
        for quoted, escaped, _blank, plain in _TOKEN.findall(section)
    ]
    first = next(n for n, (_t, plain) in enumerate(tokens) if plain and plain in "0#?")
    for place in range(len(tokens) - 1, -1, -1):
        text, plain = tokens[place]
        if plain and plain in "0#?":
            shown.append(left.pop() if left else {"0": "0"}.get(plain, ""))
            if place == first:
                shown.extend(reversed(left))
        else:
            shown.append(text or plain)
    return "".join(reversed(shown)).strip()
