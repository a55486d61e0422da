from odoo import models
from odoo.fields import Domain

from ..accounts.account_admin_absence_digest import Item


class AccountAdminAbsence(models.Model):
    _inherit = "account.admin.absence"

    def _get_work(self):
        """Also the person's cases that were open on one of the days."""
        cases = self.env["collections.case"].search(self._get_cases_domain())
        return super()._get_work() + [
            Item(
                case.display_name,
                case._name,
                case.id,
                case.opened_on or case.create_date.date(),
                case.closed_on or None,
            )
            for case in cases
        ]

    def _get_cases_domain(self):
        self.ensure_one()
        domain = Domain("user_id", "=", self.user_id.id)
        domain &= Domain("opened_on", "=", False) | Domain(
            "opened_on", "<=", self.date_end
        )
        domain &= Domain("closed_on", "=", False) | Domain(
            "closed_on", ">=", self.date_start
        )
        if self.partner_id:
            domain &= Domain("partner_id", "=", self.partner_id.id)
        if self.national_account_id:
            domain &= Domain("national_account_id", "=", self.national_account_id.id)
        return domain
