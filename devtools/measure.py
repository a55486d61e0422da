"""./dev replay and ./dev bench: programs that want a database of their own."""

from devtools.processes import run_foreground
from devtools.templates import Templates


def run_on_fresh_database(bench, module, arguments):
    """Run `python -m MODULE --database NAME ARGUMENTS`; return its exit status.

    NAME is a copy of the database with the add-on as it is now and no demo
    data; it is dropped afterwards.
    """
    templates = prepare(bench)
    with templates.temporary(templates.module()) as database:
        return run(bench, module, ["--database", database, *arguments])


def run_with_templates(bench, module, arguments):
    """Run `python -m MODULE ARGUMENTS`, which makes its databases itself.

    What it makes with `Templates.temporary` is dropped by the next run, should
    it be killed.
    """
    templates = prepare(bench)
    templates.module()
    return run(bench, module, arguments)


def prepare(bench):
    with bench.state.locked():
        bench.prepare(tests=True)
    templates = Templates(bench)
    templates.drop_abandoned()
    return templates


def run(bench, module, arguments):
    command = [bench.python_env.python, "-m", module, *arguments]
    return run_foreground(command, env=bench.environ(), cwd=bench.project.root)
