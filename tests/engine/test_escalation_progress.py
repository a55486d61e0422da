"""Contacts belong to the account, progress to the debt: whole ledgers, night by night.

The oracle knows nothing of the engine: it says what each item met by the days on which
its account was contacted.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.escalation import (
    Case,
    Facts,
    Item,
    Policy,
    Rule,
    Step,
    choose_lead,
    decide,
    guard,
    is_of_step,
    lead_by,
    may_lead_differently,
    met_by,
    narrow,
)

START = date(2026, 1, 1)
NIGHTS = range(150)


@dataclass
class Debt:
    """An invoice: open from ``since`` to the day before ``until``, chaseable or not."""

    id: int
    due: date
    amount: Decimal
    until: int
    disputed: tuple[int, int] = (0, 0)
    met: int | None = None
    contact: date | None = None

    def is_chaseable(self, night):
        return night < self.until and not self.disputed[0] <= night < self.disputed[1]


@st.composite
def policies(draw, after_last=None):
    steps = sorted(
        draw(st.sets(st.integers(min_value=1, max_value=40), min_size=1, max_size=4))
    )
    return Policy(
        id=1,
        name="Any",
        steps=tuple(Step(n, days) for n, days in enumerate(steps, start=1)),
        gap=draw(st.integers(min_value=0, max_value=12)),
        catch_up=draw(st.sampled_from(["next", "closest"])),
        least=Decimal(draw(st.sampled_from([0, 0, 10]))),
        after_last=after_last or draw(st.sampled_from(["person", "repeat", "newer"])),
        repeat_days=draw(st.integers(min_value=1, max_value=20)),
    )


@st.composite
def ledgers(draw):
    debts = []
    for number in range(draw(st.integers(min_value=1, max_value=8))):
        due = draw(st.integers(min_value=0, max_value=90))
        since = draw(st.integers(min_value=0, max_value=90))
        debts.append(
            Debt(
                id=number,
                due=START + timedelta(days=due),
                amount=draw(st.sampled_from([Decimal("0.50"), Decimal(5000)])),
                until=due + draw(st.integers(min_value=1, max_value=120)),
                disputed=(since, since + draw(st.integers(min_value=0, max_value=30))),
            )
        )
    return debts


def read(policy, debts, night, last_contact):
    """Facts of the account as the product reads them."""
    day = START + timedelta(days=night)
    items = [
        Item(debt.id, debt.due, debt.amount, debt.met, debt.contact)
        for debt in debts
        if debt.is_chaseable(night)
    ]
    if not items:
        return Facts(7, last_contact=last_contact), items
    oldest = min(items, key=lambda item: (item.due, item.id))
    asked = sum((item.amount for item in items if day > item.due), Decimal(0))
    facts = lead_by(
        Facts(7, asked=asked, overdue=asked, last_contact=last_contact), oldest
    )
    if may_lead_differently(policy, facts):
        facts = lead_by(facts, choose_lead(day, policy, items))
    return facts, items


def play(policy, debts, nights=NIGHTS):
    """Run nights; what is decided is sent.

    :return: list of (night, decision, whether a case was open, ids that were asked for)
    """
    case, last_contact, played = None, None, []
    for night in nights:
        day = START + timedelta(days=night)
        facts, items = read(policy, debts, night, last_contact)
        decision = decide(day, policy, facts, case)
        asked = []
        if decision.closes:
            case = None
        elif decision.opens:
            case = Case()
        if decision.step:
            assert guard(day, policy, facts, decision.step) is None
            last_contact = day
            for item in items:
                debt = debts[item.id]
                debt.met = met_by(day, policy, decision.step, item.due, debt.met)
                if day > item.due:
                    asked.append(item.id)
                    debt.contact = day
        played.append((night, decision, case is not None, asked))
    return played


@given(policies(), ledgers())
def test_every_overdue_item_is_reminded_of_or_a_persons_matter(policy, debts):
    """While it is open and chaseable, sooner or later, and the account says so.

    What gives way to younger items (small change, or done where newer ones go on) waits
    for the steps of each of them in turn.
    """
    played = play(policy, debts)
    longest = policy.steps[-1].days + (policy.gap + 1) * len(policy.steps)
    longest += policy.repeat_days
    for debt in debts:
        gives_way = debt.amount < policy.least or policy.after_last == "newer"
        alone, lead = 0, None
        for night, decision, is_open, asked in played:
            due = (START + timedelta(days=night) - debt.due).days
            if not debt.is_chaseable(night) or due <= 0:
                alone = 0
                continue
            if gives_way and decision.lead_item != lead:
                alone, lead = 0, decision.lead_item
            is_told = is_open and decision.rule == Rule.ALL_STEPS_DONE
            alone = 0 if debt.id in asked or is_told else alone + 1
            assert alone <= longest, (debt, night, decision)


@given(policies(), ledgers())
def test_contacts_keep_their_distance_across_cases(policy, debts):
    nights = [night for night, decision, *_ in play(policy, debts) if decision.step]
    gaps = [b - a for a, b in zip(nights, nights[1:], strict=False)]
    assert all(gap >= max(policy.gap, 1) for gap in gaps)


@given(policies(after_last="person"), ledgers())
def test_no_item_leads_to_the_same_step_twice(policy, debts):
    led = [
        (decision.lead_item, decision.step.days)
        for _night, decision, *_ in play(policy, debts)
        if decision.step
    ]
    assert len(led) == len(set(led))


@given(policies(after_last="person"), ledgers())
def test_an_item_has_met_what_its_account_was_contacted_for(policy, debts):
    """The oracle: a notice met the steps up to its own that the item had reached."""
    played = play(policy, debts)
    for debt in debts:
        expected = [
            step.days
            for night, decision, _open, asked in played
            if debt.id in asked
            for step in policy.steps
            if step.days <= decision.step.days
            and (START + timedelta(days=night) - debt.due).days >= step.days
        ]
        assert debt.met == max(expected, default=None)


@given(policies(after_last="repeat"), ledgers())
def test_the_last_step_is_repeated_every_so_many_days(policy, debts):
    last_asked = {}
    for night, decision, _is_open, asked in play(policy, debts):
        if decision.repeats:
            assert decision.step == policy.steps[-1]
            assert night - last_asked[decision.lead_item] >= policy.repeat_days
        last_asked.update((number, night) for number in asked)


THREE = (Step(1, 1), Step(2, 8), Step(3, 30))


def on(day):
    return START + timedelta(days=day)


def test_monthly_invoices_each_paid_late_are_each_reminded_of():
    """Eleven invoices, each paid 40 days late: one step after the other for each."""
    policy = Policy(1, "Standard", THREE, gap=5)
    debts = [
        Debt(n, on(30 * n), Decimal(100), until=30 * n + 40, disputed=(0, 0))
        for n in range(11)
    ]
    played = play(policy, debts, range(400))
    reminded = {number for *_, asked in played for number in asked}
    led = {decision.lead_item for _n, decision, *_ in played if decision.step}
    assert reminded == set(range(11))
    assert led == set(range(11))


def test_small_change_does_not_lead_while_something_else_is_overdue():
    policy = Policy(1, "Standard", THREE, least=Decimal(5))
    cent = Item(1, on(0), Decimal("0.50"))
    invoice = Item(2, on(20), Decimal(5000))
    assert choose_lead(on(30), policy, [cent, invoice]) is invoice
    assert choose_lead(on(15), policy, [cent, invoice]) is cent, "nothing else overdue"
    assert choose_lead(on(30), policy, [cent]) is cent


def test_what_had_every_step_gives_way_to_newer_items_where_the_policy_says_so():
    policy = Policy(1, "Newer", THREE, after_last="newer")
    done, newer = Item(1, on(0), Decimal(9), met=30), Item(2, on(20), Decimal(9))
    assert choose_lead(on(40), policy, [done, newer]) is newer
    assert choose_lead(on(40), policy, [done]) is done


def test_a_step_of_a_lead_that_is_paid_is_not_the_turn_of_the_next():
    policy = Policy(1, "Standard", THREE)
    facts = lead_by(Facts(7, asked=Decimal(9), overdue=Decimal(9)), Item(2, on(0), 9))
    assert guard(on(35), policy, facts, THREE[2]) is Rule.OUT_OF_TURN
    assert guard(on(35), policy, facts, THREE[0]) is None


def test_approved_items_are_asked_for_and_no_others():
    policy = Policy(1, "Standard", THREE)
    facts = Facts(7, asked=Decimal(300), overdue=Decimal(300))
    approved = narrow(on(40), policy, facts, [Item(1, on(0), Decimal(100), met=8)])
    assert (approved.asked, approved.lead_item) == (100, 1)
    assert guard(on(40), policy, approved, THREE[2]) is None
    nothing = narrow(on(40), policy, facts, [])
    assert guard(on(40), policy, nothing, THREE[2]) is Rule.NOT_CHASEABLE


def test_a_notice_is_about_what_has_reached_its_step():
    final = THREE[2]
    assert is_of_step(on(40), final, on(0), met=8)
    assert not is_of_step(on(40), final, on(39))
    assert not is_of_step(on(40), THREE[0], on(0), met=8), "beyond it"
