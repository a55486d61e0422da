"""Territories and channels of a report that match nothing: kept, found, blocking."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..terms.licensing_amendment import TERMS

#: Kind of a text -> (column of the line that keeps it, column of what it means, fields
#: of a contract's rows that narrow by it).
TEXTS = {
    "territory": ("territory_text", "country_id", ("country_ids", "territory_ids")),
    "channel": ("channel_text", "channel_id", ("channel_ids",)),
}


class LicensingStatementLine(models.Model):
    _inherit = "licensing.statement.line"

    territory_text = fields.Char(
        string="Territory as Reported",
        help="What the report says, where it matched no country when it was submitted.",
    )
    channel_text = fields.Char(
        string="Channel as Reported",
        help="What the report says, where it matched no channel when it was submitted.",
    )


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

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


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    def _is_narrowed_by(self, kind):
        """Whether a row of the contract is for some territories, or channels, only.

        :param str kind: of :data:`TEXTS`
        """
        narrowed = Domain.OR(Domain(name, "!=", False) for name in TEXTS[kind][2])
        mine = Domain("contract_id", "=", self.id) & Domain("is_proposed", "=", False)
        return any(
            self.env[name].search_count(mine & narrowed, limit=1) for name in TERMS
        )
