from odoo import models
from odoo.tools.mail import email_normalize, email_split

from .account_admin_evidence import get_kinds

#: Who says that a mail came back, where its envelope names somebody.
_SYSTEMS = ("mailer-daemon", "postmaster")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        """Tell what was sent that it came back: by its message, not an address."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        message = message_dict["bounced_message"]
        addresses = self._get_returned(email_message, message_dict["bounced_email"])
        if message and addresses:
            # sudo: the mail gateway tells of the bounce, it has no right on these
            for kind in get_kinds(self.env):
                kind.sudo()._bounce(message, addresses)
        return result

    def _get_returned(self, email_message, bounced):
        """The addresses that a mail system gave up, if one really says so.

        What is delayed, was delivered or relayed has not come back (RFC 3464), and what
        somebody wrote is no bounce, whatever it looks like.

        :param bounced: the addresses that Odoo made out
        """
        if not _is_of_system(email_message):
            return set()
        reports = [
            part
            for part in email_message.walk()
            if part.get_content_type() == "message/delivery-status"
        ]
        if not reports:
            return get_header_addresses(bounced)
        failed = set()
        for report in reports:
            blocks = report.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                if (block["Action"] or "").strip().lower() == "failed":
                    failed |= get_header_addresses(block["Final-Recipient"])
                    failed |= get_header_addresses(block["Original-Recipient"])
        return failed


def _is_of_system(email_message):
    """Whether a mail has the empty envelope, or the name, of a mail system."""
    envelope = email_message["Return-Path"]
    if envelope is not None and str(envelope).strip() == "<>":
        return True
    sender = email_message["From"] if envelope is None else envelope
    local = (email_split(str(sender or "")) or [""])[0].partition("@")[0].lower()
    return local in _SYSTEMS


def get_header_addresses(text):
    """Normalized addresses of a header, with or without the type of address."""
    plain = str(text or "").rpartition(";")[2]
    return {address for one in email_split(plain) if (address := email_normalize(one))}
