"""What one night does with one account: the only place where that is decided.

``decide`` serves the nightly run, the dry run, the explanation on a case and the
replay of a past ledger; ``guard`` is asked again just before a notice leaves.
"""

import calendar
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from .days import add_days
from .money import ZERO, to_decimal

AFTER_LAST = ("person", "repeat", "newer")


class Rule(str, Enum):
    """Why a decision is what it is."""

    NOTHING_DUE = "nothing_due"
    BELOW_MINIMUM = "below_minimum"
    STEP_REACHED = "step_reached"
    OBSERVED = "observed"
    NOT_REACHED = "not_reached"
    GAP = "gap"
    PENDING = "pending"
    ATTENTION = "attention"
    ALL_STEPS_DONE = "all_steps_done"
    SETTLED = "settled"
    NOT_CHASEABLE = "not_chaseable"
    PROBLEM = "problem"
    OUT_OF_TURN = "out_of_turn"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a policy.

    :param days: days past due at which it is reached; negative is before the due date
    :param end_of_month: count on to the end of the month that ``days`` falls in
    :param exempt: no limit of contacts holds it back
    :param is_call: somebody calls, so a limit of calls holds it back
    """

    id: int
    days: int
    end_of_month: bool = False
    exempt: bool = False
    is_call: bool = False

    def reached_on(self, due):
        """First day on which an item due on ``due`` has reached this step."""
        day = add_days(due, self.days)
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
    :param least: company currency; an item of less leads only where nothing else does
    :param after_last: once the leading item has had every step: a ``person`` goes on,
        ``repeat`` the last step every ``repeat_days``, or let ``newer`` items lead
    :raise ValueError: with a sentence that says what to mend
    """

    id: int
    name: str
    steps: tuple[Step, ...]
    gap: int = 0
    minimum: Decimal = ZERO
    catch_up: str = "next"
    resume: str = "next"
    least: Decimal = ZERO
    after_last: str = "person"
    repeat_days: int = 0

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
        if self.after_last not in AFTER_LAST:
            raise ValueError(
                f"Policy “{self.name}”: unknown rule {self.after_last!r} after the last"
                " step."
            )
        if self.after_last == "repeat" and self.repeat_days < 1:
            raise ValueError(
                f"Policy “{self.name}” repeats its last step: say every how many days."
            )

    def unmet(self, met):
        """Steps that are left for an item that has met those up to ``met`` days."""
        return [step for step in self.steps if met is None or step.days > met]


