"""./dev test: linters, then pytest on databases with the add-ons just installed.

The add-on is tested as most people have it, alone. The glue add-ons beside it, named
after it, have a run of their own, on a copy where they are installed too. What makes
whole installations, takes workers or measures is a group of its own: it takes as long
as all the rest, and a change seldom needs it.
"""

from pathlib import Path

from devtools import lint
from devtools.glue import find_glue
from devtools.processes import run_foreground
from devtools.templates import Templates

# two browsers and two servers are what two cores carry
WORKERS = 2
# the workers share one folder of files, and each class that ends sweeps out of it what
# its own worker's database does not know: files of tests belong into the database
KEEP_FILES_IN_DATABASE = """
    INSERT INTO ir_config_parameter (key, value) VALUES ('ir_attachment.location', 'db')
        ON CONFLICT (key) DO UPDATE SET value = excluded.value"""
#: Options whose value may look like a path.
EXPRESSIONS = ("-k", "-m")
#: The second group: tests on installations of their own.
INSTALLATIONS = "tests/installation"
#: pytest's status when an expression like -k matches nothing.
NOTHING_FOUND = 5


def run_suite(bench, pytest_arguments, with_lint=True, installations=False):
    """Return pytest's exit status, or the linters' when they object.

    Both parts run, whatever the first one says; paths choose the parts they are in.

    :param installations: the second group instead of the first
    """
    with bench.state.locked():
        bench.prepare(tests=True)
    if with_lint:
        status = lint.run_linters(bench)
        if status:
            return status
    templates = Templates(bench)
    templates.drop_abandoned()
    glue = find_glue(bench.addon)
    own, of_glue, options = split_arguments(bench.project.root, glue, pytest_arguments)
    statuses = []
    if installations:
        own.append(INSTALLATIONS)
    elif not own:
        options.append(f"--ignore={INSTALLATIONS}")
    if own or not of_glue:
        with templates.temporary(templates.tests()) as database:
            templates.databases.query(KEEP_FILES_IN_DATABASE, database)
            parallel = ["-n", str(WORKERS), "--no-loadscope-reorder"]
            arguments = [*parallel, *options, *own]
            statuses.append(run_pytest(bench, database, arguments))
    if glue and (of_glue or not own) and not installations:
        with templates.temporary(templates.tests()) as database:
            install_glue(bench, database, glue)
            # few tests: a second copy of the database would take longer than they do
            arguments = [*options, *(of_glue or [addon / "tests" for addon in glue])]
            statuses.append(run_pytest(bench, database, arguments))
    return total(statuses)


def split_arguments(root, glue, arguments):
    """Sort pytest's arguments: (paths of the add-on's tests, of the glue's, the rest).

    A path is what names a file or folder, with or without a test in it.
    """
    own, of_glue, options = [], [], []
    for before, argument in zip(["", *arguments], arguments, strict=False):
        path = Path(root, argument.partition("::")[0])
        is_option = argument.startswith("-") or before in EXPRESSIONS
        if is_option or not path.exists():
            options.append(argument)
        elif any(path.resolve().is_relative_to(addon) for addon in glue):
            of_glue.append(argument)
        else:
            own.append(argument)
    return own, of_glue, options


def total(statuses):
    """The first status that is a failure; nothing found is one if nobody found any."""
    found = [status for status in statuses if status != NOTHING_FOUND]
    return next(filter(None, found), 0) if found else NOTHING_FOUND


def install_glue(bench, database, glue):
    names = ",".join(addon.name for addon in glue)
    bench.run_odoo(
        bench.state.log("install-glue"),
        f"Odoo could not install {names}",
        *("-d", database, "--no-http", "--stop-after-init", "-i", names),
    )


def run_pytest(bench, database, arguments):
    command = [bench.python_env.python, "-m", "pytest"]
    command += [f"--odoo-config={bench.config}", f"--odoo-database={database}"]
    command += ["--odoo-http", "-o", f"cache_dir={bench.state / 'pytest'}", *arguments]
    # no real job runner inside the tests: they say themselves whether there is one
    env = {**bench.environ(), "ODOO_QUEUE_JOB_CHANNELS": "root:0"}
    return run_foreground(command, env=env, cwd=bench.project.root)
