from odoo import models

from .transmission import LOG, SmtpLog


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def send_email(self, message, *args, **kwargs):
        """Note what the server says, where the product wants to know."""
        log, session = self.env.context.get(LOG), kwargs.get("smtp_session")
        if not isinstance(log, SmtpLog) or session is None:
            return super().send_email(message, *args, **kwargs)
        with log.watching(message["Message-Id"], session):
            return super().send_email(message, *args, **kwargs)
