"""What one night does with one account: the only place where that is decided.

``decide`` serves the nightly run, the dry run, the explanation on a case and the
replay of a past ledger; ``guard`` is asked again just before a notice leaves.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

ZERO = Decimal(0)


class Rule(str, Enum):
    """Why a decision is what it is."""

    NOTHING_DUE = "nothing_due"
    BELOW_MINIMUM = "below_minimum"
    STEP_REACHED = "step_reached"
    NOT_REACHED = "not_reached"
    GAP = "gap"
    PENDING = "pending"
    ATTENTION = "attention"
    ALL_STEPS_DONE = "all_steps_done"
    SETTLED = "settled"
    NOT_CHASEABLE = "not_chaseable"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a policy.

    :param days: days past due at which it is reached; negative is before the due date
    :param end_of_month: count on to the end of the month that ``days`` falls in
    """

    id: int
    days: int
    end_of_month: bool = False

    def reached_on(self, due):
        """First day on which an item due on ``due`` has reached this step."""
        day = due + timedelta(days=self.days)
        if self.end_of_month:
            day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return day


@dataclass(frozen=True, slots=True)
class Policy:
    """How an account is escalated.

    :param steps: in order of ``days``, no two alike
    :param gap: least number of days between two contacts
    :param minimum: company currency; nothing starts below it
    :param catch_up: after a pause take the ``next`` unmet step or the ``closest`` one
        that is reached; one step a night either way
    :param resume: the same choice for the first contact after a dispute was closed
    :raise ValueError: with a sentence that says what to mend
    """

    id: int
    name: str
    steps: tuple[Step, ...]
    gap: int = 0
    minimum: Decimal = ZERO
    catch_up: str = "next"
    resume: str = "next"

    def __post_init__(self):
        if not self.steps:
            raise ValueError(f"Policy “{self.name}” has no steps: add at least one.")
        days = [step.days for step in self.steps]
        if any(a >= b for a, b in zip(days, days[1:], strict=False)):
            raise ValueError(
                f"Policy “{self.name}” needs steps on different days: {days}."
            )
        if self.gap < 0:
            raise ValueError(
                f"Policy “{self.name}” has a negative gap between contacts."
            )
        for choice in (self.catch_up, self.resume):
            if choice not in ("next", "closest"):
                raise ValueError(f"Policy “{self.name}”: unknown rule {choice!r}.")


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an account owes in one currency on one day (all positive numbers).

    ``overdue`` less ``disputed``, ``in_process``, ``promised``, ``held`` and
    ``credits`` of the overdue items is ``asked``. ``open`` counts every item, credits
    as negatives.
    """

    currency: int
    open: Decimal = ZERO
    overdue: Decimal = ZERO
    disputed: Decimal = ZERO
    in_process: Decimal = ZERO
    promised: Decimal = ZERO
    held: Decimal = ZERO
    credits: Decimal = ZERO
    asked: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Facts:
    """One account on one day, as read from the ledger.

    :param lead_item: the oldest chaseable item, overdue or not; ``lead_amount`` is its
        chaseable part
    :param asked: chaseable and overdue
    :param overdue: overdue whether chaseable or not
    :param resumed_on: last day a dispute of the account was closed
    :param problem: a sentence, when the account cannot be judged at all

    Amounts are in company currency; ``amounts`` has each currency apart.
    """

    account: int
    lead_item: int | None = None
    lead_due: date | None = None
    lead_amount: Decimal = ZERO
    asked: Decimal = ZERO
    overdue: Decimal = ZERO
    open: Decimal = ZERO
    resumed_on: date | None = None
    amounts: tuple[Amounts, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The open case of an account.

    :param reached: ``days`` of the last step that was sent, ``None`` before the first
    :param pending: a notice of it waits to be approved, sent or printed
    :param attention: a failed notice waits for a person
    """

    reached: int | None = None
    last_contact: date | None = None
    pending: bool = False
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an account, and why.

    ``step`` is to be carried out now; ``next_step`` is the one after that on
    ``next_date`` if nothing changes (no date: it waits for a person or an event).
    """

    account: int
    rule: Rule
    opens: bool = False
    closes: bool = False
    step: Step | None = None
    next_step: Step | None = None
    next_date: date | None = None
    lead_item: int | None = None
    lead_due: date | None = None
    days: int | None = None
    asked: Decimal = ZERO


def decide(day, policy, facts, case=None):
    """Judge one account on one day.

    :param date day: the company's day
    :param Policy policy: the account's policy
    :param Facts facts: the account's items on that day
    :param Case case: its open case, ``None`` when it has none
    :rtype: Decision
    """
    if facts.problem:
        return Decision(facts.account, Rule.PROBLEM)
    common = {
        "account": facts.account,
        "lead_item": facts.lead_item,
        "lead_due": facts.lead_due,
        "days": (day - facts.lead_due).days if facts.lead_due else None,
        "asked": facts.asked,
    }
    if not is_active(day, policy, facts):
        if case is None:
            return Decision(rule=Rule.NOTHING_DUE, **common)
        rule = Rule.NOT_CHASEABLE if facts.overdue else Rule.SETTLED
        return Decision(rule=rule, closes=True, **common)
    if is_below_minimum(day, policy, facts):
        return Decision(rule=Rule.BELOW_MINIMUM, **common)
    rule, step = _choose(day, policy, facts, case or Case())
    reached = step.days if step else (case.reached if case else None)
    last_contact = day if step else (case.last_contact if case else None)
    next_step = _first_after(policy, reached)
    next_date = None
    if next_step and rule not in (Rule.PENDING, Rule.ATTENTION):
        next_date = _earliest(policy, next_step, facts.lead_due, last_contact)
    return Decision(
        rule=rule,
        opens=case is None,
        step=step,
        next_step=next_step,
        next_date=next_date,
        **common,
    )


def guard(day, policy, facts, step):
    """Ask, just before a notice leaves, whether it still should.

    :return: ``None`` to send it, else the :class:`Rule` that stops it
    """
    if facts.problem:
        return Rule.PROBLEM
    if not is_active(day, policy, facts):
        return Rule.NOT_CHASEABLE if facts.overdue else Rule.SETTLED
    if is_below_minimum(day, policy, facts):
        return Rule.BELOW_MINIMUM
    if day < step.reached_on(facts.lead_due):
        return Rule.NOT_REACHED
    return None


def is_active(day, policy, facts):
    """Whether the leading item is overdue or has reached a step before its due date."""
    if facts.lead_due is None:
        return False
    return day > facts.lead_due or _reaches_early_step(day, policy, facts)


def is_below_minimum(day, policy, facts):
    """Whether what is to be asked stays under the policy's minimum."""
    asked = facts.asked if day > facts.lead_due else facts.lead_amount
    return asked < policy.minimum


