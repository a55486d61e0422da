"""What cannot be written for Odoo 19 and Odoo 20 alike: here, and nowhere else.

Who brings the add-on to Odoo 20 changes this file, and makes of each line in
``security/*/ir.model.access.csv`` and each ``ir.rule`` a row of ``ir.access``: a line
has one group and a rule at most one, domains are literal, and what has no group
restricts, as there. ``tests/engine/test_next_odoo.py`` keeps old forms out elsewhere.
"""

import base64

#: ``payment_state`` of an entry. Odoo 20 renames states of payments: "paid" is to say
#: that a customer paid, "reconciled" or the like that the bank has it.
MOVE_OWED = ("not_paid", "partial")
MOVE_PAID = ("in_payment", "paid")
MOVE_CREDITED = "reversed"
MOVE_HELD = "blocked"
#: ``state`` of a payment: posted and not yet matched, and all that are posted. What
#: stands here as "in_process" is "paid" in Odoo 20.
PAYMENT_UNDER_WAY = "in_process"
PAYMENT_POSTED = ("in_process", "paid")

#: Of a route that writes nothing; Odoo 20 has another word for it.
READS_ONLY = {"readonly": True}

#: The field of a file that holds it as base64, gone in Odoo 20. Ours read and write
#: ``raw``; guards know it, for others may still write it.
FILE_BASE64 = "datas"


def get_written_content(vals):
    """The content in values for a file, in either field.

    :return: bytes or text
    :raise ValueError: it is not base64 where it should be
    """
    return vals.get("raw") or base64.b64decode(vals.get(FILE_BASE64) or b"")


def to_binary(content):
    """Bytes as a binary field takes them: base64, in Odoo 20 an object of its own."""
    return base64.b64encode(content)


def from_binary(value):
    """The bytes that a binary field holds."""
    return base64.b64decode(value or b"")
