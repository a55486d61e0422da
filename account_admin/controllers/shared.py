"""What a customer gets by a link: from a mail, or as its own user."""

from odoo.exceptions import AccessError, MissingError
from odoo.http import request

#: The largest id that the database knows.
MAX_ID = 2**31 - 1


def find_shared(controller, model, record_id, access_token):
    """The record that a link names, for whoever may see it or has its token.

    :param controller: ``CustomerPortal``
    :raise NotFound: nobody learns whether it is there
    """
    # a token of ours is plain text: Odoo compares no other
    odd = record_id > MAX_ID or not (access_token or "").isascii()
    try:
        if not odd:
            return controller._document_check_access(model, record_id, access_token)
    except (AccessError, MissingError):
        pass
    raise request.not_found()
