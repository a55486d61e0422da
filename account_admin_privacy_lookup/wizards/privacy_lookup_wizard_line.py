from odoo import models


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        """Anonymise where Odoo would delete what the law wants kept."""
        self.ensure_one()
        record = self._get_kept()
        if self.is_unlinked or not record:
            return super().action_unlink()
        if record._name != "res.partner":
            # it goes with its contact, which has a line of its own
            self.execution_details = self.env._(
                "Kept %(kind)s #%(number)s: anonymise its contact",
                kind=self.res_model_id.name,
                number=self.res_id,
            )
            return None
        record._collections_anonymise()
        self.execution_details = self.env._(
            "Anonymised %(kind)s #%(number)s",
            kind=self.res_model_id.name,
            number=self.res_id,
        )
        self.is_unlinked = True
        return None

    def _get_kept(self):
        """The line's record where it is history, else an empty one."""
        record = self.env[self.res_model].browse(self.res_id)
        if record._name == "res.partner":
            return record if record._find_collections_history() else record.browse()
        if record._name == "mail.message":
            sealed = self.env["account.admin.evidence"]._find_sealed([record])
            return record if sealed else record.browse()
        return record if record._original_module == "account_admin" else record.browse()
