from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine import aging
from ..base.context import check_ids


class AccountAdminAgedItem(models.Model):
    """Every open item of a day with its bucket: what the aging reports show.

    The context decides which day and which amounts: ``aging_day`` (ISO date, else each
    company's today), ``aging_currency`` (``"company"``, ``"item"`` or a currency's id)
    and ``aging_without_disputed``.
    """

    _name = "account.admin.aged.item"
    _inherit = ["account.admin.one.currency.mixin", "account.admin.cover.mixin"]
    _description = "Aged Open Item"
    _auto = False
    _rec_name = "name"
    _order = "due, id"

    name = fields.Char(string="Number", readonly=True, help="Number of the document.")
    reference = fields.Char(
        readonly=True, help="The customer's reference of the document."
    )
    line_id = fields.Many2one(comodel_name="account.move.line", readonly=True)
    move_id = fields.Many2one(
        comodel_name="account.move", string="Document", readonly=True
    )
    move_type = fields.Selection(
        selection=lambda self: (
            self.env["account.move"]
            ._fields["move_type"]
            ._description_selection(self.env)
        ),
        string="Kind",
        readonly=True,
        help="Invoice, credit note, or another entry.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Account", readonly=True
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        help="The national account that the account belonged to on the day.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator",
        readonly=True,
        help="Responsible for the account, else for its national account.",
    )
    salesperson_id = fields.Many2one(comodel_name="res.users", readonly=True)
    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    company_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    report_currency_id = fields.Many2one(
        comodel_name="res.currency",
        readonly=True,
        help="The currency that the report adds up in.",
    )
    gl_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Receivable Account",
        readonly=True,
        help="The receivable account of the ledger that the item is booked on.",
    )
    date = fields.Date(readonly=True, help="The day of the entry.")
    due = fields.Date(
        readonly=True, help="Due date of the instalment, else the date of its entry."
    )
    days = fields.Integer(
        string="Days Past Due",
        readonly=True,
        aggregator="max",
        help="Zero or negative: not due yet. A group shows its oldest item.",
    )
    bucket = fields.Selection(
        selection="_selection_bucket",
        string="Age",
        readonly=True,
        help="The bucket of days past due; set in the settings.",
    )
    residual = fields.Monetary(
        string="Open in Its Currency",
        currency_field="currency_id",
        readonly=True,
        help="What is not paid, in the currency of the document.",
    )
    residual_company = fields.Monetary(
        string="Open as Booked",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, as it stands in the ledger.",
    )
    disputed_amount = fields.Monetary(
        string="Disputed",
        currency_field="report_currency_id",
        readonly=True,
        help="The part that the customer contests; it is still open.",
    )
    promised_amount = fields.Monetary(
        string="Promised",
        currency_field="report_currency_id",
        readonly=True,
        help="What live promises that name the document still promise.",
    )
    amount = fields.Monetary(
        string="Open",
        currency_field="report_currency_id",
        readonly=True,
        help="What is not paid, in the currency of the report.",
    )
    expected_on = fields.Date(
        readonly=True,
        help="When it is likely to be paid: on the promised day where a live promise"
        " names the document, else so many days after the due date as the account paid"
        " late on average in its latest frozen month with payments (to the nearest day;"
        " paying early counts as on time). A credit counts on its due date. Never"
        " before the day of the report.",
    )
    last_step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        compute="_compute_last_step",
        help="The last step of the policy that the item has met: what was sent about"
        " it until the day of the report.",
    )
    last_step_on = fields.Date(
        string="Sent On",
        compute="_compute_last_step",
        help="When the last step of the policy that the item has met was sent.",
    )
    bucket_0 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_1 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_2 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_3 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_4 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_5 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_6 = fields.Monetary(currency_field="report_currency_id", readonly=True)
    bucket_7 = fields.Monetary(currency_field="report_currency_id", readonly=True)

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        items = self.env["account.admin.open.item"]
        items._flush_reads()
        limits = self._get_limits()
        currency = self._get_report_currency()
        without_disputed = bool(self.env.context.get("aging_without_disputed"))
        return SQL(" UNION ALL ").join(
            SQL(
                "(%s)",
                items._aged_sql(
                    company, self._get_day(company), limits, currency, without_disputed
                ),
            )
            for company in self.env.companies
        )

    @api.model
    def _get_limits(self):
        """One set of bucket limits a report: those of the company worked in."""
        return self.env.company._collections_limits()

    @api.model
    def _get_day(self, company):
        """The day of the report.

        :raise UserError: for a context that names no date
        """
        day = self.env.context.get("aging_day")
        try:
            return fields.Date.to_date(day) or company._collections_today()
        except ValueError:
            raise UserError(
                self.env._("%s is no date: write it as 2026-12-31.", day)
            ) from None

    @api.model
    def _get_report_currency(self):
        """As :meth:`account.admin.open.item._aged_sql` takes it."""
        currency = self.env.context.get("aging_currency", "company")
        if currency == "company":
            return None
        if currency == "item":
            return currency
        check_ids(self.env, [currency], self.env._("Currency"))
        return self.env["res.currency"].browse(currency)

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_last_step(self):
        asked = self.env["collections.notice.item"]
        found = {}
        for company, items in self.grouped("company_id").items():
            found |= asked._get_last_steps(items.ids, self._get_day(company))
        for item in self:
            item.last_step_id, item.last_step_on = found.get(item.id, (False, False))

    # ------------------------------------------------------------------
    # LABELS
    # ------------------------------------------------------------------

    @api.model
    def _get_bucket_labels(self):
        """Labels of the buckets in order, in the user's language."""
        first, *others = aging.bucket_labels(self._get_limits())
        labels = {"not due": self.env._("Not due")}
        return [labels[first], *others]

    @api.model
    def _selection_bucket(self):
        return [(str(n), label) for n, label in enumerate(self._get_bucket_labels())]

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        found = super().fields_get(allfields, attributes)
        for number, label in enumerate(self._get_bucket_labels()):
            if "string" in found.get(f"bucket_{number}", ()):
                found[f"bucket_{number}"]["string"] = label
        for number in range(len(self._get_bucket_labels()), aging.MAX_BUCKETS):
            found.pop(f"bucket_{number}", None)
        return found

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._get_limits())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Name the columns after the buckets of the company; drop those it has not."""
        arch, view = super()._get_view(view_id, view_type, **options)
        labels = self._get_bucket_labels()
        for node in arch.xpath("//field[starts-with(@name, 'bucket_')]"):
            number = int(node.get("name").removeprefix("bucket_"))
            if number < len(labels):
                node.set("string", labels[number])
            else:
                node.getparent().remove(node)
        return arch, view

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_document(self):
        """The invoice, payment or entry behind the item."""
        self.ensure_one()
        return self.move_id._get_records_action()
