"""What a person has to see about a statement's lines before it is approved."""

from decimal import Decimal

from .lines import (
    NET_DIFFERS,
    NO_FX,
    OUT_OF_PERIOD,
    RATE_DIFFERS,
    ROYALTY_DIFFERS,
    SIGN,
    UNAPPROVED,
    UNMATCHED,
    find,
)
from .money import round_money
from .terms import UNIT

#: Percentage points that a reported rate may be away from the computed one.
RATE_TOLERANCE = Decimal("0.005")


def check(terms, statement, lines, groups, buckets, approvals):
    """Findings about the lines of a computed statement.

    :param lines: its ``LineRoyalty``, in the order of ``statement.lines``
    :param dict approvals: product -> (first day, last day or ``None``); ``None`` to
        leave approvals unchecked
    :return: tuple of ``Finding``, in the order of the lines
    """
    rates = [_rates(bucket) for bucket in buckets]
    found = []
    for line, royalty in zip(statement.lines, lines, strict=False):
        group = groups[royalty.group]
        if line.product is None:
            found.append(find(UNMATCHED, line))
        elif approvals is not None and not _is_approved(line, approvals):
            found.append(find(UNAPPROVED, line))
        for code, rows in group.choice.problems:
            found.append(find(code, line, rows=rows))
        if group.quote is None:
            found.append(find(NO_FX, line))
        if not statement.first <= line.day <= statement.last:
            found.append(find(OUT_OF_PERIOD, line))
        if line.gross >= 0 and min(line.returns, line.allowances, line.other) < 0:
            found.append(find(SIGN, line))
        if line.reported_net is not None:
            net = line.gross - line.returns - line.allowances - line.other
            if abs(line.reported_net - net) > terms.royalty_tolerance:
                values = {"reported": line.reported_net, "computed": net}
                found.append(find(NET_DIFFERS, line, **values))
        if group.bucket is not None:
            found += _compare(terms, line, royalty, group, rates[group.bucket])
    return tuple(found)


def _is_approved(line, approvals):
    first, last = approvals.get(line.product, (None, None))
    return first is not None and first <= line.day and (not last or line.day <= last)


def _rates(bucket):
    """Rates that a line of a bucket may be reported at: each slice's, and the mean."""
    rates = [part.rate for part in bucket.slices] or [bucket.rate.tiers[0].rate]
    if bucket.base and len(rates) != 1:
        factor = 1 if bucket.rate.basis == UNIT else 100
        rates.insert(0, round_money(bucket.exact / bucket.base * factor, 4))
    return tuple(rates)


def _compare(terms, line, royalty, group, rates):
    """What was reported of a line against what was computed."""
    found, reported = [], line.reported_rate
    if reported is not None and not _is_near(reported, rates):
        found.append(find(RATE_DIFFERS, line, reported=reported, computed=rates[0]))
    if line.reported_royalty is not None:
        reported = line.reported_royalty * group.quote.rate
        if abs(reported - royalty.royalty) > terms.royalty_tolerance:
            values = {
                "reported": round_money(reported, terms.decimals),
                "computed": royalty.royalty,
            }
            found.append(find(ROYALTY_DIFFERS, line, **values))
    return found


def _is_near(reported, rates):
    return reported in rates or any(
        abs(reported - rate) <= RATE_TOLERANCE for rate in rates
    )
