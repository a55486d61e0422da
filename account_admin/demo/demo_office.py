"""Plans against actual, tasks of duties, and a rollout that stopped."""

from datetime import timedelta

from odoo import Command

#: Accounts with a plan, the largest first.
PLANNED = 4
#: Plan of a month by measure, as a share of the average month so far.
AIMS = (("sales", 1.1), ("collections", 1.0))
MONTHS = [f"month_{number:02}" for number in range(1, 13)]
WAVES = (("Pilot stores", 5, 0), ("Region West", 25, 1), ("All others", 90, 0))


def load_office(env, company):
    add_plans(env, company)
    add_tasks(env, company)
    add_rollout(env, company)


def add_plans(env, company):
    """Plans of the accounts with the most sales of the year, and of a group."""
    year = company._collections_today().year
    moves = env["account.move"]._read_group(
        [
            ("company_id", "=", company.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("date", ">=", f"{year - 1}-01-01"),
        ],
        ["commercial_partner_id"],
        ["amount_untaxed_signed:sum"],
        order="amount_untaxed_signed:sum DESC",
        limit=PLANNED,
    )
    nationals = env["national.account"].search([("active", "=", True)], order="id")
    national = nationals[:1]
    accounts = [({"partner_id": p.id}, total / 12.5) for p, total in moves if p]
    if national and moves:
        accounts.append(({"national_account_id": national.id}, moves[0][1] / 7))
    plans = env["account.admin.plan"].create(
        [
            {
                **account,
                "company_id": company.id,
                "year": year,
                "method": "seasonal" if number % 2 else "run_rate",
                "line_ids": [
                    Command.create(
                        {
                            "measure": measure,
                            **dict.fromkeys(MONTHS, round(amount * share, -2)),
                        }
                    )
                    for measure, share in AIMS
                ],
            }
            for number, (account, amount) in enumerate(accounts)
        ]
    )
    plans[1:].action_activate()


def add_tasks(env, company):
    """Two duties that are on, for people of the demo, some tasks done and some late."""
    people = (
        env.ref("account_admin.demo_user_collector"),
        env.ref("account_admin.demo_user_keyaccounts"),
    )
    start = company._collections_today() - timedelta(days=21)
    duties = env["account.admin.task.template"].create(
        [
            {
                "name": name,
                "company_id": company.id,
                "is_on": True,
                "date_start": start,
                "user_id": user.id,
                **rhythm,
            }
            for name, user, rhythm in (
                ("Match the bank statement", people[0], {"rhythm": "daily"}),
                (
                    "Report to key accounts",
                    people[1],
                    {"rhythm": "weekly", "friday": True, "roll": "preceding"},
                ),
            )
        ]
    )
    tasks = duties._make_tasks(company, company._collections_today())
    past = tasks.filtered(lambda task: task.date < company._collections_today())
    past[:-3].action_done()


def add_rollout(env, company):
    """A rollout that stopped with its second wave."""
    start = company._collections_today() - timedelta(days=14)
    rollout = env["account.admin.rollout"].create(
        {
            "name": "Statements by portal instead of paper",
            "user_id": env.ref("account_admin.demo_user_keyaccounts").id,
            "company_id": company.id,
            "wave_ids": [
                Command.create(
                    {
                        "name": name,
                        "sequence": number,
                        "size": size,
                        "failed": failed,
                        "date": start + timedelta(days=7 * number),
                    }
                )
                for number, (name, size, failed) in enumerate(WAVES)
            ],
        }
    )
    rollout.action_start()
    for wave in rollout.wave_ids[:2]:
        wave.action_done()
