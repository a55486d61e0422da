"""Dates and amounts of thousands of lines as text in one language."""

from odoo.tools import format_amount, format_date


class Formatter:
    """Formats as Odoo does; what repeats is formatted once.

    Odoo looks up the language for every amount, which would take most of the time of a
    batch of statements.
    """

    def __init__(self, env, lang):
        self._env = env
        self._lang = env["res.lang"]._lang_get(lang)
        self._dates, self._patterns = {}, {}
        self._marks = str.maketrans(
            {
                ",": (self._lang.thousands_sep or "").replace(
                    " ", "\N{NO-BREAK SPACE}"
                ),
                ".": self._lang.decimal_point,
            }
        )

    def date(self, day):
        """A date; empty where there is none."""
        if not day:
            return ""
        if day not in self._dates:
            self._dates[day] = format_date(self._env, day, lang_code=self._lang.code)
        return self._dates[day]

    def amount(self, amount, currency):
        """An amount with its currency's symbol where the currency puts it."""
        pattern = self._patterns.get(currency)
        if pattern is None:
            pattern = self._patterns[currency] = self._get_pattern(currency)
        if not pattern:
            return format_amount(
                self._env, float(amount), currency, lang_code=self._lang.code
            )
        before, digits, after = pattern
        text = f"{amount:,.{digits}f}"
        if not float(amount):
            text = text.removeprefix("-")
        text = text.translate(self._marks)
        if text.startswith("-"):
            text = "-\N{ZERO WIDTH NO-BREAK SPACE}" + text[1:]
        return f"{before}{text}{after}"

    def _get_pattern(self, currency):
        """Text before and after the number; ``None`` where thousands are not alike."""
        if self._lang.grouping != "[3,0]":
            return None
        digits = currency.decimal_places
        sample = format_amount(self._env, 0.0, currency, lang_code=self._lang.code)
        zero = f"{0:.{digits}f}".translate(self._marks)
        before, found, after = sample.partition(zero)
        return (before, digits, after) if found else None
