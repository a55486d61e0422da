"""A new account: its set-up beside the signed papers, and what stands in the way."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

SAME, FORM, DIFFERS, MISSING = "same", "form", "differs", "missing"
#: What of a comparison stands in the way.
BLOCKING = (DIFFERS, MISSING)
#: States of a step that is over.
CLOSED = ("done", "waived")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


def simplify(text):
    """A text without accents, case, spaces and signs, in letters of any script."""
    folded = unicodedata.normalize("NFKD", (text or "").casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def compare(paper, setup):
    """How a value of the set-up stands to the one on the signed papers.

    :param str paper: as it is on the papers
    :param str setup: as it is set up
    :return: :data:`SAME`, :data:`FORM` (written otherwise), :data:`DIFFERS` or
        :data:`MISSING` in the set-up
    """
    if not (setup or "").strip():
        return MISSING
    if paper == setup:
        return SAME
    one, other = simplify(paper), simplify(setup)
    return FORM if one and one == other else DIFFERS


def compare_amounts(paper, setup):
    """The same for an amount: 50,000.00 is 50000 in another form.

    :param str paper: as it is on the papers
    :param Decimal setup: ``None``: not set up
    """
    if setup is None:
        return MISSING
    if paper == f"{setup.normalize():f}":
        return SAME
    return FORM if read_amount(paper) == setup else DIFFERS


def read_amount(text):
    """An amount with a point for its decimals and commas for its thousands.

    :return: ``Decimal``, ``None`` for a text that is none
    """
    text = (text or "").strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def is_ready(steps, results):
    """Whether nothing stands in the way of an approval.

    :param steps: states of its steps
    :param results: of :func:`compare`, of every field that is on the papers
    """
    return all(step in CLOSED for step in steps) and not any(
        result in BLOCKING for result in results
    )