@dataclass(frozen=True, slots=True)
class Item:
    """What of one item may be chased, as a candidate to lead.

    :param amount: its chaseable part in company currency
    :param met: ``days`` of the last step it has met, ``None`` before the first
    :param contact: last day it was in a notice that was sent
    """

    id: int
    due: date
    amount: Decimal
    met: int | None = None
    contact: date | None = None


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

    def as_text(self):
        """Its amounts for the history: dict name -> exact number as text."""
        names = (field.name for field in fields(self) if field.name != "currency")
        return {name: str(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True)
class Facts:
    """One account on one day, as read from the ledger.

    :param lead_item: the item that leads, overdue or not; ``lead_amount`` is its
        chaseable part, ``lead_met`` the ``days`` of the last step it has met and
        ``lead_contact`` the last day it was in a notice that was sent
    :param asked: chaseable and overdue
    :param overdue: overdue whether chaseable or not
    :param last_contact: last day a step was sent to the account, in whatever case
    :param resumed_on: last day on which what was disputed went on where it stopped
    :param starts_anew: the leading item was disputed, begins at the first step again
        and was not asked for since
    :param problem: a sentence, when the account cannot be judged at all
    :param free_on: first day on which one more contact is allowed, ``None``: today
    :param call_free_on: the same of a call

    Amounts are in company currency; ``amounts`` has each currency apart.
    """

    partner_id: int
    lead_item: int | None = None
    lead_due: date | None = None
    lead_amount: Decimal = ZERO
    lead_met: int | None = None
    lead_contact: date | None = None
    asked: Decimal = ZERO
    overdue: Decimal = ZERO
    open: Decimal = ZERO
    last_contact: date | None = None
    resumed_on: date | None = None
    amounts: tuple[Amounts, ...] = ()
    problem: str = ""
    free_on: date | None = None
    call_free_on: date | None = None
    starts_anew: bool = False

    def get_free_day(self, step):
        """First day on which a step may be sent for all that was sent before it.

        :return: ``None`` where nothing holds it back
        """
        if step.exempt:
            return None
        days = (self.free_on, self.call_free_on if step.is_call else None)
        return max(filter(None, days), default=None)


@dataclass(frozen=True, slots=True)
class Case:
    """The open case of an account.

    :param pending: a notice of it waits to be approved, sent or printed
    :param attention: a failed notice waits for a person
    """

    pending: bool = False
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with an account, and why.

    ``step`` is to be carried out now, once more where it ``repeats``; ``next_step`` is
    the one after that on ``next_date`` if nothing changes (no date: it waits for a
    person or an event).
    """

    partner_id: int
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
    repeats: bool = False


def show(decision, facts, policy, sends):
    """What a case shows after a decision: what the same night would say again.

    :param Decision decision: of the account
    :param Facts facts: that it was decided on
    :param policy: id of the one that chases it, ``None`` where none does
    :param bool sends: whether a night of the company sends what it decides
    :return: dict column of a case -> id, text, date, ``Decimal`` or ``None``
    """
    rule, next_step, next_date = decision.rule, decision.next_step, decision.next_date
    if decision.step:
        rule = Rule.PENDING if sends else Rule.OBSERVED
        next_step, next_date = decision.step, None
    return {
        "policy_id": policy,
        "rule": rule.value,
        "next_step_id": next_step.id if next_step else None,
        "next_date": next_date,
        "lead_item_id": decision.lead_item,
        "lead_due": decision.lead_due,
        "asked_amount": to_decimal(facts.asked),
        "overdue_amount": to_decimal(facts.overdue),
        "open_amount": to_decimal(facts.open),
    }


def decide(day, policy, facts, case=None):
    """Judge one account on one day.

    :param date day: the company's day
    :param Policy policy: the account's policy
    :param Facts facts: the account's items on that day
    :param Case case: its open case, ``None`` when it has none
    :rtype: Decision
    """
    if facts.problem:
        return Decision(facts.partner_id, Rule.PROBLEM)
    common = {
        "partner_id": facts.partner_id,
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
    after = facts
    if step:
        after = replace(facts, lead_met=step.days, lead_contact=day, last_contact=day)
    next_step, next_date = _next_after(policy, after)
    if rule in (Rule.PENDING, Rule.ATTENTION):
        next_date = None
    return Decision(
        rule=rule,
        opens=case is None,
        step=step,
        next_step=next_step,
        next_date=next_date,
        repeats=bool(step) and not policy.unmet(facts.lead_met),
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
    if is_limited(day, facts, step):
        return Rule.LIMIT
    unmet = policy.unmet(facts.lead_met)
    if not unmet:
        repeats = policy.after_last == "repeat" and step.days == policy.steps[-1].days
        return None if repeats else Rule.OUT_OF_TURN
    # a step of another leading item, which is paid by now, is not this one's turn
    is_turn = step.days == unmet[0].days or (
        step.days > unmet[0].days and "closest" in (policy.catch_up, policy.resume)
    )
    return None if is_turn else Rule.OUT_OF_TURN


def met_by(day, policy, step, due, met=None):
    """Progress of an item after a notice of a step was sent to its account.

    It meets the steps up to that one which it has itself reached; what it has met
    before stays.

    :param date day: the day the notice was sent
    :param date due: the item's due date
    :param met: ``days`` of the last step the item has met so far
    :return: ``days`` of the last step it has met now, ``None`` for none
    """
    reached = [
        other.days
        for other in policy.steps
        if other.days <= step.days and day >= other.reached_on(due)
    ]
    return max(reached + ([] if met is None else [met]), default=None)


def is_of_step(day, step, due, met=None):
    """Whether a notice of a step is about an item; the others are also past due.

    It is about those that have reached the step themselves and are not beyond it.
    """
    return day >= step.reached_on(due) and (met is None or met <= step.days)


def narrow(day, policy, facts, items):
    """Facts of an account as far as some of its items go: those somebody approved.

    :param items: :class:`Item` of each that may still be chased
    """
    lead = choose_lead(day, policy, items)
    if lead is None:
        return replace(
            facts, lead_item=None, lead_due=None, lead_amount=ZERO, asked=ZERO
        )
    asked = sum((item.amount for item in items if day > item.due), ZERO)
    return lead_by(replace(facts, asked=asked), lead)


def lead_by(facts, item):
    """Facts of an account that is led by an item."""
    return replace(
        facts,
        lead_item=item.id,
        lead_due=item.due,
        lead_amount=item.amount,
        lead_met=item.met,
        lead_contact=item.contact,
    )


def choose_lead(day, policy, items):
    """The item that leads: the oldest that may be chased and is not small change.

    What is overdue, or has reached a step before its due date, goes first; small change
    leads where nothing else does. Under the rule ``newer`` an item that has had every
    step gives way to one that has not.

    :param items: every :class:`Item` of an account with something chaseable
    :rtype: Item
    """
    if not items:
        return None
    first = policy.steps[0]
    ready = [
        item
        for item in items
        if day > item.due or (first.days < 0 and day >= first.reached_on(item.due))
    ]
    candidates = ready or list(items)
    candidates = [i for i in candidates if i.amount >= policy.least] or candidates
    if policy.after_last == "newer":
        candidates = [i for i in candidates if policy.unmet(i.met)] or candidates
    return min(candidates, key=lambda item: (item.due, item.id))


def may_lead_differently(policy, facts):
    """Whether the oldest item of an account might have to give way to another."""
    if facts.lead_due is None:
        return False
    is_done = policy.after_last == "newer" and not policy.unmet(facts.lead_met)
    return is_done or facts.lead_amount < policy.least


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
    unmet = policy.unmet(facts.lead_met)
    if not unmet:
        return _choose_after_last(day, policy, facts)
    ready = [step for step in unmet if day >= step.reached_on(facts.lead_due)]
    # steps that count to the end of a month may overtake a later one: stop at the first
    # that is not reached, so that no step is skipped unless the policy says "closest"
    if not ready or ready[0] is not unmet[0]:
        return Rule.NOT_REACHED, None
    if facts.last_contact and day < _earliest_contact(policy, facts.last_contact):
        return Rule.GAP, None
    resumed = facts.resumed_on is not None and (
        facts.last_contact is None or facts.resumed_on > facts.last_contact
    )
    choice = policy.resume if resumed else policy.catch_up
    if facts.starts_anew:
        choice = "next"
    step = ready[-1] if choice == "closest" else ready[0]
    if is_limited(day, facts, step):
        return Rule.LIMIT, None
    return Rule.STEP_REACHED, step


def is_limited(day, facts, step):
    """Whether an account had as many contacts as it may before a step."""
    free_on = facts.get_free_day(step)
    return free_on is not None and day < free_on


def _choose_after_last(day, policy, facts):
    if policy.after_last != "repeat":
        return Rule.ALL_STEPS_DONE, None
    step, again_on = _next_after(policy, facts)
    if is_limited(day, facts, step):
        return Rule.LIMIT, None
    if day >= again_on:
        return Rule.STEP_REACHED, step
    since = facts.lead_contact or facts.lead_due
    is_gap = day >= add_days(since, policy.repeat_days)
    return Rule.GAP if is_gap else Rule.NOT_REACHED, None


def _next_after(policy, facts):
    """The next step of the leading item and the first day it may be sent on.

    :return: two ``None`` where a person has to go on
    """
    unmet = policy.unmet(facts.lead_met)
    if unmet:
        step, day = unmet[0], unmet[0].reached_on(facts.lead_due)
    elif policy.after_last == "repeat":
        step, since = policy.steps[-1], facts.lead_contact or facts.lead_due
        day = add_days(since, policy.repeat_days)
    else:
        return None, None
    if facts.last_contact:
        day = max(day, _earliest_contact(policy, facts.last_contact))
    return step, max(filter(None, (day, facts.get_free_day(step))))


def _earliest_contact(policy, last_contact):
    """A second run on the same day is the same night: never two contacts in one day."""
    return add_days(last_contact, max(policy.gap, 1))
