"""What the calendar brings to contracts in the next months."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..licensing.statements.licensing_contract import HORIZON
from ..licensing.terms.contract_states import BILLED, LIVE

KINDS = [
    ("notice_opens", "Notice Opens"),
    ("notice_closes", "Notice Closes"),
    ("ends", "Contract Ends"),
    ("sell_off_ends", "Sell-off Ends"),
    ("instalment", "Instalment Due"),
    ("statement", "Statement Due"),
]


class LicensingUpcoming(models.Model):
    """A day of a contract that needs somebody, from today on."""

    _name = "licensing.upcoming"
    _description = "Upcoming Licensing Date"
    _inherit = ["licensing.stored.report"]
    _log_access = False
    _order = "date, id"

    date = fields.Date(readonly=True, index=True, help="When it happens.")
    days_left = fields.Integer(readonly=True, aggregator="min", help="Days until then.")
    kind = fields.Selection(
        selection=KINDS, string="What", readonly=True, help="What happens on the day."
    )
    amount = fields.Monetary(readonly=True, help="Of an instalment.")
    statement_id = fields.Many2one(comodel_name="licensing.statement", readonly=True)

    @api.depends("kind", "contract_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{labels[row.kind]}: {row.contract_id.display_name}"

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _compute_sql(self, contracts):
        not_ended = SQL("contract.termination_date IS NULL")
        until = SQL("LEAST(contract.date_end, contract.termination_date)")
        sells_off = SQL("contract.sell_off_days > 0")
        running = ("approved", "active")
        parts = [
            self._contract_sql(0, SQL("contract.notice_from"), running, not_ended),
            self._contract_sql(1, SQL("contract.notice_until"), running, not_ended),
            self._contract_sql(2, until, running, SQL("TRUE")),
            self._contract_sql(
                3, SQL("contract.date_sell_off_end"), ("approved", *LIVE), sells_off
            ),
            self._instalments_sql(),
            self._statements_sql(),
            self._coming_sql(contracts),
        ]
        return SQL(
            """SELECT found.id, found.kind, found.date, found.amount,
                      found.statement_id, found.date - days.day AS days_left,
                      contract.id AS contract_id, contract.partner_id,
                      contract.user_id, contract.company_id, contract.currency_id
                 FROM (%s) found
                 JOIN licensing_contract contract ON contract.id = found.contract_id
                 JOIN %s ON days.company_id = contract.company_id
                WHERE contract.active AND %s
                  AND found.date BETWEEN days.day AND days.day + %s""",
            SQL(" UNION ALL ").join(parts),
            self._today_sql(),
            SQL("TRUE")
            if contracts is None
            else SQL("found.contract_id = ANY(%s)", contracts),
            HORIZON,
        )

    @api.model
    def _contract_sql(self, number, date, states, condition):
        """SQL of one date of each contract.

        :param int number: of its kind
        :param SQL date: the date
        :param tuple states: of the contracts that it matters for
        """
        return SQL(
            """SELECT contract.id::bigint * 8 + %s AS id, contract.id AS contract_id,
                      %s AS kind, %s AS date, NULL::numeric AS amount,
                      NULL::int AS statement_id
                 FROM licensing_contract contract
                WHERE contract.state IN %s AND %s""",
            number,
            KINDS[number][0],
            date,
            states,
            condition,
        )

    @api.model
    def _instalments_sql(self):
        return SQL(
            """SELECT line.id::bigint * 8 + 4, line.contract_id, 'instalment',
                      line.date, line.amount, NULL::int
                 FROM licensing_commitment_line line
                 JOIN licensing_commitment pool ON pool.id = line.commitment_id
                 JOIN licensing_contract contract ON contract.id = line.contract_id
            LEFT JOIN licensing_amendment amendment ON amendment.id = pool.amendment_id
                WHERE line.state = 'scheduled' AND contract.state IN %s
                  AND (amendment.id IS NULL OR amendment.state = 'applied')""",
            BILLED,
        )

    @api.model
    def _statements_sql(self):
        """SQL of statements that are expected already: their period is over."""
        return SQL(
            """SELECT statement.id::bigint * 8 + 5, statement.contract_id, 'statement',
                      statement.date_due, NULL::numeric, statement.id
                 FROM licensing_statement statement
                WHERE statement.state = 'expected'"""
        )

    @api.model
    def _coming_sql(self, contracts):
        """SQL of statements of periods that are not over, or not noted yet."""
        domain = Domain("company_id", "in", self.env.companies.ids)
        domain &= Domain("state", "in", BILLED)
        if contracts is not None:
            domain &= Domain("id", "in", contracts)
        # sudo: the access and the company rule of this report apply to its rows
        contracts = self.env["licensing.contract"].sudo().search(domain)
        known = {
            (contract.id, first)
            for contract, first in contracts.env["licensing.statement"]._read_group(
                [("contract_id", "in", contracts.ids)],
                ["contract_id", "date_start:day"],
            )
        }
        rows = [
            {
                "id": (contract.id * 1024 + number) * 8 + 6,
                "contract_id": contract.id,
                "kind": "statement",
                "date": contract._get_due_day(period),
            }
            for contract in contracts
            for number, period in enumerate(contract._get_coming_periods(HORIZON))
            if (contract.id, period.first) not in known
        ]
        return SQL(
            "SELECT id, contract_id, kind, date, amount, statement_id FROM (%s) coming",
            self._rows_sql(rows),
        )

    def action_open(self):
        """The statement that is due, else the contract."""
        self.ensure_one()
        return (self.statement_id or self.contract_id)._get_records_action()
