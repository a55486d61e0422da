"""Where the time goes: profiles of the main work, plans of its queries, use of indexes.

Writes benchmarks/profiles/: a call tree each of a night, the same night, the aging's
workbook and 500 statements; EXPLAIN (ANALYZE, BUFFERS) of the longest query of each
main reader; and every index of the add-on with how often it was used.
"""

import argparse
import contextlib
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

from freezegun import freeze_time

from devtools.odoo_session import odoo_session

FOLDER = Path(__file__).parent / "profiles"
#: Shortest part of a profile's time that is shown.
SHOWN = 0.02


def main():
    parser = argparse.ArgumentParser(prog="./dev bench profile", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="default %(default)s"
    )
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.accounts, options.items = 20, 400
    options.folder.mkdir(exist_ok=True)
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger
        from benchmarks.lib.results import machine

        profiles = Profiles(env, options.folder, machine(env))
        # the profiler needs a clock that goes on
        with freeze_time(f"{ledger.TODAY} 12:00:00", tick=True) as frozen:
            ledger.build(env, options.accounts, options.items)
            profiles.nights(frozen)
            ledger.pay_some(env, share=5)
            profiles.reports()
            profiles.plans()
            profiles.indexes()
    return 0


class Profiles:
    """Does the work on one database and writes what it sees."""

    def __init__(self, env, folder, ran_on):
        from benchmarks.lib import ledger

        self.env, self.folder, self.ran_on = env, folder, ran_on
        self.ledger, self.day = ledger, date.fromisoformat(ledger.TODAY)

    def nights(self, frozen):
        run = self.env["collections.run"]._cron_run_night
        with self.profiled("first-night"):
            run()
        with self.profiled("same-night-again"):
            run()
        self.ledger.deliver_all(self.env)
        self.ledger.settle_and_age(self.env)
        self.day += timedelta(days=1)
        frozen.move_to(f"{self.day} 12:00:00")
        with self.profiled("steady-night"):
            run()

    def reports(self):
        from benchmarks.reports import aged_workbook, make_statements, render_html

        with self.profiled("aged-xlsx"):
            aged_workbook(self.env, self.day)
        with self.profiled("500-statements"):
            render_html(self.env, make_statements(self.env, self.day, 500))

    @contextlib.contextmanager
    def profiled(self, name):
        """Write the call tree of a block."""
        from pyinstrument import Profiler

        self.settle()
        profiler = Profiler(interval=0.002, async_mode="disabled")
        with profiler:
            yield
            self.env.flush_all()
        self.settle()
        text = profiler.output_text(
            unicode=True, color=False, processor_options={"filter_threshold": SHOWN}
        )
        # where this checkout lies is nobody's business
        root = f"{Path(__file__).resolve().parents[1]}/"
        self.write(f"{name}.txt", text.replace(root, ""))

    def settle(self):
        self.env.cr.commit()
        self.env.invalidate_all()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(f"{self.ran_on}\n\n{text.strip()}\n", encoding="utf-8")
        sys.stdout.write(f"{path}\n")
        sys.stdout.flush()

    # -- plans -----------------------------------------------------------

    def plans(self):
        """Explain the longest query of each reader."""
        for name, work in self.readers().items():
            self.settle()
            queries = list(recorded(work))
            seconds, query = max(queries)
            self.settle()
            self.env.cr.execute("EXPLAIN (ANALYZE, BUFFERS) " + select_of(query))
            plan = "\n".join(line for (line,) in self.env.cr.fetchall())
            head = f"The longest of {len(queries)} queries, {seconds:.3f} s:"
            self.write(f"plan-{name}.txt", f"{head}\n\n{query.strip()}\n\n{plan}")

    def readers(self):
        from benchmarks.reports import aged_workbook

        env, past = self.env, self.day - timedelta(days=30)
        items, company = env["account.admin.open.item"], env.company
        partners = env["res.partner"].search([("name", "like", "Bench ")], limit=500)
        invoice = env["account.move"].search([("name", "like", "BENCH/")], limit=1)
        statements = env["collections.statement"]
        return {
            "facts-of-all": lambda: items._get_facts(company, self.day),
            "facts-of-some": lambda: items._get_facts(company, self.day, partners.ids),
            "cases": lambda: env["collections.case"]._read_states(company),
            "aging-today": lambda: aged_workbook(env, self.day),
            "aging-past": lambda: aged_workbook(env, past),
            "statement-lines": lambda: statements.get_statements(
                company, self.day, partners
            ),
            "statement-movements": lambda: statements.get_statements(
                company, self.day, partners, "balance_forward", past
            ),
            "kpi": lambda: items._get_kpi_inputs(company, date(2026, 5, 31)),
            "queue": lambda: env["collections.notice"].search(
                env["collections.notice"]._get_queue_domain(), limit=100
            ),
            "invoice-form": lambda: invoice._read_collections(company),
        }

    # -- indexes ---------------------------------------------------------

    def indexes(self):
        from benchmarks.lib import indexes

        self.settle()
        journeys = indexes.Journeys(self.env, self.day)
        journeys.go()
        self.settle()
        self.write("indexes.md", indexes.report(self.env))


def recorded(work):
    """Do some work; yield (seconds, query) of every reading query."""
    found, thread = [], threading.current_thread()

    def hook(cr, query, params, _start, seconds):
        text = str(cr._format(query, params))
        if text.lstrip("( \n").startswith(("SELECT", "WITH", "DECLARE")):
            found.append((seconds, text))

    thread.query_hooks = [*getattr(thread, "query_hooks", ()), hook]
    try:
        work()
    finally:
        thread.query_hooks.remove(hook)
    return found


def select_of(query):
    """The query of a cursor, or the query itself."""
    before, declared, after = query.partition("CURSOR FOR")
    return after if declared and before.lstrip().startswith("DECLARE") else query


if __name__ == "__main__":
    sys.exit(main())
