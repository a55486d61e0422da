"""The currency of each row: what columns, headers, signs, formats and titles say."""

from . import values
from .currencies import find_sign, get_codes
from .header import AMOUNTS
from .header_text import normalise
from .sheet import Styled

#: Amounts of money.
MONEY = tuple(name for name in AMOUNTS if name != "units")
_CURRENCY_WORDS = "currency|devise|wahrung|valuta|moneda|amounts|values|figures|betrage"


class Money:
    """What a file says of the currencies of its rows.

    :ivar bool is_said: anything but a column says something of them
    """

    def __init__(self, at, columns, titles, profile, problems):
        self.at, self.profile, self.problems = at, profile, problems
        self.column = at.get("currency")
        self.names = {column.index: column.text for column in columns}
        self.places = [at[name] for name in MONEY if name in at]
        # (what is said, where) of all rows
        self.everywhere, self.is_said = [], False
        self.headers = {
            column.index: column.currency
            for column in columns
            if column.index in self.places and column.currency
        }
        self._signs, self.titles = {}, titles

    def decide(self, data, totals):
        """Look at all rows, and at those that add them up."""
        for rows in (data, totals):
            for number, cells in rows:
                for at in self.places:
                    sign = self._get_sign(cells, at)
                    if sign and sign not in self._signs:
                        self._signs[sign] = number, at
        if self.column is None and not self._signs and not self.headers:
            self._read_titles()
        self.is_said = bool(self._signs or self.headers or self.everywhere)

    def _read_titles(self):
        """``All amounts in EUR`` above a table without any other word of it."""
        for _row, text in self.titles:
            words = normalise(text).split()
            sign = find_sign(text)
            is_said = any(word in _CURRENCY_WORDS.split("|") for word in words)
            if sign and (is_said or text.strip("()[] ") == sign):
                self.everywhere.append((sign, ""))
                return

    def _get_sign(self, cells, at):
        cell = cells[at] if at < len(cells) else None
        kind = type(cell)
        if kind is Styled:
            return cell.look.sign
        if kind is str and not (cell[0].isdigit() and cell[-1].isdigit()):
            examined = values.examine(cell)
            return examined[4] if examined else ""
        return ""

    def find(self, number, cells, said):
        """The currency of a row.

        :param str said: the text of its column of currencies, ``None`` for none
        :return: text; ``None`` for the usual one
        """
        possible, usual, first = None, "", None
        for sign, where in self._list_said(cells, said):
            codes, main = get_codes(sign)
            if not codes:
                continue
            left = codes if possible is None else possible & codes
            if not left:
                self.problems.add("currency_differs", number, where, f"{sign}, {first}")
                return said
            possible, usual, first = left, usual or main, first or sign
        if said is not None or possible is None:
            return said
        return self._choose(number, possible, usual, first)

    def _list_said(self, cells, said):
        """(sign, column) of all that says something of a row, the strongest first."""
        found = []
        if said is not None:
            found.append((said, self.names.get(self.column, "")))
        found += [(sign, self.names.get(at)) for at, sign in self.headers.items()]
        own = []
        for at in self.places:
            sign = self._get_sign(cells, at)
            if sign:
                own.append((sign, self.names.get(at)))
        if not own and said is None and len(self._signs) == 1:
            # in accounts the first row and the total have the sign for all
            own = [(next(iter(self._signs)), "")]
        return [*found, *own, *self.everywhere]

    def _choose(self, number, possible, usual, sign):
        default = self.profile.currency
        if default in possible:
            return None
        code = next(iter(possible)) if len(possible) == 1 else usual
        if code not in possible:
            self.problems.add("currency_unclear", number, "", sign)
            return None
        self.problems.once("currency_shown", number, sign, code)
        return code

    def check_unsaid(self, number, cells):
        """A row without any sign beside others of several."""
        if self.column is None and len(self._signs) > 1 and not self.headers:
            if not any(self._get_sign(cells, at) for at in self.places):
                self.problems.add(
                    "currency_unclear", number, "", ", ".join(self._signs)
                )
