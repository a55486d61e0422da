"""What a whole column of dates says, so that no single one is guessed."""

import re
from datetime import date, timedelta

from .dates import (
    DMY,
    EITHER,
    Span,
    examine_date,
    examine_span,
    find_periods,
    get_bounds,
    make_date,
    place_span,
    to_date,
    turn,
)
from .header import get_unit
from .profile import AUTO

#: Whole numbers that can be days: those of 1954 to 2119.
_SERIALS = range(20_000, 80_000)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")


class DateColumn:
    """Order of day and month, months instead of days, and days that were turned.

    :ivar str order: ``dmy``, ``mdy`` or ``ymd``
    """

    def __init__(self, at, name, profile, problems, epoch):
        self.at, self.name, self.profile = at, name, profile
        self.problems, self.unit = problems, get_unit(name)
        self.order, self.epoch = DMY, epoch
        self.is_monthly, self.figures = False, ""
        self._known = {}

    # ------------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------------

    def decide(self, data):
        """Look at all rows.

        :param list data: (number, cells)
        :return: whether an order mattered
        """
        texts, days = {}, {}
        for number, cells in data:
            cell = cells[self.at] if self.at < len(cells) else None
            if isinstance(cell, str):
                texts.setdefault(cell, number)
            elif isinstance(cell, date):
                days.setdefault(cell, number)
        self.is_monthly = self._shows_months(days, texts)
        self.figures = self._decide_figures(texts)
        return self._decide_order(texts, days)

    def _shows_months(self, days, texts):
        """Whether days that are all the first of a month stand for it."""
        if any(day.day != 1 for day in days):
            return False
        if days:
            looks = {getattr(day, "look", None) for day in days}
            shown = all(look is not None and look.monthly for look in looks)
            return shown or self.unit == "month"
        found = [examine_date(text) for text in texts]
        return (
            self.unit == "month"
            and bool(found)
            and all(isinstance(day, date) and day.day == 1 for day in found)
        )

    def _decide_figures(self, texts):
        """Whether Apr-26 is a month of 2026 or the 26th: what all of them can be."""
        spans = [examine_span(t) for t in texts if examine_date(t) is None]
        spans = [span for span in spans if span and span.day and span.months]
        if self.unit or not spans:
            return "month"
        period = self.profile.period
        if not period:
            return "month" if len({span.year for span in spans}) == 1 else ""
        if all(_is_within(get_bounds(span)[1], period) for span in spans):
            return "month"
        days = [place_day(span, period) for span in spans]
        return "day" if all(days) else ""

    def _decide_order(self, texts, days):
        said, proofs, unsure = self.profile.date_order, {}, []
        for text, number in texts.items():
            examined = examine_date(text)
            if isinstance(examined, tuple):
                if examined[3] == EITHER:
                    unsure.append((number, text))
                else:
                    proofs.setdefault(examined[3], []).append((number, text))
        if said != AUTO:
            self.order = said
            self._find_turned(days, {said: proofs.get(said, [])}, unsure)
            return True
        if len(proofs) > 1:
            for number, text in (found[0] for found in proofs.values()):
                self.problems.add("mixed_date", number, self.name, text)
        elif unsure and not proofs:
            self.problems.add("ambiguous_date", unsure[0][0], self.name, unsure[0][1])
        self.order = next(iter(proofs), DMY)
        if len(proofs) < 2:
            self._find_turned(days, proofs, unsure)
        return bool(proofs or unsure)

    def _find_turned(self, days, proofs, unsure):
        """Days whose month and day a spreadsheet of another country has turned."""
        turned = []
        if days and all(day.day <= 12 for day in days):
            is_left = proofs and any(proofs.values()) and not unsure
            shown = {getattr(getattr(d, "look", None), "order", "") for d in days}
            # it left as text what is no day in its own order, and turned the others
            if is_left and self.order not in shown and not self._is_dotted(proofs):
                turned = list(days.items())
            elif not proofs and not self.is_monthly:
                turned = self._find_outside(days)
        for text, number in self._find_bare(proofs, unsure):
            self.problems.add("turned_date", number, self.name, text)
        for day, number in turned:
            self.problems.add("turned_date", number, self.name, day.isoformat())

    @staticmethod
    def _is_dotted(proofs):
        """Days with points are not touched by a spreadsheet that writes strokes."""
        return all("." in text for found in proofs.values() for _n, text in found)

    def _find_outside(self, days):
        """Days outside the period, where all are within it with the month first."""
        period = self.profile.period
        outside = period and [d for d in days if not _is_within(d, period)]
        if not outside or not all(_is_within(turn(day), period) for day in days):
            return []
        return [(day, days[day]) for day in outside]

    @staticmethod
    def _find_bare(proofs, unsure):
        """4/5/2026 beside 15/04/2026: only what was no date kept its zeros."""
        proofs = [_get_widths(text) for found in proofs.values() for _n, text in found]
        widths = [(text, number, _get_widths(text)) for number, text in unsure]
        has_zeros = "0" in "".join(proofs) and "1" not in "".join(proofs)
        if not has_zeros or any("0" in width for *_one, width in widths):
            return []
        return [(text, number) for text, number, width in widths if "1" in width]

    # ------------------------------------------------------------------
    # READING WITH WHAT WAS DECIDED
    # ------------------------------------------------------------------

    def find(self, cell, text, number, year=None):
        """The day of a cell.

        :param str text: the cell as text
        :param int number: of its row, for what is told
        :param int year: what a column of years says
        :return: ``None`` for no day
        """
        if isinstance(cell, date):
            return self._read_day(cell, number)
        known = self._known.get((text, year))
        if known is None:
            known = self._known[text, year] = self._read_text(text, year)
        code, day = known
        if code and day:
            self.problems.once(code, number, self.name, text)
        return day

    def _read_day(self, cell, number):
        found = self._known.get(cell)
        if found is None:
            found = date(cell.year, cell.month, cell.day)
            if self.is_monthly:
                found = _get_last(found)
            self._known[cell] = found
        if self.is_monthly:
            self.problems.once("period_day", number, self.name, f"{cell:%Y-%m}")
        return found

    def _read_text(self, text, year):
        """(what is told of it, the day)."""
        examined = examine_date(text)
        if examined is not None:
            day = to_date(examined, self.order)
            if self.is_monthly and day:
                return "period_day", _get_last(day)
            return "", day
        span = self._examine_number(text) or examine_span(text)
        if span is None:
            ranges = find_periods(text)
            if len(ranges) == 1 and not isinstance(ranges[0], Span):
                return "period_day", ranges[0][1]
            return self._read_serial(text)
        if span.day and (not span.months or self.figures == "day"):
            return "year_taken", place_day(span, self.profile.period)
        if span.months and span.day and not self.figures:
            return "", None
        if span.year or year:
            bounds = get_bounds(span, year)
            # a year beside it that is another one
            is_other = span.year and year and span.year != year
            return "period_day", None if is_other else bounds[1]
        bounds = place_span(span, self.profile.period)
        return "period_day", bounds and bounds[1]

    def _examine_number(self, text):
        """4 in a column of months or quarters."""
        if not text.isdigit() or len(text) > 2:
            return None
        if self.unit == "quarter":
            return examine_span(f"Q{int(text)}")
        if self.unit == "month" and 1 <= int(text) <= 12:
            return Span(int(text), 1, None)
        return None

    def _read_serial(self, text):
        """The day that 46127 is, where it is one of the period."""
        found = _SERIAL.fullmatch(text)
        if not found or int(found[1]) not in _SERIALS or not self.profile.period:
            return "", None
        day = self.epoch + timedelta(days=int(found[1]))
        return "serial_date", day if _is_within(day, self.profile.period) else None


def place_day(span, period):
    """A day without its year where it lies in a period, else ``None``."""
    if not period:
        return None
    years = range(period[0].year, period[1].year + 1)
    days = [make_date(year, span.first, span.day) for year in years]
    days = [day for day in days if day and _is_within(day, period)]
    return days[0] if len(days) == 1 else None


def _is_within(day, period):
    return day is not None and period[0] <= day <= period[1]


def _get_last(day):
    return get_bounds(examine_span(f"{day:%Y-%m}"))[1]


def _get_widths(text):
    """Of day and month as they are written: 0 with a leading zero, else how long."""
    parts = text.replace("-", "/").split("/")[:2]
    return "".join("0" if part[0] == "0" else str(len(part)) for part in parts)
