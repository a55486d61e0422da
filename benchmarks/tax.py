"""What the add-on costs those who do not use it: Odoo's daily work without and with it.

Two databases from one template, with the same ledger; a process for each. The two take
turns at every task, the other one first each time, so that both see the same machine.
"""

import argparse
import statistics
import sys
from dataclasses import dataclass

from benchmarks.lib import worker
from benchmarks.lib.databases import own_databases
from benchmarks.lib.meter import clock
from benchmarks.lib.results import table, write_json, write_section

TARGET = 1.05
INSTALL_TARGET = 30
SIDES = ("without", "with")
LABELS = {
    "create": "create {size} draft invoices",
    "post": "post {size} invoices",
    "pay": "register and match {size} payments",
    "import": "import {rows} partners",
    "list": "open the invoice list 10 times",
    "form": "open 10 invoices",
}
#: What the add-on leaves on Odoo's tables of entries.
SCHEMA = """
    SELECT table_name || '.' || column_name FROM information_schema.columns
     WHERE table_name IN ('account_move', 'account_move_line')
     UNION
    SELECT indexdef FROM pg_indexes
     WHERE tablename IN ('account_move', 'account_move_line') ORDER BY 1"""


@dataclass(frozen=True)
class Size:
    """How much is done: invoices and payments a go, partners a file, pairs, ledger."""

    size: int = 100
    rows: int = 1000
    pairs: int = 9
    accounts: int = 300
    items: int = 6000
    installed: int = 200_000


QUICK = Size(size=3, rows=10, pairs=1, accounts=5, items=50, installed=500)


# -- the child ---------------------------------------------------------


def run_worker(database, size, rows):
    """Do tasks on one database until the parent hangs up."""
    from devtools.odoo_session import odoo_session

    with odoo_session(database) as env:
        from benchmarks.lib.results import machine

        env.cr.commit()
        work = []

        def start(accounts, items):
            prepare(env, accounts, items)
            from benchmarks.lib.daily_work import DailyWork

            work.append(DailyWork(env.registry, size, rows))
            return machine(env)

        worker.serve(
            {
                "build": lambda accounts, items: prepare(env, accounts, items),
                "start": start,
                "do": lambda task: work[0].tasks()[task](),
            }
        )


def prepare(env, accounts, items):
    """Build a ledger; where the add-on is there, its customers are chased."""
    from freezegun import freeze_time

    from benchmarks.lib import ledger

    ledger.build(env, accounts, items)
    if "collections.run" in env:
        # who opens the invoices may see all that the add-on shows on them
        env.ref("account_admin.group_account_admin_manager").user_ids += env[
            "res.users"
        ].browse(2)
        with freeze_time(f"{ledger.TODAY} 12:00:00"):
            env["collections.run"]._cron_run_night()
        if env["collections.case"].search_count([]) != accounts:
            raise SystemExit("The night did not open the cases.")
    env.cr.commit()


# -- the pairs ---------------------------------------------------------


def compare(templates, size):
    """Do every task on both databases in turns.

    :return: what it ran on, and dict task -> dict side -> list of answers
    """
    bench = templates.bench
    arguments = (size.size, size.rows)
    with (
        templates.temporary(templates.base()) as plain,
        templates.temporary(templates.module()) as full,
        worker.started(bench, "benchmarks.tax", plain, *arguments) as without,
        worker.started(bench, "benchmarks.tax", full, *arguments) as with_,
    ):
        workers = dict(zip(SIDES, (without, with_), strict=True))
        ledger = {"accounts": size.accounts, "items": size.items}
        ran_on = [child.ask("start", **ledger) for child in workers.values()][0]
        found = {task: {side: [] for side in SIDES} for task in LABELS}
        # the first go fills Odoo's caches and PostgreSQL's, and is not counted
        for pair in range(size.pairs + 1):
            for task, answers in found.items():
                for side in SIDES[:: -1 if pair % 2 else 1]:
                    answer = workers[side].ask("do", task=task)
                    if pair:
                        answers[side].append(answer)
            say(f"pair {pair} of {size.pairs}" if pair else "warm")
    return ran_on, found


