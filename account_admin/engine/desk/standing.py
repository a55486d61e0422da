"""How an account stands: good, watch or hold, by the worst of its rules, each named."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

GOOD, WATCH, HOLD = "good", "watch", "hold"
#: From best to worst.
LEVELS = (GOOD, WATCH, HOLD)
#: Share of a limit of 0 that something is owed of: more than any rule asks for.
NO_LIMIT = Fraction(10**9)


@dataclass(frozen=True, slots=True)
class Rule:
    """What has an account watched or held.

    :param fact: name of a fact: a figure (``used``), something that holds or not
        (``on_hold``), or the last day on which it is in order (``insurance_end``)
    :param level: :data:`WATCH` or :data:`HOLD`
    :param floor: of a figure; of a last day, days that may pass after it
    :param is_above: only above the floor, else from it on
    """

    id: int
    fact: str
    level: str
    floor: Fraction = Fraction(0)
    is_above: bool = False

    def is_hit(self, value, day):
        """Whether a fact of an account is what the rule is about.

        :param value: number, whether it holds, or date; ``None``: not known, no hit
        """
        if value is None:
            return False
        if isinstance(value, bool):
            return value
        if isinstance(value, date):
            return (day - value).days > self.floor
        value = Fraction(value)
        return value > self.floor if self.is_above else value >= self.floor


@dataclass(frozen=True, slots=True)
class Override:
    """A level that somebody set, and the last day on which it counts."""

    level: str
    until: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands on a day.

    :param level: that counts
    :param computed: by the rules, whatever somebody set
    :param hits: ids of the rules that apply, the worst first, one for each fact
    """

    level: str
    computed: str
    hits: tuple[int, ...] = ()


def get_standing(facts, rules, day, override=None):
    """How an account stands by its facts.

    :param dict facts: name -> value; what is missing is not known
    :param rules: iterable of :class:`Rule`, in the order in which they are told
    :param Override override: counts up to its last day
    :rtype: Standing
    """
    found = [rule for rule in rules if rule.is_hit(facts.get(rule.fact), day)]
    found.sort(key=lambda rule: -LEVELS.index(rule.level))
    # of several rules for one fact the worst says it all
    by_fact = {}
    for rule in found:
        by_fact.setdefault(rule.fact, rule)
    hits = list(by_fact.values())
    computed = hits[0].level if hits else GOOD
    counts = override is not None and day <= override.until
    return Standing(
        override.level if counts else computed,
        computed,
        tuple(rule.id for rule in hits),
    )


def get_worst(levels):
    """The worst of some levels, good where there is none."""
    return max(levels, key=LEVELS.index, default=GOOD)


def get_share(used, top):
    """Share of a limit that is used: what is owed of no credit at all is beyond it.

    :param used, top: exact numbers
    :rtype: Fraction
    """
    if top > 0:
        return max(Fraction(used) / Fraction(top), Fraction(0))
    return NO_LIMIT if used > 0 else Fraction(0)
