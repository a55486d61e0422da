"""Throughput of sending notices with 1, 2 and 4 workers, and what a kill -9 costs.

One night queues the notices. Each line then starts a real Odoo on a copy of that
database, with its scheduled actions alone or with jobs of queue_job, and a real SMTP
server in a process of its own that counts the messages of each recipient. The rate is
taken between the first message and the last one. JSON follows the tables.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil

from benchmarks.lib.mail_sink import MailSink
from benchmarks.lib.results import machine, table, write_section
from devtools.console import Problem
from devtools.odoo_session import odoo_session
from devtools.prefork import Prefork, wait_for
from devtools.templates import Templates
from devtools.workbench import Workbench

GLUE = "account_admin_queue_job"
WORKERS = (1, 2, 4)
#: Longer than any line takes; a server that hangs must not hang the benchmark.
PATIENCE = 900
#: Seconds between two looks: to look takes processor time, too.
PAUSE = 1
#: Notices that are sent under the profiler, at most.
PROFILED = 200
HEADER = ("sending", "workers", "seconds", "notices/s", "CPU s Odoo", "of PostgreSQL")
HEADER += ("of SMTP", "CPU busy", "by others")
KILL_HEADER = ("killed", "received before", "sent", "in doubt", "lost", "twice")
WAITING = """SELECT count(*) FROM collections_notice
              WHERE state IN ('queued', 'sending')"""
OUTCOME = """SELECT count(*) FILTER (WHERE state = 'sent') || ' ' ||
                    count(*) FILTER (WHERE failure = 'unknown')
               FROM collections_notice"""
IN_DOUBT = "SELECT email FROM collections_notice WHERE failure = 'unknown'"
# what the scheduler's clock does once an hour
TRIGGER = """INSERT INTO ir_cron_trigger (cron_id, call_at)
    SELECT res_id, now() AT TIME ZONE 'utc' FROM ir_model_data
     WHERE module = 'account_admin' AND name = 'ir_cron_notice_queue'"""


class Bench:
    """The databases, the mail server and what was measured."""

    def __init__(self, options, sink):
        self.notices = options.notices
        self.prepared = options.database
        self.sink = sink
        workbench = Workbench()
        workbench.join()
        self.templates = Templates(workbench)
        self.folder = Path(workbench.state / "logs")
        self.lines, self.kills = [], []

    def prepare(self):
        """Queue the notices of one night; say in a line on what machine."""
        install = ("-d", self.prepared, "-i", GLUE, "--stop-after-init", "--no-http")
        workbench = self.templates.bench
        workbench.run_odoo(
            workbench.state.log("workers"), "Odoo could not be installed", *install
        )
        with odoo_session(self.prepared) as env:
            from benchmarks.lib import ledger

            ledger.build(env, self.notices, self.notices)
            day = env.company._collections_today() - timedelta(days=6)
            ledger.make_reachable(env, day)
            vals = {"smtp_host": "127.0.0.1", "smtp_port": self.sink.port}
            env["ir.mail_server"].create({"name": "Sink", **vals})
            env["collections.run"]._cron_run_night()
            env.cr.commit()
            queued = env["collections.notice"].search_count([("state", "=", "queued")])
            self.machine = machine(env)
        import odoo.sql_db

        # nobody may be connected to a database that is copied
        odoo.sql_db.close_all()
        if queued != self.notices:
            raise SystemExit(f"{queued} notices are queued instead of {self.notices}.")

    def measure(self, label, workers, crons, jobs):
        """Send everything with these processes; a line of figures."""
        with self.templates.temporary(self.prepared) as database:
            run = Run(self, database)
            with run.serve(workers, crons, jobs) as server:
                run.wait_for_runner(server)
                processors = Processors(run, server)
                run.trigger(server)
                run.wait(server, lambda: run.is_through(processors.look))
                cpu = processors.spent()
                whole, busy = processors.whole(), processors.busy()
            got = self.sink.take()
            check(self, got)
        seconds = got["last"] - got["first"]
        line = {
            "sending": label,
            "workers": max(jobs, crons if not jobs else 0),
            "seconds": round(seconds, 1),
            "notices_per_second": round((len(got["counts"]) - 1) / seconds, 1),
            "cpu_odoo": round(cpu["odoo"], 1),
            "cpu_postgres": round(cpu["postgres"], 1),
            "cpu_smtp": round(cpu["smtp"], 1),
        }
        own = sum(cpu.values())
        line["busy"] = f"{own / whole:.0%}"
        # the machine may not be ours alone
        line["others"] = f"{max(busy - own, 0) / whole:.0%}"
        self.lines.append(line)
        show(line.values())

    def kill(self, label, workers, crons, jobs):
        """Kill a sender in the middle, go on; count what is lost or repeated."""
        with self.templates.temporary(self.prepared) as database:
            run = Run(self, database)
            with run.serve(workers, crons, jobs) as server:
                run.trigger(server)
                third = self.notices // 3
                run.wait(server, lambda: len(self.sink.look()["counts"]) >= third)
                os.kill(run.wait_for_sender(server), signal.SIGKILL)
                before = len(self.sink.look()["counts"])
                # the master starts another worker; the next hour comes at once
                time.sleep(1)
                run.trigger(server)
                run.wait(server, lambda: run.query(WAITING) == "0")
            sent, in_doubt = map(int, run.query(OUTCOME).split())
            doubtful = set(run.query(IN_DOUBT).split())
            counts = self.sink.take()["counts"]
        arrived = set(counts) | doubtful
        line = {
            "killed": label,
            "received_before": before,
            "sent": sent,
            "in_doubt": in_doubt,
            "lost": self.notices - len(arrived),
            "twice": sum(count > 1 for count in counts.values()),
        }
        self.kills.append(line)
        show(line.values())
        if line["lost"] or line["twice"]:
            raise SystemExit("Notices were lost or sent twice: the figures are void.")


class Run:
    """One database and its server."""

    def __init__(self, bench, database):
        self.bench = bench
        self.database = database
        self.log = bench.folder / "workers-server.log"

    def query(self, sql):
        return self.bench.templates.databases.query(sql, self.database)

    def serve(self, workers, crons, jobs):
        return Prefork(self.database, self.log, workers=workers, crons=crons, jobs=jobs)

    def trigger(self, server):
        """Wake the scheduled action that sends, as its clock does."""
        self.wait_for_runner(server)
        self.query(TRIGGER)
        databases = self.bench.templates.databases
        databases.query(f"SELECT pg_notify('cron_trigger', '{self.database}')")

    def is_through(self, look):
        """Whether no notice waits; ``look`` is called each time it is asked."""
        look()
        return self.query(WAITING) == "0"

    def wait_for_runner(self, server):
        if server.jobs:
            self.wait(server, lambda: server.has_runner(self.query))

    def wait(self, server, condition):
        def over():
            return server.process.poll() is not None or condition()

        if not wait_for(over, PATIENCE, PAUSE) or server.process.poll() is not None:
            raise SystemExit(f"The server did not get through; its log is {self.log}.")

    def wait_for_sender(self, server):
        found = []
        port = self.bench.sink.port
        self.wait(server, lambda: found.extend(server.find_senders(port)) or found)
        return found[0]


class Processors:
    """Processor seconds of Odoo, of its connections and of the mail server.

    Processes come and go: what one had taken when it was last seen counts.
    """

    def __init__(self, run, server):
        self.run = run
        self.server = server
        self.first, self.last = {}, {}
        self.look()
        self.first = dict(self.last)
        self.machine = psutil.cpu_times()

    def look(self):
        master = psutil.Process(self.server.process.pid)
        backends = self.run.query(
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{self.run.database}'"
            " AND application_name LIKE 'odoo-%'"
        )
        for kind, pids in {
            "odoo": [p.pid for p in (master, *master.children(recursive=True))],
            "postgres": map(int, backends.split()),
            "smtp": [self.run.bench.sink.process.pid],
        }.items():
            for pid in pids:
                with contextlib.suppress(psutil.NoSuchProcess):
                    spent = psutil.Process(pid).cpu_times()
                    self.last[kind, pid] = spent.user + spent.system

    def whole(self):
        """Processor seconds that the machine had since the beginning."""
        return sum(psutil.cpu_times()) - sum(self.machine)

    def busy(self):
        """Those that were used, by whomever."""
        now = psutil.cpu_times()
        return self.whole() - (now.idle - self.machine.idle)

    def spent(self):
        """dict kind -> seconds since the beginning."""
        spent = dict.fromkeys(("odoo", "postgres", "smtp"), 0)
        for (kind, pid), seconds in self.last.items():
            spent[kind] += seconds - self.first.get((kind, pid), 0)
        return spent


def check(bench, got):
    """Every recipient got exactly one, or the figures are void."""
    wrong = [name for name, count in got["counts"].items() if count != 1]
    if wrong or len(got["counts"]) != bench.notices:
        found = f"{len(got['counts'])} of {bench.notices} received, {len(wrong)} twice"
        raise SystemExit(f"{found}: the figures are void.")


def show(cells):
    row = [f"{cell:>13}" for cell in cells]
    sys.stdout.write(" ".join(row) + "\n")
    sys.stdout.flush()


def profile(bench):
    """Where one worker's processor time goes, by parts of a batch."""
    import cProfile
    import pstats

    with bench.templates.temporary(bench.prepared) as database:
        with odoo_session(database) as env:
            count = min(PROFILED, bench.notices)
            keep_queued(env, count)
            measured = cProfile.Profile(time.process_time)
            before = env.cr.sql_log_count
            measured.runcall(env["collections.notice"]._cron_send_queue)
            queries = (env.cr.sql_log_count - before) / count
        import odoo.sql_db

        odoo.sql_db.close_all()
    bench.sink.take()
    return shares(pstats.Stats(measured).stats), round(queries, 1)


