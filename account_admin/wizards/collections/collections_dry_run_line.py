from odoo import fields, models

from ...models.base.bounds import bounded


@bounded
class CollectionsDryRunLine(models.TransientModel):
    _name = "collections.dry.run.line"
    _description = "Dry Run Line"
    _inherit = ["account.admin.wizard.mixin"]
    _order = "amount desc, id"
    _rec_name = "partner_id"

    dry_run_id = fields.Many2one(
        comodel_name="collections.dry.run",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="dry_run_id.company_id", store=True)
    currency_id = fields.Many2one(related="dry_run_id.currency_id")
    partner_id = fields.Many2one(comodel_name="res.partner", string="Account")
    case_id = fields.Many2one(comodel_name="collections.case")
    policy_id = fields.Many2one(
        comodel_name="collections.policy", help="Whose steps apply."
    )
    outcome = fields.Selection(
        selection=[
            ("open", "Open a case"),
            ("escalate", "Next step"),
            ("wait", "Wait"),
            ("close", "Close the case"),
            ("problem", "Cannot be judged"),
            ("nothing", "Nothing"),
        ],
        required=True,
        help="What the night would do with the account.",
    )
    step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        help="The step that would be sent.",
    )
    last_run_step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        string="Step in the Last Run",
        help="What the last night sent or prepared.",
    )
    change = fields.Selection(
        selection=[
            ("new", "New"),
            ("other", "Another step"),
            ("same", "As before"),
            ("gone", "No longer"),
        ],
        string="Since the Last Run",
        required=True,
        help="Compared with what the last night decided.",
    )
    days = fields.Integer(
        string="Days Past Due", help="Days past due of the leading item on that day."
    )
    amount = fields.Monetary(
        string="To Chase", help="What would be asked for, in the company's currency."
    )
    next_step_id = fields.Many2one(
        comodel_name="collections.policy.step",
        help="The step that comes after that if nothing changes.",
    )
    next_date = fields.Date(
        string="Next Step On", help="The night on which that step is due."
    )
    item_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Leading Item",
        help="The oldest overdue item that may be chased.",
    )
    reason = fields.Char(string="Why", help="Which rule decides.")

    def action_view_case(self):
        """The account's case."""
        self.ensure_one()
        return self.case_id._get_records_action() if self.case_id else False
