"""How the work grows with the ledger: 10,000, 100,000 and 1,000,000 open items.

Each size has a database of its own and each phase a process of its own, so that the
peak of its memory is the phase's. 20 items an account; a phase's exponent is the slope
of the line through its times, both axes logarithmic: 1 is proportional.
"""

import argparse
import contextlib
import math
import sys
from datetime import date, timedelta

from benchmarks.lib import plot, worker
from benchmarks.lib.databases import own_databases
from benchmarks.lib.meter import clock, peak_megabytes, reset_peak
from benchmarks.lib.results import RESULTS, table, write_json, write_section

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (200, 400)
ITEMS_PER_ACCOUNT = 20
#: One in so many invoices is paid before the reports, so that a past day has matches.
PAID_SHARE = 5
EXPONENT, MEGABYTES = 1.05, 400
PHASES = {
    "first": "first night",
    "again": "same night again",
    "steady": "steady night, 1 % paid, 1 % due",
    "today": "aged XLSX today",
    "past": "aged XLSX of a past day",
    "kpi": "KPIs of a month, all accounts",
}


# -- the child ---------------------------------------------------------


def run_worker(database, accounts, items):
    """Do the phases on one database until the parent hangs up."""
    from devtools.odoo_session import odoo_session

    with odoo_session(database) as env:
        from benchmarks.lib.results import machine

        env.cr.commit()
        steps = Steps(env, accounts, items)
        names = ("build", "between_nights", "pay", "measure")
        handlers = {name: getattr(steps, name) for name in names}
        worker.serve({"machine": lambda: machine(env), **handlers})


class Steps:
    """What happens on a database: building, and the phases that are measured."""

    def __init__(self, env, accounts, items):
        from benchmarks.lib import ledger

        self.env, self.ledger = env, ledger
        self.accounts, self.items = accounts, items
        self.today = date.fromisoformat(ledger.TODAY)

    def build(self):
        self.ledger.build(self.env, self.accounts, self.items)
        self._vacuum()

    def between_nights(self):
        """The notices leave, one item in a hundred is paid, one falls due."""
        self.ledger.deliver_all(self.env)
        self.ledger.settle_and_age(self.env)

    def pay(self):
        from freezegun import freeze_time

        with freeze_time(f"{self.today} 12:00:00"):
            self.ledger.pay_some(self.env, share=PAID_SHARE)
        self._vacuum()

    def _vacuum(self):
        """What autovacuum does in its own time must not fall into a measured phase."""
        from odoo.sql_db import db_connect

        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr._cnx.autocommit = True
            cr.execute("VACUUM ANALYZE")

    def measure(self, phase):
        """:return: dict with ``seconds``, ``peak`` in MB and ``base``, MB before it"""
        from freezegun import freeze_time

        day = self.today + timedelta(days=phase == "steady")
        with freeze_time(f"{day} 12:00:00"):
            reset_peak()
            base, start = peak_megabytes(), clock()
            self._do(phase)
            seconds = clock() - start
        peak = peak_megabytes()
        self.check(phase)
        return {"seconds": seconds, "peak": peak, "base": base}

    def _do(self, phase):
        if phase in ("first", "again", "steady"):
            self.env["collections.run"]._cron_run_night()
            self.env.cr.commit()
        elif phase == "kpi":
            kpis = self.env["account.admin.kpi"]
            # as it is frozen: row by row
            for _row in kpis._iterate_rows(self.env.company, date(2026, 5, 31)):
                pass
        else:
            day = self.today - timedelta(days=30 if phase == "past" else 0)
            wizard = self.env["account.admin.aging.wizard"].create(
                {"date": day, "company_ids": self.env.company.ids}
            )
            wizard._get_xlsx()

    def check(self, phase):
        """Every account has its case until it pays, or the figures are void."""
        if phase not in ("first", "again", "steady"):
            return
        cases = self.env["collections.case"].search_count([])
        run = self.env["collections.run"].search([], limit=1)
        if cases != self.accounts or run.state != "done":
            raise SystemExit(f"{phase}: {cases} cases of {self.accounts}, {run.state}.")


