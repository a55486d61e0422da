"""How an account stands: good, watch or hold, by the worst of its rules, each named."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

GOOD, WATCH, HOLD = "good", "watch", "hold"
#: From best to worst.
LEVELS = (GOOD, WATCH, HOLD)
#: Facts that are a figure, and those that either hold or do not.
FIGURES = ("used", "broken", "overdue")
FLAGS = ("on_hold", "bounced")
#: Facts that are the last day on which something is in order.
LAST_DAYS = ("insurance_end", "review")


@dataclass(frozen=True, slots=True)
class Rule:
    """What has an account watched or held.

    :param fact: name of a fact, see :data:`FIGURES`, :data:`FLAGS`, :data:`LAST_DAYS`
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
    :param hits: ids of the rules that apply, the worst first
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
    hits = [rule for rule in rules if rule.is_hit(facts.get(rule.fact), day)]
    hits.sort(key=lambda rule: -LEVELS.index(rule.level))
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
