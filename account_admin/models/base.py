from odoo import api, models

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