def keep_queued(env, count):
    """Cancel all but some of the notices: a profiler makes everything slower."""
    notices = env["collections.notice"].search([("state", "=", "queued")])
    notices[count:].write({"state": "cancelled"})
    env.cr.commit()


#: Functions of a batch that do not call one another -> what they are to a reader.
PARTS = {
    ("collections_notice_delivery.py", "_render_isolated"): "rendering (QWeb)",
    ("mail_mail.py", "_send"): "Odoo's mail_mail.send with its SMTP client",
    ("collections_notice_delivery.py", "_recheck"): "the guard before sending",
    ("collections_notice_settle.py", "_settle"): "steps, events, states",
    ("collections_notice_settle.py", "_refresh_cases"): "refreshing the cases",
    ("collections_notice_delivery.py", "_claim"): "claiming batches",
}


def shares(stats):
    """dict part -> share of the processor time, in percent."""
    names = {(Path(file).name, name): row for (file, _line, name), row in stats.items()}
    whole = names["collections_notice_delivery.py", "_cron_send_queue"][3]
    return {
        label: round(100 * names[key][3] / whole, 1) for key, label in PARTS.items()
    }


def report(bench, found, queries):
    """The section of RESULTS.md."""
    parts = ", ".join(f"{label} {share} %" for label, share in found.items())
    milliseconds, ceiling = bound(bench)
    return f"""## Workers

`./dev bench workers --notices {bench.notices}`. {bench.machine}
A real Odoo with worker processes, a real SMTP server in a process of its own; every
recipient got exactly one message in every line. "By others" is what programs that have
nothing to do with it took of the processors meanwhile.

{table(HEADER, [line.values() for line in bench.lines])}

A worker killed with -9 after a third was received, and replaced:

{table(KILL_HEADER, [line.values() for line in bench.kills])}

"In doubt" is the notice that was being handed to the mail server: it goes to a person.

**What bounds it: processors.** A notice takes {milliseconds:.0f} ms of them, so that
{os.cpu_count()} cores can send at most {ceiling:.0f} a second, whatever the number of
workers. One worker's time goes into {parts}; {queries} queries a notice. The mail parts
are Odoo's own, an email at a time, and each is committed as it leaves, which is what
keeps a crash from repeating it. The plain scheduled action is one record of `ir.cron`,
which Odoo runs in one worker at a time: more cron workers change nothing."""


