"""./dev test --core, --oca: tests of others, with and without the add-on beside them.

What fails without it is the others' matter, or this machine's; what fails only with
it is ours. Both runs are whole installations of their own, side by side, on the same
tests.
"""

import re
import subprocess

from devtools.console import Problem, say, step
from devtools.templates import Templates

#: Core's add-ons that come beside those the add-on depends on; they bring portal along.
MODULES = ("account_payment", "sale")
#: Files of tests by add-on: what reads, posts, pays, merges, invoices and shows.
FILES = {
    "account": (
        "account_move_entry account_move_out_invoice account_move_reconcile"
        " account_move_send account_partner account_payment account_payment_register"
        " account_lock_exception account_invoice_report account_journal_dashboard"
        " account_move_payments_widget chart_template company_branch digest"
        " early_payment_discount payment_term portal_invoice res_partner_merge"
        " sequence_mixin setup_wizard audit_trail"
    ),
    "account_payment": "account_payment payment_flows",
    "payment": "payment_transaction multicompany_flows res_company",
    "portal": "portal portal_wizard addresses message_format_portal",
    "sale": (
        "access_rights credit_limit payment_flow sale_order sale_refund sale_report"
        " sale_to_invoice sale_flow accrued_sale_orders controllers"
    ),
}
#: What the OCA makes for the same people.
OCA = (
    "account_credit_control",
    "account_financial_report",
    "mis_builder",
    "partner_statement",
)
#: A test that fails, or the set-up of a class, as Odoo logs it.
_FAILED = re.compile(
    r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ (\S+): (?:FAIL|ERROR): (.+)$", re.M
)
#: How many tests ran, as Odoo logs it at the end.
_COUNT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def run_core(bench):
    """Run a selection of Odoo's own tests twice; return the exit status."""
    return run_twice(bench, MODULES, get_tags())


def run_oca(bench):
    """Run the suites of the OCA's add-ons twice; return the exit status."""
    return run_twice(bench, OCA, ",".join(f"/{module}" for module in OCA))


def run_twice(bench, modules, tags):
    """Run tests with and without the add-on and compare; return the exit status.

    :param modules: add-ons that are installed in both databases
    :param str tags: the tests, as Odoo's option takes them
    """
    with bench.state.locked():
        bench.prepare(tests=True)
    templates = Templates(bench)
    templates.drop_abandoned()
    with (
        templates.temporary(templates.base()) as without,
        templates.temporary(templates.module()) as beside,
    ):
        names = ",".join(modules)
        runs = {}
        for database in (without, beside):
            log = bench.state.log(f"core-{'with' if database == beside else 'without'}")
            log.unlink(missing_ok=True)
            with step(f"Installing {names} in {database}"):
                bench.run_odoo(
                    log,
                    f"Odoo could not install {names}",
                    *("-d", database, "--no-http", "--stop-after-init", "-i", names),
                )
            runs[database] = log
        with step("Running the tests with and without the add-on"):
            started = [
                start_tests(bench, database, log, number, tags)
                for number, (database, log) in enumerate(runs.items())
            ]
            for process in started:
                process.wait()
    return compare(*(log.read_text(errors="replace") for log in runs.values()))


def start_tests(bench, database, log, number, tags):
    """Start the tests of one database, on a port of its own; return the process."""
    command = bench.odoo_command(
        *("-d", database, "--stop-after-init", "--test-tags", tags),
        *("--http-port", str(8450 + number), "--max-cron-threads", "0"),
    )
    with open(log, "ab") as handle:
        return subprocess.Popen(
            [str(part) for part in command],
            env=bench.environ(),
            cwd=bench.project.root,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
        )


def get_tags():
    """The selection, as Odoo's option takes it."""
    return ",".join(
        f"/{module}/tests/test_{name}.py"
        for module, names in FILES.items()
        for name in names.split()
    )


def compare(without, beside):
    """Say what fails only with the add-on; return the exit status.

    :param str without: what Odoo logged without the add-on
    :param str beside: the same with it
    :raises Problem: when a run did not come to its end
    """
    counts = []
    for log in (without, beside):
        found = _COUNT.findall(log)
        if not found:
            raise Problem("Odoo's tests did not run to their end: see .dev/logs/core-*")
        counts.append(int(found[-1][2]))
    before, after = get_failed(without), get_failed(beside)
    ours = sorted(after - before)
    say(
        f"Their tests: {counts[0]} without the add-on, {len(before)} of them fail;"
        f" {counts[1]} with it, {len(after)} of them fail."
    )
    for name in ours:
        say(f"  fails only with the add-on: {name}")
    if counts[1] < counts[0]:
        say(f"  {counts[0] - counts[1]} tests did not run with the add-on.")
    return 1 if ours or counts[1] < counts[0] else 0


def get_failed(log):
    """Names of the tests, and of the classes whose set-up, failed."""
    return {f"{where.split('.')[-1]} {what}" for where, what in _FAILED.findall(log)}
