from odoo import models

from ..base.mail_thread import get_header_addresses


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_reset_bounce(self, email_message, message_dict):
        """Who writes to us can be written to."""
        result = super()._routing_reset_bounce(email_message, message_dict)
        addresses = get_header_addresses(message_dict.get("email_from"))
        # sudo: the mail gateway has no right on known bounces
        self.env["account.admin.bounce"].sudo()._forget(addresses)
        return result
