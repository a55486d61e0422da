"""Calls of the last weeks, targets and scorecards: figures have something to say.

Nothing follows from these calls: what they led to is in the nights that are replayed.
"""

import random
from datetime import datetime, time, timedelta

from odoo import fields

from ..engine.desk.call import OUTCOMES
from ..models.base.bulk import insert_rows

SEED = 19
#: What came of the calls of this morning.
MORNING = (
    ("promise", "Half of it with the next payment run."),
    ("no_answer", ""),
    ("informed", "Waits for a copy of the order."),
    ("voicemail", "Asked to call back."),
)
#: Accounts that others show something of.
LEFT_ALONE = ("Lantern Bay Music", "Oxbow Brewing Supplies")
#: Days back that have calls.
DAYS = 45
#: Outcomes as often as they come, in twenty calls.
USUAL = (
    *("no_answer",) * 7,
    *("voicemail",) * 3,
    *("gatekeeper",) * 3,
    *("informed",) * 5,
    *("refused", "busy"),
)
#: Login -> (fewest, most) calls of a day, and the person's own target of dials.
CALLERS = {"collector": (9, 18, None), "keyaccounts": (4, 9, 6)}


def load_desk(env, company):
    """What two people did, with an administrator as their manager."""
    users = env["res.users"].search([("login", "in", list(CALLERS))], order="id")
    users.account_admin_manager_id = env.ref("base.user_admin")
    add_calls(env, company, users)
    add_targets(env, company, users)
    until = company._collections_today() - timedelta(days=1)
    cards = env["account.admin.scorecard"]
    for month in cards._get_uncounted_months(company, until):
        cards._refresh(company, month)
    cards._refresh_current(company, until)
    start_day(env, company, users)


def start_day(env, company, users):
    """The middle of a working day: some are done, somebody waits to be called back."""
    collector = users.filtered(lambda user: user.login == "collector")
    today, now = company._collections_today(), fields.Datetime.now()
    items = env["collections.work.item"].with_company(company)
    items._prepare_day(company, today)
    mine = items.with_user(collector).with_context(allowed_company_ids=company.ids)
    waiting = mine.search(
        [("date", "=", today), ("user_id", "in", (collector.id, False))],
        order="score DESC, id",
    )
    called = [item for item in waiting if item.partner_id.name not in LEFT_ALONE]
    for item, (outcome, note) in zip(called[2:], MORNING, strict=False):
        item.log_outcome(
            {
                "outcome": outcome,
                "note": note,
                "promise": {
                    "amount": round(item.amount / 2, 2),
                    "date": today + timedelta(days=6),
                },
            }
        )
    later, back, other = called[-1], called[1], called[-2]
    later.action_snooze(today + timedelta(days=3))
    env["collections.call"].with_user(collector).create(
        {
            "partner_id": back.partner_id.id,
            "company_id": company.id,
            "outcome": "call_back",
            "date": now - timedelta(hours=2),
            "call_back_at": now - timedelta(minutes=20),
            "note": "In a meeting: call again before lunch.",
        }
    )
    other.with_user(env.ref("base.user_admin")).open_account()
    env["account.admin.contact.bar"].create(
        {
            "partner_id": called[0].partner_id.child_ids[:1].id,
            "channel": "call",
            "reason": "Asked to be written to only.",
        }
    )


def add_calls(env, company, users):
    accounts = env["collections.case"].search([("company_id", "=", company.id)])
    accounts = accounts.partner_id.sorted("id")
    calendar = company._collections_working_days(
        company._collections_today() - timedelta(days=DAYS)
    )
    rng = random.Random(SEED)
    rows = []
    for ago in range(1, DAYS):
        day = company._collections_today() - timedelta(days=ago)
        if not calendar.is_open(day):
            continue
        for user in users:
            fewest, most, _target = CALLERS[user.login]
            for _number in range(rng.randint(fewest, most)):
                partner = rng.choice(accounts)
                rows.append(prepare_call(company, user, partner, day, rng))
    insert_rows(env["collections.call"], rows)


def prepare_call(company, user, partner, day, rng):
    found = rng.choice(USUAL)
    outcome = OUTCOMES[found]
    moment = datetime.combine(day, time(rng.randint(8, 15), rng.randint(0, 59)))
    reached = "somebody" if outcome.connected else "nobody"
    return {
        "partner_id": partner.id,
        "company_id": company.id,
        "user_id": user.id,
        "direction": "out",
        "outcome": found,
        "date": moment,
        "day": day,
        "is_connect": outcome.connected,
        "is_right_party": outcome.right_party,
        "reached": "right_party" if outcome.right_party else reached,
    }


def add_targets(env, company, users):
    start = company._collections_today().replace(month=1, day=1)
    vals = {"company_id": company.id, "date_start": start}
    env["account.admin.target"].create(
        [
            {**vals, "dials": 14, "right_party": 4, "amount": 2_500},
            *(
                {**vals, "user_id": user.id, "dials": target, "right_party": 2}
                for user in users
                if (target := CALLERS[user.login][2])
            ),
        ]
    )
