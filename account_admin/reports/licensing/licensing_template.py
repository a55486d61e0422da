"""The workbook that a licensee fills in: its header is one that the import knows."""

import io

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from odoo.tools import format_date

from ...engine.report_file import AMOUNTS, EXAMPLE_SKU, FIELDS, get_labels

#: Rows that have drop-down lists.
ROWS = 5_000
#: Entries of one list: Excel shows no more at once anyway.
LISTED = 1_000
_LISTS = ("territory", "channel", "sale_type", "currency")


def build(contract, statement=None):
    """Make the workbook of a contract.

    :param contract: ``licensing.contract``
    :param statement: ``licensing.statement`` whose period it is for, if any
    :return: (name, bytes)
    """
    language = contract.partner_id.lang
    contract = contract.with_context(lang=language or contract.env.lang)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(contract.env._("Report"))
    lists = _get_lists(contract)
    places = _write_lists(book, lists)
    _write_report(book, sheet, contract, statement, lists, places)
    _write_products(book, contract)
    book.close()
    period = f" {statement.date_start} {statement.date_end}" if statement else ""
    name = f"{contract.name}{period}.xlsx".replace("/", "-")
    return name, buffer.getvalue()


def _get_lists(contract):
    """What the licensee may choose from: field -> texts."""
    env, grants = contract.env, contract.env["licensing.grant"]
    grants = grants.search([("contract_id", "=", contract.id)])
    countries = grants.country_ids | grants.territory_ids.country_ids
    channels = grants.channel_ids
    if not channels or grants.filtered(lambda grant: not grant.channel_ids):
        channels = channels.search(
            [("company_id", "in", (False, contract.company_id.id))]
        )
    if not countries or grants.filtered(
        lambda grant: not grant.country_ids and not grant.territory_ids
    ):
        countries = countries.search([])
    currencies = contract.currency_id | env["res.currency"].search([])
    labels = env["licensing.statement.line"]._fields["sale_type"]
    return {
        "territory": sorted(countries.mapped("name"))[:LISTED],
        "channel": channels.mapped("complete_name")[:LISTED],
        "sale_type": [label for _value, label in labels._description_selection(env)],
        "currency": currencies.mapped("name")[:LISTED],
    }


def _write_lists(book, lists):
    """The hidden sheet of the lists: field -> range."""
    sheet = book.add_worksheet("Lists")
    sheet.hide()
    places = {}
    for column, name in enumerate(_LISTS):
        texts = lists[name]
        for row, text in enumerate(texts):
            sheet.write_string(row, column, text)
        letter = xl_col_to_name(column)
        if texts:
            places[name] = f"=Lists!${letter}$1:${letter}${len(texts)}"
    return places


def _write_report(book, sheet, contract, statement, lists, places):
    env, bold = contract.env, book.add_format({"bold": True})
    sheet.write_string(0, 0, env._("Royalty report"), bold)
    title = f"{contract.name} {contract.title}"
    if statement:
        title = env._(
            "%(contract)s, %(start)s to %(end)s",
            contract=title,
            start=format_date(env, statement.date_start),
            end=format_date(env, statement.date_end),
        )
    sheet.write_string(1, 0, title)
    header = book.add_format(
        {"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "text_wrap": True}
    )
    styles = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "reported_rate": book.add_format({"num_format": "0.00%"}),
        **{name: book.add_format({"num_format": "#,##0.00"}) for name in AMOUNTS},
    }
    text = book.add_format({"num_format": "@"})
    top = 3
    for column, (name, label) in enumerate(get_labels(env.lang).items()):
        sheet.write_string(top, column, label, header)
        sheet.set_column(column, column, 15, styles.get(name, text))
        if name in places:
            cells = (top + 1, column, top + ROWS, column)
            sheet.data_validation(
                *cells,
                {"validate": "list", "source": places[name], "error_type": "warning"},
            )
    sheet.freeze_panes(top + 1, 2)
    _write_example(sheet, top + 1, contract, statement, lists, styles)


def _write_example(sheet, row, contract, statement, lists, styles):
    """A row that shows how it is meant; the import passes over it."""
    day = statement.date_start if statement else contract.date_start
    example = {
        "date": day,
        "sku": EXAMPLE_SKU,
        "description": contract.env._("Example: this row is not read"),
        "territory": next(iter(lists["territory"]), ""),
        "channel": next(iter(lists["channel"]), ""),
        "sale_type": lists["sale_type"][0],
        "currency": contract.currency_id.name,
        "units": 100,
        "gross": 1000,
        "returns": 50,
        "reported_net": 950,
        "reported_rate": 0.08,
        "reported_royalty": 76,
    }
    for column, name in enumerate(FIELDS):
        value, style = example.get(name), styles.get(name)
        if name == "date":
            sheet.write_datetime(row, column, value, style)
        elif isinstance(value, str):
            sheet.write_string(row, column, value)
        elif value is not None:
            sheet.write_number(row, column, value, style)


def _write_products(book, contract):
    """What may be sold, by the SKU to report it by."""
    env, bold = contract.env, book.add_format({"bold": True})
    sheet = book.add_worksheet(env._("Products"))
    products = env["licensing.product"].search(
        [
            ("partner_id", "=", contract.partner_id.id),
            ("company_id", "=", contract.company_id.id),
            ("state", "=", "approved"),
        ]
    )
    for column, label in enumerate(
        (env._("SKU"), env._("Name"), env._("Property"), env._("Category"))
    ):
        sheet.write_string(0, column, label, bold)
    sheet.set_column(0, 3, 24)
    for row, product in enumerate(products, start=1):
        texts = (
            product.sku,
            product.name,
            product.property_id.complete_name or "",
            product.category_id.complete_name or "",
        )
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)
