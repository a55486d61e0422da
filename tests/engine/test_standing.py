"""How an account stands: acceptance case N5, and that worse never looks better."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.desk.standing import (
    GOOD,
    HOLD,
    LEVELS,
    NO_LIMIT,
    WATCH,
    Override,
    Rule,
    get_share,
    get_standing,
    get_worst,
)

RULES = (
    Rule(1, "insurance_end", HOLD),
    Rule(2, "used", HOLD, Fraction(1), is_above=True),
    Rule(3, "used", WATCH, Fraction(80, 100)),
    Rule(4, "broken", WATCH, Fraction(1)),
    Rule(5, "review", WATCH),
)
FINE = {
    "used": Fraction(85, 100),
    "broken": 0,
    "insurance_end": date(2026, 6, 30),
    "review": date(2026, 12, 31),
}


def test_n5_watch_and_hold_the_day_after():
    june = get_standing(FINE, RULES, date(2026, 6, 30))
    assert (june.level, june.computed, june.hits) == (WATCH, WATCH, (3,))
    july = get_standing(FINE, RULES, date(2026, 7, 1))
    assert (july.level, july.computed, july.hits) == (HOLD, HOLD, (1, 3))


def test_n5_override_and_its_end():
    override = Override(GOOD, date(2026, 7, 15))
    found = [get_standing(FINE, RULES, date(2026, 7, n), override) for n in (15, 16)]
    levels = [(one.level, one.computed) for one in found]
    assert levels == [(GOOD, HOLD), (HOLD, HOLD)]
    assert found[0].hits == (1, 3), "all reasons, whatever somebody set"


@pytest.mark.parametrize(
    "used, level",
    [("0.7999", GOOD), ("0.8", WATCH), ("1", WATCH), ("1.0001", HOLD)],
)
def test_n5_bounds_of_use(used, level):
    facts = {**FINE, "used": Fraction(used), "insurance_end": date.max}
    assert get_standing(facts, RULES, date(2026, 6, 30)).level == level


def test_what_is_not_known_is_no_reason():
    facts = {"used": None, "insurance_end": None}
    assert get_standing(facts, RULES, date(2026, 6, 30)).hits == ()


def test_what_holds_or_not():
    rule = Rule(1, "on_hold", HOLD)
    assert get_standing({"on_hold": True}, [rule], date(2026, 1, 1)).level == HOLD
    assert get_standing({"on_hold": False}, [rule], date(2026, 1, 1)).level == GOOD


def test_a_fact_is_told_once_by_its_worst_rule():
    found = get_standing({"used": Fraction(2)}, RULES, date(2026, 1, 1))
    assert (found.level, found.hits) == (HOLD, (2,))


def test_share_of_no_credit():
    assert get_share(Decimal(0), Decimal(0)) == 0
    assert get_share(Decimal("0.01"), Decimal(0)) == NO_LIMIT
    assert get_share(Decimal(-5), Decimal(10)) == 0
    assert get_share(Decimal("79.99"), Decimal(100)) == Fraction("0.7999")


def test_worst_of_members():
    assert get_worst([WATCH, HOLD, GOOD]) == HOLD
    assert get_worst([]) == GOOD


shares = st.fractions(0, 3, max_denominator=1000)


@given(shares, shares, st.integers(0, 3), st.integers(0, 3), st.integers(0, 40))
def test_worse_facts_never_stand_better(used, more, broken, again, later):
    facts = {**FINE, "used": used, "broken": broken}
    worse = {**facts, "used": used + more, "broken": broken + again}
    day = date(2026, 6, 20)
    before = get_standing(facts, RULES, day)
    after = get_standing(worse, RULES, date.fromordinal(day.toordinal() + later))
    assert LEVELS.index(after.level) >= LEVELS.index(before.level)


@given(shares, st.permutations(RULES))
def test_the_worst_is_told_first_whatever_the_order_of_rules(used, rules):
    facts = {**FINE, "used": used}
    found = get_standing(facts, rules, date(2026, 7, 1))
    by_id = {rule.id: rule for rule in RULES}
    grades = [LEVELS.index(by_id[hit].level) for hit in found.hits]
    assert grades == sorted(grades, reverse=True)
    assert found.level == get_worst(by_id[hit].level for hit in found.hits)
    assert replace(found, level=found.computed) == found
