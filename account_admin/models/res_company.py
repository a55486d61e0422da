from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import html2plaintext

from ..engine import aging
from ..engine.letter_head import needed_margin
from .bounds import bounded
from .groups import SETTINGS
from .statement import CHANNELS, KINDS

#: What counts where a company chose nothing. No column of ours on a table of others
#: is required: rows are inserted there by who does not know it.
DEFAULTS = {
    "bucket_limits": ", ".join(str(limit) for limit in aging.DEFAULT_LIMITS),
    "kpi_months": 3,
    "statement_channel": "email",
    "statement_day": 1,
    "statement_kind": "open_item",
}


@bounded
class ResCompany(models.Model):
    _inherit = "res.company"

    collections_policy_id = fields.Many2one(
        comodel_name="collections.policy",
        string="Default Collections Policy",
        default=lambda self: self._default_collections_policy(),
        help="Chases every account that no other policy claims. A branch without one"
        " follows the company above it.",
        groups=SETTINGS,
    )
    collections_sending = fields.Boolean(
        string="Sending",
        readonly=True,
        groups=SETTINGS,
        help="Whether nights send what they decide. Until somebody turns it on they"
        " observe: cases are opened and closed, nothing leaves.",
    )
    collections_sending_by = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        groups=SETTINGS,
        help="Who turned sending on, or off again.",
    )
    collections_sending_since = fields.Datetime(readonly=True, groups=SETTINGS)
    collections_shown_on = fields.Date(
        help="The day that the open cases show, by the last night or since midnight.",
        groups=SETTINGS,
    )
    # stored: every invoice that opens asks for the company's day
    collections_tz = fields.Selection(
        related="partner_id.tz",
        store=True,
        groups=SETTINGS,
    )
    collections_kpi_months = fields.Integer(
        string="Months of DSO",
        default=DEFAULTS["kpi_months"],
        help="DSO compares what is open with the credit sales of so many months, the "
        "one it is computed for included. Three are usual; twelve even out seasons.",
        groups=SETTINGS,
    )
    collections_bucket_limits = fields.Char(
        string="Aging Buckets",
        default=DEFAULTS["bucket_limits"],
        help="Last day past due of each bucket, commas between: 30, 60, 90, 120 gives "
        "1-30, 31-60, 61-90, 91-120 and 121+.",
        groups=SETTINGS,
    )

    collections_statement_monthly = fields.Boolean(
        string="Monthly Statements",
        help="Sends each account with a balance or a movement its statement, as of the"
        " end of the month.",
        groups=SETTINGS,
    )
    collections_statement_since = fields.Date(
        compute="_compute_collections_statement_since",
        store=True,
        help="When monthly statements were turned on: none of months before leave.",
        groups=SETTINGS,
    )
    collections_statement_day = fields.Integer(
        string="Day of Statements",
        default=DEFAULTS["statement_day"],
        help="Day of the month on which last month's statements leave.",
        groups=SETTINGS,
    )
    collections_statement_kind = fields.Selection(
        selection=KINDS,
        string="Form of Statements",
        default=DEFAULTS["statement_kind"],
        help="Open items: what is unpaid. Balance forward: the balance before the month"
        " and everything that moved it.",
        groups=SETTINGS,
    )
    collections_statement_channel = fields.Selection(
        selection=CHANNELS,
        string="Statements by",
        default=DEFAULTS["statement_channel"],
        help="For accounts that have no way of their own.",
        groups=SETTINGS,
    )

    _collections_statement_day_in_month = models.Constraint(
        "CHECK(collections_statement_day BETWEEN 1 AND 28)",
        "Statements leave on a day from 1 to 28, which every month has.",
    )

    collections_promise_tolerance = fields.Integer(
        string="Promise Tolerance",
        default=2,
        help="A payment so many days after the promised day still keeps a promise.",
        groups=SETTINGS,
    )

    _collections_promise_tolerance_positive = models.Constraint(
        "CHECK(collections_promise_tolerance >= 0)",
        "Days of tolerance cannot be negative.",
    )

    collections_chain = fields.Boolean(
        string="Chain of Events",
        help="Hashes each event of a case over the one before, so that none can be"
        " changed, left out or put in later without being noticed.",
        groups=SETTINGS,
    )

    @api.model
    def _default_collections_policy(self):
        return self.env.ref(
            "account_admin.collections_policy_standard", raise_if_not_found=False
        )

    _collections_kpi_months_in_range = models.Constraint(
        "CHECK(collections_kpi_months BETWEEN 1 AND 12)",
        "The months of DSO are between 1 and 12.",
    )

    def _collections_get_policy(self):
        """The default policy: the company's own, else that of a company above it."""
        self.ensure_one()
        # sudo: a branch follows companies that its users need not see
        lineage = self.sudo().parent_ids
        policies = [company.collections_policy_id for company in reversed(lineage)]
        found = next(filter(None, policies), policies[0])
        return self.env["collections.policy"].browse(found.id)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # a branch follows its parent until somebody chooses otherwise
        branches = self.browse().union(
            *(
                company
                for company, vals in zip(companies, vals_list, strict=True)
                if vals.get("parent_id") and "collections_policy_id" not in vals
            )
        )
        # sudo: whoever makes a company need not keep its collections settings
        branches.sudo().collections_policy_id = False
        return companies

    @api.depends("collections_statement_monthly")
    def _compute_collections_statement_since(self):
        for company in self:
            company.collections_statement_since = (
                company.collections_statement_since or company._collections_today()
                if company.collections_statement_monthly
                else False
            )

    @api.constrains("collections_bucket_limits")
    def _check_collections_bucket_limits(self):
        for company in self:
            try:
                aging.parse_limits(company.collections_bucket_limits or "")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(company)s: %(error)s",
                        company=company.display_name,
                        error=error,
                    )
                ) from error

    def _collections_setting(self, name):
        """A setting as the company chose it, else the usual one.

        :param str name: of :data:`DEFAULTS`
        """
        self.ensure_one()
        # sudo: what a company chose counts for everybody, whoever may see its settings
        return self.sudo()[f"collections_{name}"] or DEFAULTS[name]

    def _collections_limits(self):
        """Bucket limits as a tuple of days."""
        return aging.parse_limits(self._collections_setting("bucket_limits"))

    def _collections_turn_sending(self, is_on):
        """Have the nights of these companies send, or observe again.

        :raise AccessError: for whoever does not set up what nights do
        """
        if not self.env.user.has_group("account_admin.group_account_admin_manager"):
            raise AccessError(
                self.env._(
                    "An administrator of Account Administration turns sending on."
                )
            )
        self.check_access("read")
        # sudo: who may was checked, and writes nothing else of a company
        self.sudo().write(
            {
                "collections_sending": is_on,
                "collections_sending_by": self.env.uid,
                "collections_sending_since": fields.Datetime.now(),
            }
        )

    def _collections_today(self):
        """The company's date: today in the time zone of its partner."""
        self.ensure_one()
        # the time zone is the company's, whatever partners the user may read
        company = self.sudo()
        return fields.Date.context_today(
            company.with_context(tz=company.collections_tz or "UTC")
        )

    def _get_letter_head(self):
        """Margin and room of the head that letters of these companies need on paper.

        :return: tuple of millimetres (margin at the top, spacing of the head) for
            wkhtmltopdf; ``None`` where the paper format has room enough
        """
        paper = self.env.company.paperformat_id or self.env.ref("base.paperformat_euro")
        needed = max((company._get_head_height() for company in self), default=0)
        more = needed - paper.margin_top
        return (needed, paper.header_spacing + more) if more > 0 else None

    def _get_head_height(self):
        """Millimetres that the head of a letter takes at the top of its page."""
        self.ensure_one()
        address = f"{self.name}\n{self.partner_id.contact_address}"
        if not self.is_company_details_empty:
            address = html2plaintext(self.company_details)
        tagline = html2plaintext(self.report_header or "")
        return needed_margin(bool(self.logo), tagline, address)
