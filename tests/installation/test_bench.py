"""The benchmarks run, check their own work and print a line for each phase.

Only this proves that both sides of a comparison did the same work before it is timed.
"""

import json
from xml.etree import ElementTree

import pytest

from benchmarks.growth import exponent
from benchmarks.lib.plot import log_log
from devtools.templates import is_alive


def test_escalation_benchmark_prints_every_phase(dev, fresh_db):
    done = dev.run(
        *(dev.bench.python_env.python, "-m", "benchmarks.escalate"),
        *("--database", fresh_db(), "--accounts", "50", "--items", "1000"),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for phase in (
        "bare SQL pass",
        "first night",
        "same night again",
        "steady night",
        "ten times the items",
    ):
        assert phase in done.stdout
    assert "50 accounts overdue" in done.stdout


def test_reports_benchmark_prints_every_phase(dev, fresh_db):
    done = dev.run(
        *(dev.bench.python_env.python, "-m", "benchmarks.reports"),
        *("--database", fresh_db(), "--accounts", "20", "--items", "400"),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for phase in (
        "aged XLSX today",
        "aged XLSX of a past day",
        "KPIs of a month, all accounts",
        "aging opens as pivot",
        "statements as HTML",
        "statements as PDF",
        "ten times the items",
    ):
        assert phase in done.stdout
    assert "400 open items today" in done.stdout


def run_quickly(dev, name, *arguments):
    """Run a benchmark with --quick, which must not touch the results; return output."""
    results = dev.root / "benchmarks" / "RESULTS.md"
    before = results.read_text()
    done = dev.run(
        *(dev.bench.python_env.python, "-m", f"benchmarks.{name}"),
        *("--quick", *arguments),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert results.read_text() == before
    return done.stdout


def test_peers_benchmark_finds_that_both_sides_agree(dev, fresh_db):
    printed = run_quickly(dev, "peers", "--database", fresh_db())
    for phase in (
        "first night (account_credit_control)",
        "same night again",
        "steady night",
        "aged XLSX today (account_financial_report)",
        "aged XLSX of a past day",
        "statements as HTML (partner_statement)",
    ):
        assert phase in printed
    assert "customers exactly" in printed
    assert "aged XLSX of a past day: the same figures for 50 customers" in printed
    found = json.loads(printed.splitlines()[-1])
    assert {row["phase"] for row in found["rows"]} >= {"first night", "steady night"}


def test_stored_benchmark_finds_that_stored_rows_show_the_same(dev, fresh_db):
    printed = run_quickly(dev, "stored", "--database", fresh_db())
    for phase in (
        "Guarantee Pace: open",
        "Under-reporting Red Flag: group",
        "every row of a company, the first time",
        "approve a statement, its invoice drafted",
    ):
        assert phase in printed


def test_desk_benchmark_finds_its_number_and_prints_every_line(dev, fresh_db):
    printed = run_quickly(dev, "desk", "--database", fresh_db())
    for work in ("scores and list", "My Day opens", "next account", "a number among"):
        assert work in printed


def test_letters_benchmark_prints_every_letter(dev, fresh_db):
    printed = run_quickly(dev, "letters", "--database", fresh_db())
    assert "A run of 12 letters" in printed
    assert json.loads(printed.splitlines()[-1])["run"]["files"] == 1


def test_licensing_benchmark_imports_restates_and_opens(dev, fresh_db):
    printed = run_quickly(dev, "licensing", "--database", fresh_db())
    for work in ("300 lines of XLSX", "300 lines of CSV", "recompute 3", "open a"):
        assert work in printed


def test_tax_benchmark_compares_every_task_without_and_with_the_add_on(dev):
    printed = run_quickly(dev, "tax")
    for task in (
        "create 3 draft invoices",
        "post 3 invoices",
        "register and match 3 payments",
        "import 10 partners",
        "open the invoice list",
        "open 10 invoices",
        "what the ledger costs",
        "account_move_collections_blocked_idx",
    ):
        assert task in printed
    assert_nothing_is_left(dev)


def test_growth_benchmark_gives_every_phase_an_exponent(dev):
    printed = run_quickly(dev, "growth")
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + 6
    assert "exponent" in rows[0]
    assert_nothing_is_left(dev)


def test_profile_writes_call_trees_plans_and_every_index(dev, fresh_db, tmp_path):
    run_quickly(dev, "profile", "--database", fresh_db(), "--folder", tmp_path)
    assert "_cron_run_night" in (tmp_path / "first-night.txt").read_text()
    assert "Buffers: shared hit" in (tmp_path / "plan-facts-of-all.txt").read_text()
    assert "`collections_case_one_open`" in (tmp_path / "indexes.md").read_text()


def test_plot_is_a_picture_with_a_line_for_each_series():
    picture = log_log(
        {"night": [(10, 1), (100, 9)], "day": [(10, 2), (100, 20)]}, "n", "s"
    )
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    for text in ("night", "day", "proportional"):
        assert text in picture


def test_exponent_is_the_slope_of_times_over_sizes():
    assert exponent([(10, 3), (100, 30), (1000, 300)]) == pytest.approx(1)
    assert exponent([(10, 1), (100, 100)]) == pytest.approx(2)


def assert_nothing_is_left(dev):
    """The databases that a benchmark makes itself are gone when it has ended."""
    prefix = dev.templates._prefix("tmp")
    for name in dev.templates.databases.newest_first(prefix):
        assert is_alive(name.removeprefix(prefix).split("_")[0]), name
