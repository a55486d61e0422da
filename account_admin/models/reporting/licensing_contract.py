from odoo import api, models

from .licensing_report_day import store_isolated


class LicensingContract(models.Model):
    _inherit = "licensing.contract"

    @api.model
    def _after_states(self):
        """Store the rows of the reports for the new day, company by company."""
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([("active", "=", True)]):
            store_isolated(self.env.registry, {company.id})
            # readers work out what there was no time for
            if not cron._commit_progress():
                break
        return super()._after_states()
