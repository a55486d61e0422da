"""One bad record never stops the others: work is done for all at once, else one by one.

What another transaction is to blame for is nobody's bad record: it goes on up, so that
the whole work is tried again, however deep a template or a layout has wrapped it.
"""

import logging
from contextlib import contextmanager

from psycopg2 import Error, OperationalError

from odoo.exceptions import LockError, UserError

_logger = logging.getLogger(__name__)

#: SQLSTATE class of what only a record's own size can provoke.
_TOO_LARGE = "54"


def apply_isolated(env, batch, work, fail):
    """Do something for a batch; if that fails, for each of it, and say which could not.

    :param batch: records, or a list
    :param work: takes a part of the batch; what it did is undone when it fails
    :param fail: takes a part of one and the error that it provoked
    :raise OperationalError: the transaction has to be tried again as a whole
    """
    if len(batch) > 1:
        try:
            with undoing(env):
                work(batch)
            return
        except OperationalError:
            raise
        except Exception as error:  # whatever one record's data provokes
            _logger.info("%s; going one by one.", describe(error))
    for position in range(len(batch)):
        isolate(env, batch[position : position + 1], work, fail)


def isolate(env, one, work, fail):
    """Do something for one record; what it provokes stays with it.

    :param one: a record, or whatever ``work`` and ``fail`` take
    :return: what ``work`` gave; ``None`` where it failed
    :raise OperationalError: the transaction has to be tried again as a whole
    """
    try:
        with undoing(env):
            return work(one)
    except OperationalError:
        raise
    except Exception as error:  # the same, now we know whose
        if isinstance(error, UserError):
            _logger.info("%s: %s", one, error)
        else:
            _logger.exception("%s", one)
        fail(one, error)


@contextmanager
def undoing(env):
    """What is done inside is undone when it fails, in the database and in memory.

    :raise OperationalError: what the error was about, where that is the transaction
    """
    try:
        with env.cr.savepoint():
            yield
    except Exception as error:
        env.invalidate_all()
        reason = _find_transaction_error(error)
        if reason and reason is not error:
            raise reason from error
        if isinstance(error, OperationalError) and not reason:
            raise ValueError(describe(error)) from error
        raise


def describe(error):
    """An error as one line that a person may read."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0] if isinstance(error, Error) else text


def _find_transaction_error(error):
    """What another transaction or the connection is to blame for, among its causes."""
    seen = set()
    # a record that somebody else has in hand is that record's trouble
    while error and id(error) not in seen and not isinstance(error, LockError):
        seen.add(id(error))
        if isinstance(error, OperationalError) and not (error.pgcode or "").startswith(
            _TOO_LARGE
        ):
            return error
        error = error.__cause__ or error.__context__
    return None
