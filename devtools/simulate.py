"""./dev simulate: seeds on the plain engine or on a real Odoo."""

from devtools import measure
from devtools.templates import Templates


def run_plain(bench, seeds, days):
    """Play a year of each seed; return 1 where one breaks a rule."""
    with bench.state.locked():
        bench.prepare()
    arguments = [str(seeds.start), str(len(seeds)), str(days or 365)]
    return measure.run(bench, "simulation.many", arguments)


def run_real(bench, seeds, days):
    """Play some days of each seed, each in a database of its own."""
    templates: Templates = measure.prepare(bench)
    source, status = templates.module(), 0
    for seed in seeds:
        with templates.temporary(source) as database:
            options = ("--seed", str(seed), "--days", str(days or 20))
            done = measure.run(
                bench, "simulation.real", ["--database", database, *options]
            )
        status = status or done
    return status