# -- the parent --------------------------------------------------------


def measure_size(templates, items, one_process=False):
    """Run every phase on a ledger of a size.

    :param bool one_process: quicker, but memory is that of all phases up to then
    :return: what it ran on, and dict phase -> what :meth:`Steps.measure` gives
    """
    accounts = max(items // ITEMS_PER_ACCOUNT, 1)
    found = {}
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(templates.temporary(templates.module()))
        child = (templates.bench, "benchmarks.growth", database, accounts, items)
        shared = one_process and stack.enter_context(worker.started(*child))

        def ask(task, **arguments):
            if shared:
                return shared.ask(task, **arguments)
            with worker.started(*child) as process:
                return process.ask(task, **arguments)

        ran_on = ask("machine")
        ask("build")
        for phase in PHASES:
            if phase == "steady":
                ask("between_nights")
            if phase == "today":
                ask("pay")
            found[phase] = ask("measure", phase=phase)
            say(items, phase, found[phase])
    return ran_on, found


def say(items, phase, figures):
    label = f"{items:>9,} items: {PHASES[phase]}"
    figures = "{seconds:8.2f} s {peak:6.0f} MB".format(**figures)
    sys.stdout.write(f"{label:50} {figures}\n")
    sys.stdout.flush()


def exponent(points):
    """Slope of the least-squares line through points, both axes logarithmic."""
    xs, ys = (
        [math.log(value) for value in values] for values in zip(*points, strict=True)
    )
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


def growth_table(found):
    """A row a phase: seconds and memory of each size, exponents of each decade."""
    sizes = list(found)
    rows = []
    for phase, label in PHASES.items():
        points = [(size, found[size][phase]["seconds"]) for size in sizes]
        steps = [exponent(pair) for pair in zip(points, points[1:], strict=False)]
        slope, peak = exponent(points), found[sizes[-1]][phase]["peak"]
        verdicts = ["met" if slope <= EXPONENT else "missed"]
        verdicts.append("met" if peak <= MEGABYTES else "missed")
        rows.append(
            [
                label,
                *(f"{seconds:.2f}" for _size, seconds in points),
                *(f"{found[size][phase]['peak']:.0f}" for size in sizes),
                f"{slope:.2f}",
                ", ".join(f"{step:.2f}" for step in steps),
                " / ".join(verdicts),
            ]
        )
    names = [f"{size:,}" for size in sizes]
    header = ["phase", *(f"s, {name}" for name in names)]
    header += [*(f"MB, {name}" for name in names), "exponent", "by decade"]
    return table([*header, f"{EXPONENT} / {MEGABYTES} MB"], rows)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument("--sizes", type=int, nargs="+", help="other numbers of items")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        database, *numbers = options.worker
        run_worker(database, *map(int, numbers))
        return 0
    sizes = QUICK_SIZES if options.quick else options.sizes or SIZES
    found = {}
    with own_databases() as templates:
        for size in sizes:
            ran_on, found[size] = measure_size(templates, size, options.quick)
    report = growth_table(found)
    sys.stdout.write(report + "\n")
    series = {
        label: [(size, found[size][phase]["seconds"]) for size in sizes]
        for phase, label in PHASES.items()
    }
    picture = plot.log_log(series, "open items", "seconds")
    if not options.quick and not options.sizes:
        write_json("growth", {"machine": ran_on, "sizes": found})
        (RESULTS.parent / "growth.svg").write_text(picture, encoding="utf-8")
        command = f"`./dev bench growth`, each phase in a process of its own. {ran_on}"
        image = "![Seconds of each phase over the number of open items](growth.svg)"
        write_section("growth", "\n\n".join(["## Growth", command, report, image]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
