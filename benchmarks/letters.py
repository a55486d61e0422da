"""Thousands of letters: what a letter costs, and that memory stays bounded.

A night queues a letter for every account; a letter run prints them in the background,
in batches of 50, into files of 250. A real server gives wkhtmltopdf its style sheets.
"""

import argparse
import contextlib
import json
import resource
import sys

from freezegun import freeze_time

from benchmarks.escalate import run_night
from benchmarks.lib.meter import clock, peak_megabytes, reset_peak
from benchmarks.lib.results import machine, table, write_section
from devtools import demo_server
from devtools.console import Problem, say
from devtools.odoo_session import odoo_session
from devtools.workbench import Workbench

REPORT = "account_admin.action_report_notice_letter"
#: Overdue items listed on each letter.
ITEMS_EACH = 5
#: Letters in one call, ascending: the peak memory is that of the largest so far.
SIZES = (1, 10, 25, 50, 100)
FIRST_PORT = 8169


@contextlib.contextmanager
def web_server(env, bench, database):
    """Serve the database while the block runs: wkhtmltopdf fetches styles there."""
    port = demo_server.choose_port(FIRST_PORT)
    log = bench.state.log("letters-server")
    with open(log, "ab") as output:
        start = output.tell()
        server = demo_server.start_server(
            bench, database, port, output, "--max-cron-threads=0"
        )
    try:
        if not demo_server.wait_until_up(server, port, log, start):
            raise Problem("the web server was stopped")
        env["ir.config_parameter"].set_param("report.url", f"http://127.0.0.1:{port}")
        env.cr.commit()
        yield
    finally:
        demo_server.stop(server)


def queue_letters(env, count):
    """One queued letter for each account, as the night makes them.

    :return: the notices
    """
    from benchmarks.lib import ledger

    policy = env.company.collections_policy_id
    policy.step_ids.write(
        {
            "channel_email": False,
            "channel_letter": True,
            "channel_call": False,
            "channel_portal": False,
            "approval": False,
        }
    )
    ledger.build(env, count, count * ITEMS_EACH)
    env.cr.execute(
        """UPDATE res_partner SET street = 'Quay ' || id, zip = '12345', city = 'Leeds'
            WHERE name LIKE 'Bench %'"""
    )
    env.cr.commit()
    run_night(env)
    letters = env["collections.notice"].search([("channel", "=", "letter")])
    if len(letters) != count or set(letters.mapped("state")) != {"queued"}:
        raise Problem(f"{count} accounts, but {len(letters)} letters are queued")
    return letters


def pdf_megabytes():
    """Highest memory that one wkhtmltopdf of ours has taken so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def measure_calls(env, letters):
    """What one call costs by the number of letters in it; nothing is kept.

    :return: list of (letters, seconds as HTML, seconds as PDF, MB of wkhtmltopdf)
    """
    report = env["ir.actions.report"].with_context(force_report_rendering=True)
    letters = letters[: SIZES[-1]]
    # a letter is addressed and dated when it is printed
    letters._set_contacts("letter").sent_on = env.company._collections_today()
    rows = []
    for size in [0, *(n for n in SIZES if n <= len(letters))]:
        some = letters[:size] or letters[:1]
        start = clock()
        report._render_qweb_html(REPORT, some.ids)
        html = clock() - start
        start = clock()
        report._render_qweb_pdf(REPORT, some.ids)
        rows.append((size, html, clock() - start, pdf_megabytes()))
        # the report keeps each letter: the next call has to render it again
        env.cr.rollback()
        letters._set_contacts("letter").sent_on = env.company._collections_today()
    env.cr.rollback()
    env.invalidate_all()
    # the first call has warmed everything up
    return rows[1:]


def measure_run(env, letters):
    """Print all of them as the button and the scheduled action do.

    :return: dict of figures
    """
    start = clock()
    reset_peak()
    runs = env["collections.letter.run"]._start(letters)
    env.cr.commit()
    env["collections.letter.run"]._cron_print()
    env.cr.commit()
    seconds = clock() - start
    env.invalidate_all()
    if runs.state != "done" or runs.printed_count != len(letters):
        raise Problem(
            f"{runs.printed_count} of {len(letters)} letters were printed:"
            f" {runs.reason or runs.state}"
        )
    return {
        "letters": len(letters),
        "seconds": round(seconds, 1),
        "odoo_megabytes": round(peak_megabytes()),
        "pdf_megabytes": round(pdf_megabytes()),
        "files": len(runs.letters_ids),
        "pdf_bytes": sum(len(file.raw) for file in runs.letters_ids),
    }


def render(calls, found):
    header = ("letters in a call", "HTML each", "PDF each", "wkhtmltopdf peak")
    rows = [
        (
            size,
            f"{1000 * html / size:.0f} ms",
            f"{1000 * pdf / size:.0f} ms",
            f"{megabytes:.0f} MB",
        )
        for size, html, pdf, megabytes in calls
    ]
    each = 1000 * found["seconds"] / found["letters"]
    return (
        f"{table(header, rows)}\n\n"
        f"A run of {found['letters']} letters took {found['seconds']:.0f} s,"
        f" {each:.0f} ms a letter, and made {found['files']} files of"
        f" {found['pdf_bytes'] / 2**20:.1f} MB in all. Odoo's memory peaked at"
        f" {found['odoo_megabytes']} MB, wkhtmltopdf's at {found['pdf_megabytes']} MB."
    )


def main():
    parser = argparse.ArgumentParser(prog="./dev bench letters", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--letters", type=int, default=5000)
    parser.add_argument("--quick", action="store_true", help="12 letters, no results")
    options = parser.parse_args()
    count = 12 if options.quick else options.letters
    bench = Workbench()
    bench.join()
    try:
        with odoo_session(options.database) as env:
            from benchmarks.lib import ledger

            with freeze_time(f"{ledger.TODAY} 12:00:00"):
                letters = queue_letters(env, count)
            with web_server(env, bench, options.database):
                with freeze_time(f"{ledger.TODAY} 12:00:00"):
                    calls = measure_calls(env, letters)
                    found = measure_run(env, letters)
            about = machine(env)
    except Problem as problem:
        say(f"bench letters: {problem}")
        return 1
    text = render(calls, found)
    sys.stdout.write(f"{text}\n\n{json.dumps({'calls': calls, 'run': found})}\n")
    if not options.quick:
        command = f"`./dev bench letters --letters {count}`. {about}"
        write_section("letters", f"## Letters\n\n{command}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
