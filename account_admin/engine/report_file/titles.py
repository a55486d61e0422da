"""What stands above a table, and what that says against the reading of it."""

import re
from datetime import date

from .dates import Span, find_months, find_periods, place_span

_THOUSANDS = re.compile(
    r"\bin (?:thousands?|millions?|tsd|tausend|mio|migliaia|'?000s?)\b|\ben (?:milliers"
    r"|miles|millions)\b|\(\s*['’]?000['’]?s?\s*\)|(?:[$€£¥₹]|\b[a-z]{3})\s?['’]?000s?\b"
    r"|\b[tk]\s?(?:eur|usd|gbp|chf|€|\$|£)(?![a-z])",
    re.IGNORECASE,
)


def list_texts(lines):
    """(row, text) of the rows above a table; a range of two days is one text."""
    found = []
    for number, cells in lines:
        texts = [cell for cell in cells if isinstance(cell, str)]
        days = [cell for cell in cells if isinstance(cell, date)]
        found += [(number, text) for text in texts]
        if len(days) == 2:
            found.append((number, f"{days[0].isoformat()} to {days[1].isoformat()}"))
        if len(texts) > 1:
            found.append((number, " ".join(texts)))
    return found


def find_thousands(texts):
    """The first (row, text) by which amounts are not whole, ``None`` for none."""
    return next((one for one in texts if _THOUSANDS.search(one[1])), None)


class Titles:
    """Periods that the titles of a sheet name.

    :ivar list texts: (row, text) above the table
    :ivar list claims: (row, text, (first, last day)): what the report says it is of
    :ivar list months: the same of any month that is named
    """

    def __init__(self, texts, more, period):
        self.claims, self.months, self.period = [], [], period
        self.texts = texts
        for row, text in [*texts, *((0, text) for text in more)]:
            found = find_periods(text)
            for bounds in found:
                if isinstance(bounds, Span):
                    bounds = place_span(bounds, period)
                if bounds:
                    self.claims.append((row, text, bounds))
            if not found:
                self.months += [(row, text, bounds) for bounds in find_months(text)]

    def find_day(self, problems):
        """The last day of the period that a report without dates is of.

        :return: (row, text, day); ``None`` where no title, or more than one, says it
        """
        found = self._fit(self.claims) or self._fit(self.months)
        if not found and self.claims:
            row, text, _bounds = self.claims[0]
            problems.add("other_period", row, "", text)
            return None
        if len({bounds for _row, _text, bounds in found}) > 1:
            texts = dict.fromkeys(text for _row, text, _bounds in found)
            problems.add("several_periods", found[0][0], "", ", ".join(texts))
            return None
        return found and (*found[0][:2], found[0][2][1]) or None

    def _fit(self, claims):
        if not self.period:
            return claims
        first, last = self.period
        return [one for one in claims if first <= one[2][0] and one[2][1] <= last]

    def check(self, days, problems):
        """Periods that none of the days, or not the statement's, belongs to.

        :param days: set of the rows' days
        """
        wrong = [
            claim for claim in self.claims if claim[0] and self._is_other(claim, days)
        ]
        if wrong and len(wrong) == len([one for one in self.claims if one[0]]):
            problems.add("other_period", wrong[0][0], "", wrong[0][1])

    def _is_other(self, claim, days):
        first, last = claim[2]
        if self.period and (last < self.period[0] or first > self.period[1]):
            return True
        return bool(days) and not any(first <= day <= last for day in days)
