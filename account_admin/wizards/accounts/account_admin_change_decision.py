from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountAdminChangeDecision(models.TransientModel):
    """What somebody decides about a request, with what they say about it."""

    _name = "account.admin.change.decision"
    _description = "Decision on a Change"
    _inherit = ["account.admin.wizard.mixin"]

    change_id = fields.Many2one(
        comodel_name="account.admin.change",
        string="Request",
        required=True,
        ondelete="cascade",
        help="What is decided about.",
    )
    kind = fields.Selection(
        selection=[
            ("approve", "Approve"),
            ("reject", "Reject"),
            ("call", "Call-Back"),
            ("vote", "Vote"),
        ],
        required=True,
        default="approve",
    )
    summary = fields.Char(related="change_id.summary")
    reason = fields.Char(related="change_id.reason")
    comment = fields.Char(help="Kept with the decision; of a rejection, why.")
    phone_ids = fields.Many2many(
        comodel_name="account.admin.phone", compute="_compute_phone_ids"
    )
    phone_id = fields.Many2one(
        comodel_name="account.admin.phone",
        string="Number Called",
        ondelete="cascade",
        domain="[('id', 'in', phone_ids)]",
        help="Only numbers that were known before the day on which it was asked for.",
    )
    known_on = fields.Datetime(
        related="phone_id.known_on", help="Since when the number is known."
    )
    spoken_to = fields.Char(help="Who confirmed the change on the phone.")
    vote = fields.Selection(
        selection=[("yes", "For It"), ("no", "Against It"), ("abstain", "Abstain")],
        default="yes",
        help="Votes can be changed until the meeting is closed.",
    )

    @api.depends("change_id", "kind")
    def _compute_phone_ids(self):
        for decision in self:
            numbers = self.env["account.admin.phone"]
            if decision.kind == "call" and decision.change_id:
                numbers = decision.change_id._get_numbers()
            decision.phone_ids = numbers

    def action_decide(self):
        """Decide as the user who presses the button."""
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise UserError(self.env._("Decide in a window of your own."))
        change = self.change_id
        change.check_access("read")
        if self.kind == "approve":
            change._approve(self.comment)
        elif self.kind == "reject":
            change._reject(self.comment)
        elif self.kind == "call":
            change._log_call(self.phone_id.sudo(False), self.spoken_to, self.comment)
        else:
            votes = self.env["account.admin.change.vote"]
            votes._give(change, self.vote, self.comment)
        return {"type": "ir.actions.act_window_close"}
