from odoo import models


class AccountAdminCompanyMixin(models.AbstractModel):
    """A record stays with who may write it: nobody moves it where one has no right."""

    _name = "account.admin.company.mixin"
    _description = "Record That Stays Where Its User Is"

    #: Fields besides the company that say whose a record is.
    _moved_by = ()

    def write(self, vals):
        result = super().write(vals)
        company = self._fields.get("company_id")
        # where the company is its parent's, another parent is another company
        parent = (company and company.related or "company_id").split(".")[0]
        if {"company_id", parent, *self._moved_by} & set(vals):
            # Odoo asks whose it was before it is written, not whose it becomes
            self.check_access("write")
        return result
