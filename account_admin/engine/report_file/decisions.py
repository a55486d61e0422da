"""What a whole column says, so that no single row is guessed."""

from decimal import Decimal

from . import values
from .header import AMOUNTS, DEDUCTIONS
from .profile import AUTO
from .sheet import Percent
from .values import DMY, EITHER, PLAIN

#: Rows by which a bare rate is compared with the royalty beside it.
COMPARED = 2_000


class Decisions:
    """Date order, decimal separator, percent and signs of one file.

    :ivar set turned: deductions that stand below 0 in the file
    :ivar set mattered: what some cell had to be read by
    :ivar str percent: ``percent`` or ``fraction``: what a bare number is
    """

    def __init__(self, at, names, profile, problems):
        self.at, self.names = at, names
        self.profile, self.problems = profile, problems
        self.turned, self.percent = set(), "percent"
        self.order, self.decimal = DMY, "."
        self._dates, self.mattered = {}, set()

    def decide(self, data):
        """Look at all rows.

        :param list data: (number, cells)
        :return: dict of what was decided, for a person to see; ``None`` for what no
            cell asked for
        """
        numbers = [name for name in (*AMOUNTS, "reported_rate") if name in self.at]
        self.decimal = self._decide_decimal(data, numbers)
        if "date" in self.at:
            self.order = self._decide_order(data)
        for name in DEDUCTIONS:
            if name in self.at:
                self._decide_sign(data, name)
        if "reported_rate" in self.at:
            self.percent = self._decide_percent(data)
        return {
            "date_order": self.order,
            "decimal": self.decimal,
            "percent": self.percent,
        } | dict.fromkeys({"date_order", "decimal", "percent"} - self.mattered)

    # ------------------------------------------------------------------
    # READING WITH WHAT WAS DECIDED
    # ------------------------------------------------------------------

    def number(self, text, percent=False):
        """The number of a text, ``None`` for none."""
        if values.is_calm(text, self.decimal):
            return Decimal(text.replace(",", "."))
        examined = values.examine(text)
        if examined is None or (examined[2] and not percent):
            return None
        return values.to_number(examined, self.decimal)

    def date(self, text):
        """The date of a text, ``None`` for none."""
        if text not in self._dates:
            examined = values.examine_date(text)
            self._dates[text] = examined and values.to_date(examined, self.order)
        return self._dates[text]

    # ------------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------------

    def _texts(self, data, name):
        """(row number, text) of a column's cells that are text."""
        at = self.at[name]
        for number, cells in data:
            if at < len(cells) and type(cells[at]) is str:
                yield number, cells[at]

    def _decide_decimal(self, data, names):
        if self.profile.decimal != AUTO:
            self.mattered.add("decimal")
            return self.profile.decimal
        proofs, unsure = {}, {}
        for name in names:
            for number, text in self._texts(data, name):
                calm = next(iter(proofs), None)
                if calm and values.is_calm(text, calm):
                    continue
                examined = values.examine(text)
                evidence = examined[3] if examined else PLAIN
                if evidence != PLAIN:
                    self.mattered.add("decimal")
                if evidence == EITHER:
                    unsure.setdefault(name, (number, text))
                elif evidence != PLAIN:
                    proofs.setdefault(evidence, (name, number, text))
        if len(proofs) > 1:
            for name, number, text in proofs.values():
                self._add("mixed_number", number, name, text)
        elif unsure and not proofs:
            for name, (number, text) in unsure.items():
                self._add("ambiguous_number", number, name, text)
        return next(iter(proofs), ".")

    def _decide_order(self, data):
        if self.profile.date_order != AUTO:
            self.mattered.add("date_order")
            return self.profile.date_order
        proofs, unsure = {}, None
        for number, text in self._texts(data, "date"):
            examined = values.examine_date(text)
            if isinstance(examined, tuple):
                self.mattered.add("date_order")
                if examined[3] == EITHER:
                    unsure = unsure or (number, text)
                else:
                    proofs.setdefault(examined[3], (number, text))
        if len(proofs) > 1:
            for number, text in proofs.values():
                self._add("mixed_date", number, "date", text)
        elif unsure and not proofs:
            self._add("ambiguous_date", unsure[0], "date", unsure[1])
        return next(iter(proofs), DMY)

    def _add(self, code, number, name, value=""):
        self.problems.add(code, number, self.names[self.at[name]], value)

    def _value(self, cells, name):
        """The number of a cell, ``None`` for none."""
        at = self.at.get(name)
        cell = cells[at] if at is not None and at < len(cells) else None
        if type(cell) is float:
            return values.from_float(cell)
        return self.number(cell) if isinstance(cell, str) else None

    def _decide_sign(self, data, name):
        """Deductions that are all below 0 are turned; a mixture is named."""
        if self.profile.returns != AUTO:
            if self.profile.returns == "negative":
                self.turned.add(name)
            return
        above, below, at = None, None, self.at[name]
        for number, cells in data:
            value = cells[at] if at < len(cells) else None
            if type(value) is not float:
                value = self._value(cells, name)
            if value and value < 0:
                below = below or (number, value)
            elif value:
                above = above or (number, value)
            if above and below:
                return self._add("mixed_sign", below[0], name, below[1])
        if below:
            self.turned.add(name)
            self._add("sign_turned", below[0], name, below[1])

    def _decide_percent(self, data):
        """Whether a bare 0.05 is 5 %: what the royalties beside it show."""
        if self.profile.percent != AUTO:
            self.mattered.add("percent")
            return self.profile.percent
        fits, least, seen = set(), None, 0
        at = self.at["reported_rate"]
        for number, cells in data:
            cell = cells[at] if at < len(cells) else None
            if cell is None or isinstance(cell, Percent):
                continue
            rate = self._value(cells, "reported_rate")
            if not rate:
                continue
            if least is None or abs(rate) < least[1]:
                least = number, abs(rate)
            seen += 1
            if seen <= COMPARED:
                fits |= self._compare(cells, rate)
        if least is None:
            return "percent"
        self.mattered.add("percent")
        if len(fits) == 1:
            return fits.pop()
        if fits or least[1] < 1:
            self._add("ambiguous_rate", least[0], "reported_rate", least[1])
        return "percent"

    def _compare(self, cells, rate):
        """Which readings of a rate give the royalty that was reported with it."""
        royalty = self._value(cells, "reported_royalty")
        if not royalty:
            return set()
        base = self._value(cells, "reported_net") or self._value(cells, "gross")
        units = self._value(cells, "units")
        near = max(Decimal("0.02"), abs(royalty) / 200)
        fits = set()
        if base and abs(base * rate - royalty) <= near:
            fits.add("fraction")
        if base and abs(base * rate / 100 - royalty) <= near:
            fits.add("percent")
        # so much a unit is read as it stands
        if units and abs(units * rate - royalty) <= near:
            fits.add("percent")
        return fits
