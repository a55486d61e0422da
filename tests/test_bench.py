"""The benchmark runs, checks its own work and prints a line for each phase."""

import json


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


def run_quickly(dev, database, name):
    """Run a benchmark with --quick, which must not touch the results."""
    results = dev.root / "benchmarks" / "RESULTS.md"
    before = results.read_text()
    done = dev.run(
        *(dev.bench.python_env.python, "-m", f"benchmarks.{name}"),
        *("--database", database, "--quick"),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert results.read_text() == before
    return done.stdout


def test_peers_benchmark_finds_that_both_sides_agree(dev, fresh_db):
    printed = run_quickly(dev, fresh_db(), "peers")
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


def test_letters_benchmark_prints_every_letter(dev, fresh_db):
    printed = run_quickly(dev, fresh_db(), "letters")
    assert "A run of 12 letters" in printed
    assert json.loads(printed.splitlines()[-1])["run"]["files"] == 1
