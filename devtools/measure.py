"""./dev replay and ./dev bench: programs that want a database of their own."""

from devtools.processes import run_foreground
from devtools.templates import Templates


def run_on_fresh_database(bench, module, arguments):
    """Run `python -m MODULE --database NAME ARGUMENTS`; return its exit status.

    NAME is a copy of the database with the add-on as it is now and no demo
    data; it is dropped afterwards.
    """
    with bench.state.locked():
        bench.prepare(tests=True)
    templates = Templates(bench)
    templates.drop_abandoned()
    with templates.temporary(templates.module()) as database:
        command = [bench.python_env.python, "-m", module, "--database", database]
        return run_foreground(
            [*command, *arguments], env=bench.environ(), cwd=bench.project.root
        )
