"""Properties of the nightly decision that hold for every policy and every ledger."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.escalation import (
    Case,
    Facts,
    Policy,
    Rule,
    Step,
    decide,
    guard,
)

START = date(2026, 1, 1)
days = st.integers(min_value=-60, max_value=400)


@st.composite
def policies(draw):
    thresholds = sorted(
        draw(st.sets(st.integers(min_value=-30, max_value=120), min_size=1, max_size=6))
    )
    return Policy(
        id=1,
        name="Any",
        steps=tuple(
            Step(n, at, draw(st.booleans())) for n, at in enumerate(thresholds, start=1)
        ),
        gap=draw(st.integers(min_value=0, max_value=20)),
        minimum=draw(st.decimals(min_value=0, max_value=100, places=2)),
        catch_up=draw(st.sampled_from(["next", "closest"])),
        resume=draw(st.sampled_from(["next", "closest"])),
    )


@st.composite
def facts(draw, account=7):
    amount = draw(st.decimals(min_value=0, max_value=500, places=2))
    if not amount:
        return Facts(account)
    return Facts(
        account,
        lead_item=1,
        lead_due=START + timedelta(days=draw(days)),
        lead_amount=amount,
        asked=amount,
        overdue=amount,
        resumed_on=draw(st.none() | days.map(lambda n: START + timedelta(days=n))),
    )


def carry_out(case, fact, decision, day):
    """What the product makes of a decision once its notice is sent: case and facts."""
    if decision.closes:
        return None, fact
    if decision.opens:
        case = Case()
    if decision.step:
        fact = replace(
            fact, lead_met=decision.step.days, lead_contact=day, last_contact=day
        )
    return case, fact


def play(policy, fact, nights, case=None):
    """Run nights on an account whose ledger stands still; the steps it was sent."""
    sent = []
    for night in nights:
        day = START + timedelta(days=night)
        decision = decide(day, policy, fact, case)
        case, fact = carry_out(case, fact, decision, day)
        if decision.step:
            sent.append((day, decision.step))
    return sent


@given(policies(), facts(), st.lists(days, max_size=60).map(sorted))
def test_never_a_step_twice_and_never_two_in_a_night(policy, fact, nights):
    sent = play(policy, fact, nights)
    reached = [step.days for _day, step in sent]
    assert reached == sorted(set(reached))
    assert len({day for day, _step in sent}) == len(sent)


@given(policies(), facts(), days)
def test_a_run_after_a_run_changes_nothing_while_its_notice_waits(policy, fact, night):
    day = START + timedelta(days=night)
    first = decide(day, policy, fact)
    case, fact = carry_out(None, fact, first, day)
    if first.step:
        case = replace(Case(), pending=True)
    again = decide(day, policy, fact, case)
    assert again.step is None
    assert not again.opens
    assert not (case is None and again.closes)


@given(policies(), facts(), days, st.integers(min_value=0, max_value=60))
def test_more_days_past_due_never_mean_an_earlier_step(policy, fact, night, later):
    if fact.lead_due is None:
        return
    older = replace(fact, lead_due=fact.lead_due - timedelta(days=later))
    day = START + timedelta(days=night)

    def rank(found):
        step = decide(day, policy, found, Case()).step
        return step.days if step else -999

    assert rank(older) >= rank(fact)


@given(
    policies(),
    st.lists(facts(), min_size=1, max_size=8),
    st.lists(st.integers(min_value=0, max_value=8), max_size=4),
    days,
)
def test_a_night_cut_off_and_retried_ends_as_one_night(policy, ledger, cuts, night):
    day = START + timedelta(days=night)

    def run(cases, upto):
        cases = list(cases)
        for account in range(upto):
            decision = decide(day, policy, ledger[account], cases[account])
            if decision.step:
                opened = cases[account] or Case()
                cases[account] = replace(opened, pending=True)
            else:
                cases[account] = carry_out(
                    cases[account], ledger[account], decision, day
                )[0]
        return cases

    nobody = [None] * len(ledger)
    whole = run(nobody, len(ledger))
    cases = nobody
    for cut in cuts:
        cases = run(cases, min(cut, len(ledger)))
    assert run(cases, len(ledger)) == whole


@given(policies(), facts(), days)
def test_the_guard_lets_pass_what_the_night_has_just_decided(policy, fact, night):
    day = START + timedelta(days=night)
    decision = decide(day, policy, fact)
    if decision.step:
        assert guard(day, policy, fact, decision.step) is None


@given(policies(), facts(), days)
def test_the_next_date_is_the_first_night_that_takes_the_next_step(policy, fact, night):
    day = START + timedelta(days=night)
    decision = decide(day, policy, fact)
    case, fact = carry_out(None, fact, decision, day)
    if not decision.next_date or decision.next_date <= day or not case:
        return
    before = decide(decision.next_date - timedelta(days=1), policy, fact, case)
    then = decide(decision.next_date, policy, fact, case)
    if decision.next_date - timedelta(days=1) > day:
        assert before.step is None
    assert then.step is not None


@given(policies(), facts(), days)
def test_a_case_closes_exactly_when_nothing_is_left_to_chase(policy, fact, night):
    day = START + timedelta(days=night)
    decision = decide(day, policy, fact, Case())
    left = fact.lead_due is not None and (
        day > fact.lead_due
        or (
            policy.steps[0].days < 0
            and day >= policy.steps[0].reached_on(fact.lead_due)
        )
    )
    assert decision.closes == (not left)


def one_step(**vals):
    return Policy(1, "One", (Step(1, 1), Step(2, 8), Step(3, 15)), **vals)


def owing(due, amount=100, **vals):
    amount = Decimal(amount)
    return Facts(
        7,
        lead_item=1,
        lead_due=due,
        lead_amount=amount,
        asked=amount,
        overdue=amount,
        **vals,
    )


def test_a_problem_is_reported_and_nothing_is_done():
    decision = decide(START, one_step(), replace(owing(START), problem="Archived"))
    assert (decision.rule, decision.step, decision.opens) == (Rule.PROBLEM, None, False)


def test_after_a_dispute_the_resume_rule_applies_once():
    policy = one_step(resume="closest")
    disputed = owing(
        START,
        lead_met=1,
        last_contact=START + timedelta(days=2),
        resumed_on=START + timedelta(days=17),
    )
    decision = decide(START + timedelta(days=17), policy, disputed, Case())
    assert decision.step.days == 15


@pytest.mark.parametrize(
    ("steps", "vals", "sentence"),
    [
        ((), {}, "has no steps"),
        ((Step(1, 5), Step(2, 5)), {}, "different days"),
        ((Step(1, 5),), {"gap": -1}, "negative gap"),
        ((Step(1, 5),), {"catch_up": "all"}, "unknown rule"),
        ((Step(1, 5),), {"after_last": "stop"}, "unknown rule 'stop' after the last"),
        ((Step(1, 5),), {"after_last": "repeat"}, "every how many days"),
    ],
)
def test_a_policy_that_cannot_work_says_what_to_mend(steps, vals, sentence):
    with pytest.raises(ValueError, match=sentence):
        Policy(1, "Bad", steps, **vals)


@given(policies(), facts(), days, st.integers(min_value=0, max_value=30))
def test_a_limit_of_contacts_only_puts_off(policy, fact, night, ahead):
    day = START + timedelta(days=night)
    free_on = day + timedelta(days=ahead)
    plain = decide(day, policy, fact)
    limited = decide(day, policy, replace(fact, free_on=free_on))
    if ahead == 0 or plain.step is None:
        assert limited.step == plain.step
    else:
        assert (limited.step, limited.rule) == (None, Rule.LIMIT)
        assert limited.next_date >= free_on
        assert guard(day, policy, replace(fact, free_on=free_on), plain.step)
