from odoo import api, fields, models

from ...engine.money import to_decimal
from ...engine.office.plan import MEASURES, MONTHS, sum_plan
from ..base.blank_float import BlankFloat
from ..base.bounds import bounded

MEASURE_NAMES = {
    "sales": "Sales",
    "margin": "Margin",
    "sku": "SKUs",
    "marketing": "Marketing Budget",
    "media": "Media Budget",
    "collections": "Collections",
}
MEASURE_HELP = (
    "Sales: posted invoices less credit notes, untaxed. Margin: sales less the cost on"
    " the same entries. SKUs: different products invoiced. Budgets: posted vendor"
    " bills on the accounts of the settings. Collections: payments matched with"
    " invoices."
)
STATES = [("draft", "Draft"), ("active", "Active"), ("superseded", "Superseded")]
#: Why there is no forecast, as people read it.
REASONS = [
    ("not_begun", "The year has not begun"),
    ("no_month", "No working day of the year is over"),
    ("nothing_yet", "Nothing was booked yet"),
    ("no_last_year", "Nothing was booked in these months of last year"),
    ("not_added", "Products are not added up over months"),
    ("no_cost", "No entry tells the cost of what was sold"),
]


def _planned(month):
    return fields.Monetary(string=month[:3], help=f"Planned for {month}.")


def _blank(**options):
    return BlankFloat(digits=(16, 2), readonly=True, aggregator="sum", **options)


@bounded
class AccountAdminPlanLine(models.Model):
    """A measure of a plan: what is planned for each month, and how it stands."""

    _name = "account.admin.plan.line"
    _description = "Plan Line"
    _inherit = ["account.admin.readonly.mixin", "account.admin.plan.figures.mixin"]
    _order = "plan_id, sequence, id"
    _sums = (
        *("total", "compared_plan", "actual", "difference", "forecast"),
        *("committed", "left_amount"),
    )

    plan_id = fields.Many2one(
        comodel_name="account.admin.plan",
        required=True,
        index=True,
        ondelete="cascade",
        help="The plan of an account's year that it is part of.",
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        help="The company's; a number of products has none.",
    )
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True)
    national_account_id = fields.Many2one(
        related="plan_id.national_account_id", store=True
    )
    year = fields.Integer(related="plan_id.year", store=True, aggregator=None)
    state = fields.Selection(related="plan_id.state", store=True)
    as_of = fields.Date(related="plan_id.as_of")
    measure = fields.Selection(
        selection=list(MEASURE_NAMES.items()),
        required=True,
        help=MEASURE_HELP,
    )
    sequence = fields.Integer(compute="_compute_sequence", store=True)

    month_01 = _planned("January")
    month_02 = _planned("February")
    month_03 = _planned("March")
    month_04 = _planned("April")
    month_05 = _planned("May")
    month_06 = _planned("June")
    month_07 = _planned("July")
    month_08 = _planned("August")
    month_09 = _planned("September")
    month_10 = _planned("October")
    month_11 = _planned("November")
    month_12 = _planned("December")
    total = fields.Monetary(
        string="Whole Year",
        compute="_compute_total",
        store=True,
        help="The months together; of SKUs, the highest month: the same products are"
        " invoiced again and again.",
    )

    # how it stands: counted by the night, see _refresh of the plan
    compared_plan = _blank(
        string="Planned So Far", help="Of the months of the year that are over."
    )
    actual = _blank(
        string="Actual So Far", help="Booked in the months of the year that are over."
    )
    difference = _blank(help="Actual less plan of the months that are over.")
    difference_percent = BlankFloat(
        string="%",
        digits=(16, 2),
        readonly=True,
        help="The difference in percent of the plan; empty against a plan of 0.",
    )
    points = BlankFloat(
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="Of the margin: its percentage of sales less the planned percentage.",
    )
    result = fields.Selection(
        selection=[("good", "Good"), ("bad", "Bad"), ("even", "As Planned")],
        string="Sign",
        readonly=True,
        help="Less is good of a budget, more of everything else.",
    )
    forecast = _blank(help="Where the year will end, by the plan's method.")
    forecast_reason = fields.Selection(
        selection=REASONS,
        string="No Forecast",
        readonly=True,
        help="Why there is none.",
    )
    committed = _blank(help="Of a budget: on vendor bills that are not posted yet.")
    left_amount = _blank(
        string="Left",
        help="Of the year's budget, less what was spent and is committed.",
    )
    months = fields.Json(readonly=True)

    _one_a_measure = models.Constraint(
        "UNIQUE(plan_id, measure)", "A plan has one row a measure: change that one."
    )

    @property
    def _month_names(self):
        """Names of the fields of the twelve months."""
        return tuple(f"month_{number:02}" for number in range(1, MONTHS + 1))

    @property
    def _months(self):
        """What is planned: twelve decimals."""
        self.ensure_one()
        return tuple(to_decimal(self[name]) for name in self._month_names)

    @api.depends("measure", "company_id.currency_id")
    def _compute_currency_id(self):
        for line in self:
            currency = line.plan_id.company_id.currency_id
            line.currency_id = line.measure != "sku" and currency

    @api.depends("measure")
    def _compute_sequence(self):
        for line in self:
            line.sequence = line.measure and MEASURES.index(line.measure)

    @api.depends(lambda self: ("measure", *self._month_names))
    def _compute_total(self):
        for line in self:
            line.total = sum_plan(line.measure, line._months)

    @api.depends("plan_id.display_name", "measure")
    def _compute_display_name(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        for line in self:
            plan = line.plan_id.display_name
            line.display_name = f"{plan}: {labels.get(line.measure, '')}"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._check_draft()
        return lines

    def write(self, vals):
        self.plan_id._check_draft()
        result = super().write(vals)
        if not self.plan_id._is_saving():
            self.plan_id._refresh()
        return result

    def action_open(self):
        """The plan."""
        self.ensure_one()
        return self.plan_id._get_records_action()
