from odoo import models
from odoo.exceptions import AccessError


class AccountAdminReadonlyMixin(models.AbstractModel):
    """Fields that are read-only on screen are so for every call of a user."""

    _name = "account.admin.readonly.mixin"
    _description = "Read-only Fields Kept by the Product"

    def write(self, vals):
        kept = [name for name in vals if self._fields[name].readonly]
        if kept and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s of a %(model)s cannot be set by hand.",
                    fields=", ".join(self._fields[name].string for name in kept),
                    model=self._description,
                )
            )
        return super().write(vals)
