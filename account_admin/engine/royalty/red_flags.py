"""What makes a licensee's report worth a second look."""

from math import exp, log

#: Of amounts in whole units of money, one in a hundred is a whole hundred by chance;
#: of amounts with cents fewer are, so the test errs on the licensee's side.
CHANCE = 0.01
#: A report is flagged when chance makes so many whole hundreds less often than this.
LEVEL = 0.001
#: Fewer lines say nothing.
FEWEST = 10


def tail_bound(count, hits, chance=CHANCE):
    """How likely at most so many hits are by chance.

    The Chernoff-Hoeffding bound of the binomial tail (Hoeffding 1963, theorem 1):
    P(X >= k) <= exp(-n D(k/n || p)), D being the relative entropy.

    :param int count: of amounts
    :param int hits: of them
    :return: float, 1 where there are no more hits than chance gives
    """
    share = hits / count if count else 0
    if share <= chance:
        return 1.0
    entropy = share * log(share / chance)
    if share < 1:
        entropy += (1 - share) * log((1 - share) / (1 - chance))
    return exp(-count * entropy)


def are_too_round(count, hits):
    """Whether so many amounts are whole hundreds that somebody made them up.

    12 of 40 are flagged, 3 of 100 are not.
    """
    return count >= FEWEST and tail_bound(count, hits) < LEVEL
