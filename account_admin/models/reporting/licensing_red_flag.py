"""What makes a statement worth a second look, one row a flag."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine import royalty
from ..licensing.statements.licensing_statement import (
    STATEMENT_FINAL_STATES,
    STATEMENT_OPEN_STATES,
)

KINDS = [
    ("missing", "Missing"),
    ("late", "Late"),
    ("cap", "Deductions at the Cap"),
    ("round", "Round Numbers"),
    ("no_sales", "No Sales Twice"),
    ("net", "Net Differs"),
]
#: Deductions this close to what the cap allows look made to fit.
NEAR_CAP = 0.99
#: Months of statements whose lines are looked through for round numbers.
ROUND_MONTHS = 24


class LicensingRedFlag(models.Model):
    """A sign that a licensee reports late, or less than there is."""

    _name = "licensing.red.flag"
    _description = "Under-reporting Red Flag"
    _inherit = ["licensing.stored.report", "licensing.sentence.mixin"]
    _log_access = False
    _order = "date_end desc, statement_id, id"
    _rec_name = "sentence"

    statement_id = fields.Many2one(comodel_name="licensing.statement", readonly=True)
    kind = fields.Selection(
        selection=KINDS,
        string="What",
        readonly=True,
        help="What is unusual about the statement; it need not be wrong.",
    )
    date_end = fields.Date(
        string="Period End", readonly=True, help="Last day of the reported period."
    )
    found = fields.Float(readonly=True, aggregator=None, help="What was counted.")
    basis = fields.Float(readonly=True, aggregator=None, help="Of how many.")
    sentence = fields.Char(
        string="What Was Seen", help="What was seen, with the figures."
    )

    _sentence_fields = ("kind", "found", "basis")

    def _get_places(self):
        return {"found": f"{self.found:.0f}", "basis": f"{self.basis:.10g}"}

    @api.model
    def _get_sentences(self):
        """What each kind says, with places for its figures.

        :return: dict kind -> text
        """
        return {
            "missing": self.env._("Not reported. Days past due: %(found)s."),
            "late": self.env._("Reported late. Days past due: %(found)s."),
            "cap": self.env._(
                "Deductions are %(found)s %% of what the cap of %(basis)s %% allows."
            ),
            "round": self.env._(
                "%(found)s of %(basis)s amounts are whole hundreds: by chance 1 in 100"
                " is."
            ),
            "no_sales": self.env._("No sales, as in the period before."),
            "net": self.env._(
                "The reported net of %(found)s line(s) is not what it comes to."
            ),
        }

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _compute_sql(self, contracts):
        statements = self._statements_sql(contracts)
        parts = [
            self._missing_sql(statements),
            self._late_sql(statements),
            self._cap_sql(statements),
            self._round_sql(statements),
            self._no_sales_sql(statements),
            self._net_sql(statements),
        ]
        numbered = [
            SQL(
                "SELECT statement_id::bigint * 8 + %s AS id, %s AS kind, flag.*"
                " FROM (%s) flag",
                number,
                kind,
                part,
            )
            for number, ((kind, _label), part) in enumerate(
                zip(KINDS, parts, strict=True)
            )
        ]
        return SQL(
            """SELECT flag.id, flag.kind, flag.statement_id, flag.found, flag.basis,
                      statement.contract_id, statement.partner_id, statement.user_id,
                      statement.company_id, statement.currency_id, statement.date_end
                 FROM (%s) flag
                 JOIN licensing_statement statement ON statement.id = flag.statement_id
                WHERE statement.state <> 'superseded'""",
            SQL(" UNION ALL ").join(numbered),
        )

    @api.model
    def _statements_sql(self, contracts):
        """SQL of the statements that are looked at, for a ``FROM``."""
        return SQL(
            "(SELECT * FROM licensing_statement WHERE company_id = ANY(%s) AND %s)",
            self.env.companies.ids,
            SQL("TRUE")
            if contracts is None
            else SQL("contract_id = ANY(%s)", contracts),
        )

    @api.model
    def _missing_sql(self, statements):
        return SQL(
            """SELECT statement.id AS statement_id, days.day - statement.date_due
                      AS found, 0 AS basis
                 FROM %s statement
                 JOIN %s ON days.company_id = statement.company_id
                WHERE statement.state = 'expected' AND statement.date_due < days.day""",
            statements,
            self._today_sql(),
        )

    @api.model
    def _late_sql(self, statements):
        """SQL of statements that came after their due date, by the company's clock.

        A revision came when the first version did.
        """
        return SQL(
            """SELECT statement.id AS statement_id,
                      came.day - statement.date_due AS found, 0 AS basis
                 FROM %s statement
                 JOIN licensing_statement origin
                   ON origin.id = COALESCE(statement.origin_id, statement.id)
                 JOIN res_company company ON company.id = statement.company_id
                 JOIN LATERAL (
                      SELECT (origin.submitted_on AT TIME ZONE 'UTC' AT TIME ZONE
                              COALESCE(company.collections_tz, 'UTC'))::date AS day
                      ) came ON came.day > statement.date_due""",
            statements,
        )

    @api.model
    def _cap_sql(self, statements):
        """SQL of computed statements whose deductions fill a cap, the fullest one."""
        return SQL(
            """SELECT statement_id, found, basis
                 FROM (SELECT DISTINCT ON (claimed.statement_id) claimed.statement_id,
                              100 * claimed.claimed / (claimed.gross * cap.cap / 100)
                              AS found, cap.cap AS basis
                         FROM (%s) claimed
                         JOIN licensing_deduction cap ON cap.id = claimed.deduction_id
                          AND cap.capped AND cap.cap > 0
                        WHERE claimed.gross > 0
                        ORDER BY claimed.statement_id, found DESC) fullest
                WHERE found >= 100 * %s::numeric""",
            self._claims_sql(statements),
            NEAR_CAP,
        )

    @api.model
    def _claims_sql(self, statements):
        """SQL of the gross and the deductions of statements, a row a deduction row.

        Of open ones as they were last computed, of approved ones as restated since.
        """
        return SQL(
            """SELECT statement.id AS statement_id, (claim ->> 0)::int AS deduction_id,
                      SUM((claim ->> 1)::numeric) AS gross,
                      SUM((claim ->> 2)::numeric) AS claimed
                 FROM %s statement
                 JOIN LATERAL (%s) latest ON TRUE,
                      JSONB_ARRAY_ELEMENTS(latest.sums::jsonb) sum,
                      JSONB_ARRAY_ELEMENTS(sum -> 'claims') claim
                WHERE statement.state IN %s
                GROUP BY statement.id, deduction_id
            UNION ALL
               SELECT statement.id, (claim ->> 0)::int, (claim ->> 1)::numeric,
                      (claim ->> 2)::numeric
                 FROM %s statement,
                      JSONB_ARRAY_ELEMENTS(statement.claims::jsonb) claim
                WHERE statement.state IN %s AND statement.computed_on IS NOT NULL""",
            statements,
            self.env["licensing.statement.snapshot"]._latest_sql(),
            STATEMENT_FINAL_STATES,
            statements,
            STATEMENT_OPEN_STATES,
        )

    @api.model
    def _round_sql(self, statements):
        """SQL of statements with more whole hundreds than chance explains."""
        flagged = [
            {"statement_id": statement, "found": hits, "basis": count}
            for statement, count, hits in self._count_round(statements)
            if royalty.are_too_round(count, hits)
        ]
        rows = self._rows_sql({"id": row["statement_id"], **row} for row in flagged)
        return SQL("SELECT statement_id, found, basis FROM (%s) round", rows)

    @api.model
    def _count_round(self, statements):
        """How many amounts of recent statements are whole hundreds.

        :return: list of (statement id, amounts, whole hundreds)
        """
        self.env["licensing.statement"].flush_model(["state", "date_end", "company_id"])
        self.env["licensing.statement.line"].flush_model(["statement_id", "gross"])
        return self.env.execute_query(
            SQL(
                """SELECT line.statement_id, COUNT(*),
                          COUNT(*) FILTER (WHERE line.gross %% 100 = 0)
                     FROM licensing_statement_line line
                     JOIN %s statement ON statement.id = line.statement_id
                     JOIN %s ON days.company_id = statement.company_id
                    WHERE line.gross <> 0 AND statement.state <> 'superseded'
                      AND statement.date_end
                          > days.day - MAKE_INTERVAL(months => %s)
                    GROUP BY line.statement_id
                   HAVING COUNT(*) FILTER (WHERE line.gross %% 100 = 0) > 0""",
                statements,
                self._today_sql(),
                ROUND_MONTHS,
            )
        )

    @api.model
    def _no_sales_sql(self, statements):
        return SQL(
            """SELECT id AS statement_id, 0 AS found, 0 AS basis
                 FROM (SELECT id, no_sales, LAG(no_sales) OVER (
                              PARTITION BY contract_id ORDER BY date_start) AS before
                         FROM %s statement
                        WHERE state NOT IN ('superseded', 'expected')) followed
                WHERE no_sales AND before""",
            statements,
        )

    @api.model
    def _net_sql(self, statements):
        return SQL(
            """SELECT finding.statement_id, COUNT(*) AS found, 0 AS basis
                 FROM licensing_finding finding
                 JOIN %s statement ON statement.id = finding.statement_id
                WHERE finding.code = 'net_differs'
                GROUP BY finding.statement_id""",
            statements,
        )

    def action_open_statement(self):
        """The statement that was flagged."""
        self.ensure_one()
        return self.statement_id._get_records_action()
