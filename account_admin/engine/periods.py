"""Periods of days, both ends included; ``None`` is an end that never comes."""

from datetime import date, timedelta

ONE = timedelta(days=1)


def subtract(period, others):
    """What is left of a period when others are taken out of it.

    :param tuple period: (first day, last day)
    :param others: iterable of such
    :return: list of periods, in order
    """
    left = [_bounded(period)]
    for start, end in map(_bounded, others):
        pieces = []
        for first, last in left:
            if end < first or start > last:
                pieces.append((first, last))
                continue
            if first < start:
                pieces.append((first, start - ONE))
            if end < last:
                pieces.append((end + ONE, last))
        left = pieces
    return [_opened(piece) for piece in left]


def _bounded(period):
    return period[0] or date.min, period[1] or date.max


def _opened(period):
    first, last = period
    return (None if first == date.min else first, None if last == date.max else last)
