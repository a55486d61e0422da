"""The lines of a statement as its licensee gets them, with what they came to."""

from odoo.tools import SQL

from ..base.xlsx import Book, Column


def build(statement):
    """Make the workbook; its rows are never held in memory.

    :param statement: a ``licensing.statement`` that was approved
    :return: (name, bytes)
    """
    env = statement.env
    book = Book()
    heading = [
        env._("Royalty report"),
        statement.contract_id.display_name,
        statement._show_period(),
    ]
    table = book.table(env._("Lines"), heading, _get_columns(statement))
    names = _Names(statement)
    for values in _stream(statement):
        table.row(names.show(values))
    table.end_rows()
    name = f"{statement.contract_id.name} {statement.date_start}.xlsx"
    return name.replace("/", "-"), book.close()


def _get_columns(statement):
    env, currency = statement.env, statement.currency_id
    reported = (env._("Gross sales"), env._("Returns"), env._("Allowances"))
    reported += (env._("Other deductions"),)
    own = {"kind": "money", "width": 13, "decimals": currency.decimal_places}
    return [
        Column(env._("Row"), "int", 7),
        Column(env._("Sale date"), "date", 11),
        Column(env._("SKU"), width=16),
        Column(env._("Description"), width=30),
        Column(env._("Territory"), width=18),
        Column(env._("Channel"), width=18),
        Column(env._("Retailer"), width=18),
        Column(env._("Sale type"), width=11),
        Column(env._("Currency"), width=9),
        Column(env._("Units"), "number", 10),
        *(Column(label, "money", 13) for label in reported),
        Column(env._("Net in %s", currency.name), **own),
        Column(env._("Royalty rate"), width=24),
        Column(env._("Royalty in %s", currency.name), **own),
    ]


def _stream(statement):
    """Rows of the lines in order, some thousand at a time."""
    statement.env["licensing.statement.line"].flush_model()
    query = SQL(
        """SELECT row, date, sku, description, country_id, channel_id, retailer,
                  sale_type, currency_id, units, gross, returns, allowances, other, net,
                  rate_id, royalty
             FROM licensing_statement_line WHERE statement_id = %s ORDER BY row, id""",
        statement.id,
    )
    return statement.env["account.admin.open.item"]._stream(query)


class _Names:
    """Names of what the rows refer to, each looked up once."""

    def __init__(self, statement):
        env = statement.env
        self.countries = _name_all(env["res.country"])
        self.channels = _name_all(
            env["licensing.channel"].with_context(active_test=False)
        )
        self.currencies = _name_all(env["res.currency"].with_context(active_test=False))
        rates = statement.contract_id.with_context(active_test=False).rate_ids
        self.rates = {rate.id: rate.summary for rate in rates}
        lines = env["licensing.statement.line"]._fields["sale_type"]
        self.sale_types = dict(lines._description_selection(env))

    def show(self, values):
        """A row of the query as a row of the table."""
        start, (country, channel, retailer, kind, currency) = values[:4], values[4:9]
        return (
            *start,
            self.countries.get(country),
            self.channels.get(channel),
            retailer,
            self.sale_types[kind],
            self.currencies[currency],
            *values[9:15],
            self.rates.get(values[15]),
            values[16],
        )


def _name_all(model):
    return {record.id: record.display_name for record in model.search([])}
