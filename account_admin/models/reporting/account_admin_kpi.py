from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_amount, format_date

from ..base.blank_float import BlankFloat, ratio_sql

SCOPES = [
    ("company", "Company"),
    ("administrator", "Administrator"),
    ("national", "National Account"),
    ("account", "Account"),
]
#: Figure -> numerator and denominator for a group of rows: the formulas of
#: ``engine/kpi.py`` over sums; a test compares the two.
RATIOS = {
    "dso": ("SUM(%(ending)s * %(window_days)s)", "SUM(%(sales_window)s)"),
    "best_possible_dso": (
        "SUM(%(current)s * %(window_days)s)",
        "SUM(%(sales_window)s)",
    ),
    "average_days_delinquent": (
        "SUM(%(overdue)s * %(window_days)s)",
        "SUM(%(sales_window)s)",
    ),
    "cei": (
        "SUM(%(beginning)s + %(sales)s - %(ending)s) * 100.0",
        "SUM(%(beginning)s + %(sales)s - %(current)s)",
    ),
    "days_to_pay": ("SUM(%(paid_days)s)", "SUM(%(paid)s)"),
    "days_late": ("SUM(%(late_days)s)", "SUM(%(paid)s)"),
    "promise_kept_rate": (
        "SUM(%(kept)s) * 100.0",
        "SUM(%(kept)s + %(partial)s + %(broken)s)",
    ),
    "promise_kept_amount_rate": (
        "SUM(%(kept_amount)s) * 100.0",
        "SUM(%(kept_amount)s + %(partial_amount)s + %(broken_amount)s)",
    ),
    "disputed_share": ("SUM(%(disputed)s) * 100.0", "SUM(%(receivable)s)"),
    "roll_rate": ("SUM(%(rolled)s) * 100.0", "SUM(%(rollable)s)"),
}
#: Columns of those formulas.
INPUTS = (
    *("beginning", "ending", "current", "overdue", "receivable", "disputed", "sales"),
    *("sales_window", "window_days", "paid", "paid_days", "late_days", "rollable"),
    *("rolled", "kept", "partial", "broken"),
    *("kept_amount", "partial_amount", "broken_amount"),
)
#: Balances of a day: those of several months make no sum.
BALANCES = (
    *("beginning", "ending", "current", "overdue", "receivable", "disputed"),
    *("sales_window", "rollable", "rolled", "account_count"),
)


