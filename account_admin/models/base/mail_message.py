from odoo import api, models

from .account_admin_evidence import differs, is_own, not_own

#: What a message says, to whom and where it stands.
SAID = (
    *("subject", "body", "email_from", "author_id", "date", "message_id"),
    *("model", "res_id", "message_type", "parent_id"),
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if any(vals.get("attachment_ids") for vals in vals_list):
            # sudo: whoever writes a message may not see its files any more
            messages.sudo().attachment_ids._log_taken()
        return messages

    def write(self, vals):
        if not is_own(self.env) and self._changes_evidence(vals):
            self.env["account.admin.evidence"]._refuse(self)
        return super(MailMessage, not_own(self) if is_own(self.env) else self).write(
            vals
        )

    def _changes_evidence(self, vals):
        """Whether values would change what a message says."""
        if "attachment_ids" in vals:
            return True
        # sudo: compared only, whoever writes
        return any(differs(message, vals, SAID) for message in self.sudo())

    def unlink(self):
        self.env["account.admin.evidence"]._refuse(self, "unlink")
        return super().unlink()
