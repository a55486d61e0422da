from odoo import fields, models

from ...models.office.account_admin_plan_line import MEASURE_NAMES


class AccountAdminPlanImportChange(models.TransientModel):
    """An amount of a plan that a file changes."""

    _name = "account.admin.plan.import.change"
    _description = "Change of a Plan by a File"
    _inherit = ["account.admin.wizard.mixin"]
    _order = "id"

    import_id = fields.Many2one(
        comodel_name="account.admin.plan.import",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    measure = fields.Selection(
        selection=list(MEASURE_NAMES.items()),
        readonly=True,
        help="What is planned.",
    )
    month = fields.Date(readonly=True, help="The first day of the month.")
    before = fields.Monetary(readonly=True, help="What the plan has now.")
    after = fields.Monetary(readonly=True, help="What the file has.")
