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
    policy_id = fields.Many2one(comodel_name="collections.policy")
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
    )
    step_id = fields.Many2one(
        comodel_name="collections.policy.step",
    )
    last_run_step_id = fields.Many2one(
        comodel_name="collections.policy.step", string="Step in the Last Run"
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
    )
    days = fields.Integer(string="Days Past Due")
    amount = fields.Monetary(string="To Chase")
    next_step_id = fields.Many2one(comodel_name="collections.policy.step")
    next_date = fields.Date(string="Next Step On")
    item_id = fields.Many2one(comodel_name="account.move.line", string="Leading Item")
    reason = fields.Char(string="Why")

    def action_view_case(self):
        """The account's case."""
        self.ensure_one()
        return self.case_id._get_records_action() if self.case_id else False
