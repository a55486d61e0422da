from odoo import api, models

BOUNCES = "collections_keep_bounces"


class AccountAdminEvidence(models.Model):
    _inherit = "account.admin.evidence"

    @api.model
    def _delete_more(self):
        self._delete_old_bounces()
        return super()._delete_more()

    @api.model
    def _delete_old_bounces(self):
        """Bounced addresses are every company's: the longest period counts."""
        companies = self.env["res.company"].search([("active", "=", True)])
        if not all(company[BOUNCES] for company in companies):
            return
        company = max(companies, key=lambda company: company[BOUNCES])
        old = self.env["account.admin.bounce"].search(
            [("bounced_on", "<", self._get_before(company, BOUNCES))]
        )
        if self._is_due(company, BOUNCES, len(old)):
            old.unlink()
            before = self._get_before(company, BOUNCES)
            self._log_deleted(company, BOUNCES, before, len(old))
            self.env["ir.cron"]._commit_progress()
