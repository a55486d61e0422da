"""./dev test: linters, then pytest on a database with the add-on just installed."""

from devtools import lint
from devtools.processes import run_foreground
from devtools.templates import Templates

# two browsers and two servers are what two cores carry
WORKERS = 2
# the workers share one folder of files, and each class that ends sweeps out of it what
# its own worker's database does not know: files of tests belong into the database
KEEP_FILES_IN_DATABASE = """
    INSERT INTO ir_config_parameter (key, value) VALUES ('ir_attachment.location', 'db')
        ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


def run_suite(bench, pytest_arguments, with_lint=True):
    """Return pytest's exit status, or the linters' when they object."""
    with bench.state.locked():
        bench.prepare(tests=True)
    if with_lint:
        status = lint.run_linters(bench)
        if status:
            return status
    templates = Templates(bench)
    templates.drop_abandoned()
    with templates.temporary(templates.module()) as database:
        templates.databases.query(KEEP_FILES_IN_DATABASE, database)
        return run_pytest(bench, database, pytest_arguments)


def run_pytest(bench, database, arguments):
    command = [bench.python_env.python, "-m", "pytest"]
    command += [f"--odoo-config={bench.config}", f"--odoo-database={database}"]
    command += ["--odoo-http", "-n", str(WORKERS), "--no-loadscope-reorder"]
    command += ["-o", f"cache_dir={bench.state / 'pytest'}", *arguments]
    return run_foreground(command, env=bench.environ(), cwd=bench.project.root)
