from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._touch_cases()
        return partials

    def unlink(self):
        self._touch_cases()
        return super().unlink()

    def _touch_cases(self):
        """The cases of both sides show what is matched at once."""
        sides = self.debit_move_id | self.credit_move_id
        for company, lines in sides.grouped("company_id").items():
            self.env["collections.upkeep"]._touch(company, lines.partner_id)
