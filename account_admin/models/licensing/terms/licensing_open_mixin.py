from odoo import api, models


class LicensingOpenMixin(models.AbstractModel):
    """Rows that are written only while what they belong to is open."""

    _name = "licensing.open.mixin"
    _description = "Written While Open"
    _inherit = ["account.admin.company.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_open()
        return rows

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        # it may belong to something else now
        self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._check_open()

    def _check_open(self):
        """Refuse rows of what is not open any more.

        :raise UserError: naming it and what to do
        """
        raise NotImplementedError