class AccountAdminKpi(models.Model):
    """Key figures of a month, frozen when it is over. Kept by the product only."""

    _name = "account.admin.kpi"
    _description = "Receivables KPI"
    #: Figures by the million, without free text about persons.
    _has_words = False
    _inherit = ["account.admin.readonly.mixin"]

    _order = "month desc, scope, id"
    _check_company_auto = True
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    month = fields.Date(required=True, readonly=True, help="The last day of the month.")
    scope = fields.Selection(
        selection=SCOPES,
        required=True,
        readonly=True,
        help="Whose figures these are. Those of a company, an administrator or a"
        " national account are computed from the sums of their accounts.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The one the account belonged to on the last day of the month.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who was responsible when the month was frozen.",
    )
    subject = fields.Char(
        string="Of",
        compute="_compute_subject",
        help="The company, administrator, national account or account.",
    )
    frozen_on = fields.Datetime(
        readonly=True, help="When the figures were computed first."
    )
    recomputed_on = fields.Datetime(
        readonly=True, help="When an administrator last had the month computed again."
    )
    account_count = fields.Integer(
        string="Accounts", readonly=True, help="Accounts these figures were summed of."
    )
    beginning = fields.Monetary(
        string="Open at Beginning",
        readonly=True,
        help="Owed when the month began, credits subtracted.",
    )
    ending = fields.Monetary(
        string="Open at End",
        readonly=True,
        help="Owed when the month ended, credits subtracted. Of a company it equals the"
        " balance of its receivable accounts.",
    )
    current = fields.Monetary(
        string="Not Due at End",
        readonly=True,
        help="The part of what is open at the end that was not yet overdue.",
    )
    overdue = fields.Monetary(
        string="Overdue at End",
        readonly=True,
        help="The part of what is open at the end that should have been paid.",
    )
    receivable = fields.Monetary(
        string="Open Without Credits",
        readonly=True,
        help="Owed when the month ended, unapplied credits and payments left out.",
    )
    disputed = fields.Monetary(
        string="Disputed at End",
        readonly=True,
        help="What customers contested when the month ended.",
    )
    sales = fields.Monetary(
        string="Credit Sales",
        readonly=True,
        help="Invoices less credit notes of the month by invoice date, tax included as"
        " it is in what is owed.",
    )
    sales_window = fields.Monetary(
        string="Credit Sales of the Window",
        readonly=True,
        help="Credit sales of this and the preceding months that DSO divides by.",
    )
    window_days = fields.Integer(
        string="Days of the Window",
        readonly=True,
        aggregator=None,
        help="Days of the months that DSO divides by; the number of months is in the"
        " settings.",
    )
    paid = fields.Monetary(
        string="Received",
        readonly=True,
        help="Payments matched with invoices in the month. Credit notes, write-offs and"
        " exchange differences are no payments.",
    )
    paid_days = fields.Float(
        string="Received x Days to Pay",
        digits=(16, 2),
        readonly=True,
        help="Each amount received times the days from its invoice to its payment.",
    )
    late_days = fields.Float(
        string="Received x Days Late",
        digits=(16, 2),
        readonly=True,
        help="Each amount received times the days from its due date to its payment.",
    )
    kept = fields.Integer(
        string="Promises Kept",
        readonly=True,
        help="Promises judged in the month that were paid in full and in time.",
    )
    partial = fields.Integer(
        string="Promises Kept in Part",
        readonly=True,
        help="Promises judged in the month of which a part was paid in time.",
    )
    broken = fields.Integer(
        string="Promises Broken",
        readonly=True,
        help="Promises judged in the month of which nothing was paid in time.",
    )
    kept_amount = fields.Monetary(string="Promised and Kept", readonly=True)
    partial_amount = fields.Monetary(string="Promised, Kept in Part", readonly=True)
    broken_amount = fields.Monetary(string="Promised and Broken", readonly=True)
    rollable = fields.Monetary(
        string="Could Age",
        readonly=True,
        help="Open at the beginning and not yet in the last age bucket, credits left"
        " out.",
    )
    rolled = fields.Monetary(
        string="Did Age",
        readonly=True,
        help="The part of it that was in a worse age bucket at the end.",
    )
    ending_change = fields.Monetary(
        string="Open at End, Booked Since",
        compute="_compute_ending_change",
        compute_sudo=True,
        help="By how much today's books differ from the frozen figure: entries of the"
        " month that were added, changed or matched after it was frozen.",
    )
    sales_change = fields.Monetary(
        string="Credit Sales, Booked Since",
        compute="_compute_sales_change",
        compute_sudo=True,
        help="By how much today's books differ from the frozen figure.",
    )
    paid_change = fields.Monetary(
        string="Received, Booked Since",
        compute="_compute_paid_change",
        compute_sudo=True,
        help="By how much today's books differ from the frozen figure.",
    )
    buckets = fields.Json(
        readonly=True,
        help="By age bucket: label, ending, balance (at the beginning), rolled, rate.",
    )
    buckets_html = fields.Html(
        string="Age Buckets",
        compute="_compute_buckets_html",
        sanitize=False,
        help="What was open at the end, by days past due.",
    )
    dso = BlankFloat(
        string="DSO (days)",
        digits=(16, 2),
        readonly=True,
        help="Days sales outstanding: how many days of sales are still unpaid. Open at"
        " end / credit sales of the window x days of the window.",
    )
    count_back_dso = BlankFloat(
        string="Count-back DSO",
        digits=(16, 2),
        readonly=True,
        help="The same, counted back month by month from the latest sales, so that one"
        " good month does not distort it. Empty when more is open than was sold in two"
        " years. Of several rows together there is none.",
    )
    best_possible_dso = BlankFloat(
        string="Best Possible DSO",
        digits=(16, 2),
        readonly=True,
        help="DSO if everybody paid on time: only what is not due yet counts.",
    )
    average_days_delinquent = BlankFloat(
        string="Average Days Delinquent",
        digits=(16, 2),
        readonly=True,
        help="The days that late payment adds: DSO less best possible DSO.",
    )
    cei = BlankFloat(
        string="CEI (%)",
        digits=(16, 2),
        readonly=True,
        help="Collection effectiveness index: how much of what could be collected in"
        " the month was. 100 means nothing overdue is left.",
    )
    days_to_pay = BlankFloat(
        digits=(16, 2),
        readonly=True,
        help="Days from invoice to payment, large amounts weighing more.",
    )
    days_late = BlankFloat(
        digits=(16, 2),
        readonly=True,
        help="Days from due date to payment, large amounts weighing more; negative is"
        " early.",
    )
    promise_kept_rate = BlankFloat(
        string="Promises Kept (%)",
        digits=(16, 2),
        readonly=True,
        help="Promises kept in full, of all that were judged in the month.",
    )
    promise_kept_amount_rate = BlankFloat(
        string="Promised Amount Kept (%)",
        digits=(16, 2),
        readonly=True,
        help="The same by amount: a large promise weighs more.",
    )
    disputed_share = BlankFloat(
        string="Disputed (%)",
        digits=(16, 2),
        readonly=True,
        help="The contested part of what is open at the end, credits not subtracted.",
    )
    roll_rate = BlankFloat(
        string="Roll Rate (%)",
        digits=(16, 2),
        readonly=True,
        help="How much of what was open at the beginning was in a worse age bucket at"
        " the end.",
    )
    _key = models.UniqueIndex(
        "(company_id, month, scope, COALESCE(partner_id, national_account_id, user_id,"
        " 0))",
        "The figures of a month are kept once for each scope.",
    )
    _month_is_its_last_day = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month + 1) = 1)", "A month is named by its last day."
    )

    @api.depends("scope", "partner_id", "national_account_id", "user_id", "company_id")
    @api.depends_context("lang")
    def _compute_subject(self):
        for kpi in self:
            if kpi.scope == "company":
                kpi.subject = kpi.company_id.display_name
            elif kpi.scope == "administrator":
                kpi.subject = kpi.user_id.display_name or self.env._("No administrator")
            else:
                whose = kpi.partner_id or kpi.national_account_id
                kpi.subject = whose.display_name

    @api.depends("subject", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for kpi in self:
            kpi.display_name = self.env._(
                "%(whose)s, %(month)s",
                whose=kpi.subject,
                month=format_date(self.env, kpi.month, date_format="MMMM y"),
            )

    @api.depends("ending")
    def _compute_ending_change(self):
        self._compute_change("ending")

    @api.depends("sales")
    def _compute_sales_change(self):
        self._compute_change("sales")

    @api.depends("paid")
    def _compute_paid_change(self):
        self._compute_change("paid")

    def _compute_change(self, name):
        """How today's books differ from a frozen amount, a company at once."""
        for company, rows in self.grouped("company_id").items():
            booked = rows._read_booked(company, name)
            for kpi in rows:
                whose = kpi.partner_id or kpi.national_account_id or kpi.user_id
                now = booked.get((kpi.month, kpi.scope, whose.id or None), 0)
                kpi[f"{name}_change"] = kpi.currency_id.round(float(now) - kpi[name])

    @api.depends("buckets")
    @api.depends_context("lang")
    def _compute_buckets_html(self):
        for kpi in self:
            kpi.buckets_html = self.env["ir.qweb"]._render(
                "account_admin.kpi_buckets",
                {
                    "buckets": kpi.buckets or [],
                    "money": lambda amount, currency=kpi.currency_id: format_amount(
                        self.env, amount, currency
                    ),
                },
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_recompute(self):
        """Compute the months of these rows again and say what changed.

        :raise AccessError: to all but administrators
        """
        self.check_access("read")
        if not self.env.user.has_group("account_admin.group_account_admin_manager"):
            raise AccessError(
                self.env._("Only administrators can have a month computed again.")
            )
        months = sorted({(kpi.month, kpi.company_id) for kpi in self}, key=str)
        # sudo: nobody writes figures; the check was above
        found = [
            self.sudo()._recompute_sentence(company, month) for month, company in months
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Computed Again"),
                "message": "\n".join(found),
                "type": "info",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Figures of a group are computed from its sums, never from other figures.

        Over several months a figure is that of their sums: months in which more was
        sold, owed or paid weigh more. Rows of different scopes hold the same amounts
        twice and give nothing.
        """
        name, _colon, function = aggregate_spec.partition(":")
        if name == "count_back_dso" and function in ("ratio", "avg"):
            return SQL(
                "CASE WHEN COUNT(*) = 1 THEN MAX(%s) END",
                self._column_sql(name, query),
            )
        if name in RATIOS and function in ("ratio", "avg"):
            return self._ratio_sql(name, query)
        found = super()._read_group_select(aggregate_spec, query)
        if function not in ("sum", "sum_currency"):
            return found
        condition = SQL("COUNT(DISTINCT %s) = 1", self._column_sql("scope", query))
        if name in BALANCES:
            condition = SQL(
                "%s AND COUNT(DISTINCT %s) = 1",
                condition,
                self._column_sql("month", query),
            )
        return SQL("CASE WHEN %s THEN %s END", condition, found)

    def _ratio_sql(self, name, query):
        """SQL of a figure of a group of rows of one scope and currency, or NULL."""
        self._column_sql(name, query)  # checks that it may be read
        columns = {column: self._column_sql(column, query) for column in INPUTS}
        alike = [self._column_sql(key, query) for key in ("scope", "currency_id")]
        return ratio_sql(RATIOS[name], columns, *alike)

    def _column_sql(self, name, query):
        return self._field_to_sql(self._table, name, query)
