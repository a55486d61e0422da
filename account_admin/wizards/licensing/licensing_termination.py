from odoo import fields, models

from ...models.base.bounds import bounded
from ...models.base.context import get_context_ids


@bounded
class LicensingTermination(models.TransientModel):
    """From when on, and why, a contract ends early: the shortest amendment."""

    _name = "licensing.termination"
    _description = "Termination of a Licensing Contract"
    _inherit = ["account.admin.wizard.mixin"]

    contract_id = fields.Many2one(
        comodel_name="licensing.contract", required=True, ondelete="cascade"
    )
    date_start = fields.Date(related="contract_id.date_start")
    date_end = fields.Date(related="contract_id.date_end")
    sell_off_days = fields.Integer(related="contract_id.sell_off_days")
    is_reviewed = fields.Boolean(related="contract_id.company_id.licensing_four_eyes")
    date = fields.Date(
        string="Last Day",
        required=True,
        default=lambda self: self._default_date(),
        help="The contract's last day; it is over on the day after.",
    )
    reason = fields.Char(
        required=True, help="Why it ends before its term; kept with the contract."
    )
    sells_off = fields.Boolean(
        string="Stock May Be Sold Off",
        default=True,
        help="In the sell-off period after the last day; after a breach as a rule not.",
    )

    def _default_date(self):
        ids = get_context_ids(self.env, "default_contract_id")
        contract = self.env["licensing.contract"].browse(ids)
        contract.check_access("read")
        return (contract.company_id or self.env.company)._collections_today()

    def action_confirm(self):
        """Send the termination to review, with its impact.

        Where one person may do both it is approved at once, unless that would change
        what approved statements came to: somebody has to look at that first.
        """
        self.ensure_one()
        company = self.contract_id.company_id
        self.contract_id._check_termination(self.date)
        amendment = self.env["licensing.amendment"].create(
            {
                "name": self.env._("Termination"),
                "contract_id": self.contract_id.id,
                # the contract says so from its approval on, not on its last day only
                "date": min(
                    self.date,
                    max(company._collections_today(), self.contract_id.date_start),
                ),
                "termination_date": self.date,
                "termination_reason": self.reason,
                "sells_off": self.sells_off,
            }
        )
        amendment.action_submit()
        amendment.action_preview()
        if company.sudo().licensing_four_eyes or amendment._find_touched():
            return amendment._get_records_action()
        amendment.action_approve()
        return {"type": "ir.actions.act_window_close"}
