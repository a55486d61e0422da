"""PDFs of others: whether they can be read, and how many pages they have."""

import io

from pypdf.errors import PyPdfError

from odoo.tools.pdf import PdfFileReader


class UnreadablePdf(ValueError):
    """A file that is no PDF, a broken one or one behind a password."""


def count_pages(content):
    """Pages of a PDF, each of which can be read.

    :param bytes content: of the file
    :raise UnreadablePdf: its ``args`` say whether a password is the reason
    """
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        is_locked = reader.is_encrypted and not reader.decrypt("")
        if not is_locked:
            # a broken page is found when it is read, not when it is counted
            return len([page.mediabox for page in reader.pages])
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadablePdf("broken") from error
    except (RecursionError, NotImplementedError, OverflowError) as error:
        raise UnreadablePdf("broken") from error
    raise UnreadablePdf("locked")
