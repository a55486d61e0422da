"""A year of one account on the plain engine, everything drawn from one number.

Payments, disputes, returned debits, a mail server's moods, nights that do not run, run
twice or die between deciding and sending. After every night the rules are checked by
what is known here, not by what the engine says of itself.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

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
    lead_by,
    may_lead_differently,
    met_by,
)
from simulation import Broken

START = date(2026, 1, 1)
NIGHTS = 365
#: Rules under which an account that owes something may be left alone for a night.
IDLE = (
    *(Rule.NOT_REACHED, Rule.GAP, Rule.PENDING, Rule.ATTENTION),
    *(Rule.ALL_STEPS_DONE, Rule.BELOW_MINIMUM),
)


@dataclass
class Debt:
    id: int
    due: date
    amount: Decimal
    open: bool = True
    disputed: bool = False


@dataclass
class Notice:
    """What was decided on a night, until it is sent or stopped."""

    step: Step
    lead: int
    night: int
    state: str = "queued"
    sent_on: date | None = None
    asked: Decimal = Decimal(0)
    met: dict = field(default_factory=dict)


class Year:
    """One seed's year; :meth:`run` raises :class:`Broken` where a rule fails."""

    def __init__(self, seed):
        self.seed, self.random = seed, random.Random(seed)
        self.policy = self._draw_policy()
        self.debts, self.notices = [], []
        self.case, self.attention = None, False
        self.night = 0

    @property
    def day(self):
        return START + timedelta(days=self.night)

    def run(self, nights=NIGHTS):
        """:return: number of notices that were sent"""
        for self.night in range(nights):
            self._act()
            mood = self.random.random()
            if mood < 0.05:
                continue
            self._decide()
            if mood > 0.9:
                self._decide_again()
            if mood < 0.1:
                # the worker died: the queue is delivered on a later night
                continue
            if self.random.random() < 0.1:
                self._act()
            self._deliver()
            self._check()
        return sum(notice.state == "sent" for notice in self.notices)

    # ------------------------------------------------------------------
    # WHAT HAPPENS
    # ------------------------------------------------------------------

    def _draw_policy(self):
        draw = self.random
        days = sorted(draw.sample(range(-5, 60), draw.randint(1, 5)))
        return Policy(
            id=1,
            name="Drawn",
            steps=tuple(Step(n, day) for n, day in enumerate(days, start=1)),
            gap=draw.choice((0, 0, 3, 7, 14)),
            minimum=Decimal(draw.choice((0, 0, 25))),
            catch_up=draw.choice(("next", "closest")),
            least=Decimal(draw.choice((0, 10))),
            after_last=draw.choice(("person", "repeat", "newer")),
            repeat_days=draw.randint(1, 30),
        )

    def _act(self):
        """What customers and users do on a day."""
        draw = self.random
        if draw.random() < 0.06 and len(self.debts) < 60:
            amount = draw.choice(("0.40", "30", "1200.55", "99999999.99"))
            due = self.day + timedelta(days=draw.randint(-20, 30))
            self.debts.append(Debt(len(self.debts), due, Decimal(amount)))
        for debt in self.debts:
            chance = draw.random()
            if debt.open and chance < 0.012:
                debt.open = False
            elif not debt.open and chance < 0.001:
                # a returned debit
                debt.open = True
            elif debt.open and chance > 0.99:
                debt.disputed = not debt.disputed
        if self.attention and draw.random() < 0.2:
            self.attention = False
        sent = [notice for notice in self.notices if notice.state == "sent"]
        if sent and draw.random() < 0.02 and sent[-1].night > self.night - 10:
            sent[-1].state, self.attention = "bounced", True

    # ------------------------------------------------------------------
    # WHAT THE PRODUCT DOES
    # ------------------------------------------------------------------

    def _read(self):
        """Facts of the account, as the product reads them."""
        progress = {}
        for notice in self.notices:
            if notice.state == "sent":
                for debt, met in notice.met.items():
                    progress[debt] = (met, notice.sent_on)
        items = [
            Item(debt.id, debt.due, debt.amount, *progress.get(debt.id, (None, None)))
            for debt in self.debts
            if debt.open and not debt.disputed
        ]
        contacts = [n.sent_on for n in self.notices if n.state == "sent"]
        last = max(contacts, default=None)
        if not items:
            return Facts(7, last_contact=last), items
        oldest = min(items, key=lambda item: (item.due, item.id))
        overdue = sum((i.amount for i in items if self.day > i.due), Decimal(0))
        facts = Facts(7, asked=overdue, overdue=overdue, last_contact=last)
        facts = lead_by(facts, oldest)
        if may_lead_differently(self.policy, facts):
            facts = lead_by(facts, choose_lead(self.day, self.policy, items))
        return facts, items

    def _decide(self):
        facts, _items = self._read()
        pending = any(notice.state == "queued" for notice in self.notices)
        case = self.case and Case(pending, self.attention)
        decision = decide(self.day, self.policy, facts, case)
        self._check_decision(decision, facts)
        if decision.closes:
            self.case, self.attention = None, False
            for notice in self.notices:
                if notice.state == "queued":
                    notice.state = "cancelled"
        elif decision.opens:
            self.case = True
        if decision.step:
            self.notices.append(Notice(decision.step, decision.lead_item, self.night))

    def _decide_again(self):
        before = len(self.notices), self.case
        self._decide()
        if (len(self.notices), self.case) != before:
            self._fail("the same night again did something")

    def _deliver(self):
        facts, items = self._read()
        for notice in self.notices:
            if notice.state != "queued":
                continue
            if guard(self.day, self.policy, facts, notice.step):
                notice.state = "suppressed"
                continue
            mood = self.random.random()
            if mood < 0.05:
                continue
            if mood < 0.08:
                notice.state, self.attention = "in doubt", True
                continue
            self._send(notice, facts, items)

    def _send(self, notice, facts, items):
        self._check_sending(notice, facts, items)
        notice.state, notice.sent_on = "sent", self.day
        notice.lead = facts.lead_item
        notice.asked = facts.asked or facts.lead_amount
        for item in items:
            met = met_by(self.day, self.policy, notice.step, item.due, item.met)
            if self.day > item.due or met is not None:
                notice.met[item.id] = met

    # ------------------------------------------------------------------
    # WHAT HAS TO HOLD
    # ------------------------------------------------------------------

    def _fail(self, sentence):
        raise Broken(f"seed {self.seed}, night {self.night}: {sentence}")

    def _check_decision(self, decision, facts):
        """Whatever is decided has a reason; who owes something is never forgotten."""
        owed = self._get_owed()
        if decision.closes and owed and owed >= self.policy.minimum:
            self._fail("a case is closed although something is owed")
        if owed and self.case and not decision.step and decision.rule not in IDLE:
            self._fail(f"idle by {decision.rule}")
        if decision.step and facts.lead_item is None:
            self._fail("a step without a leading item")

    def _get_owed(self):
        return sum(
            (
                debt.amount
                for debt in self.debts
                if debt.open and not debt.disputed and self.day > debt.due
            ),
            Decimal(0),
        )

    def _check_sending(self, notice, facts, items):
        """Nothing is sent twice, too soon, too early or for what was paid."""
        lead = next((item for item in items if item.id == facts.lead_item), None)
        if lead is None:
            self._fail("the leading item was paid")
        if self.day < notice.step.reached_on(lead.due):
            self._fail(f"step {notice.step.days} before its day")
        if facts.asked != self._get_owed():
            self._fail(f"asks {facts.asked}, owed is {self._get_owed()}")
        for other in self.notices:
            if other.state != "sent" or other is notice:
                continue
            if (self.day - other.sent_on).days < max(self.policy.gap, 1):
                if self.policy.gap == 0 or other.night != notice.night:
                    self._fail("two contacts too close")
            is_again = (other.lead, other.step) == (lead.id, notice.step)
            if is_again and self.policy.after_last != "repeat":
                self._fail(f"step {notice.step.days} of {lead.id} sent twice")

    def _check(self):
        waiting = [notice for notice in self.notices if notice.state == "queued"]
        if len(waiting) > 1:
            self._fail("two notices wait")
        if waiting and not self.case:
            self._fail("a notice of no case waits")
