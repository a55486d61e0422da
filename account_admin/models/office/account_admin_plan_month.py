from odoo import fields, models
from odoo.tools import SQL

from ...engine.office.plan import MONTHS
from ..base.blank_float import BlankFloat
from .account_admin_plan_line import MEASURE_HELP, MEASURE_NAMES


class AccountAdminPlanMonth(models.Model):
    """A month of a plan's measure, beside what was booked: for pivots and graphs."""

    _name = "account.admin.plan.month"
    _description = "Month of a Plan"
    _inherit = ["account.admin.plan.figures.mixin"]
    _auto = False
    _order = "plan_id, line_id, month"
    _rec_name = "line_id"
    _sums = (
        "planned",
        "compared_plan",
        "actual",
        "difference",
        "forecast",
        "last_year",
    )

    plan_id = fields.Many2one(
        comodel_name="account.admin.plan",
        readonly=True,
        help="The plan of an account's year that it is part of.",
    )
    line_id = fields.Many2one(comodel_name="account.admin.plan.line", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Account", readonly=True
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        help="The head office and its members together.",
    )
    year = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection(
        selection=lambda self: self.env["account.admin.plan"]
        ._fields["state"]
        .selection,
        readonly=True,
        help="One version of an account's year is active.",
    )
    measure = fields.Selection(
        selection=list(MEASURE_NAMES.items()), readonly=True, help=MEASURE_HELP
    )
    month = fields.Date(readonly=True, help="The first day of the month.")
    planned = fields.Monetary(readonly=True, help="As the plan has it.")
    compared_plan = BlankFloat(
        string="Planned So Far",
        digits=(16, 2),
        readonly=True,
        aggregator="sum",
        help="As the plan has it, of months that are over.",
    )
    actual = BlankFloat(
        digits=(16, 2),
        readonly=True,
        aggregator="sum",
        help="What was booked; of the month under way, until the day of counting.",
    )
    difference = BlankFloat(
        digits=(16, 2),
        readonly=True,
        aggregator="sum",
        help="Actual less plan, of months that are over.",
    )
    difference_percent = BlankFloat(
        string="%",
        digits=(16, 2),
        readonly=True,
        help="The difference in percent of the plan; empty against a plan of 0.",
    )
    forecast = BlankFloat(
        digits=(16, 2),
        readonly=True,
        aggregator="sum",
        help="What was booked, and for the months to come what the plan's method"
        " foresees.",
    )
    last_year = BlankFloat(
        digits=(16, 2),
        readonly=True,
        aggregator="sum",
        help="What was booked in the same month of the year before.",
    )

    _depends = {
        "account.admin.plan": ["as_of"],
        "account.admin.plan.line": [
            *("plan_id", "company_id", "currency_id", "partner_id"),
            *("national_account_id", "year", "state", "measure", "months"),
            *(f"month_{number:02}" for number in range(1, MONTHS + 1)),
        ],
    }

    @property
    def _table_query(self):
        def booked(name):
            return SQL("(line.months -> %s ->> month.number - 1)::numeric", name)

        compared = SQL("month.number <= (line.months ->> 'closed')::int")
        return SQL(
            """SELECT line.id * 12 + month.number - 1 AS id, line.plan_id,
                      line.id AS line_id, line.company_id, line.currency_id,
                      line.partner_id, line.national_account_id, line.year, line.state,
                      line.measure, make_date(line.year, month.number, 1) AS month,
                      month.planned,
                      CASE WHEN %(compared)s THEN month.planned END AS compared_plan,
                      %(actual)s AS actual,
                      CASE WHEN %(compared)s THEN %(actual)s - month.planned END
                          AS difference,
                      CASE WHEN %(compared)s
                           THEN ROUND((%(actual)s - month.planned) * 100
                                      / NULLIF(ABS(month.planned), 0), 2) END
                          AS difference_percent,
                      %(forecast)s AS forecast, %(last_year)s AS last_year
                 FROM account_admin_plan_line line
                CROSS JOIN LATERAL (VALUES %(months)s) AS month(number, planned)""",
            compared=compared,
            actual=booked("actual"),
            forecast=booked("forecast"),
            last_year=booked("last_year"),
            months=SQL(", ").join(
                SQL("(%s, %s)", number, SQL.identifier("line", f"month_{number:02}"))
                for number in range(1, MONTHS + 1)
            ),
        )

    def action_open(self):
        """The plan."""
        self.ensure_one()
        return self.plan_id._get_records_action()