def _reaches_early_step(day, policy, facts):
    first = policy.steps[0]
    return first.days < 0 and day >= first.reached_on(facts.lead_due)


def _choose(day, policy, facts, case):
    """The rule that applies to an active account, and the step to carry out."""
    if case.attention:
        return Rule.ATTENTION, None
    if case.pending:
        return Rule.PENDING, None
    unmet = [s for s in policy.steps if case.reached is None or s.days > case.reached]
    if not unmet:
        return Rule.ALL_STEPS_DONE, None
    ready = [step for step in unmet if day >= step.reached_on(facts.lead_due)]
    # steps that count to the end of a month may overtake a later one: stop at the first
    # that is not reached, so that no step is skipped unless the policy says "closest"
    if not ready or ready[0] is not unmet[0]:
        return Rule.NOT_REACHED, None
    if case.last_contact and day < _earliest_contact(policy, case.last_contact):
        return Rule.GAP, None
    resumed = facts.resumed_on is not None and (
        case.last_contact is None or facts.resumed_on > case.last_contact
    )
    choice = policy.resume if resumed else policy.catch_up
    return Rule.STEP_REACHED, ready[-1] if choice == "closest" else ready[0]


def _first_after(policy, reached):
    return next((s for s in policy.steps if reached is None or s.days > reached), None)


def _earliest(policy, step, lead_due, last_contact):
    day = step.reached_on(lead_due)
    if last_contact:
        day = max(day, _earliest_contact(policy, last_contact))
    return day


def _earliest_contact(policy, last_contact):
    """A second run on the same day is the same night: never two contacts in one day."""
    return last_contact + timedelta(days=max(policy.gap, 1))
