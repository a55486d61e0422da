"""Lines of a report: made, and copied into the database with what they come to."""

from odoo.tools import SQL

from ....engine import royalty
from ...base.bulk import copy_rows, take_ids

#: Rows between two words about how far it is.
CHUNK = 5_000
#: Columns of what a licensee reported, in the order of :func:`_list_reported`.
_REPORTED = (
    *("statement_id", "row", "date", "sku", "description", "retailer"),
    *("product_id", "property_id", "category_id", "country_id", "channel_id"),
    *("sale_type", "currency_id", "units", "gross", "returns"),
    *("allowances", "other", "has_reported_net", "reported_net"),
    *("has_reported_rate", "reported_rate"),
    *("has_reported_royalty", "reported_royalty"),
    *("territory_text", "channel_text"),
)


def make_lines(env, rows, matched, profile):
    """The lines of a report as they are computed.

    :param rows: the engine's rows
    :param matched: ``Matched``
    :param profile: ``licensing.import.profile``, for what a row leaves empty
    :return: list of ``royalty.Line``, whose ids are those the lines will have
    """
    ids, products, none = matched.ids, matched.products, (None, None)
    currency, sale_type = profile.currency_id.id or None, profile.sale_type
    country = profile.country_id.id or None
    lines = []
    new_ids = take_ids(env["licensing.statement.line"], len(rows))
    for line_id, row in zip(new_ids, rows, strict=True):
        product = ids["product"].get(row.sku)
        brand, category = products.get(product, none)
        lines.append(
            royalty.Line(
                id=line_id,
                day=row.date,
                currency=ids["currency"][row.currency] if row.currency else currency,
                gross=row.gross,
                returns=row.returns,
                allowances=row.allowances,
                other=row.other,
                units=row.units,
                product=product,
                property=brand or ids["property"].get(row.property),
                category=category or ids["category"].get(row.category),
                territory=(
                    ids["territory"].get(row.territory) if row.territory else country
                ),
                channel=ids["channel"].get(row.channel),
                sale_type=(
                    ids["sale_type"][row.sale_type] if row.sale_type else sale_type
                ),
                sku=row.sku or "",
                row=row.number,
                reported_net=row.reported_net,
                reported_rate=row.reported_rate,
                reported_royalty=row.reported_royalty,
            )
        )
    return lines


def replace_lines(statement, rows, lines, figures, tell):
    """Put lines in the place of those that a statement has.

    The statement was checked and locked; its findings go with the lines they are about.

    :param rows: the engine's rows
    :param lines: those of :func:`make_lines`, one a row
    :param figures: what each line came to, of ``_prepare_lines``
    :param tell: called with the count of lines that are there so far
    """
    env = statement.env
    model, findings = env["licensing.statement.line"], env["licensing.finding"]
    model.flush_model()
    findings.flush_model()
    for table in (findings._table, model._table):
        # the cursor, for nothing comes back
        env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE statement_id = %s",
                SQL.identifier(table),
                statement.id,
            )
        )
    names = figures[lines[0].id]
    for start in range(0, len(rows), CHUNK):
        tell(start)
        part = slice(start, start + CHUNK)
        copy_rows(
            model,
            (*_REPORTED, *names),
            (
                (*_list_reported(statement, row, line), *figures[line.id].values())
                for row, line in zip(rows[part], lines[part], strict=True)
            ),
        )
    model.invalidate_model()
    findings.invalidate_model()
    statement.invalidate_recordset(["line_ids", "finding_ids"])


def _list_reported(statement, row, line):
    """What was reported, in the order of the columns."""
    net, rate, amount = row.reported_net, row.reported_rate, row.reported_royalty
    return (
        *(statement.id, row.number, row.date, row.sku, row.description, row.retailer),
        *(line.product, line.property, line.category, line.territory, line.channel),
        *(line.sale_type, line.currency, row.units, row.gross, row.returns),
        *(row.allowances, row.other, net is not None, net or 0),
        *(rate is not None, rate or 0, amount is not None, amount or 0),
        # what matches nothing is kept as it was said
        row.territory if line.territory is None else None,
        row.channel if line.channel is None else None,
    )
