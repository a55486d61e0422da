from odoo import api, fields, models

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingAudit(models.Model):
    """An inspection of a licensee's books: what was paid and what was owed."""

    _name = "licensing.audit"
    _description = "Royalty Audit"
    _inherit = ["mail.thread", "mail.activity.mixin", "account.admin.company.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        default=lambda self: self.env._("Audit"),
        help="What the audit is called.",
    )
    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The contract whose books are inspected.",
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="When the books are inspected, or were.",
    )
    date_start = fields.Date(
        string="Books from",
        required=True,
        help="First day of the books that are inspected.",
    )
    date_end = fields.Date(
        string="Books until",
        required=True,
        help="Last day of the books that are inspected.",
    )
    paid = fields.Monetary(
        compute="_compute_paid",
        help="Royalties of approved statements of these days, as restated.",
    )
    owed = fields.Monetary(help="What the auditors found to be owed for them.")
    cost = fields.Monetary(
        string="Costs of the Audit", help="What the auditors charge."
    )
    shortfall = fields.Monetary(
        compute="_compute_result", help="What was owed less what was paid."
    )
    percent = fields.Float(
        string="Under-reported (%)",
        compute="_compute_result",
        digits=(9, 2),
        help="The shortfall as a percent, of what the contract compares it with.",
    )
    licensee_bears_costs = fields.Boolean(
        compute="_compute_result",
        help="The shortfall is as large as the contract says for that.",
    )
    note = fields.Html(help="Findings and correspondence, for colleagues only.")

    _dates_order = models.Constraint(
        "CHECK (date_end >= date_start)", "Audited days end on or after their start."
    )

    @api.depends("contract_id", "date_start", "date_end")
    def _compute_paid(self):
        for audit in self:
            statements = self.env["licensing.statement"]
            snapshots = statements._get_snapshots(audit.contract_id)
            audit.paid = sum(
                found.royalty
                for found in snapshots
                if audit.date_start
                and audit.date_end
                and found.statement_id.date_start >= audit.date_start
                and found.statement_id.date_end <= audit.date_end
            )

    @api.depends(
        "paid", "owed", "contract_id.audit_threshold", "contract_id.audit_basis"
    )
    def _compute_result(self):
        for audit in self:
            found = royalty.audit(
                to_decimal(audit.paid),
                to_decimal(audit.owed),
                to_decimal(audit.contract_id.audit_threshold),
                audit.contract_id.audit_basis or "paid",
            )
            audit.shortfall = float(found.shortfall)
            audit.percent = float(found.percent or 0)
            audit.licensee_bears_costs = bool(found.licensee_bears_costs)
