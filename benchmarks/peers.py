"""The same work done by this add-on and by the OCA's modules, in one run.

Installs account_credit_control, account_financial_report and partner_statement beside
the add-on, builds one ledger, checks that both sides find the same, then alternates
them, every phase in a process of its own, and prints the medians.
"""

import argparse
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.lib import agreement
from benchmarks.lib.phases import NIGHTS, REPORTS
from benchmarks.lib.results import table, write_section
from benchmarks.lib.scene import PEERS
from devtools.console import Problem, say, step
from devtools.templates import Templates
from devtools.workbench import Workbench

#: How many times faster than the peer each phase has to be.
TARGETS = {
    "first night": 50,
    "aged XLSX today": 15,
    "statements as HTML": 5,
}
#: The peer's peak memory, Odoo's own share included, is to be this many times ours.
MEMORY_TARGET = 5
#: Bytes of database for each open item, with room for copies and their growth.
MEGABYTES_EACH = 0.02
PEER_OF = dict(
    zip((*NIGHTS, *REPORTS), (PEERS[0],) * 3 + (PEERS[1],) * 2 + PEERS[2:], strict=True)
)


class Contest:
    """The runs of both sides on one ledger."""

    def __init__(self, bench, database, options):
        self.bench, self.database, self.options = bench, database, options
        self.templates = Templates(bench)
        self.found = defaultdict(lambda: defaultdict(list))
        self.folder = Path(tempfile.mkdtemp(prefix="peers-"))
        self.scene = {}

    def set_up(self):
        needed = 2000 + self.options.items * MEGABYTES_EACH
        self.bench.state.require_space(int(needed), "the ledger and its copies")
        with step(f"Installing {', '.join(PEERS)}"):
            self.bench.run_odoo(
                self.bench.state.log("peers"),
                "Odoo could not install the OCA's modules",
                *("-d", self.database, "--no-http", "--stop-after-init"),
                *("-i", ",".join(PEERS)),
            )
        with step(f"Building a ledger of {self.options.items} open items"):
            self.scene = self._call(
                "benchmarks.lib.scene",
                *("--database", self.database),
                *("--accounts", self.options.accounts),
                *("--items", self.options.items),
            )

    def run_round(self, number):
        """One round: each side's nights on a fresh copy, and the reports."""
        sides = ("peer", "own") if number % 2 == 0 else ("own", "peer")
        for side in sides:
            with self.templates.temporary(self.database) as copy:
                for phase in NIGHTS:
                    self._run_phase(copy, side, phase)
        for phase in REPORTS:
            for side in sides:
                self._run_phase(self.database, side, phase)

    def _run_phase(self, database, side, phase):
        found = self._call(
            "benchmarks.lib.phases",
            *("--database", database, "--side", side, "--phase", phase),
            *("--statements", self.options.statements),
            *("--answer", self._answer_file(side, phase)),
        )
        self.found[phase][side].append(found)
        say(
            f"  {phase:26} {side:5} {found['seconds']:9.2f} s"
            f" {found['megabytes']:6} MB {found['queries']:7} queries"
        )

    def _answer_file(self, side, phase):
        return self.folder / f"{side} {phase}.json"

    def _call(self, module, *arguments):
        command = [self.bench.python_env.python, "-m", module, *map(str, arguments)]
        done = subprocess.run(
            command,
            env=self.bench.environ(),
            cwd=self.bench.project.root,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            log = self.bench.state.log("peers")
            log.write_text(done.stderr)
            last = done.stderr.strip().splitlines()[-1:] or ["it was ended"]
            raise Problem(f"{' '.join(command[2:])} failed: {last[0]} (see {log})")
        return json.loads(done.stdout.splitlines()[-1])

    def compare(self):
        """Sentences about what both sides found.

        :raises agreement.Disagreement: where they must agree and do not
        """

        def both(phase):
            return [
                json.loads(self._answer_file(side, phase).read_text())
                for side in ("peer", "own")
            ]

        sentences = agreement.compare_chased(*both(NIGHTS[0]), self.scene["credits"])
        for phase in NIGHTS[1:]:
            theirs, ours = both(phase)
            sentences.append(
                f"{phase.capitalize()}: {theirs} new reminder lines there,"
                f" {ours} new notices here."
            )
        for phase in REPORTS:
            sentences += agreement.compare_rows(phase, *both(phase))
        return sentences

    def summarise(self):
        """:return: list of dicts, one a phase, with medians and ratios"""
        return [
            summarise_phase(phase, self.found[phase]) for phase in (*NIGHTS, *REPORTS)
        ]


def summarise_phase(phase, runs):
    def median(side, name):
        return statistics.median(run[name] for run in runs[side])

    row = {"phase": phase, "peer": PEER_OF[phase]}
    for name in ("seconds", "megabytes", "grown", "queries"):
        row[name] = {side: median(side, name) for side in ("peer", "own")}
    row["ratio"] = round(row["seconds"]["peer"] / row["seconds"]["own"], 1)
    row["memory_ratio"] = round(row["megabytes"]["peer"] / row["megabytes"]["own"], 1)
    row["runs"] = {side: [run["seconds"] for run in runs[side]] for side in runs}
    return row


def judge(row):
    """Words about the targets of a phase."""
    target = TARGETS.get(row["phase"])
    if not target:
        return "none asked"
    return "; ".join(
        f"{what} {wanted}x: "
        + ("met" if row[key] >= wanted else f"missed, {row[key]}x")
        for key, what, wanted in (
            ("ratio", "time", target),
            ("memory_ratio", "memory", MEMORY_TARGET),
        )
    )


def render(rows, judged=True):
    header = ("phase", "OCA", "here", "ratio", "MB", "MB grown", "queries", "target")
    return table(
        header,
        [
            (
                f"{row['phase']} ({row['peer']})",
                f"{row['seconds']['peer']:.2f} s",
                f"{row['seconds']['own']:.2f} s",
                f"{row['ratio']}x",
                f"{row['megabytes']['peer']:.0f} / {row['megabytes']['own']:.0f}",
                f"{row['grown']['peer']:.0f} / {row['grown']['own']:.0f}",
                f"{row['queries']['peer']:.0f} / {row['queries']['own']:.0f}",
                judge(row) if judged else "not judged",
            )
            for row in rows
        ],
    )


def describe(contest, rows, sentences, minutes):
    """The section of RESULTS.md."""
    scene, options = contest.scene, contest.options
    sizes = scene["sizes"]
    versions = ", ".join(f"{n} {v}" for n, v in sorted(scene["versions"].items()))
    points = "\n".join(f"- {sentence}" for sentence in sentences)
    return (
        "## Beside the OCA's modules\n\n"
        f"`./dev bench peers --accounts {options.accounts} --items {options.items}`,"
        f" {minutes:.0f} minutes. {scene['machine']} {versions}.\n\n"
        f"{sizes['invoices']} invoices in the database, {sizes['open']} open items,"
        f" {sizes['overdue']} overdue; {options.statements} statements. Medians of"
        f" {options.rounds} rounds, alternating, each phase in a process of its own."
        " MB (peak of the process, and what of it the work added to Odoo's own) and"
        " queries: OCA / here.\n\n"
        f"{render(rows)}\n\nWhat both found:\n\n{points}\n"
    )


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="./dev bench peers", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--statements", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a small ledger and one round: only that it runs and both sides agree",
    )
    options = parser.parse_args(arguments)
    if options.quick:
        options.accounts, options.items = 50, 1000
        options.statements, options.rounds = 20, 1
    return options


def run(options):
    bench = Workbench()
    bench.join()
    started = time.monotonic()
    contest = Contest(bench, options.database, options)
    contest.set_up()
    for number in range(options.rounds):
        say(f"Round {number + 1} of {options.rounds}")
        contest.run_round(number)
    sentences, rows = contest.compare(), contest.summarise()
    minutes = (time.monotonic() - started) / 60
    sys.stdout.write(
        f"\n{render(rows, not options.quick)}\n\n" + "\n".join(sentences) + "\n\n"
    )
    sys.stdout.write(json.dumps({"scene": contest.scene["sizes"], "rows": rows}) + "\n")
    if not options.quick:
        write_section("peers", describe(contest, rows, sentences, minutes))


def main():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        run(parse())
    except (Problem, agreement.Disagreement) as problem:
        say(f"bench peers: {problem}")
        return 1
    except KeyboardInterrupt:
        say("bench peers: stopped; nothing was written, run it again.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
