"""My Day on 5,000 cases: scores, opening, the next account, a number among 500,000.

Beside it Odoo's own list of invoices, opened as the web client opens it.
"""

import argparse
import sys
from datetime import date
from statistics import median

from freezegun import freeze_time

from benchmarks.lib.meter import clock
from benchmarks.lib.results import machine, table, write_section
from devtools.odoo_session import odoo_session

TIMES = 7
#: Accounts of the person whose day it is.
OWN = 200


def time_of(env, work):
    """Median milliseconds of some work, after a first go that fills Odoo's caches."""
    seconds = []
    for _time in range(TIMES):
        env.invalidate_all()
        start = clock()
        work()
        env.flush_all()
        seconds.append(clock() - start)
    return 1000 * median(seconds[1:])


def make_person(env):
    """Somebody with the role and accounts of their own."""
    from odoo import Command

    user = env["res.users"].create(
        {
            "name": "Desk",
            "login": "desk",
            "group_ids": [
                Command.link(env.ref("account_admin.group_account_admin_all").id)
            ],
        }
    )
    cases = env["collections.case"].search([], limit=OWN)
    cases.user_id = user
    env.flush_all()
    env.cr.commit()
    return user


def add_numbers(env, count):
    """So many contacts with a phone number, as imported."""
    env.cr.execute(
        """INSERT INTO res_partner (name, active, type, phone, phone_sanitized,
                                    autopost_bills, complete_name)
           SELECT 'Contact ' || n, TRUE, 'contact', '+1 415 ' || n,
                  '+1415' || LPAD(n::text, 7, '0'), 'ask', 'Contact ' || n
             FROM generate_series(2000000, 2000000 + %s - 1) AS n""",
        [count],
    )
    env.cr.execute("ANALYZE res_partner")


def measure(env, numbers):
    """Rows of the table: (what, milliseconds)."""
    from benchmarks.lib.web_client import open_list

    items = env["collections.work.item"]
    company, day = env.company, env.company._collections_today()

    def score():
        items.search([]).unlink()
        items._prepare_day(company, day)

    yield "scores and list of the day, all cases", time_of(env, score)
    user = make_person(env)
    score()
    mine = items.with_user(user).with_context(allowed_company_ids=company.ids)
    yield "My Day opens", time_of(env, lambda: open_day(mine))
    action = env.ref("account.action_move_out_invoice_type")
    domain = [("move_type", "=", "out_invoice")]
    yield (
        "Odoo's list of invoices opens",
        time_of(env, lambda: open_list(env, action, domain)),
    )
    waiting = [row["id"] for row in mine.get_my_day()["rows"]]
    yield (
        "log a call, and the next account is there",
        time_of(env, lambda: log_and_next(mine, waiting)),
    )
    add_numbers(env, numbers)
    find = env["res.partner"]._account_admin_find_by_phone
    yield f"a number among {numbers:,}", time_of(env, lambda: find("001 415 2000 777"))
    found = find("001 415 2000 777")
    if found.name != "Contact 2000777":
        raise SystemExit("The number was not found.")


def open_day(mine):
    day = mine.get_my_day()
    return mine.browse(day["rows"][0]["id"]).open_account()


def log_and_next(mine, waiting):
    """What one key does: log the call, show the next account.

    :param list waiting: ids of the queue, the first of which is at hand
    """
    mine.browse(waiting.pop(0)).log_outcome({"outcome": "informed"})
    mine.browse(waiting[0]).open_account()


def main():
    parser = argparse.ArgumentParser(prog="./dev bench desk", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--quick", action="store_true", help="small, no results")
    options = parser.parse_args()
    accounts = 300 if options.quick else options.accounts
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger

        day = date.fromisoformat(ledger.TODAY)
        with freeze_time(f"{day} 12:00:00"):
            ledger.build(env, accounts, 5 * accounts)
            env["collections.run"]._cron_run_night()
            env.cr.commit()
            cases = env["collections.case"].search_count([])
            rows = list(measure(env, 5000 if options.quick else 500_000))
            text = f"{cases:,} cases, {OWN} of one person. {machine(env)}\n\n" + table(
                ("milliseconds, median of six", ""),
                [(label, f"{value:.1f}") for label, value in rows],
            )
            print(text)
            if not options.quick:
                write_section("desk", f"## My Day\n\n`./dev bench desk`. {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