def bound(bench):
    """Processor milliseconds of a notice, and how many a second that allows.

    Of the line with jobs that took least: waiting for a processor is not counted, but
    caches that others have emptied are.
    """
    least = min(
        line["cpu_odoo"] + line["cpu_postgres"] + line["cpu_smtp"]
        for line in bench.lines
        if line["sending"] == "queue_job"
    )
    return 1000 * least / bench.notices, os.cpu_count() * bench.notices / least


def main():
    parser = argparse.ArgumentParser(prog="./dev bench workers", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--notices", type=int, default=2000)
    parser.add_argument(
        "--quick", action="store_true", help="200 notices, 1 and 2 workers, no record"
    )
    options = parser.parse_args()
    if options.quick:
        options.notices = min(options.notices, 200)
    # ./dev passes these on: the servers end and the databases go before we do
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run_all(options)
    except Problem as problem:
        sys.stderr.write(f"dev: {problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("dev: stopped; nothing was written to RESULTS.md.\n")
        return 1
    return 0


def run_all(options):
    """Print the lines as they are measured, then JSON; keep them in RESULTS.md."""
    with MailSink() as sink:
        bench = Bench(options, sink)
        bench.prepare()
        show(HEADER)
        for workers in WORKERS[: 2 if options.quick else None]:
            bench.measure("cron", 1, workers, 0)
        for workers in WORKERS[: 2 if options.quick else None]:
            bench.measure("queue_job", workers, 1, workers)
        show(KILL_HEADER)
        bench.kill("cron", 1, 1, 0)
        bench.kill("queue_job", 2, 1, 2)
        found, queries = profile(bench)
    result = {"lines": bench.lines, "kills": bench.kills}
    result |= {"shares": found, "queries_per_notice": queries}
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    if not options.quick:
        write_section("workers", report(bench, found, queries))


if __name__ == "__main__":
    sys.exit(main())
