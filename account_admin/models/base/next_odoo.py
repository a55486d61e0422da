"""What cannot be written for Odoo 19 and Odoo 20 alike: here, and nowhere else.

Who brings the add-on to Odoo 20 changes this file, and the rights: ``ir.access`` takes
the place of ``ir.model.access`` and ``ir.rule``. Rows of a group grant there and add
up, rows without one restrict: a line of ``ir.model.access.csv`` and the rules of its
group become rows with the rules' domains. For that a line has one group here, a rule at
most one and a literal domain. ``tests/engine/test_next_odoo.py`` holds all of it.
"""

import base64

#: ``payment_state`` of an entry. Odoo 20 renames the states of payments
#: (odoo/odoo#240954), for "paid" says today that a payment is matched.
MOVE_OWED = ("not_paid", "partial")
MOVE_PAID = ("in_payment", "paid")
MOVE_CREDITED = "reversed"
MOVE_HELD = "blocked"
#: ``state`` of a payment: posted and not yet matched, and all that are posted. In Odoo
#: 20 "paid" may be the first of the two.
PAYMENT_UNDER_WAY = "in_process"
PAYMENT_POSTED = ("in_process", "paid")

#: Of a route that writes nothing; Odoo 20 has another word for it.
READS_ONLY = {"readonly": True}

#: The field of a file that holds it as base64, gone in Odoo 20. Ours read and write
#: ``raw``; guards know it, for others may still write it.
FILE_BASE64 = "datas"


def get_working_hours(company):
    """A company's ``resource.calendar``. Its ``tz`` is not read: Odoo 20 has none."""
    return company.resource_calendar_id


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
