from odoo import api, fields, models
from odoo.fields import Domain

from ..base.actions import open_window
from ..base.groups import COLLECTIONS

OPEN_TASKS = Domain("state", "=", "open")


class NationalAccount(models.Model):
    _name = "national.account"
    _inherit = ["national.account", "account.admin.deadline.mixin"]

    plan_ids = fields.One2many(
        comodel_name="account.admin.plan",
        inverse_name="national_account_id",
        string="Plans",
        groups=COLLECTIONS,
        help="What is planned for all that is in it, a year each.",
    )
    plan_count = fields.Integer(
        string="Its Plans",
        compute="_compute_plan_count",
        groups=COLLECTIONS,
        help="Plans of the national account itself.",
    )
    task_count = fields.Integer(
        string="Open Tasks",
        compute="_compute_task_count",
        groups=COLLECTIONS,
        help="Tasks about its members that are not done yet.",
    )

    @api.model
    def _find_deadline_accounts(self, records):
        company = self.env.company
        return records._get_members(company, company._collections_today())

    @api.depends("plan_ids")
    def _compute_plan_count(self):
        groups = self.env["account.admin.plan"]._read_group(
            [("national_account_id", "in", self.ids)],
            ["national_account_id"],
            ["__count"],
        )
        counts = {national.id: count for national, count in groups}
        for national in self:
            national.plan_count = counts.get(national._origin.id, 0)

    @api.depends("member_ids", "partner_id")
    @api.depends_context("company", "uid")
    def _compute_task_count(self):
        counts = self._count_of_members("account.admin.task", OPEN_TASKS)
        for national in self:
            national.task_count = counts.get(national._origin.id, 0)

    def action_view_plans(self):
        """The plans of the national account itself."""
        self.ensure_one()
        self.check_access("read")
        return open_window(
            self.env,
            "plan_action",
            self.env._("Plans of %s", self.name),
            domain=[("national_account_id", "=", self.id)],
            context={"default_national_account_id": self.id},
        )

    def action_view_tasks(self):
        """What is to be done about its members."""
        self.ensure_one()
        self.check_access("read")
        title = self.env._("Tasks of %s", self.name)
        return self._open_of_members("task_action", title, OPEN_TASKS)
