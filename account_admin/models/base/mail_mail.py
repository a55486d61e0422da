from odoo import models

from .account_admin_evidence import is_own

#: Whom a mail went to and what its envelope said; its text is the message's.
ENVELOPE = (
    *("email_to", "email_cc", "recipient_ids", "body_html", "headers", "references"),
    *("mail_message_id", "auto_delete"),
)
#: States of a mail that left, or may have.
SETTLED = ("sent", "cancel")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        if not is_own(self.env):
            closed = self.browse()
            if any(name in vals for name in ENVELOPE):
                closed = self
            elif "state" in vals:
                # what is settled is not sent a second time, by whatever state between
                closed = self.filtered(
                    lambda mail: mail.state in SETTLED and mail.state != vals["state"]
                )
            self.env["account.admin.evidence"]._refuse(closed.mail_message_id)
        return super().write(vals)

    def unlink(self):
        self.env["account.admin.evidence"]._refuse(self.mail_message_id)
        return super().unlink()
