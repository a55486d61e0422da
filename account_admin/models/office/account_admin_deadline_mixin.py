from odoo import api, fields, models
from odoo.fields import Domain

from ..base.groups import COLLECTIONS


class AccountAdminDeadlineMixin(models.AbstractModel):
    """A record of accounts that shows what is due next for them."""

    _name = "account.admin.deadline.mixin"
    _description = "Record With a Next Deadline"

    account_admin_next_date = fields.Date(
        string="Next Deadline",
        compute="_compute_account_admin_next",
        groups=COLLECTIONS,
        help="The day of the next open task about it; an earlier day is late.",
    )
    account_admin_next_task = fields.Char(
        string="What Is Due",
        compute="_compute_account_admin_next",
        groups=COLLECTIONS,
        help="The task, and whose it is.",
    )

    @api.model
    def _find_deadline_accounts(self, records):
        """Accounts that each record is about: dict record id -> list of ids."""
        raise NotImplementedError

    @api.depends_context("company", "uid")
    def _compute_account_admin_next(self):
        tasks = self.env["account.admin.task"]
        accounts = self._find_deadline_accounts(self._origin)
        every = list({one for ids in accounts.values() for one in ids})
        domain = Domain("partner_id", "in", every) & Domain("state", "=", "open")
        domain &= Domain("company_id", "=", self.env.company.id)
        found = tasks
        if every and tasks.has_access("read"):
            found = tasks.search_fetch(
                domain, ["partner_id", "date", "name", "user_id"], order="date, id"
            )
        first = {}
        for task in found:
            first.setdefault(task.partner_id.id, task)
        for record in self:
            ids = accounts.get(record._origin.id, ())
            mine = tasks.union(*(first[one] for one in ids if one in first))
            task = min(mine, key=lambda one: (one.date, one.id), default=tasks)
            record.account_admin_next_date = task.date
            whose = (task.name, task.user_id.name)
            record.account_admin_next_task = ", ".join(filter(None, whose))
