"""Which rows are sales, and which add up, explain or repeat."""

from datetime import date

from . import values
from .dates import examine_date, examine_span
from .header import AMOUNTS
from .header_text import normalise

#: The template's example, which is not read.
EXAMPLE_SKU = "EXAMPLE-0000"
#: Words of rows that add others up.
_TOTALS = frozenset(
    "total totals subtotal subtotals sum ttl tot gesamt gesamtsumme summe zwischensumme"
    " endsumme somme totale totaux suma totali subtotale totales carried brought"
    " ubertrag σ".split()
)
#: Words of rows that compare others.
_AVERAGES = frozenset("average avg mean durchschnitt moyenne promedio media ø".split())


class Sorter:
    """Tells the rows of one file apart.

    :param dict at: field -> place of its column
    :param list header: cells of the header
    """

    def __init__(self, at, header):
        self.at = at
        self.header = [(n, cell) for n, cell in enumerate(header) if cell is not None]
        self.amounts = [at[name] for name in AMOUNTS if name in at]

    def sort(self, cells):
        """What a row is.

        :return: ``data``; ``total`` for one that says so; ``maybe`` for one that adds
            up if its amounts show it; ``odd`` for such a one that is no sale, either;
            ``example``; ``skipped`` for a title, note or header that comes again
        """
        day, sku = self._cell(cells, "date"), self._cell(cells, "sku")
        is_day, is_named = _is_day(day), sku is not None and not _is_total_code(sku)
        if is_day and is_named and sku != EXAMPLE_SKU:
            return "data"
        if sku == EXAMPLE_SKU:
            return "example"
        if self._is_header(cells):
            return "skipped"
        if "sku" not in self.at or not self.amounts:
            # below headings that are not understood nothing is told apart
            return "total" if _is_total_row(cells) else "data"
        if not self._has_amounts(cells):
            return "skipped"
        if is_named and _is_like_day(day):
            return "data"
        if not is_named and not (is_day and sku is not None):
            return self._sort_nameless(cells, is_day)
        if "date" not in self.at:
            has_digit = any(one.isdigit() for one in str(sku))
            return "data" if has_digit else "maybe"
        return "maybe"

    def _sort_nameless(self, cells, is_day):
        """A row with amounts and without an article."""
        if _is_total_row(cells):
            return "total"
        texts = [cell for cell in cells if isinstance(cell, str)]
        if texts and _AVERAGES.intersection(normalise(texts[0]).split()):
            return "skipped"
        if self._cell(cells, "sku") is not None:
            return "maybe"
        return "maybe" if is_day else "odd"

    def _cell(self, cells, name):
        at = self.at.get(name)
        return cells[at] if at is not None and at < len(cells) else None

    def _has_amounts(self, cells):
        for at in self.amounts:
            cell = cells[at] if at < len(cells) else None
            if isinstance(cell, float) or (
                isinstance(cell, str) and values.examine(cell) is not None
            ):
                return True
        return False

    def _is_header(self, cells):
        """The header, on the next page."""
        same = sum(at < len(cells) and cells[at] == text for at, text in self.header)
        return same > 1 and same * 2 > len(self.header)


def names_total(cell):
    """Whether a cell calls its row a total: ``Total``, ``Captain Quill Total``."""
    if not isinstance(cell, str) or len(cell) > 60:
        return False
    words = normalise(cell).split()
    return any(word in _TOTALS for word in words)


def _is_total_row(cells):
    texts = [cell for cell in cells if isinstance(cell, str)]
    return any(names_total(text) for text in texts[:3])


def _is_total_code(cell):
    """Whether ``Total`` stands in the place of an article, and no code like SUM-12."""
    return names_total(cell) and not any(one.isdigit() for one in cell)


def _is_day(cell):
    """Whether a cell can only be a day or a period."""
    if isinstance(cell, str):
        return examine_date(cell) is not None or examine_span(cell) is not None
    return isinstance(cell, date)


def _is_like_day(cell):
    """Whether a cell beside amounts is a day, be it one that cannot be read."""
    if isinstance(cell, str):
        return len(cell) < 30 and any(one.isdigit() for one in cell)
    return isinstance(cell, float)
