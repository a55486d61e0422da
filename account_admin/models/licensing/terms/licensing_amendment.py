from odoo import api, fields, models
from odoo.exceptions import UserError

from ...base.bounds import bounded

TERMS = (
    "licensing.grant",
    "licensing.rate",
    "licensing.deduction",
    "licensing.commitment",
    "licensing.fee",
    "licensing.quota",
)
#: What an amendment says: it stands once it is in review.
AGREED = frozenset(
    ["contract_id", "date", "date_end", "term_change_ids"]
    + ["termination_date", "termination_reason", "sells_off"]
    + [f"{name.removeprefix('licensing.')}_ids" for name in TERMS]
    + [f"end_{name.removeprefix('licensing.')}_ids" for name in TERMS]
)
#: Rows that an amendment may end.
ENDABLE = (
    "[('contract_id', '=', contract_id), ('is_proposed', '=', False),"
    " ('ended_by_id', '=', False)]"
)


@bounded
class LicensingAmendment(models.Model):
    """A change of a contract: rows it adds, rows it ends, a new last day."""

    _name = "licensing.amendment"
    _description = "Amendment"
    _inherit = ["mail.thread", "mail.activity.mixin", "account.admin.readonly.mixin"]
    _order = "contract_id, date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        tracking=True,
        help="What the contract's list of amendments shows.",
    )
    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The contract that it changes.",
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    date = fields.Date(
        string="Effective from",
        required=True,
        tracking=True,
        help="First day it counts.",
    )
    reason = fields.Text(help="Why the contract is changed, and where that was agreed.")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("review", "In Review"),
            ("approved", "Approved"),
            ("applied", "Applied"),
            ("rejected", "Rejected"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        help="Draft and in review: it can be edited. Approved: it waits for its day."
        " Applied: the contract has it.",
    )
    applied_on = fields.Datetime(
        readonly=True, copy=False, help="When the contract got what it says."
    )
    date_end = fields.Date(
        string="New End of Term",
        help="The contract's last day from then on; empty leaves it as it is.",
    )
    date_end_before = fields.Date(
        readonly=True,
        copy=False,
        help="The contract's last day before this amendment moved it.",
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent to Review by",
        readonly=True,
        copy=False,
        help="Who sent the amendment to review. With two people asked for, somebody"
        " else approves it.",
    )
    reviewer_id = fields.Many2one(
        comodel_name="res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        help="The licensing manager who approved it.",
    )
    reject_reason = fields.Char(
        string="Rejected Because",
        copy=False,
        tracking=True,
        help="What the author should know before sending it to review again.",
    )
    impact = fields.Html(
        readonly=True,
        copy=False,
        help="What it would change about approved statements and open guarantees.",
    )
    impact_on = fields.Datetime(
        string="Previewed",
        readonly=True,
        copy=False,
        help="When the impact was last computed; what was reported since is not in it.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Bills what it changed about approved statements.",
    )

    # rows that it ends on the day before it is effective
    end_grant_ids = fields.Many2many(
        comodel_name="licensing.grant",
        relation="licensing_amendment_end_grant_rel",
        string="Ended Grants",
        domain=ENDABLE,
        help="Grants of the contract that end on the day before it is effective.",
    )
    end_rate_ids = fields.Many2many(
        comodel_name="licensing.rate",
        relation="licensing_amendment_end_rate_rel",
        string="Ended Rates",
        domain=ENDABLE,
        help="Rates of the contract that end on the day before it is effective.",
    )
    end_deduction_ids = fields.Many2many(
        comodel_name="licensing.deduction",
        relation="licensing_amendment_end_deduction_rel",
        string="Ended Deductions",
        domain=ENDABLE,
        help="Deductions of the contract that end on the day before it is effective.",
    )
    end_commitment_ids = fields.Many2many(
        comodel_name="licensing.commitment",
        relation="licensing_amendment_end_commitment_rel",
        string="Ended Guarantees",
        domain=ENDABLE,
        help="Guarantees of the contract that end on the day before it is effective.",
    )
    end_fee_ids = fields.Many2many(
        comodel_name="licensing.fee",
        relation="licensing_amendment_end_fee_rel",
        string="Ended Fees",
        domain=ENDABLE,
        help="Fees of the contract that end on the day before it is effective.",
    )
    end_quota_ids = fields.Many2many(
        comodel_name="licensing.quota",
        relation="licensing_amendment_end_quota_rel",
        string="Ended Quotas",
        domain=ENDABLE,
        help="Quotas of the contract that end on the day before it is effective.",
    )
    grant_ids = fields.One2many(
        comodel_name="licensing.grant",
        inverse_name="amendment_id",
        help="Grants that begin on its day.",
    )
    rate_ids = fields.One2many(
        comodel_name="licensing.rate",
        inverse_name="amendment_id",
        help="Rates that begin on its day.",
    )
    deduction_ids = fields.One2many(
        comodel_name="licensing.deduction",
        inverse_name="amendment_id",
        help="Deductions that begin on its day.",
    )
    commitment_ids = fields.One2many(
        comodel_name="licensing.commitment",
        inverse_name="amendment_id",
        help="Guarantees and advances that begin on its day.",
    )
    fee_ids = fields.One2many(
        comodel_name="licensing.fee",
        inverse_name="amendment_id",
        help="Fees that begin on its day.",
    )
    quota_ids = fields.One2many(
        comodel_name="licensing.quota",
        inverse_name="amendment_id",
        help="Quotas that begin on its day.",
    )

    term_change_ids = fields.One2many(
        comodel_name="licensing.term.change",
        inverse_name="amendment_id",
        string="Contract Terms",
        help="Terms of the contract itself that change on its day.",
    )

    def write(self, vals):
        if not self.env.su and not AGREED.isdisjoint(vals):
            for amendment in self.filtered(lambda found: found.state != "draft"):
                raise UserError(
                    self.env._(
                        "%s is no draft any more: what it changes stands.",
                        amendment.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        for amendment in self:
            if amendment.state not in ("draft", "rejected"):
                raise UserError(
                    self.env._(
                        "%s is on its way or applied: it stays. Reject it first.",
                        amendment.display_name,
                    )
                )

    @api.depends("name", "contract_id.name")
    def _compute_display_name(self):
        for amendment in self:
            name = amendment.name or self.env._("New amendment")
            amendment.display_name = f"{amendment.contract_id.name}: {name}"

    def _is_applied(self, known_at=None):
        """Whether it counted at a moment.

        :param datetime known_at: ``None`` for now
        """
        return self.state == "applied" and (
            known_at is None or self.applied_on <= known_at
        )
