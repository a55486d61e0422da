"""Calls of the last weeks, targets and scorecards: figures have something to say.

Nothing follows from these calls: what they led to is in the nights that are replayed.
"""

import random
from datetime import datetime, time, timedelta

from ..engine.desk.call import OUTCOMES
from ..models.base.bulk import insert_rows

SEED = 19
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
