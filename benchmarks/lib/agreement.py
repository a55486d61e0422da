"""Whether both sides did the same work: their answers beside each other."""

from collections import defaultdict
from decimal import Decimal


class Disagreement(Exception):
    """Both sides must have found the same, and have not; the text says where."""


def compare_chased(theirs, ours, credits):
    """Both ask for the same overdue items; only unapplied credits make a difference.

    OCA never nets credits, this add-on covers the oldest items with them.

    :param dict theirs: item id -> [customer, currency, amount]
    :param dict ours: the same
    :param dict credits: "customer currency" -> unapplied credit
    :return: list of sentences: what agrees, and what differs and why
    :raises Disagreement: for a difference that credits do not explain
    """
    only_ours = sorted(set(ours) - set(theirs), key=int)
    if only_ours:
        raise Disagreement(f"only chased here: items {only_ours[:5]}")
    their_sums, our_sums = _sum(theirs), _sum(ours)
    netted = Decimal(0)
    for key, amount in their_sums.items():
        credit = Decimal(credits.get(key, 0))
        expected = amount - min(credit, amount)
        if our_sums.get(key, 0) != expected:
            raise Disagreement(
                f"customer and currency {key}: {amount} there, {our_sums.get(key, 0)}"
                f" here, {expected} expected after a credit of {credit}"
            )
        netted += amount - expected
    same = sum(ours.get(item) == found for item, found in theirs.items())
    covered, partly = len(set(theirs) - set(ours)), len(ours) - same
    return [
        f"Chased: {same} of {len(theirs)} overdue items with the same amount on both"
        f" sides, of {len({row[0] for row in theirs.values()})} customers.",
        f"Different: {covered} items are covered here by unapplied credits and {partly}"
        f" in part ({netted} in all, the credits of those customers exactly); OCA asks"
        " for them in full.",
    ]


def _sum(items):
    sums = defaultdict(Decimal)
    for customer, currency, amount in items.values():
        sums[f"{customer} {currency}"] += Decimal(amount)
    return sums


def compare_rows(label, theirs, ours):
    """Every customer has the same figures on both sides.

    :return: list with one sentence
    :raises Disagreement: naming the first customer that has not
    """
    theirs = {name: row for name, row in theirs.items() if _has_amount(row)}
    ours = {name: row for name, row in ours.items() if _has_amount(row)}
    for name in sorted({*theirs, *ours}):
        if theirs.get(name) != ours.get(name):
            raise Disagreement(
                f"{label}, {name}: {theirs.get(name)} there, {ours.get(name)} here"
            )
    return [f"{label}: the same figures for {len(ours)} customers."]


def _has_amount(row):
    values = row.values() if isinstance(row, dict) else row
    return any(Decimal(value) for value in values)
