"""PDFs: whether those of others can be read, and many letters made at once."""

import io

from lxml import html
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


def share_alike(page, name):
    """Of the heads (or feet) of many letters, keep one of those that are alike.

    Odoo puts all of them into the page that is drawn on each sheet, where a script
    chooses: with the logo in each that takes time and memory by their number squared.

    :param str page: HTML of Odoo's page of all heads or feet
    :param str name: ``header`` or ``footer``, as the script calls it
    :return: HTML, the same where the script is another one than is known
    """
    chosen = f"{name}.children[index]"
    root = html.document_fromstring(str(page))
    found = root.xpath(f"//div[@id='minimal_layout_report_{name}s']")
    if chosen not in page or not found:
        return page
    kept, places = {}, []
    for child in list(found[0]):
        text = html.tostring(child, encoding="unicode", with_tail=False)
        places.append(kept.setdefault(text, len(kept)))
        if places[-1] != len(kept) - 1 or places.count(places[-1]) > 1:
            found[0].remove(child)
    text = html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return text.replace(chosen, f"{name}.children[{places}[index]]")
