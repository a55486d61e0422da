"""Statement lines of a report, inserted some thousand a statement of SQL."""

import json

from odoo.tools import SQL, split_every

#: Rows of one statement of SQL: 3 MB of JSON.
CHUNK = 5_000
_COLUMNS = (
    ("row", "int"),
    ("date", "date"),
    ("sku", "text"),
    ("description", "text"),
    ("product_id", "int"),
    ("property_id", "int"),
    ("category_id", "int"),
    ("country_id", "int"),
    ("channel_id", "int"),
    ("retailer", "text"),
    ("territory_text", "text"),
    ("channel_text", "text"),
    ("sale_type", "text"),
    ("currency_id", "int"),
    ("units", "numeric"),
    ("gross", "numeric"),
    ("returns", "numeric"),
    ("allowances", "numeric"),
    ("other", "numeric"),
    ("has_reported_net", "boolean"),
    ("reported_net", "numeric"),
    ("has_reported_rate", "boolean"),
    ("reported_rate", "numeric"),
    ("has_reported_royalty", "boolean"),
    ("reported_royalty", "numeric"),
)


def make_vals(rows, matched, profile):
    """Values of statement lines, one dict a row.

    :param rows: the engine's rows
    :param matched: ``Matched``
    :param profile: ``licensing.import.profile``, for what a row leaves empty
    """
    ids, products = matched.ids, matched.products
    currency, sale_type = profile.currency_id.id or None, profile.sale_type
    country, none = profile.country_id.id or None, (None, None)
    for row in rows:
        product = ids["product"].get(row.sku)
        brand, category = products.get(product, none)
        yield {
            "row": row.number,
            "date": row.date,
            "sku": row.sku,
            "description": row.description,
            "product_id": product,
            "property_id": brand or ids["property"].get(row.property),
            "category_id": category or ids["category"].get(row.category),
            "country_id": (
                ids["territory"].get(row.territory) if row.territory else country
            ),
            "channel_id": ids["channel"].get(row.channel),
            "retailer": row.retailer,
            "territory_text": _get_unmatched(row.territory, ids["territory"]),
            "channel_text": _get_unmatched(row.channel, ids["channel"]),
            "sale_type": (
                ids["sale_type"][row.sale_type] if row.sale_type else sale_type
            ),
            "currency_id": ids["currency"][row.currency] if row.currency else currency,
            **_get_amounts(row),
        }


def _get_unmatched(text, known):
    """A text that matches nothing, to be kept."""
    return text if text and text not in known else None


def _get_amounts(row):
    return {
        "units": row.units,
        "gross": row.gross,
        "returns": row.returns,
        "allowances": row.allowances,
        "other": row.other,
        "has_reported_net": row.reported_net is not None,
        "reported_net": row.reported_net or 0,
        "has_reported_rate": row.reported_rate is not None,
        "reported_rate": row.reported_rate or 0,
        "has_reported_royalty": row.reported_royalty is not None,
        "reported_royalty": row.reported_royalty or 0,
    }


def replace_lines(statement, vals, tell):
    """Put lines in the place of those that a statement has.

    The statement was checked and locked; its findings go with the lines they are about.

    :param vals: iterable of dicts of :func:`make_vals`
    :param tell: called with the count of lines that are there so far
    """
    env = statement.env
    lines, findings = env["licensing.statement.line"], env["licensing.finding"]
    lines.flush_model()
    findings.flush_model()
    for model in (findings, lines):
        # the cursor, for nothing comes back
        env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE statement_id = %s",
                SQL.identifier(model._table),
                statement.id,
            )
        )
    for number, chunk in enumerate(split_every(CHUNK, vals, list)):
        tell(number * CHUNK)
        _insert(statement, chunk)
    lines.invalidate_model()
    findings.invalidate_model()
    statement.invalidate_recordset(["line_ids", "finding_ids"])


def _insert(statement, chunk):
    names = SQL(", ").join(SQL.identifier(name) for name, _type in _COLUMNS)
    typed = SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), SQL(column)) for name, column in _COLUMNS
    )
    statement.env.cr.execute(
        SQL(
            """INSERT INTO licensing_statement_line (statement_id, %s)
               SELECT %s, %s FROM json_to_recordset(%s) AS new(%s)""",
            names,
            statement.id,
            names,
            json.dumps(chunk, default=str),
            typed,
        )
    )
