"""What a client sends in the context may be anything: it is looked at before use."""

from odoo.exceptions import UserError

#: The largest id that the database knows.
MAX_ID = 2**31 - 1


def get_context_ids(env, key):
    """Ids in the context.

    :param str key: such as ``active_ids``
    :raise UserError: for what is no id
    """
    given = env.context.get(key) or ()
    ids = list(given) if isinstance(given, (list, tuple)) else [given]
    check_ids(env, ids, key)
    return ids


def check_ids(env, ids, label):
    """Refuse what is no id of a record.

    :param str label: what the user calls the place where they come from
    :raise UserError: naming it
    """
    if not all(is_id(one) for one in ids):
        raise UserError(
            env._("%s: choose from a list; what was given names no record.", label)
        )


def is_id(value):
    """Whether a value can be the id of a record."""
    return isinstance(value, int) and 0 < value <= MAX_ID
