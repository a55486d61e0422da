from odoo import models

from .evidence import is_own

#: Whom a mail went to and what its envelope said; its text is the message's.
ENVELOPE = (
    *("email_to", "email_cc", "recipient_ids", "body_html", "headers", "references"),
    *("mail_message_id", "auto_delete"),
)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        again = vals.get("state") == "outgoing"
        if (again or any(name in vals for name in ENVELOPE)) and not is_own(self.env):
            # what is not sent yet may still be tried again by Odoo's queue
            closed = self.filtered(lambda mail: mail.state == "sent") if again else self
            self.env["account.admin.evidence"]._refuse(closed.mail_message_id)
        return super().write(vals)

    def unlink(self):
        self.env["account.admin.evidence"]._refuse(self.mail_message_id)
        return super().unlink()
