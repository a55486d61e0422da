"""Disputes: days to settle, when what was disputed goes on, credit to the cent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import WorkingDays
from engine.dispute import (
    FIRST,
    ON,
    PARTLY,
    WAIT,
    WRONG,
    Part,
    credit_parts,
    get_due_day,
    get_resume_day,
)
from engine.escalation import Case, Facts, Policy, Rule, Step, decide, guard

PLAIN = WorkingDays()
cents = st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-2))


def test_days_to_settle_are_working_days():
    friday = date(2026, 3, 6)
    assert get_due_day(PLAIN, friday, 3) == date(2026, 3, 11)
    assert get_due_day(PLAIN, date(2026, 3, 8), 0) == date(2026, 3, 9)


def test_only_what_waits_waits_and_never_the_rest_of_a_valid_part():
    day = date(2026, 3, 5)
    assert get_resume_day(WAIT, 10, day, WRONG) == date(2026, 3, 15)
    assert get_resume_day(WAIT, 10, day, PARTLY) == day
    assert get_resume_day(ON, 10, day, WRONG) == day
    assert get_resume_day(FIRST, 10, day, WRONG) == day


@given(
    st.lists(st.tuples(cents, st.integers(0, 30)), min_size=1, max_size=6), st.data()
)
def test_a_part_is_credited_to_the_cent_and_in_proportion(lines, data):
    parts = [
        Part(net, (net * (100 + rate) / 100).quantize(Decimal("0.01")))
        for net, rate in lines
    ]
    whole = sum(part.total for part in parts)
    amount = data.draw(
        st.integers(1, int(whole * 100)).map(lambda n: Decimal(n).scaleb(-2))
    )
    credited = credit_parts(amount, parts)
    assert sum(part.total for part in credited) == amount
    for part, credit in zip(parts, credited, strict=True):
        assert abs(credit.total - amount * part.total / whole) < Decimal("0.01")
        assert 0 <= credit.total <= part.total


def test_the_whole_is_credited_as_it_was_typed():
    parts = [Part(Decimal(100), Decimal(120)), Part(Decimal(50), Decimal(50))]
    assert credit_parts(Decimal(170), parts) == parts


def test_an_invoice_that_comes_to_nothing_has_no_part():
    with pytest.raises(ValueError, match="come to 0"):
        credit_parts(Decimal(1), [Part(Decimal(5), Decimal(5)), Part(-5, Decimal(-5))])


def test_what_starts_anew_takes_the_first_step_whatever_the_policy_catches_up():
    steps = tuple(Step(days, days) for days in (1, 8, 15))
    due = date(2026, 3, 1)
    day = due + timedelta(days=30)
    facts = Facts(1, 7, due, Decimal(100), asked=Decimal(100), overdue=Decimal(100))
    for catch_up in ("next", "closest"):
        policy = Policy(1, "Test", steps, catch_up=catch_up, resume="closest")
        anew = Facts(
            1,
            lead_item=7,
            lead_due=due,
            lead_amount=Decimal(100),
            asked=Decimal(100),
            overdue=Decimal(100),
            last_contact=day - timedelta(days=9),
            resumed_on=day,
            starts_anew=True,
        )
        decision = decide(day, policy, anew, Case())
        assert (decision.rule, decision.step) == (Rule.STEP_REACHED, steps[0])
        assert guard(day, policy, anew, steps[0]) is None
    assert decide(day, policy, facts, Case()).step == steps[-1]


def test_a_limit_of_calls_holds_back_calls_only():
    due = date(2026, 3, 1)
    day = due + timedelta(days=10)
    mail, call = Step(1, 1), Step(2, 8, is_call=True)
    policy = Policy(1, "Test", (mail, call))

    def facts(met):
        return Facts(
            1,
            lead_item=7,
            lead_due=due,
            lead_amount=Decimal(100),
            lead_met=met,
            asked=Decimal(100),
            overdue=Decimal(100),
            call_free_on=day + timedelta(days=3),
        )

    assert decide(day, policy, facts(None), Case()).step == mail
    limited = decide(day, policy, facts(1), Case())
    assert (limited.rule, limited.next_date) == (Rule.LIMIT, day + timedelta(days=3))
    assert guard(day, policy, facts(1), call) == Rule.LIMIT
    assert decide(day + timedelta(days=3), policy, facts(1), Case()).step == call