def summarize(answers):
    """Medians and the spread of one task's pairs."""
    pairs = list(zip(answers["without"], answers["with"], strict=True))
    summary = {
        side: {
            name: statistics.median(answer[name] for answer in answers[side])
            for name in ("seconds", "cpu", "queries", "peak")
        }
        for side in SIDES
    }
    for name in ("seconds", "cpu"):
        ratios = sorted(b[name] / a[name] for a, b in pairs)
        summary[f"{name}_ratio"] = statistics.median(ratios)
        summary[f"{name}_spread"] = [
            ratios[len(ratios) // 4],
            ratios[-1 - len(ratios) // 4],
        ]
    return summary


def tax_table(summaries, size):
    rows = []
    for task, found in summaries.items():
        ratio = found["seconds_ratio"]
        rows.append(
            [
                LABELS[task].format(size=size.size, rows=size.rows),
                *(f"{found[side]['seconds']:.3f}" for side in SIDES),
                f"{ratio:.3f}x",
                "{:.2f} to {:.2f}".format(*found["seconds_spread"]),
                f"{found['cpu_ratio']:.3f}x",
                *(f"{found[side]['queries']:.0f}" for side in SIDES),
                *(f"{found[side]['peak']:.0f}" for side in SIDES),
                "met" if ratio <= TARGET else "missed",
            ]
        )
    header = ["task", "s without", "s with", "ratio", "middle half", "CPU ratio"]
    header += ["queries without", "with", "MB without", "with", f"{TARGET}x"]
    return table(header, rows)


# -- installing --------------------------------------------------------


def install_on(templates, accounts, items):
    """Install the add-on on a ledger of some size.

    :return: dict with ``seconds``, and ``added``: columns and indexes on Odoo's tables
    """
    bench, databases = templates.bench, templates.databases
    with templates.temporary(templates.base()) as database:
        with worker.started(bench, "benchmarks.tax", database, 1, 1) as child:
            child.ask("build", accounts=accounts, items=items)
        before = set(databases.query(SCHEMA, database).splitlines())
        started = clock()
        bench.run_odoo(
            bench.state.log("bench-install"),
            "The add-on could not be installed",
            *("-d", database, "-i", bench.addon.name),
            *("--no-http", "--stop-after-init"),
        )
        seconds = clock() - started
        after = set(databases.query(SCHEMA, database).splitlines())
    return {"seconds": seconds, "added": sorted(after - before)}


def install_table(small, large, size):
    cost = large["seconds"] - small["seconds"]
    verdict = "met" if cost <= INSTALL_TARGET else "missed"
    return table(
        ["install the add-on", "seconds", f"{INSTALL_TARGET} s"],
        [
            ["on an almost empty ledger", f"{small['seconds']:.1f}", ""],
            [f"on {size.installed} invoices", f"{large['seconds']:.1f}", ""],
            ["what the ledger costs", f"{cost:.1f}", verdict],
        ],
    )


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(prog="./dev bench tax", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument("--pairs", type=int, help=f"default {Size.pairs}")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        database, *numbers = options.worker
        run_worker(database, *map(int, numbers))
        return 0
    size = QUICK if options.quick else Size(pairs=options.pairs or Size.pairs)
    with own_databases() as templates:
        ran_on, found = compare(templates, size)
        summaries = {task: summarize(answers) for task, answers in found.items()}
        report = tax_table(summaries, size)
        say(report)
        large = install_on(templates, max(size.installed // 20, 1), size.installed)
        small = large if options.quick else install_on(templates, 1, 10)
    installing = install_table(small, large, size)
    added = "\n".join(f"- `{line}`" for line in large["added"]) or "- nothing"
    added = f"On the tables of entries the installation adds:\n\n{added}"
    say(f"\n{installing}\n\n{added}")
    if not options.quick:
        write_json(
            "tax", {"machine": ran_on, "tasks": summaries, "install": [small, large]}
        )
        command = f"`./dev bench tax`, {size.pairs} pairs. {ran_on}"
        parts = ["## No tax on Odoo", command, report, installing, added]
        write_section("tax", "\n\n".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
