from odoo import models
from odoo.tools.mail import email_normalize_all


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        """Tell what was sent that it came back: by its message, not an address."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        message = message_dict["bounced_message"]
        addresses = set(email_normalize_all(message_dict["bounced_email"] or ""))
        if message and addresses:
            # sudo: the mail gateway tells of the bounce, it has no right on these
            self.env["collections.notice"].sudo()._bounce(message, addresses)
            self.env["account.admin.statement"].sudo()._bounce(message, addresses)
        return result

    def _routing_reset_bounce(self, email_message, message_dict):
        """Who writes to us can be written to."""
        result = super()._routing_reset_bounce(email_message, message_dict)
        addresses = email_normalize_all(message_dict.get("email_from") or "")
        # sudo: as above
        self.env["account.admin.bounce"].sudo()._forget(addresses)
        return result
