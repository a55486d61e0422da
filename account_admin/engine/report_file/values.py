"""Numbers as people write them; one that can mean two things is no value."""

import re
from decimal import Decimal
from functools import lru_cache

from .currencies import SIGN
from .header_text import drop_marks

#: Amounts from here on are no amounts.
LARGEST = Decimal(10) ** 15
#: Characters of a number at most.
LONGEST = 60
_SPACES = " \u00a0\u2009\u202f'’"
_SYMBOL = rf"(?:[A-Z]{{2,3}}(?=[\s\d(-])|{SIGN}|[A-Z]{{3}})"
_MINUS = "-−–‐‑"
_AFFIX = rf"(?:{_SYMBOL}|\s|[{_MINUS}+]|[()]|%)"
_NUMBER = re.compile(
    rf"(?P<before>{_AFFIX}*)(?P<digits>\d[\d.,{_SPACES}]*|[.,]\d+)(?P<after>{_AFFIX}*)"
)
_AFFIXES = re.compile(rf"({_SYMBOL})|([{_MINUS}+])|([()])|(%)")
#: How accounting formats show zero.
_DASH = re.compile(rf"(?:({_SYMBOL})|\s)*[{_MINUS}—]{{1,3}}(?:({_SYMBOL})|\s)*")
_SIMPLE = re.compile(r"-?\d{1,12}")
#: Numbers of one separator that can be nothing but decimal, or of none.
_CALM = {c: re.compile(rf"-?\d{{1,12}}(?:[{c}]\d{{1,2}})?") for c in ",."}
_SPACED = re.compile(rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?")
#: What a separator says: nothing, or that it could be either.
PLAIN, EITHER = "plain", "either"


@lru_cache(maxsize=20_000)
def examine(text):
    """What a text says of a number.

    :return: (negative, digits with separators, percent, evidence, currency): the
        evidence is the decimal separator it proves, ``PLAIN`` or ``EITHER``, the
        currency a sign, code or empty; ``None`` for no number
    """
    if _SIMPLE.fullmatch(text):
        return text[0] == "-", text.lstrip("-"), False, PLAIN, ""
    # in India an amount ends with /-
    text = drop_marks(text).strip().removesuffix("/-")
    if len(text) > LONGEST:
        return None
    dash = _DASH.fullmatch(text)
    if dash:
        return False, "0", False, PLAIN, dash[1] or dash[2] or ""
    found = _NUMBER.fullmatch(text)
    affixes = found and _read_affixes(found["before"], found["after"])
    if not affixes:
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
    negative, percent, currency = affixes
    return negative, digits, percent, evidence, currency


def _read_affixes(before, after):
    """(negative, percent, currency) of what stands around the digits, ``None`` odd."""
    signs, parentheses, percents, currencies = [], "", 0, []
    for part in (before, "|", after):
        parentheses += part if part == "|" else ""
        for symbol, sign, parenthesis, percent in _AFFIXES.findall(part):
            currencies += [symbol] if symbol else []
            signs += [sign] if sign else []
            parentheses += parenthesis
            percents += bool(percent)
    in_parentheses = parentheses == "(|)"
    if not in_parentheses and parentheses != "|":
        return None
    if len(signs) + in_parentheses > 1 or percents > 1 or "%" in before:
        return None
    # what is in capitals says more than a sign beside it
    currency = max(currencies, key=lambda one: (one.isalpha(), one), default="")
    return in_parentheses or signs[:1] not in ([], ["+"]), bool(percents), currency


def is_dash(text):
    """Whether a text is the dash of accounting formats: nothing."""
    return not any(one.isdigit() for one in text) and examine(text) is not None


def _get_evidence(digits):
    """Which decimal separator some digits prove: 1,234.5 the point, 12,5 the comma."""
    used = [c for c in ",." if c in digits]
    if not used:
        return PLAIN
    if len(used) == 2:
        decimal = max(used, key=digits.rfind)
        whole = digits[: digits.rfind(decimal)]
        other = "," if decimal == "." else "."
        is_whole = _is_grouped(whole, other) or _is_lakh(whole, other)
        return decimal if decimal not in whole and is_whole else None
    separator = used[0]
    if digits.count(separator) > 1:
        other = "," if separator == "." else "."
        is_whole = _is_grouped(digits, separator) or _is_lakh(digits, separator)
        return other if is_whole else None
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


def _is_lakh(digits, separator):
    """Grouping of India: 12,34,567."""
    pattern = rf"[1-9]\d?(?:{re.escape(separator)}\d\d)+{re.escape(separator)}\d{{3}}"
    return re.fullmatch(pattern, digits) is not None


def is_calm(text, decimal):
    """Whether it is a plain number, with that decimal separator or none."""
    return _CALM[decimal].fullmatch(text) is not None


def to_number(examined, decimal):
    """The number, read with a decimal separator.

    :return: Decimal; ``None`` when it is none with that separator
    """
    negative, digits, _percent, evidence, _currency = examined
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
