"""Texts of headers made comparable."""

import re
import unicodedata
from functools import lru_cache

#: Marks that are not seen: directions of writing, places to part a word, and the like.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060))
_UNSEEN |= dict.fromkeys((*range(0x2066, 0x206A), 0xFEFF))


def drop_marks(text):
    """Text without marks that are not seen."""
    return text if text.isascii() else text.translate(_UNSEEN)


@lru_cache(maxsize=50_000)
def normalise(text):
    """Text without case, accents, punctuation and needless space."""
    text = drop_marks(str(text)).replace("%", " percent ")
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", text).strip()
