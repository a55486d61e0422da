"""Computing a statement, and writing down what it came to."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import split_every

from ....engine import royalty
from ...base.bulk import insert_rows, update_rows
from .licensing_statement import STATEMENT_OPEN_STATES
from .licensing_statement_preview import dump_earnings

ZERO = Decimal(0)
#: Rows that go to the database at once.
CHUNK = 5000
#: What the rows of a finding are; of the others, grants.
_ROWS = {
    "rate_tie": "licensing.rate",
    "pool_tie": "licensing.commitment",
    "deduction_tie": "licensing.deduction",
}


class LicensingStatement(models.Model):
    _inherit = "licensing.statement"

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
            # sudo: the check was above, the figures are not for writing by hand
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
            "earnings": dump_earnings(result.earnings),
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


def _prepare_group(group):
    """Columns that all lines of a group share."""
    cell = group.cell
    return {
        "fx_rate": group.quote.rate if group.quote else None,
        "rate_id": cell.rate if cell else None,
        "commitment_id": (cell.pool or None) if cell else None,
        "is_sell_off": cell.sell_off if cell else False,
    }
