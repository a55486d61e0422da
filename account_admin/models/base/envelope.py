"""Who a mail of ours goes to: set by the product, whatever a template says.

Templates that leave the recipients to Odoo (its default since 19) write to the record's
partner; those of users write to whomever they name. What is logged has to be what left.
"""

import re

from odoo import Command
from odoo.tools.mail import email_normalize_all, formataddr


def get_addresses(text):
    """Every address that somebody typed into one field, once each, normalized.

    :rtype: list
    """
    found = email_normalize_all(re.sub(r"[;\s]*[;\n\r\t][;\s]*", ", ", text or ""))
    return list(dict.fromkeys(found))


def set_recipients(mail, contact, addresses):
    """Address a mail that is about to be sent to a contact, and to nobody else.

    :param mail: one ``mail.mail``
    :param contact: ``res.partner``
    :param addresses: as of :func:`get_addresses`
    """
    # a line break in a name would end the header
    name = " ".join((contact.name or "").split())
    mail.write(
        {
            "email_to": ", ".join(formataddr((name, email)) for email in addresses),
            "email_cc": False,
            "recipient_ids": [Command.clear()],
        }
    )
