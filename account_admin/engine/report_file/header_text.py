"""Texts of headers made comparable."""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=50_000)
def normalise(text):
    """Text without case, accents, punctuation and needless space."""
    text = str(text).replace("%", " percent ")
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", text).strip()
