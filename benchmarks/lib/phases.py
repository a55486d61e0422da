"""One phase of the comparison, in a process of its own: seconds, memory, queries.

Started by ``./dev bench peers``; prints one line of JSON.
"""

import argparse
import gc
import importlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

from freezegun import freeze_time

from benchmarks.lib.meter import clock, peak_megabytes, reset_peak
from devtools.odoo_session import odoo_session

#: Phases in the order of a night, then of a morning.
NIGHTS = ("first night", "same night again", "steady night")
REPORTS = ("aged XLSX today", "aged XLSX of a past day", "statements as HTML")


def measure(env, phase):
    """Run a phase: its preparation is not measured, its answer is read afterwards.

    :param phase: object with ``prepare(env)``, ``work(env)`` and ``answer(env, done)``
    :return: dict with ``seconds``, ``megabytes`` (peak of the process), ``grown`` (of
        these, what the work added), ``queries`` and ``answer``
    """
    import odoo.sql_db

    phase.prepare(env)
    # as autovacuum has done by the time of the next night, else plans go astray
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    gc.collect()
    reset_peak()
    # what Odoo itself takes before the work begins
    base = peak_megabytes()
    queries, start = odoo.sql_db.sql_counter, clock()
    done = phase.work(env)
    env.cr.commit()
    seconds, queries = clock() - start, odoo.sql_db.sql_counter - queries
    megabytes = peak_megabytes()
    return {
        "seconds": round(seconds, 4),
        "megabytes": round(megabytes),
        "grown": max(round(megabytes - base), 1),
        "queries": queries,
        "answer": phase.answer(env, done),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--side", choices=("peer", "own"), required=True)
    parser.add_argument("--phase", choices=(*NIGHTS, *REPORTS), required=True)
    parser.add_argument("--statements", type=int, default=500)
    parser.add_argument("--answer", type=Path, help="file for what was found")
    options = parser.parse_args()
    with odoo_session(options.database) as env:
        # Odoo is known only in here
        from benchmarks.lib.ledger import TODAY

        work = importlib.import_module(f"benchmarks.lib.{options.side}_phases")
        day = date.fromisoformat(TODAY)
        if options.phase == NIGHTS[-1]:
            day += timedelta(days=1)
        with freeze_time(f"{day} 12:00:00"):
            phase = work.PHASES[options.phase](day, options.statements)
            found = measure(env, phase)
    answer = json.dumps(found.pop("answer"))
    if options.answer:
        options.answer.write_text(answer, encoding="utf-8")
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
