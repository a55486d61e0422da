"""What is owed, paid, under way or held: the one place that reads Odoo's states.

Their names are in :mod:`..base.next_odoo`, for they differ between Odoo's versions.
"""

from odoo.tools import SQL

from ..base import next_odoo

#: What the SQL below reads of an entry, to be flushed before.
MOVE_STATE = "payment_state"
#: An entry that may not be chased, as text for an index that serves :func:`held_sql`.
HELD = f"{MOVE_STATE} = '{next_odoo.MOVE_HELD}'"


def is_owed(move):
    """Whether something of an invoice is neither paid nor under way."""
    return move[MOVE_STATE] in next_odoo.MOVE_OWED


def is_paid(move):
    """Whether an invoice is paid in full, be it that the bank has yet to confirm it."""
    return move[MOVE_STATE] in next_odoo.MOVE_PAID


def is_credited(move):
    """Whether an invoice was settled by a credit and not by a payment."""
    return move[MOVE_STATE] == next_odoo.MOVE_CREDITED


def get_labels(moves):
    """What Odoo calls the state of each invoice, in the user's language.

    :return: dict id of the entry -> text
    """
    labels = dict(moves._fields[MOVE_STATE]._description_selection(moves.env))
    return {move.id: labels.get(move[MOVE_STATE], "") for move in moves}


def get_paid_domain(path):
    """Domain: invoices that :func:`is_paid`.

    :param str path: field that names the entry
    """
    return [(f"{path}.{MOVE_STATE}", "in", next_odoo.MOVE_PAID)]


def owed_sql(move):
    """SQL: an invoice that :func:`is_owed`.

    :param str move: alias of the table
    """
    return SQL("%s IN %s", SQL.identifier(move, MOVE_STATE), next_odoo.MOVE_OWED)


def held_sql(move):
    """SQL: an entry that Odoo was told to leave alone.

    :param str move: alias of the table
    """
    return SQL("%s = %s", SQL.identifier(move, MOVE_STATE), next_odoo.MOVE_HELD)


def under_way_sql(payment):
    """SQL: a payment that was sent and is not yet matched.

    :param str payment: alias of the table
    """
    return SQL("%s = %s", SQL.identifier(payment, "state"), next_odoo.PAYMENT_UNDER_WAY)


def posted_sql(payment):
    """SQL: a payment that is under way or matched.

    :param str payment: alias of the table
    """
    return SQL("%s IN %s", SQL.identifier(payment, "state"), next_odoo.PAYMENT_POSTED)
