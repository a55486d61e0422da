"""The benchmark runs, checks its own work and prints a line for each phase."""


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
