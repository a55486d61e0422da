from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...base.actions import open_window
from ...base.bounds import bounded

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]
#: Rows that a copied contract takes along.
ROWS = (
    "grant_ids",
    "rate_ids",
    "deduction_ids",
    "commitment_ids",
    "fee_ids",
    "quota_ids",
)


@bounded
class LicensingContract(models.Model):
    """Who may make what, until when, and what they owe for it."""

    _name = "licensing.contract"
    _description = "Licensing Contract"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "account.admin.readonly.mixin",
        "licensing.licensee.mixin",
    ]
    _contract_state = "state"

    _order = "name desc, id desc"
    _rec_names_search = ["name", "title", "partner_id"]
    _check_company_auto = True
    name = fields.Char(
        string="Number",
        required=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
        help="Given when the contract is saved first; it never changes.",
    )
    title = fields.Char(
        required=True,
        tracking=True,
        help="What people find the contract by, such as the products and the area.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Licensor",
        required=True,
        default=lambda self: self.env.company,
        help="The company that grants the rights and bills royalties.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Licensee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain=[("parent_id", "=", False)],
        help="The company that may make or sell, and that reports and pays.",
    )
    agent_id = fields.Many2one(
        comodel_name="res.partner",
        check_company=True,
        ondelete="restrict",
        help="The agency that brought the contract about.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        domain=[("share", "=", False)],
        help="Gets the activities: late reports, windows of notice, questions of the"
        " licensee.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="What royalties are computed and billed in.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("review", "In Review"),
            ("approved", "Approved"),
            ("active", "Active"),
            ("sell_off", "Sell-off"),
            ("expired", "Expired"),
            ("terminated", "Terminated"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        help="Draft and in review: it can be edited. From approved on only"
        " amendments change it. Active and sell-off: it is in force.",
    )
    reviewer_id = fields.Many2one(
        comodel_name="res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        help="The licensing manager who approved it.",
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent to Review by",
        readonly=True,
        copy=False,
        help="Who sent the contract to review. With two people asked for, somebody"
        " else approves it.",
    )
    date_start = fields.Date(
        string="Start", required=True, tracking=True, help="First day of the term."
    )
    date_end = fields.Date(
        string="End",
        required=True,
        tracking=True,
        help="Last day of the term. Sell-off and the duty to report may go on after"
        " it.",
    )
    sell_off_days = fields.Integer(
        string="Sell-off Days",
        help="Days after the end in which stock may still be sold.",
    )
    date_sell_off_end = fields.Date(
        string="Sell-off Ends",
        compute="_compute_date_sell_off_end",
        store=True,
        help="Last day on which stock may be sold, reported as sell-off.",
    )
    termination_date = fields.Date(
        readonly=True, copy=False, tracking=True, help="Last day of an ended contract."
    )
    termination_reason = fields.Char(
        readonly=True, copy=False, help="Why the contract ended before its term."
    )
    year_start_month = fields.Selection(
        selection=MONTHS,
        string="Contract Years Begin in",
        default="1",
        required=True,
        help="Tiers, minimums and caps that count over a contract year begin anew on"
        " the first of this month.",
    )
    period = fields.Selection(
        selection=[
            ("month", "Monthly"),
            ("quarter", "Quarterly"),
            ("half", "Twice a Year"),
            ("year", "Yearly"),
        ],
        string="Reports",
        default="quarter",
        required=True,
        help="How often the licensee reports. A statement is expected for each period.",
    )
    report_days = fields.Integer(
        string="Report Due After",
        default=30,
        help="Days after the end of a period until when its statement is due.",
    )
    payment_term_id = fields.Many2one(
        comodel_name="account.payment.term",
        string="Payment Terms",
        check_company=True,
        help="Of royalty invoices; empty for those of the licensee.",
    )
    fx_rule = fields.Selection(
        selection=[
            ("sale_date", "Rate of the Sale Date"),
            ("period_end", "Rate at the Period's End"),
            ("average", "Average of the Period"),
            ("fixed", "Fixed Rates"),
        ],
        string="Exchange",
        default="sale_date",
        required=True,
        help="How sales in other currencies are converted. The rates that were used are"
        " kept with the approved statement.",
    )
    fx_rate_ids = fields.One2many(
        comodel_name="licensing.fx.rate",
        inverse_name="contract_id",
        string="Fixed Rates",
        copy=True,
        help="A rate for each currency, used instead of the rates of the day.",
    )
    negative_policy = fields.Selection(
        selection=[
            ("carry_forward", "Carry Forward"),
            ("floor_zero", "Floor at Zero"),
            ("credit_note", "Credit Note"),
        ],
        string="Negative Royalties",
        default="carry_forward",
        required=True,
        help="When returns exceed sales. Carry forward: later royalties are reduced."
        " Floor: they count as 0. Credit note: they are paid back.",
    )
    royalty_tolerance = fields.Monetary(
        default=0.01,
        help="By how much a reported royalty may differ from the computed one before"
        " it is shown.",
    )
    withholding = fields.Float(
        string="Withholding Tax (%)",
        digits=(9, 6),
        help="What the licensee keeps back for the tax office of its country.",
    )
    gross_up = fields.Boolean(
        help="The licensee bears the withholding tax: invoices are raised so that the"
        " royalty arrives in full."
    )
    interest = fields.Float(
        string="Late Interest (%)",
        digits=(9, 6),
        help="A year, simple, from the day after a royalty invoice was due.",
    )
    interest_cap = fields.Float(
        string="Legal Cap (%)",
        digits=(9, 6),
        help="The most that the law allows; 0 for no cap.",
    )
    day_count = fields.Selection(
        selection=[("365", "Actual/365"), ("360", "Actual/360")],
        default="365",
        required=True,
        help="Days that a year has when late interest is counted: 365, or 360 as"
        " banks do.",
    )
    audit_notice_days = fields.Integer(
        string="Audit Notice", help="Days of notice before books are inspected."
    )
    audit_years = fields.Integer(
        string="Books Kept", help="Years after a statement in which it may be audited."
    )
    audit_threshold = fields.Float(
        string="Audit Costs from (%)",
        digits=(9, 6),
        help="The licensee bears the costs of an audit from this shortfall on.",
    )
    audit_basis = fields.Selection(
        selection=[("paid", "Of What Was Paid"), ("owed", "Of What Was Owed")],
        default="paid",
        required=True,
        help="What the shortfall is a percent of.",
    )
    notice_from_days = fields.Integer(
        string="Notice Opens",
        help="Days before the end from which on notice of renewal may be given.",
    )
    notice_until_days = fields.Integer(
        string="Notice Closes",
        help="Days before the end until which notice of renewal must be given.",
    )
    notice_from = fields.Date(
        string="Notice from",
        compute="_compute_notice",
        store=True,
        help="First day on which notice of renewal may be given.",
    )
    notice_until = fields.Date(
        string="Notice until",
        compute="_compute_notice",
        store=True,
        index=True,
        help="Last day on which notice of renewal may be given.",
    )
    renewal_minimum = fields.Monetary(
        string="Renewal Test",
        help="What must be reached for the licensee to have a right to renew; 0 for no"
        " test.",
    )
    renewal_measure = fields.Selection(
        selection=[("royalty", "Royalties"), ("net", "Net Sales")],
        default="royalty",
        required=True,
        help="What the renewal test counts, of approved statements.",
    )
    renewal_since = fields.Date(
        string="Test Counts from", help="Empty from the contract's start."
    )
    note = fields.Html(help="For colleagues only; the licensee does not see it.")
    billing_count = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts bookings, so that two at the same moment know of each other.",
    )
    grant_ids = fields.One2many(
        comodel_name="licensing.grant",
        inverse_name="contract_id",
        copy=True,
        help="What may be made or sold: properties, products, places and channels."
        " Empty means all.",
    )
    rate_ids = fields.One2many(
        comodel_name="licensing.rate",
        inverse_name="contract_id",
        copy=True,
        help="What is owed for a sale. Where several rows cover it, the most"
        " specific one applies.",
    )
    deduction_ids = fields.One2many(
        comodel_name="licensing.deduction",
        inverse_name="contract_id",
        copy=True,
        help="Without a row all deductions are allowed in full.",
    )
    no_deductions = fields.Boolean(help="The contract allows no deduction at all.")
    commitment_ids = fields.One2many(
        comodel_name="licensing.commitment",
        inverse_name="contract_id",
        copy=True,
        help="Minimum guarantees and advances. What one row covers is one pool.",
    )
    fee_ids = fields.One2many(
        comodel_name="licensing.fee",
        inverse_name="contract_id",
        copy=True,
        help="What is owed beside the royalty as a percent of sales, such as a"
        " marketing fund.",
    )
    quota_ids = fields.One2many(
        comodel_name="licensing.quota",
        inverse_name="contract_id",
        copy=True,
        help="Sales to reach. Falling short is shown; nothing is billed for it.",
    )
    amendment_ids = fields.One2many(
        comodel_name="licensing.amendment",
        inverse_name="contract_id",
        help="What changed the contract, or is about to.",
    )
    _dates_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A contract ends on or after its start."
    )
    _days_positive = models.Constraint(
        "CHECK (sell_off_days >= 0 AND report_days >= 0 AND notice_from_days >= 0"
        " AND notice_until_days >= 0)",
        "Numbers of days are never below 0.",
    )
    _percents = models.Constraint(
        "CHECK (withholding >= 0 AND withholding < 100 AND interest >= 0"
        " AND interest_cap >= 0)",
        "Withholding tax is from 0 to below 100 %, interest is not below 0 %.",
    )
    property_ids = fields.Many2many(
        comodel_name="licensing.property",
        string="Properties",
        compute="_compute_property_ids",
        store=True,
        help="Of its grants.",
    )
    amendment_count = fields.Integer(
        string="Number of Amendments",
        compute="_compute_amendment_count",
        help="Amendments in every state.",
    )
    obligation_count = fields.Integer(
        string="Open Obligations",
        compute="_compute_obligation_count",
        help="What has to be done under it and is not done yet.",
    )
    guarantee_total = fields.Monetary(
        string="Guarantees",
        compute="_compute_guarantee_total",
        help="Minimum guarantees of all its pools.",
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = f"{contract.name} {contract.title or ''}".strip()

    @api.depends("date_end", "termination_date", "sell_off_days")
    def _compute_date_sell_off_end(self):
        for contract in self:
            contract.date_sell_off_end = contract.date_end and (
                contract._get_sell_off_last()
            )

    @api.depends("date_end", "notice_from_days", "notice_until_days")
    def _compute_notice(self):
        for contract in self:
            end, has = contract.date_end, contract.notice_until_days
            days = max(contract.notice_from_days, has)
            contract.notice_from = end and has and end - timedelta(days=days)
            contract.notice_until = end and has and end - timedelta(days=has)

    @api.constrains("partner_id")
    def _check_partner(self):
        for contract in self:
            if contract.partner_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(contract)s: %(partner)s is a contact: choose its company as"
                        " licensee.",
                        contract=contract.display_name,
                        partner=contract.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", self.env._("New")) == self.env._("New"):
                company = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company)
                vals["name"] = sequence.next_by_code("licensing.contract")
        return super().create(vals_list)

    # ------------------------------------------------------------------
    # FROM A CONTRACT TO WHAT CAME OF IT
    # ------------------------------------------------------------------

    @api.depends("grant_ids.property_ids", "grant_ids.amendment_id.state")
    def _compute_property_ids(self):
        for contract in self:
            granted = contract.grant_ids._known(None)
            contract.property_ids = granted.property_ids

    def _compute_amendment_count(self):
        self._count("amendment_count", "licensing.amendment")

    def _compute_obligation_count(self):
        groups = self.env["account.admin.obligation"]._read_group(
            [
                ("contract_id", "in", self.ids),
                ("state", "not in", ("accepted", "waived")),
            ],
            ["contract_id"],
            ["__count"],
        )
        counts = dict(groups)
        for contract in self:
            contract.obligation_count = counts.get(contract._origin, 0)

    def action_view_obligations(self):
        """What has to be done under the contract, a new one of it by default."""
        self.ensure_one()
        return open_window(
            self.env,
            "obligation_action",
            self.env._("Obligations of %s", self.name),
            domain=[("contract_id", "=", self.id)],
            context={
                "default_contract_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        )

    def _count(self, name, model):
        groups = self.env[model]._read_group(
            [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
        )
        counts = dict(groups)
        for contract in self:
            contract[name] = counts.get(contract._origin, 0)

    def action_view_amendments(self):
        """What changed the contract, or is about to."""
        return self._view(
            "licensing.amendment", self.env._("Amendments of %s", self.name)
        )

    def action_amend(self):
        """Write an amendment of the contract."""
        self.check_access("read")
        action = self._view("licensing.amendment", self.env._("New Amendment"))
        del action["domain"]
        return {**action, "view_mode": "form"}

    def _view(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id},
        }

    # ------------------------------------------------------------------
    # TOTALS
    # ------------------------------------------------------------------

    @api.depends("commitment_ids.guarantee", "commitment_ids.amendment_id.state")
    def _compute_guarantee_total(self):
        for contract in self:
            pools = contract.commitment_ids._known(None)
            contract.guarantee_total = sum(pools.mapped("guarantee"))

    # ------------------------------------------------------------------
    # TEMPLATE
    # ------------------------------------------------------------------

    def action_template(self):
        """A workbook for the licensee to fill in, for any period."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/licensing/template/contract/{self.id}",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # COPY
    # ------------------------------------------------------------------

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for contract, vals in zip(self, vals_list, strict=True):
            for name in ROWS:
                # one command a row, in the order of their ids
                rows = contract[name].sorted("id")
                commands = vals.get(name, [])
                if name not in (default or {}) and len(commands) == len(rows):
                    vals[name] = [
                        command
                        for row, command in zip(rows, commands, strict=True)
                        if not row.is_proposed
                    ]
        return vals_list
