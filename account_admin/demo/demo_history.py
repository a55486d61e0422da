"""The nights before today, replayed over the demo ledger.

Each is judged and applied by the product's own methods for that day. Only delivery is
played here: the product always sends today, and these notices left long ago.
"""

from datetime import timedelta

from . import demo_accounts as data

#: Account whose final notice nobody has approved yet, and those whose letter nobody
#: has printed yet.
UNAPPROVED = ("maplewick",)
UNPRINTED = ("oxbow", "kilbride")
#: A final notice is approved so many days after it was prepared.
APPROVAL_DAYS = 2
#: Calls of the last days are still on somebody's list.
OPEN_CALL_DAYS = 6
#: Days between two nights: sparse long ago, every night lately.
SPARSE, RECENT = 5, 12


def replay_nights(env, company, first):
    """Replay the nights from ``first`` days ago to yesterday."""
    today = company._collections_today()
    ago = first
    promises = list(data.PROMISES)
    while ago > 0:
        made = [promise for promise in promises if promise[3] >= ago]
        promises = [promise for promise in promises if promise[3] < ago]
        make_promises(env, company, today, made)
        replay_night(env, company, today - timedelta(days=ago), ago)
        ago -= SPARSE if ago - SPARSE > RECENT else 1


def make_promises(env, company, today, made):
    """What customers of a company promised before a night."""
    vals_list = []
    for key, days, part, since, due, withdrawn, says in made:
        partner = get_partners(env, [key])
        invoices = env["account.move"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
            ]
        )
        named = invoices.filtered(
            lambda move, days=days: (today - move.invoice_date_due).days == days
        )
        if not (named if days is not None else invoices):
            continue
        gone = withdrawn and today - timedelta(days=withdrawn)
        vals_list.append(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "move_ids": named.ids,
                "amount": round(named.amount_total * part, 2) if named else part,
                "made_on": today - timedelta(days=since),
                "date": today - timedelta(days=due),
                "state": "withdrawn" if gone else "open",
                "judged_on": gone,
                "note": says,
                "user_id": partner.collections_user_id.id,
            }
        )
    env["collections.promise"].create(vals_list)


def replay_night(env, company, day, ago):
    runs = env["collections.run"].with_company(company)
    env["collections.promise"]._judge_company(company, day)
    run = runs.create({"company_id": company.id, "date": day, "state": "done"})
    decisions = runs._judge(company, day)
    work = [judged for judged in decisions.values() if judged.todo]
    run._apply(work)
    run.write({"account_count": len(decisions), "seconds": 0.4})
    deliver(env, company, day, ago)


def deliver(env, company, day, ago):
    """Approve, address and send what waits, as if on ``day``."""
    waiting = env["collections.notice"].search(
        [
            ("company_id", "=", company.id),
            ("state", "in", ("to_approve", "queued")),
        ]
    )
    approve(env, waiting, day)
    unprinted = get_partners(env, UNPRINTED)
    going = waiting.filtered(
        lambda notice: notice.state == "queued"
        and not (notice.channel == "letter" and notice.partner_id in unprinted)
    )
    for channel in ("email", "letter"):
        going.filtered(lambda n, c=channel: n.channel == c)._set_contacts(channel)
    if ago <= OPEN_CALL_DAYS:
        plan_calls(going.filtered(lambda notice: notice.channel == "call"), day)
    going._settle(day)


def approve(env, waiting, day):
    unapproved = get_partners(env, UNAPPROVED)
    approved = waiting.filtered(
        lambda notice: notice.state == "to_approve"
        and notice.partner_id not in unapproved
        and (day - notice.date).days >= APPROVAL_DAYS
    )
    approved.write({"state": "queued", "is_approved": True})
    approver = env.ref("account_admin.demo_user_keyaccounts")
    approved._log("approved", f"Approved by {approver.name}", day)


def plan_calls(calls, day):
    for notice in calls:
        notice.case_id.activity_schedule(
            "account_admin.mail_activity_type_call",
            date_deadline=day,
            summary=notice.step_id.name,
            user_id=notice._get_acting()[notice].id,
        )


def get_partners(env, keys):
    partners = env["res.partner"]
    return partners.union(
        *(env.ref(f"account_admin.demo_partner_{key}") for key in keys)
    )
