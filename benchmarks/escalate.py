"""Time and memory of the nightly escalation on a large ledger.

One line each: seconds, peak memory of the process while it ran, and the ratio to a bare
SQL pass over the same open items (read once, grouped by account).
"""

import argparse
import statistics
import sys
from datetime import date

from freezegun import freeze_time

from benchmarks.lib.meter import Meter, clock, reset_peak
from devtools.odoo_session import odoo_session

BARE_RUNS = 5
NEXT_DAY = "2026-07-01"


def bare_pass(env, day):
    """Read every open item once and sum it by account, in SQL alone.

    :return: number of accounts with something overdue
    """
    from odoo.tools import SQL

    items = env["account.admin.open.item"]
    query = SQL(
        """WITH %s SELECT partner_id, SUM(residual_company), COUNT(*)
             FROM item WHERE due < %s GROUP BY partner_id""",
        items._item_cte(env.company, day, chase=True),
        day,
    )
    return len(env.execute_query(query))


def run_night(env):
    """The scheduled action's own method, as the scheduler calls it."""
    env["collections.run"]._cron_run_night()
    env.cr.commit()
    env.invalidate_all()


def measure_bare(env, meter, day):
    times = []
    for _run in range(BARE_RUNS):
        reset_peak()
        start = clock()
        accounts = bare_pass(env, day)
        times.append(clock() - start)
    meter.bare = statistics.median(times)
    meter.report("bare SQL pass", meter.bare, f"{accounts} accounts overdue")
    return accounts


def check_first_night(env, accounts):
    """Every overdue account has its case, event and notice, or the figures are void."""
    counts = [
        env[model].search_count([("company_id", "=", env.company.id)])
        for model in ("collections.case", "collections.event", "collections.notice")
    ]
    if counts != [accounts] * 3:
        raise SystemExit(f"{accounts} accounts, but cases, events, notices: {counts}")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench escalate", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument(
        "--contacts", type=int, default=0, help="contacts a week; 0: no limit"
    )
    options = parser.parse_args()
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger

        day = date.fromisoformat(ledger.TODAY)
        meter, firsts = Meter(), []
        env.company.collections_contact_limit = options.contacts
        with freeze_time(f"{ledger.TODAY} 12:00:00") as frozen:
            small = (max(options.accounts // 10, 1), options.items // 10)
            ledger.build(env, *small)
            with meter.phase("first night, a tenth of the items", times=firsts):
                run_night(env)
            check_first_night(env, small[0])
            ledger.forget_cases(env)
            ledger.build(env, options.accounts - small[0], options.items - small[1])
            accounts = measure_bare(env, meter, day)
            with meter.phase("first night", "target 12x, 400 MB", firsts):
                run_night(env)
            check_first_night(env, accounts)
            with meter.phase("same night again", "target 3x"):
                run_night(env)
            check_first_night(env, accounts)
            ledger.deliver_all(env)
            ledger.settle_and_age(env)
            frozen.move_to(f"{NEXT_DAY} 12:00:00")
            with meter.phase("steady night, 1% paid, 1% due"):
                run_night(env)
            growth = firsts[1] / firsts[0]
            sys.stdout.write(
                f"ten times the items: {growth:.1f}x the time (target 11x)\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
