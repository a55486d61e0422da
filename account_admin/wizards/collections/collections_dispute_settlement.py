from odoo import api, fields, models
from odoo.tools import format_date

from ...engine import dispute as engine
from ...models.base.bounds import bounded


@bounded
class CollectionsDisputeSettlement(models.TransientModel):
    """How a dispute ended: what is credited, and when the rest is chased again."""

    _name = "collections.dispute.settlement"
    _description = "Settling a Dispute"
    _inherit = ["account.admin.wizard.mixin"]

    dispute_id = fields.Many2one(
        comodel_name="collections.dispute", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    disputed = fields.Monetary(
        compute="_compute_disputed", help="What the customer contests, with taxes."
    )
    resolution = fields.Selection(
        selection=lambda self: self.env["collections.dispute"]
        ._fields["resolution"]
        .selection,
        string="How It Ended",
        required=True,
        default=engine.RIGHT,
        help="The customer was right, in part, or wrong, or gave up.",
    )
    agreed = fields.Monetary(
        string="Agreed Amount",
        help="With taxes: what we credit. The rest is chased at once.",
    )
    with_credit = fields.Boolean(
        string="Draft a Credit Note",
        default=True,
        help="For bookkeeping to post. Until then what was agreed is not chased.",
    )
    note = fields.Char(
        string="Reason on the Credit Note", help="What the customer reads on it."
    )
    resume_text = fields.Char(
        string="What Happens Then",
        compute="_compute_resume_text",
        help="How what is left is chased again, by the reason of the dispute.",
    )

    @api.depends("dispute_id")
    def _compute_disputed(self):
        for wizard in self:
            dispute = wizard.dispute_id
            wizard.disputed = dispute and dispute._get_disputed()

    @api.depends("dispute_id", "resolution")
    def _compute_resume_text(self):
        for wizard in self:
            dispute, reason = wizard.dispute_id, wizard.dispute_id.reason_id.sudo()
            if not dispute or not wizard.resolution:
                wizard.resume_text = False
                continue
            today = dispute.company_id._collections_today()
            day = engine.get_resume_day(
                reason.resume, reason.resume_days, today, wizard.resolution
            )
            day = format_date(self.env, day)
            if reason.resume == engine.FIRST:
                wizard.resume_text = self.env._(
                    "What is left is chased from %s, from the first step on.", day
                )
            else:
                wizard.resume_text = self.env._(
                    "What is left is chased from %s, where it stopped.", day
                )

    def action_settle(self):
        """End the dispute."""
        self.ensure_one()
        self.dispute_id._settle(
            self.resolution, self.agreed, self.with_credit, self.note or ""
        )
        return {"type": "ir.actions.act_window_close"}
