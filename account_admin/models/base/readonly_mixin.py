from odoo import api, models
from odoo.exceptions import AccessError


class AccountAdminReadonlyMixin(models.AbstractModel):
    """Fields that are read-only on screen are so for every call of a user."""

    _name = "account.admin.readonly.mixin"
    _description = "Read-only Fields Kept by the Product"
    _inherit = ["account.admin.company.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        self._check_kept({name for vals in vals_list for name in vals})
        # a default in the context would set what values may not
        context = {
            key: value
            for key, value in self.env.context.items()
            if not (
                key.startswith("default_")
                and (field := self._fields.get(key.removeprefix("default_")))
                and field.readonly
            )
        }
        records = self.with_env(self.env(context=context))
        return super(AccountAdminReadonlyMixin, records).create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_kept(vals)
        return super().write(vals)

    def _check_kept(self, names):
        """Refuse to set read-only fields.

        :raise AccessError: naming them
        """
        kept = [name for name in names if self._fields[name].readonly]
        if kept:
            raise AccessError(
                self.env._(
                    "%(fields)s of a %(model)s cannot be set by hand.",
                    fields=", ".join(sorted(self._fields[n].string for n in kept)),
                    model=self._description,
                )
            )
