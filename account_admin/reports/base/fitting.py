"""Sizes of text with which a table stays on its page, however long its amounts are."""

#: Of the landscape format: largest size in em, and characters of it in a row.
LANDSCAPE_LARGEST, LANDSCAPE_ROOM = 0.8, 165


def fit(rows, room, largest):
    """Size of the text of a table.

    :param rows: lists of texts, one list a row; of what may break its longest word
    :param room: characters that fit into a row at the largest size
    :param float largest: em
    :return: em, at most the largest
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    # each cell has its padding, about two characters
    needed = sum(widths) + 2 * len(widths)
    return largest if needed <= room else round(largest * room / needed, 3)


def longest_word(text):
    """The part of a text that cannot be broken."""
    return max(str(text or "").split(), key=len, default="")
