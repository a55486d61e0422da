"""Statements and their lines as the engine reads them."""

import json
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ....engine import royalty
from ..money.exchange import average, read_quotes
from ..terms.numbers import to_decimal
from .licensing_statement import STATEMENT_FINAL_STATES

#: Columns of a line, in the order of :func:`_make_line`.
_COLUMNS = SQL(
    """line.id, line.row, line.date, line.currency_id, line.gross::text,
       line.returns::text, line.allowances::text, line.other::text, line.units::text,
       line.product_id, COALESCE(line.property_id, product.property_id),
       COALESCE(line.category_id, product.category_id), line.country_id,
       line.channel_id, line.sale_type, line.sku,
       CASE WHEN line.has_reported_net THEN line.reported_net::text END,
       CASE WHEN line.has_reported_rate THEN line.reported_rate::text END,
       CASE WHEN line.has_reported_royalty THEN line.reported_royalty::text END"""
)


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    def _read_lines(self):
        """The reported lines; a bundle as its parts.

        :return: tuple of ``royalty.Line``
        """
        self.ensure_one()
        self.env["licensing.statement.line"].flush_model()
        self.env["licensing.product"].flush_model(["property_id", "category_id"])
        return self._split_bundles(map(_make_line, self._stream_lines()))

    def _split_bundles(self, lines):
        """Lines, a bundle as its parts.

        :param lines: iterable of ``royalty.Line``
        :return: tuple of them
        """
        bundles, found = self._read_bundles(), []
        for line in lines:
            components = bundles.get(line.product)
            found += royalty.split_bundle(line, components) if components else (line,)
        return tuple(found)

    def _stream_lines(self):
        """Rows of the lines, some thousand at a time."""
        query = SQL(
            """SELECT %s
                 FROM licensing_statement_line AS line
                 LEFT JOIN licensing_product AS product ON product.id = line.product_id
                WHERE line.statement_id = %s
                ORDER BY line.row, line.id""",
            _COLUMNS,
            self.id,
        )
        return self.env["account.admin.open.item"]._stream(query)

    def _read_bundles(self):
        """Parts of the bundles of the licensee.

        :return: dict product id -> tuple of ``royalty.Component``
        """
        # sudo: what a bundle consists of decides on money, whoever computes
        parts = self.env["licensing.product.component"].sudo()
        found = {}
        for part in parts.search(
            [
                ("bundle_id.partner_id", "=", self.partner_id.id),
                ("bundle_id.company_id", "=", self.company_id.id),
            ]
        ):
            found.setdefault(part.bundle_id.id, []).append(
                royalty.Component(
                    part.product_id.id,
                    to_decimal(part.share),
                    part.product_id.property_id.id or None,
                    part.product_id.category_id.id or None,
                    part.quantity,
                )
            )
        return {bundle: tuple(found[bundle]) for bundle in found}

    def _read_approvals(self):
        """Days on which the licensee's products may be sold.

        :return: dict product id -> (first day, last day or ``None``)
        """
        # sudo: approvals decide on findings, whoever computes
        products = self.env["licensing.product"].sudo().with_context(active_test=False)
        rows = products.search_fetch(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("approved_from", "!=", False),
            ],
            ["approved_from", "approved_until"],
        )
        return {row.id: (row.approved_from, row.approved_until or None) for row in rows}

    def _read_statement(self, snapshot=None, lines=None):
        """The statement as the engine computes it.

        A revision keeps the rates of exchange that were frozen with the first approval.

        :param snapshot: whose rates of exchange to use; the latest by default
        :param lines: iterable of ``royalty.Line``; ``None`` for those it has
        :rtype: royalty.Statement
        """
        lines = self._read_lines() if lines is None else self._split_bundles(lines)
        frozen = (snapshot or self._get_snapshot()).quotes
        quotes = self._read_quotes(lines, load_quotes(frozen) if frozen else ())
        averages = ()
        if self.contract_id.fx_rule == "average":
            averages = average(quotes, self.date_start, self.date_end)
        return royalty.Statement(
            id=self.origin_id.id,
            first=self.date_start,
            last=self.date_end,
            year=self.year,
            lines=lines,
            quotes=quotes,
            averages=averages,
        )

    def _read_quotes(self, lines, frozen):
        """Rates of exchange from the first to the last day that matters.

        :param frozen: those that are known already, of other currencies none are
        """
        known = {quote.currency for quote in frozen}
        days = [line.day for line in lines]
        others = self.env["res.currency"].browse(
            {line.currency for line in lines} - known
        )
        return frozen + read_quotes(
            self.env,
            self.company_id,
            self.currency_id,
            others,
            min([self.date_start, *days]),
            max([self.date_end, *days]),
        )

    def _get_snapshot(self):
        """The computation of this statement that counts, of whatever version."""
        return self.env["licensing.statement.snapshot"].search(
            [("statement_id.origin_id", "=", self.origin_id.id)],
            order="id desc",
            limit=1,
        )

    @api.model
    def _get_snapshots(self, contract, until=None):
        """The computation that counts of each statement of a contract.

        :param until: a computation; those made after it had no part in it
        :return: ``licensing.statement.snapshot``, oldest statement first
        """
        domain = [("contract_id", "=", contract.id)]
        if until:
            domain.append(("id", "<", until.id))
        rows = self.env["licensing.statement.snapshot"].search(domain, order="id desc")
        latest = {}
        for row in rows:
            latest.setdefault(row.statement_id.origin_id, row)
        found = rows.browse(row.id for row in latest.values())
        return found.sorted(lambda row: (row.statement_id.date_start, row.id))

    def _get_before(self, snapshots):
        """Those of statements before this one, its own earlier versions left out."""
        return snapshots.filtered(
            lambda row: row.statement_id.origin_id != self.origin_id
            and row.statement_id.date_start < self.date_start
        )

    def _get_after(self):
        """Approved statements of later periods, in order."""
        return self.search(
            [
                ("contract_id", "=", self.contract_id.id),
                ("date_start", ">", self.date_start),
                ("state", "in", STATEMENT_FINAL_STATES),
            ],
            order="date_start, id",
        )


def load_quotes(text):
    """Rates of exchange that a computation froze.

    :return: tuple of ``royalty.Quote``
    """
    return tuple(
        royalty.Quote(currency, date.fromisoformat(day), Decimal(rate))
        for currency, day, rate in json.loads(text)
    )


def dump_quotes(quotes):
    """Rates of exchange as text, exact: what :func:`load_quotes` reads."""
    return json.dumps(
        [[quote.currency, str(quote.day), str(quote.rate)] for quote in quotes]
    )


def _optional(text):
    return None if text is None else Decimal(text)


def _make_line(values):
    """A line of the engine from its columns."""
    line_id, row, day, currency, *amounts = values[:9]
    gross, returns, allowances, other, units = (
        Decimal(amount or 0) for amount in amounts
    )
    product, prop, category, country, channel, sale_type, sku = values[9:16]
    net, rate, amount = map(_optional, values[16:])
    return royalty.Line(
        id=line_id,
        row=row or 0,
        day=day,
        currency=currency,
        gross=gross,
        returns=returns,
        allowances=allowances,
        other=other,
        units=units,
        product=product,
        property=prop,
        category=category,
        territory=country,
        channel=channel,
        sale_type=sale_type,
        sku=sku or "",
        reported_net=net,
        reported_rate=rate,
        reported_royalty=amount,
    )
