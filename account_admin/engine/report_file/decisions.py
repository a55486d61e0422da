"""What a whole column says, so that no single row is guessed."""

from decimal import Decimal

from . import values
from .column_dates import DateColumn
from .header import AMOUNTS, DEDUCTIONS
from .profile import AUTO
from .sheet import Percent, Styled
from .values import EITHER, PLAIN

#: Rows by which a bare rate is compared with the royalty beside it.
COMPARED = 2_000
#: By how much a net may differ from what it is worked out of.
NEAR = Decimal("0.02")


class Decisions:
    """Date order, decimal separator, percent and signs of one file.

    :ivar DateColumn dates: how its dates are read, ``None`` without such a column
    :ivar set turned: deductions that stand below 0 in the file
    :ivar set mattered: what some cell had to be read by
    :ivar str percent: ``percent`` or ``fraction``: what a bare number is
    :ivar set fractions: numbers of rows whose rate is a fraction beside others
    """

    def __init__(self, at, names, profile, problems, epoch):
        self.at, self.names, self.epoch = at, names, epoch
        self.profile, self.problems = profile, problems
        self.turned, self.percent, self.decimal = set(), "percent", "."
        self.dates, self.mattered, self.fractions = None, set(), set()

    def decide(self, data):
        """Look at all rows.

        :param list data: (number, cells)
        :return: dict of what was decided, for a person to see; ``None`` for what no
            cell asked for
        """
        self.decimal = self._decide_decimal(data)
        if "date" in self.at:
            at = self.at["date"]
            self.dates = DateColumn(
                at, self.names[at], self.profile, self.problems, self.epoch
            )
            if self.dates.decide(data):
                self.mattered.add("date_order")
        for name in DEDUCTIONS:
            if name in self.at:
                self._decide_sign(data, name)
        self._check_net(data)
        if "reported_rate" in self.at:
            self.percent = self._decide_percent(data)
        return {
            "date_order": self.dates and self.dates.order,
            "decimal": self.decimal,
            "percent": self.percent,
        } | dict.fromkeys({"date_order", "decimal", "percent"} - self.mattered)

    # ------------------------------------------------------------------
    # READING WITH WHAT WAS DECIDED
    # ------------------------------------------------------------------

    def number(self, text, percent=False, decimal=None):
        """The number of a text, ``None`` for none."""
        decimal = decimal or self.decimal
        if values.is_calm(text, decimal):
            return Decimal(text.replace(",", "."))
        examined = values.examine(text)
        if examined is None or (examined[2] and not percent):
            return None
        return values.to_number(examined, decimal)

    def find_decimal(self, data):
        """The decimal separator that the rows show first, a point for none."""
        if self.profile.decimal != AUTO:
            return self.profile.decimal
        for name in self._get_numbers():
            for _number, text in self._texts(data, name):
                examined = values.examine(text)
                if examined and examined[3] not in (PLAIN, EITHER):
                    return examined[3]
        return "."

    # ------------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------------

    def _texts(self, data, name):
        """(row number, text) of a column's cells that are text."""
        at = self.at[name]
        for number, cells in data:
            if at < len(cells) and type(cells[at]) is str:
                yield number, cells[at]

    def _get_numbers(self):
        return [name for name in (*AMOUNTS, "reported_rate") if name in self.at]

    def _decide_decimal(self, data):
        if self.profile.decimal != AUTO:
            self.mattered.add("decimal")
            return self.profile.decimal
        proofs, unsure = {}, {}
        for name in self._get_numbers():
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

    def _add(self, code, number, name, value=""):
        self.problems.add(code, number, self.names[self.at[name]], value)

    def _value(self, cells, name):
        """The number of a cell, ``None`` for none."""
        at = self.at.get(name)
        cell = cells[at] if at is not None and at < len(cells) else None
        if type(cell) in (float, Styled):
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
                break
        if above and below:
            if self._count_nets(data, name) != (0, 0):
                # the net beside it shows that each stands as it is meant
                return None
            return self._add("mixed_sign", below[0], name, below[1])
        if below:
            self.turned.add(name)
            self._add("sign_turned", below[0], name, below[1])
        return None

    def _list_nets(self, data):
        """(row, gross, deductions as they stand, net) where all of it is given."""
        names = [name for name in DEDUCTIONS if name in self.at]
        if "reported_net" not in self.at or not names:
            return
        for number, cells in data[:COMPARED]:
            parts = {name: self._value(cells, name) or 0 for name in names}
            gross = self._value(cells, "gross")
            net = self._value(cells, "reported_net")
            if gross is not None and net is not None and any(parts.values()):
                yield number, gross, parts, net

    def _count_nets(self, data, name):
        """Rows whose net shows that a mixed deduction stands as it is.

        :return: (rows where it does, rows with one that it does not fit); (0, 0)
            unless it fits all
        """
        fits = misfits = 0
        for _number, gross, parts, net in self._list_nets(data):
            if parts[name]:
                fits += abs(gross - sum(parts.values()) - net) <= NEAR
                misfits += abs(gross - sum(parts.values()) - net) > NEAR
        return (0, 0) if misfits else (fits, misfits)

    def _check_net(self, data):
        """Deductions that would be added where the net beside them takes them off."""
        opposite, first = 0, None
        for number, gross, parts, net in self._list_nets(data):
            taken = sum(
                -part if name in self.turned else part for name, part in parts.items()
            )
            if abs(gross - taken - net) <= NEAR or not taken:
                return
            if abs(gross + taken - net) <= NEAR:
                opposite += 1
                first = first or (number, net)
        if opposite:
            self._add("net_differs", first[0], "reported_net", first[1])

    def _decide_percent(self, data):
        """Whether a bare 0.05 is 5 %: what the royalties beside it show."""
        if self.profile.percent != AUTO:
            self.mattered.add("percent")
            return self.profile.percent
        fits, least, seen, undecided = set(), None, 0, False
        for number, cells in data:
            rate = self._get_bare_rate(cells)
            if not rate:
                continue
            if least is None or abs(rate) < least[1]:
                least = number, abs(rate)
            seen += 1
            if seen <= COMPARED or len(fits) > 1:
                found = self._compare(cells, rate)
                fits |= found
                undecided = undecided or len(found) != 1
                if found == {"fraction"}:
                    self.fractions.add(number)
        if least is None:
            return "percent"
        self.mattered.add("percent")
        if len(fits) == 1:
            self.fractions.clear()
            return fits.pop()
        # each by the royalty beside it, where all have one
        if (fits and (undecided or seen > COMPARED)) or (not fits and least[1] < 1):
            self._add("ambiguous_rate", least[0], "reported_rate", least[1])
        return "percent"

    def _get_bare_rate(self, cells):
        at = self.at["reported_rate"]
        cell = cells[at] if at < len(cells) else None
        if cell is None or isinstance(cell, Percent):
            return None
        return self._value(cells, "reported_rate")

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
