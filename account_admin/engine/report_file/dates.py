"""Days, months and quarters as people write them; one that can mean two is neither."""

import re
import unicodedata
from calendar import monthrange
from collections import namedtuple
from datetime import date
from functools import lru_cache

from .header_text import drop_marks

DMY, MDY, YMD = "dmy", "mdy", "ymd"
#: What an order says where day and month could change places.
EITHER = "either"

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner janvier janv enero ene gennaio gen",
            "feb february februar fevrier fevr fev febrero febbraio",
            "mar march marz maerz mrz mars marzo",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august aout agosto ago",
            "sep sept september septembre septiembre settembre set",
            "oct october oktober okt octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dezember dez decembre diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
#: What stands beside a day without changing it: its name, endings, small words.
_FILLERS = frozenset(
    "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri"
    " saturday sat sunday sun montag dienstag mittwoch donnerstag freitag samstag"
    " sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes"
    " martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi"
    " venerdi sabato domenica st nd rd th er of de del di den der le the".split()
)
_ORDINALS = {
    name: number
    for number, names in enumerate(
        (
            "first 1st 1er erstes premier primer primo",
            "second 2nd 2e zweites deuxieme segundo secondo",
            "third 3rd 3e drittes troisieme tercer terzo",
            "fourth 4th 4e viertes quatrieme cuarto quarto",
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = re.compile(
    r"[t ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?\s?m\.?)?"
    r"\s*(?:z|utc|gmt)?\s*(?:[+-]\d{2}:?\d{2})?\s*(?:\([^)]*\))?$"
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_BASIC = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_ORDERED = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_PIECE = re.compile(r"[a-z]+|\d+|[^a-z\d\s]")
_YEAR = r"(?P<year>(?:19|20)\d{2}|(?<!\d)\d{2}(?!\d))"
_QUARTER = r"(?:q|qtr|quarter|quartal|trimestre|trim|t)"
_HALF = r"(?:h|hy|half|halbjahr|semestre|sem|s)"
_NTH = rf"(?P<nth>[1-4]|{'|'.join(_ORDINALS)})"
_GAP = r"[\s.,:/'_-]*"
_OF = r"(?:of |de |del )?(?:cy)?"
_NUMERIC_MONTHS = (
    re.compile(r"(?P<year>(?:19|20)\d{2})[-/. ](?P<month>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})[-/. ](?P<year>(?:19|20)\d{2})"),
    re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])"),
    re.compile(r"(?P<year>(?:19|20)\d{2})[-_ ]?m(?P<month>\d{1,2})"),
    re.compile(r"m(?P<month>\d{1,2})[-/_ ]?(?P<year>(?:19|20)\d{2})"),
)
_PARTS = tuple(
    (months, re.compile(pattern))
    for months, unit in ((3, _QUARTER), (6, _HALF))
    for pattern in (
        rf"(?:cy)?{_YEAR}{_GAP}{unit}{_GAP}{_NTH}\b",
        rf"\b{unit}{_GAP}{_NTH}(?:{_GAP}{_OF}{_YEAR}\b)?(?!\d)",
        rf"\b{_NTH}[.oa]?{_GAP}{unit}(?:{_GAP}{_OF}{_YEAR}\b)?(?![a-z\d])",
    )
)

#: Some months that belong together.
#:
#: ``months`` is how many, ``first`` the first of them; ``year`` is ``None`` where it is
#: not said; ``day`` is what a figure beside a month is, where it could be a day, too.
Span = namedtuple("Span", "first months year day", defaults=(None,))


@lru_cache(maxsize=50_000)
def plain(text):
    """Text in small letters without accents and needless space."""
    text = unicodedata.normalize("NFKD", drop_marks(str(text)).casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub("[‐‑–—−]", "-", text).replace("’", "'").split())


# ----------------------------------------------------------------------
# DAYS
# ----------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def examine_date(text):
    """What a text says of a date.

    :return: a date where there is one way to read it; (first, second, year, evidence)
        where the order matters, the evidence being ``dmy``, ``mdy`` or ``EITHER``;
        ``None`` for no date
    """
    if len(text) > 80:
        return None
    text = _TIME.sub("", plain(text))
    found = _ISO.fullmatch(text) or _BASIC.fullmatch(text)
    if found:
        return make_date(*map(int, found.groups()))
    found = _ORDERED.fullmatch(text)
    if not found:
        return _examine_named(text)
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    if first > 12 and second > 12:
        return None
    if first > 12 or (found[2] == "." and second <= 12):
        # nobody writes the month first with points
        return first, second, year, DMY
    return first, second, year, MDY if second > 12 else EITHER


def _examine_named(text):
    """A date whose month is a word: 15-Apr-26, Tuesday, May 5, 2026."""
    shape, month, numbers = _take_apart(text)
    if shape == "nmn" and len(numbers[0]) == 4:
        year, day = numbers
    elif shape in ("nmn", "mnn"):
        day, year = numbers
    else:
        return None
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    return make_date(_year(year), month, int(day))


def _take_apart(text):
    """(``n`` for each figure and ``m`` for the month, the month, the figures)."""
    shape, month, numbers = "", None, []
    for piece in _PIECE.findall(text):
        if piece.isdigit():
            shape += "n"
            numbers.append(piece)
        elif piece in _MONTHS:
            shape += "m"
            month = _MONTHS[piece]
        elif piece not in _FILLERS and piece not in "-./,'":
            return "", None, []
    return shape, month, numbers


def to_date(examined, order):
    """The date, read in an order; ``None`` when it is none in that order."""
    if isinstance(examined, date):
        return examined
    first, second, year, _evidence = examined
    day, month = (first, second) if order == DMY else (second, first)
    return make_date(year, month, day)


def turn(day):
    """A date with day and month in each other's place, ``None`` where that is none."""
    return make_date(day.year, day.day, day.month)


def _year(text):
    return int(text) + (2000 if len(text) == 2 else 0)


def make_date(year, month, day):
    """A date from 1990 to 2100, else ``None``."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


# ----------------------------------------------------------------------
# MONTHS AND QUARTERS
# ----------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def examine_span(text):
    """What a text says of a month, a quarter or a half, and of nothing else.

    :rtype: Span
    :return: ``None`` for none; one of no months is a day without its year
    """
    if len(text) > 40:
        return None
    text = plain(text)
    for pattern in _NUMERIC_MONTHS:
        found = pattern.fullmatch(text)
        if found:
            return _span(int(found["month"]), 1, found["year"])
    for months, pattern in _PARTS:
        found = pattern.fullmatch(text)
        if found:
            return _make_part(found, months)
    shape, month, numbers = _take_apart(text)
    if shape == "m":
        return Span(month, 1, None)
    if shape == "mn" and len(numbers[0]) == 2:
        return Span(month, 1, _year(numbers[0]), int(numbers[0]))
    if shape in ("mn", "nm") and len(numbers[0]) == 4:
        return _span(month, 1, numbers[0])
    if shape in ("mn", "nm") and len(numbers[0]) <= 2:
        return Span(month, 0, None, int(numbers[0]))
    return None


def _span(first, months, year):
    year = year and _year(year)
    if not 1 <= first <= 12 or (year and not 1990 <= year <= 2100):
        return None
    return Span(first, months, year)


def _make_part(found, months):
    """The span of a quarter (3 months) or half (6) that a pattern found."""
    nth = int(_ORDINALS.get(found["nth"], found["nth"]))
    return _span((nth - 1) * months + 1, months, found["year"])


def get_bounds(span, year=None):
    """First and last day of a span.

    :param int year: of one that says none
    """
    year, last = span.year or year, span.first + span.months - 1
    return date(year, span.first, 1), date(year, last, monthrange(year, last)[1])


def place_span(span, period):
    """The bounds of a span without a year where they lie in a period, else ``None``.

    :param period: (first, last day), or empty where it is not known
    """
    if not period:
        return None
    years = range(period[0].year, period[1].year + 1)
    found = [get_bounds(span, year) for year in years]
    found = [one for one in found if period[0] <= one[0] and one[1] <= period[1]]
    return found[0] if len(found) == 1 else None


_ENDED = re.compile(
    rf"\b(?:{_QUARTER}|three months|month|half|half year|period)\s+(?:ended|ending|end)"
    r"\s*:?\s*(?P<day>.+)$"
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?:{_MONTH})\b\.?(?:,?\s+\d{{4}})?"
    rf"|\b(?:{_MONTH})\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d))?(?:,?\s+\d{{4}})?)"
)
_FROM_TO = re.compile(
    rf"(?P<from>{_DAY})\s*(?:-|\bto\b|\bthrough\b|\bthru\b|\buntil\b|\bbis\b|\bau\b"
    rf"|\bal\b|\ba\b|\bhasta\b)\s*(?P<to>{_DAY})"
)
_FISCAL = re.compile(r"\bfiscal\b|\bfy\b|\bfy\d|geschaftsjahr|exercice")


def find_periods(text):
    """Periods that a title names.

    :return: list of (first day, last day), or of a ``Span`` without a year
    """
    text = plain(text)
    if len(text) > 300 or _FISCAL.search(text):
        return []
    found = [_read_range(one) for one in _FROM_TO.finditer(text)]
    ended = _ENDED.search(text)
    if ended and not any(found):
        found.append(_read_ended(ended))
    if not any(found):
        for months, pattern in _PARTS:
            for one in pattern.finditer(text):
                span = _make_part(one, months)
                found.append(span and (get_bounds(span) if span.year else span))
            # what one pattern found is not found once more by another
            text = pattern.sub("|", text)
    return [one for one in found if one]


def find_months(text):
    """Months with their year that a text speaks of, as (first day, last day)."""
    text = plain(text)[:300]
    pattern = rf"\b(?:{_MONTH})\b[\s.,'-]*(?:19|20)\d{{2}}\b"
    spans = [examine_span(found) for found in re.findall(pattern, text)]
    whole = examine_span(text)
    if whole and whole.months and whole.year and not spans:
        spans = [whole]
    return [get_bounds(span) for span in spans if span and span.year]


def _read_range(found):
    """(first, last day) of ``1 April - 30 June 2026``, ``None`` for no whole months."""
    texts = found["from"], found["to"]
    for order in (DMY, MDY):
        first, last = _read_ends(*texts, order)
        if first and last and first.day == 1 and first < last and _is_last(last):
            return first, last
    return None


def _read_ends(first, last, order):
    ends, year = [None, None], None
    for place, text in ((1, last), (0, first)):
        examined = examine_date(text)
        span = examine_span(text)
        if examined:
            ends[place] = to_date(examined, order)
        elif span and (span.year or year):
            ends[place] = _read_end(span, span.year or year, place)
        year = ends[place].year if ends[place] else year
    return ends


def _read_end(span, year, place):
    if not span.months:
        return make_date(year, span.first, span.day)
    return get_bounds(span, year)[place]


def _is_last(day):
    return day.day == monthrange(day.year, day.month)[1]


def _read_ended(found):
    """The period that ends on a day: ``quarter ended June 30, 2026``."""
    day = found["day"].strip(" .)")
    for order in (MDY, DMY):
        examined = examine_date(day)
        last = examined and to_date(examined, order)
        if last and _is_last(last):
            months = 1 if "month " in found[0] and "three" not in found[0] else 3
            months = 6 if "half" in found[0] else months
            number = last.year * 12 + last.month - months
            return date(number // 12, number % 12 + 1, 1), last
    return None
