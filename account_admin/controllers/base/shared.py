"""What a customer gets by a link: from a mail, or as its own user."""

from contextlib import suppress

from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from ...models.base.context import MAX_ID

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def find_shared(controller, model, record_id, access_token):
    """The record that a link names, for whoever may see it or has its token.

    :param controller: ``CustomerPortal``
    :raise NotFound: nobody learns whether it is there
    """
    # a token of ours is plain text: Odoo compares no other
    odd = record_id > MAX_ID or not (access_token or "").isascii()
    with suppress(AccessError, MissingError):
        if not odd:
            return controller._document_check_access(model, record_id, access_token)
    raise request.not_found()


def find_readable(model, record_id):
    """The record that an address of ours names, for a user who may read it.

    :raise NotFound: it is not there
    :raise AccessError: it is not the user's
    """
    record = request.env[model].browse(record_id).exists()
    if not record:
        raise request.not_found()
    record.check_access("read")
    return record
