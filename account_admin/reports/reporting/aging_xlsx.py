"""The aging report as a workbook: renders what the wizard's report returns."""

from ..base.xlsx import Book, Column


def build(wizard):
    """:return: bytes of the workbook"""
    book, aging = Book(), wizard._get_aging()
    if wizard.detail == "items":
        _write_items(book, wizard, aging)
    else:
        labels = wizard._get_group_labels()
        if len(labels) > 1:
            _write_groups(book, wizard, aging, aging["groups"], labels[:1])
        _write_groups(book, wizard, aging, aging["rows"], labels)
    _write_tie_out(book, wizard, aging["tie_out"])
    return book.close()


def _decimals(currencies):
    return max((currency.decimal_places for currency in currencies), default=2)


def _write_groups(book, wizard, aging, rows, labels):
    env, decimals = wizard.env, _decimals(aging["totals"])
    amounts = [*aging["labels"], env._("Total"), env._("of which disputed")]
    columns = [
        *(Column(label, width=36) for label in labels),
        Column(env._("Currency"), width=9),
        Column(env._("Items"), "int", 8, total=True),
        *(Column(label, "money", 15, decimals, total=True) for label in amounts),
    ]
    table = book.table(labels[-1], wizard._get_heading(), columns)
    for row in rows:
        table.row(
            [
                *row["names"],
                row["currency"].name,
                row["count"],
                # nothing in a bucket: an empty cell is read faster than a zero
                *(amount or None for amount in row["buckets"]),
                row["total"],
                row["disputed"] or None,
            ]
        )
    table.end_rows()
    _write_totals(table, env, aging, len(labels))
    for note in wizard._get_notes(aging):
        table.note(note)


def _write_totals(table, env, aging, place):
    """A total for each currency; ``place`` is the number of the currency's column."""
    for currency, total in aging["totals"].items():
        table.totals(
            env._("Total"),
            [total["count"], *total["buckets"], total["total"], total["disputed"]],
            (place, currency.name),
            currency.decimal_places,
        )


def _write_items(book, wizard, aging):
    env, decimals = wizard.env, _decimals(aging["totals"])
    amounts = [*aging["labels"], env._("Total"), env._("of which disputed")]
    columns = [
        Column(env._("Account"), width=36),
        Column(env._("National account"), width=24),
        Column(env._("Administrator"), width=20),
        Column(env._("Number"), width=18),
        Column(env._("Reference"), width=18),
        Column(env._("Date"), "date", 11),
        Column(env._("Due"), "date", 11),
        Column(env._("Days past due"), "int", 9),
        Column(env._("Currency"), width=9),
        Column(env._("Items"), "int", 8, total=True),
        *(Column(label, "money", 15, decimals, total=True) for label in amounts),
    ]
    table = book.table(env._("Aging"), wizard._get_heading(), columns)
    buckets = [f"bucket_{n}" for n in range(len(aging["labels"]))]
    names = _get_names(wizard)
    currencies = {currency.id: currency.name for currency in aging["totals"]}
    fields = (
        *("partner_id", "national_account_id", "user_id", "name", "reference", "date"),
        *("due", "days", "report_currency_id", *buckets, "amount", "disputed_amount"),
    )
    for partner, national, user, *values in wizard._get_items(fields):
        table.row(
            [
                names["partner_id"][partner],
                national and names["national_account_id"][national],
                user and names["user_id"][user],
                *values[:5],
                currencies[values[5]],
                1,
                # an item is in one bucket: the empty ones stay empty
                *(amount or None for amount in values[6:]),
            ]
        )
    table.end_rows()
    _write_totals(table, env, aging, 8)
    for note in wizard._get_notes(aging):
        table.note(note)


def _get_names(wizard):
    """Names of the accounts, national accounts and administrators of the items."""
    aged = wizard.env["account.admin.aged.item"]
    groups = ("account", "national", "administrator")
    found = aged.get_aging(
        wizard.company_ids, wizard.date, groups, **wizard._get_options()
    )
    fields = ("partner_id", "national_account_id", "user_id")
    return {
        field: {
            row["keys"][number] or None: row["names"][number] for row in found["rows"]
        }
        for number, field in enumerate(fields)
    }


def _write_tie_out(book, wizard, rows):
    """One line a receivable account; the difference is a formula."""
    env = wizard.env
    decimals = _decimals(row["company"].currency_id for row in rows)
    columns = [
        Column(env._("Receivable account"), width=36),
        Column(env._("Company"), width=24),
        Column(env._("Currency"), width=9),
        Column(env._("Ledger balance"), "money", 18, decimals),
        Column(env._("Matched elsewhere"), "money", 18, decimals),
        Column(env._("Sum of open items"), "money", 18, decimals),
        Column(env._("Difference"), "money", 18, decimals),
    ]
    heading = [env._("Tie-out to the general ledger"), wizard._get_day_text()]
    table = book.table(env._("Tie-out"), heading, columns)
    for row in rows:
        currency = row["company"].currency_id.name
        values = [row["account"].display_name, row["company"].name, currency]
        amounts = [row["ledger"], row["transferred"] or None, row["items"], None]
        table.row([*values, *amounts])
        table.difference([3, 4], 5, 6, row["difference"])
    table.end_rows()
    table.note(
        env._(
            "The balance of each receivable account in the general ledger beside all"
            " open items on it, in the company's currency: the difference is zero."
        )
    )
    if any(row["transferred"] for row in rows):
        table.note(wizard._get_transfer_note())
