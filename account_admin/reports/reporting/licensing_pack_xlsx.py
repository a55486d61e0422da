"""The quarterly pack as a workbook: a sheet for each of its parts."""

from ..base.xlsx import Book

#: Column of the summary that says the currency.
CURRENCY = 1


def build(pack):
    """:return: bytes of the workbook"""
    book, heading = Book(), pack._get_heading()
    for section in pack._get_sections():
        table = book.table(section.title, [section.title, *heading], section.columns)
        for _currency, values in section.rows:
            table.row(values)
        table.end_rows()
        for currency, values in section.totals.items():
            table.totals(
                pack.env._("Total"),
                values,
                (CURRENCY, currency.name),
                currency.decimal_places,
            )
        table.note(section.note)
    return book.close()
