"""How much an account deserves the next call: points, each of which can be shown.

The score is a sum, so it explains itself: a fact that gets worse never lowers it.
"""

from collections import namedtuple
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ..money import ZERO

#: Facts that count by bands, and those that count when they are so.
BANDED = ("amount", "days", "broken", "contact_age")
FLAGS = ("over_limit", "step_due")
TIERS = ("A", "B", "C")
PRIORITIES = ("low", "medium", "high", "very_high")

Point = namedtuple("Point", "rule points")
#: An account before and after a change of weights; places count from 1.
Shift = namedtuple("Shift", "key score_before place_before score place")


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What is known of an account that may be called.

    :param amount: chaseable and overdue, in the company's currency
    :param days: past due of its leading item
    :param broken: promises broken in the last 90 days
    :param contact_age: days since the last right-party contact; None: never
    :param tier: of :data:`TIERS`
    """

    amount: Decimal
    days: int = 0
    broken: int = 0
    contact_age: int | None = None
    tier: str = "C"
    over_limit: bool = False
    step_due: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """Points by rule.

    :param bands: dict of :data:`BANDED` -> tuple of (from this figure on, points)
    :param never: points of an account nobody ever spoke with
    :param tiers: dict tier -> points
    :param shares: percent of the highest possible score from which on a score is of
        the second, third and fourth of :data:`PRIORITIES`
    """

    bands: dict = field(
        default_factory=lambda: {
            "amount": ((1000, 10), (10000, 20), (50000, 30)),
            "days": ((1, 5), (31, 10), (61, 20), (91, 30)),
            "broken": ((1, 15), (2, 25)),
            "contact_age": ((7, 5), (14, 10), (30, 15)),
        }
    )
    never: int = 15
    tiers: dict = field(default_factory=lambda: {"A": 10, "B": 5, "C": 0})
    over_limit: int = 10
    step_due: int = 10
    shares: tuple[int, int, int] = (20, 40, 60)

    @property
    def maximum(self):
        """The highest score there can be."""
        highest = {
            rule: max((points for _floor, points in self.bands[rule]), default=0)
            for rule in BANDED
        }
        highest["contact_age"] = max(highest["contact_age"], self.never)
        tiers = max(self.tiers.values(), default=0)
        return sum(highest.values()) + tiers + self.over_limit + self.step_due


def check(weights):
    """What is wrong with weights, as keys of sentences.

    :return: "negative", "nothing" (no rule gives a point), "falling" (a worse figure
        gives less) or None
    """
    bands = list(weights.bands.values())
    points = [given for band in bands for _floor, given in band]
    points += [weights.never, *weights.tiers.values()]
    points += [weights.over_limit, weights.step_due]
    if any(given < 0 for given in points):
        return "negative"
    if not any(points):
        return "nothing"
    rising = [*bands, [(0, given) for given in reversed(get_tier_points(weights))]]
    rising.append([*weights.bands["contact_age"], (None, weights.never)])
    for band in rising:
        given = [point for _floor, point in band]
        if given != sorted(given):
            return "falling"
    return None


def get_tier_points(weights):
    return [weights.tiers.get(tier, 0) for tier in TIERS]


def get_band(value, bands):
    """Points of the highest floor that a figure reaches."""
    return max((points for floor, points in bands if value >= floor), default=0)


def valuate(facts, weights):
    """Points of an account, rule by rule, those without points included.

    :rtype: tuple[Point, ...]
    """
    points = [
        Point(rule, get_band(getattr(facts, rule), weights.bands[rule]))
        for rule in ("amount", "days", "broken")
    ]
    age = facts.contact_age
    contact = weights.never
    if age is not None:
        contact = get_band(age, weights.bands["contact_age"])
    points.append(Point("contact_age", contact))
    points.append(Point("tier", weights.tiers.get(facts.tier, 0)))
    points += [
        Point(rule, getattr(weights, rule) if getattr(facts, rule) else 0)
        for rule in FLAGS
    ]
    return tuple(points)


def get_score(points):
    return sum(point.points for point in points)


def get_priority(score, weights):
    """One of :data:`PRIORITIES`, by the share of the highest possible score."""
    highest = weights.maximum
    share = Fraction(score * 100, highest) if highest else ZERO
    return PRIORITIES[sum(share >= floor for floor in weights.shares)]


def compare(facts, before, after):
    """What a change of weights does to an order by score.

    Of equal scores the higher amount, then the older, then the smaller key.

    :param dict facts: key of an account -> :class:`DeskFacts`
    :param Weights before: in force
    :param Weights after: proposed
    :return: list of :class:`Shift` in the new order
    """

    def rank(weights):
        scores = {key: get_score(valuate(row, weights)) for key, row in facts.items()}
        order = sorted(
            facts,
            key=lambda key: (-scores[key], -facts[key].amount, -facts[key].days, key),
        )
        return scores, {key: place for place, key in enumerate(order, 1)}

    scores_before, places_before = rank(before)
    scores, places = rank(after)
    return [
        Shift(key, scores_before[key], places_before[key], scores[key], place)
        for key, place in places.items()
    ]


def to_rows(weights):
    """Weights as rows of rule, tier, floor and points, as a person edits them."""
    rows = [
        (rule, None, floor, points)
        for rule in BANDED
        for floor, points in weights.bands[rule]
    ]
    rows.append(("never", None, 0, weights.never))
    rows += [("tier", tier, 0, weights.tiers.get(tier, 0)) for tier in TIERS]
    rows += [(rule, None, 0, getattr(weights, rule)) for rule in FLAGS]
    return rows
