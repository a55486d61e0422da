from odoo import api, models

from .merging import unite_rows

#: Class of our views, by which static/src/accessible finds them.
VIEW_CLASS = "o_account_admin"


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._original_module == "account_admin":
            arch.set("class", f"{arch.get('class', '')} {VIEW_CLASS}".strip())
        return arch, view

    def _unite_twins(self):
        """Become one record: what names the others names the first, and they go.

        Called for records that a unique index would not let stand beside each other
        once they name the same; what names the one that stays already comes first.
        """
        keeper, others = self[0], self[1:]
        merging = self.env["base.partner.merge.automatic.wizard"]
        unite_rows(others, keeper)
        merging._update_foreign_keys_generic(self._name, others, keeper)
        merging._update_reference_fields_generic(self._name, others, keeper)
        others.unlink()
