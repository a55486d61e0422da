"""Numbers and dates as people write them; one that can mean two things is no value."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

#: Amounts from here on are no amounts.
LARGEST = Decimal(10) ** 15
_SPACES = " \u00a0\u2009\u202f'’"
_SYMBOL = r"(?:[A-Z]{3}|[A-Z]{0,3}[$€£¥₹₽₩₺₪฿₫₱]|kr\.?|zł)"
_NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?:{_SYMBOL})?\s*(?P<late>[-+−])?\s*"
    rf"(?P<digits>\d[\d.,{_SPACES}]*|[.,]\d+)"
    rf"\s*(?P<percent>%)?\s*(?:{_SYMBOL})?\s*(?P<after>[-−])?\s*(?P<close>\))?"
)
_SIMPLE = re.compile(r"-?\d{1,12}")
#: Numbers of one separator that can be nothing but decimal, or of none.
_CALM = {c: re.compile(rf"-?\d{{1,12}}(?:[{c}]\d{{1,2}})?") for c in ",."}
_SPACED = re.compile(rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?")
#: What a separator says: nothing, or that it could be either.
PLAIN, EITHER = "plain", "either"


@lru_cache(maxsize=20_000)
def examine(text):
    """What a text says of a number.

    :return: (negative, digits with separators, percent, evidence): the evidence is the
        decimal separator it proves, ``PLAIN`` or ``EITHER``; ``None`` for no number
    """
    if _SIMPLE.fullmatch(text):
        return text[0] == "-", text.lstrip("-"), False, PLAIN
    found = _NUMBER.fullmatch(text.strip())
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [found[name] for name in ("sign", "late", "after") if found[name]]
    if len(signs) > 1 or (found["open"] and signs):
        return None
    digits = found["digits"].strip()
    if any(space in digits for space in _SPACES):
        if not _SPACED.fullmatch(digits):
            return None
        digits = re.sub(f"[{_SPACES}]", "", digits)
        # spaces part thousands already: what else there is, is decimal
        evidence = next((c for c in ",." if c in digits), PLAIN)
    else:
        evidence = _get_evidence(digits)
    if evidence is None:
        return None
    negative = bool(found["open"]) or (bool(signs) and signs[0] != "+")
    return negative, digits, bool(found["percent"]), evidence


def _get_evidence(digits):
    """Which decimal separator some digits prove: 1,234.5 the point, 12,5 the comma."""
    used = [c for c in ",." if c in digits]
    if not used:
        return PLAIN
    if len(used) == 2:
        decimal = max(used, key=digits.rfind)
        whole = digits[: digits.rfind(decimal)]
        other = "," if decimal == "." else "."
        return decimal if decimal not in whole and _is_grouped(whole, other) else None
    separator = used[0]
    if digits.count(separator) > 1:
        other = "," if separator == "." else "."
        return other if _is_grouped(digits, separator) else None
    if _is_grouped(digits, separator):
        return EITHER
    return separator


def _is_grouped(digits, separator):
    first, *rest = digits.split(separator)
    return (
        first.isdigit()
        and 1 <= len(first) <= 3
        and first[0] != "0"
        and all(len(part) == 3 and part.isdigit() for part in rest)
    )


def is_calm(text, decimal):
    """Whether it is a plain number, with that decimal separator or none."""
    return _CALM[decimal].fullmatch(text) is not None


def to_number(examined, decimal):
    """The number, read with a decimal separator.

    :return: Decimal; ``None`` when it is none with that separator
    """
    negative, digits, _percent, evidence = examined
    if evidence not in (PLAIN, EITHER, decimal):
        return None
    grouping = "," if decimal == "." else "."
    text = digits.replace(grouping, "").replace(",", ".")
    return limit(-Decimal(text) if negative else Decimal(text))


def limit(number):
    """The number, ``None`` for one that is no amount."""
    return number if abs(number) < LARGEST else None


def from_float(value):
    """The decimal that a cell shows: 1234.5600000000001 is 1234.56."""
    if not -1e15 < value < 1e15:
        return None
    return Decimal(int(value) if value.is_integer() else repr(float(value)))


# ----------------------------------------------------------------------
# DATES
# ----------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_BASIC = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_ORDERED = re.compile(
    r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?"
)
_NAMED = re.compile(r"(\d{1,2})[- .]([A-Za-z]{3})[a-z]*[- .,]+(\d{4}|\d{2})")
DMY, MDY = "dmy", "mdy"


def examine_date(text):
    """What a text says of a date.

    :return: a date where there is one way to read it; (first, second, year, evidence)
        where the order matters, the evidence being ``dmy``, ``mdy`` or ``EITHER``;
        ``None`` for no date
    """
    text = text.strip()
    found = _ISO.fullmatch(text) or _BASIC.fullmatch(text)
    if found:
        return _date(*map(int, found.groups()))
    found = _NAMED.fullmatch(text)
    if found:
        month = _MONTHS.get(found[2].lower())
        return month and _date(_year(found[3]), month, int(found[1]))
    found = _ORDERED.fullmatch(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    if first > 12 and second > 12:
        return None
    if first > 12 or (found[2] == "." and second <= 12):
        # nobody writes the month first with points
        return first, second, year, DMY
    return first, second, year, MDY if second > 12 else EITHER


def to_date(examined, order):
    """The date, read in an order; ``None`` when it is none in that order."""
    if isinstance(examined, date):
        return examined
    first, second, year, _evidence = examined
    day, month = (first, second) if order == DMY else (second, first)
    return _date(year, month, day)


def _year(text):
    return int(text) + (2000 if len(text) == 2 else 0)


def _date(year, month, day):
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None
