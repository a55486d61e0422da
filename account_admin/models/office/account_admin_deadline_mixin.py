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
        help="The day of the next open task or obligation about it; an earlier day is"
        " late.",
    )
    account_admin_next_task = fields.Char(
        string="What Is Due",
        compute="_compute_account_admin_next",
        groups=COLLECTIONS,
        help="The task or obligation, and whose it is.",
    )

    @api.model
    def _find_deadline_accounts(self, records):
        """Accounts that each record is about: dict record id -> list of ids."""
        raise NotImplementedError

    @api.depends_context("company", "uid")
    def _compute_account_admin_next(self):
        accounts = self._find_deadline_accounts(self._origin)
        first = {}
        for account, *due in self._find_deadlines(
            list({one for ids in accounts.values() for one in ids})
        ):
            first[account] = min(first.get(account, due), due)
        for record in self:
            ids = accounts.get(record._origin.id, ())
            found = min((first[one] for one in ids if one in first), default=None)
            record.account_admin_next_date = found and found[0]
            record.account_admin_next_task = found and found[2]

    @api.model
    def _find_deadlines(self, accounts):
        """What is due for accounts, of what the user may read.

        :return: list of (commercial partner id, day, order, what and whose)
        """
        found = []
        for name, states in (
            ("account.admin.obligation", ("waiting", "due", "rejected")),
            ("account.admin.task", ("open",)),
        ):
            records = self.env[name]
            if not accounts or not records.has_access("read"):
                continue
            domain = Domain("partner_id", "in", accounts)
            domain &= Domain("state", "in", states) & Domain("date", "!=", False)
            domain &= Domain("company_id", "=", self.env.company.id)
            for one in records.search_fetch(
                domain, ["partner_id", "date", "name", "user_id"], order="date, id"
            ):
                said = ", ".join(filter(None, (one.name, one.user_id.name)))
                found.append((one.partner_id.id, one.date, (name, one.id), said))
        return found
