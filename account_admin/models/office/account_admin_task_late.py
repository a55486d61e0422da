"""What is late is told to the manager of whoever it is for: once."""

from odoo import api, models
from odoo.tools import format_date


class AccountAdminTask(models.Model):
    _inherit = "account.admin.task"

    @api.model
    def _tell_late(self, company, day):
        """Tell managers which tasks of their people are late: once, in one mail."""
        late = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date", "<", day),
                ("told_late_on", "=", False),
            ],
            order="user_id, date, id",
        )
        wanted = {
            user: user.account_admin_manager_id for user in late.mapped("user_id")
        }
        if late - late.filtered("user_id"):
            wanted[self.env["res.users"]] = self.env["res.users"]
        managers = self.env["res.users"]._account_admin_find(company, wanted)
        told = {}
        for user, tasks in late.grouped("user_id").items():
            manager = managers[user]
            told[manager] = told.get(manager, self.browse()) | tasks
        for manager, tasks in told.items():
            if manager:
                tasks._tell_manager(manager, company)
                tasks._write_kept({"told_late_on": day})

    def _tell_manager(self, manager, company):
        """One message with all that is late, by person."""
        told = self.with_context(lang=manager.lang)
        body = told.env["ir.qweb"]._render(
            "account_admin.task_late_mail",
            {
                "company": company,
                "people": [
                    (user.name or told.env._("Nobody"), tasks)
                    for user, tasks in told.grouped("user_id").items()
                ],
                "date": lambda day: format_date(told.env, day),
                "base": told[:1].get_base_url(),
            },
        )
        told.env["mail.thread"].message_notify(
            partner_ids=manager.partner_id.ids,
            subject=told.env._("Late tasks of your people: %s", len(told)),
            body=body,
        )
