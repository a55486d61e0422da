"""Computing a statement, and writing down what it came to."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ....engine import royalty
from ....engine.money import ZERO, to_decimal
from ...base.bulk import insert_rows, update_rows
from ..money.exchange import average, read_quotes
from .licensing_statement import (
    STATEMENT_FINAL_STATES,
    STATEMENT_OPEN_STATES,
)

#: Rows that go to the database at once.
CHUNK = 5000
#: What the rows of a finding are; of the others, grants.
_ROWS = {
    "rate_tie": "licensing.rate",
    "pool_tie": "licensing.commitment",
    "deduction_tie": "licensing.deduction",
}
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
#: Kind of a text -> (column of the line that keeps it, column of what it means, fields
#: of a contract's rows that narrow by it).
TEXTS = {
    "territory": ("territory_text", "country_id", ("country_ids", "territory_ids")),
    "channel": ("channel_text", "channel_id", ("channel_ids",)),
}


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

    adjustment_net = fields.Monetary(
        string="Net of Earlier Sales",
        readonly=True,
        copy=False,
        help="What changed about the net of earlier sales: deductions that the cap of a"
        " year allows after all, or allows no longer.",
    )
    claims = fields.Text(
        readonly=True,
        copy=False,
        help="Gross and deductions under each row of the contract, as they were last"
        " computed: [row, gross, deductions] each.",
    )

    def action_compute(self):
        """Compute the royalty and check the lines; nothing is billed yet."""
        self.check_access("write")
        for statement in self:
            if statement.state not in STATEMENT_OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%s is approved: its figures stand.", statement.display_name
                    )
                )
            if statement.state == "expected" and not statement.line_ids[:1]:
                raise UserError(
                    self.env._(
                        "%s has no lines: import the licensee's report, or say that"
                        " nothing was sold.",
                        statement.display_name,
                    )
                )
            # sudo: nobody may make findings; terms come to the same whoever computes
            statement.sudo()._compute_and_write()
        return True

    def _compute_and_write(self):
        """Compute one open statement and keep its figures.

        :return: as from :meth:`_compute_result`
        """
        terms, reported, result = self._compute_result()
        self._write_lines(reported, result)
        self._write_computed(reported, result)
        if self.state in ("expected", "submitted"):
            self.state = "in_review"
        return terms, reported, result

    def _compute_result(self, snapshot=None, lines=None):
        """Compute one statement upon those approved before.

        :param snapshot: the one to repeat, by what was known then; ``None`` to
            compute by the terms of now
        :param lines: list of ``royalty.Line`` that were reported; ``None`` for those
            that the statement has
        :return: (``royalty.Terms``, ``royalty.Statement``, ``royalty.Result``)
        """
        self.ensure_one()
        terms = self.contract_id._get_terms(snapshot and snapshot.known_at)
        reported = self._read_statement(snapshot, lines)
        others = self._get_snapshots(self.contract_id, snapshot)
        prior = self._get_before(others)._load_sums()
        result = royalty.compute(terms, reported, prior, self._read_approvals())
        return terms, reported, result

    # ------------------------------------------------------------------
    # WRITING DOWN
    # ------------------------------------------------------------------

    def _write_computed(self, reported, result):
        """Findings and figures of a computation whose lines were written."""
        self._write_findings(result)
        self.write(self._prepare_figures(reported, result))

    def _write_lines(self, reported, result):
        """What each line came to."""
        lines = self.env["licensing.statement.line"]
        lines.flush_model()
        rows = self._prepare_lines(reported, result)
        for chunk in split_every(CHUNK, rows.values()):
            update_rows(lines, list(chunk))
        lines.invalidate_model(flush=False)

    def _prepare_lines(self, reported, result):
        """What each line came to; a bundle's parts are added up.

        :return: dict line id -> dict of the same columns
        """
        found = {finding.line for finding in result.findings}
        groups = [_prepare_group(group) for group in result.groups]
        rows, bundles = {}, set()
        for line, computed in zip(reported.lines, result.lines, strict=False):
            net, amount = computed.net, computed.royalty
            if line.id in rows:
                bundles.add(line.id)
                net += rows[line.id]["net"]
                amount += rows[line.id]["royalty"]
            rows[line.id] = {
                "id": line.id,
                "net": net,
                "royalty": amount,
                "has_findings": line.id in found,
                **groups[computed.group],
            }
        for line_id in bundles:
            rows[line_id]["rate_id"] = None
        places = self.currency_id.decimal_places
        for row in rows.values():
            row["net"] = royalty.round_money(row["net"], places)
        return rows

    def _write_findings(self, result):
        """Replace what the last computation found."""
        findings = self.env["licensing.finding"]
        findings.search([("statement_id", "=", self.id)]).unlink()
        names = self._name_rows(result.findings)
        rows = (self._prepare_finding(found, names) for found in result.findings)
        for chunk in split_every(CHUNK, rows):
            insert_rows(findings, list(chunk))
        findings.invalidate_model(flush=False)
        self.invalidate_recordset(["finding_ids"])
        self._write_text_findings()

    @api.model
    def _name_rows(self, findings):
        """Names of the contract's rows that findings are about.

        :return: dict (code, id) -> name
        """
        ids = {}
        for found in findings:
            if found.rows:
                ids.setdefault(found.code, set()).update(found.rows)
        return {
            (code, row.id): row.display_name
            for code in ids
            for row in self.env[_ROWS.get(code, "licensing.grant")].browse(ids[code])
        }

    def _prepare_finding(self, found, names):
        return {
            "statement_id": self.id,
            "line_id": found.line,
            "row": found.row,
            "code": found.code,
            "blocking": found.blocking,
            "sku": found.sku,
            "date": found.day,
            "rows": ", ".join(names[found.code, row] for row in found.rows) or None,
            "reported": found.reported,
            "computed": found.computed,
        }

    def _prepare_figures(self, reported, result):
        """The statement's own figures, in the contract's currency."""
        adjustment = sum(
            (line.royalty for line in result.lines if line.line is None), ZERO
        )
        round_money = self.currency_id.round
        net = round_money(float(sum((line.net for line in result.lines), ZERO)))
        every, stopping = self._count_text_findings()
        return {
            **self._prepare_facts(result, net),
            "gross": round_money(float(sum((row.gross for row in result.sums), ZERO))),
            "net": net,
            "units": float(sum((row.units for row in result.sums), ZERO)),
            "royalty": float(result.royalty),
            "earnings": royalty.dump_earnings(result.earnings),
            "adjustment": float(adjustment),
            "reported_royalty": self._get_reported_royalty(),
            "fees": float(sum((fee.amount for fee in result.fees), ZERO)),
            "line_count": len({line.id for line in reported.lines}),
            "finding_count": len(result.findings) + every,
            "blocking_count": len(result.blocking) + stopping,
            "computed_on": fields.Datetime.now(),
        }

    def _get_reported_royalty(self):
        """What the licensee says it owes, at the rates of the period's last day."""
        groups = self.env["licensing.statement.line"]._read_group(
            [("statement_id", "=", self.id), ("has_reported_royalty", "=", True)],
            ["currency_id"],
            ["reported_royalty:sum"],
        )
        return sum(
            currency._convert(amount, self.currency_id, self.company_id, self.date_end)
            for currency, amount in groups
        )

    def _get_blocking_text(self, limit=10):
        """What stops the approval, the first ones said in full."""
        found = self.env["licensing.finding"].search(
            [("statement_id", "=", self.id), ("blocking", "=", True)], limit=limit
        )
        text = "\n".join(found.mapped("sentence"))
        more = self.blocking_count - len(found)
        if more > 0:
            text += "\n" + self.env._("and %s more.", more)
        return text

    # ------------------------------------------------------------------
    # READING
    # ------------------------------------------------------------------

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
        quotes = self._read_quotes(lines, royalty.load_quotes(frozen) if frozen else ())
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

    # ------------------------------------------------------------------
    # TEXTS THAT MATCH NOTHING
    # ------------------------------------------------------------------

    def _write_text_findings(self):
        """Add a finding for each text that means nothing yet.

        It stops the approval where the contract has rows for some territories, or
        channels, only: a rate, a grant or a pool may depend on what it means.
        """
        lines, findings = (
            self.env["licensing.statement.line"],
            self.env["licensing.finding"],
        )
        lines.flush_model()
        for kind, (text, target, _rows) in TEXTS.items():
            self.env.execute_query(
                SQL(
                    """
            WITH found AS (
              UPDATE licensing_statement_line SET has_findings = TRUE
               WHERE statement_id = %(id)s AND %(text)s IS NOT NULL
                 AND %(target)s IS NULL
           RETURNING id, row, sku, date, %(text)s AS text)
          INSERT INTO licensing_finding
                 (statement_id, line_id, row, code, blocking, sku, date, text)
          SELECT %(id)s, id, row, %(code)s, %(blocking)s, sku, date, text
            FROM found
           ORDER BY row, id
       RETURNING id""",
                    id=self.id,
                    text=SQL.identifier(text),
                    target=SQL.identifier(target),
                    code=f"unmatched_{kind}",
                    blocking=self.contract_id._is_narrowed_by(kind),
                )
            )
        lines.invalidate_model(["has_findings"], flush=False)
        findings.invalidate_model(flush=False)
        self.invalidate_recordset(["finding_ids"])

    def _count_lines(self):
        """What was added or deleted by hand counts at once, its findings with it."""
        lines = dict(self._count_of("licensing.statement.line"))
        findings = dict(self._count_of("licensing.finding"))
        stopping = dict(self._count_of("licensing.finding", ("blocking", "=", True)))
        self.flush_recordset()
        update_rows(
            self,
            [
                {
                    "id": statement.id,
                    "line_count": lines.get(statement, 0),
                    "finding_count": findings.get(statement, 0),
                    "blocking_count": stopping.get(statement, 0),
                }
                for statement in self
            ],
        )

    def _count_of(self, model, *more):
        domain = [("statement_id", "in", self.ids), *more]
        return self.env[model]._read_group(domain, ["statement_id"], ["__count"])

    def _count_text_findings(self):
        """:return: how many findings are about texts, and how many of them block"""
        every = stopping = 0
        codes = [f"unmatched_{kind}" for kind in TEXTS]
        for blocking, count in self.env["licensing.finding"]._read_group(
            [("statement_id", "=", self.id), ("code", "in", codes)],
            ["blocking"],
            ["__count"],
        ):
            every += count
            stopping += count if blocking else 0
        return every, stopping

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    def _prepare_facts(self, result, net):
        """What is kept for red flags and the summary.

        :param float net: of the lines
        """
        decimals = self.currency_id.decimal_places
        change = float(royalty.round_money(result.net, decimals)) - net
        return {
            "adjustment_net": self.currency_id.round(change),
            "claims": royalty.dump_claims(result.sums),
        }


def _prepare_group(group):
    """Columns that all lines of a group share."""
    cell = group.cell
    return {
        "fx_rate": group.quote.rate if group.quote else None,
        "rate_id": cell.rate if cell else None,
        "commitment_id": (cell.pool or None) if cell else None,
        "is_sell_off": cell.sell_off if cell else False,
    }


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
