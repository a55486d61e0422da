"""The commands of ./dev."""

import argparse
import errno
import signal

from devtools import core_tests, demo_server, dump, lint, measure, simulate, suite
from devtools.console import Problem, say
from devtools.mail_catcher import mail_catcher
from devtools.processes import run_foreground
from devtools.project import DEMO_DATABASE
from devtools.templates import Templates
from devtools.workbench import Workbench

USAGE = """\
usage: ./dev COMMAND ...

  run [--no-serve] [--port N]    escalate a demo ledger, then serve it
  test [--no-lint] [PYTEST ...]  linters and tests
  test --installations           those that install, upgrade, replay and measure
  test --thorough                ten times the examples of each property
  test --core | --oca            others' own tests, with and without the add-on
  lint [--fix]                   linters only
  docs                           build the user guide
  shell [-d DB] [< SCRIPT]       Odoo's Python shell, on the demo database
  odoo ...                       Odoo's own command line
  replay ...                     play a ledger's history through the nightly run
  simulate [--seed N] ...        a year drawn from one number, with its checks
  dump                           what a fresh installation makes, to compare two
  bench NAME ...                 one of benchmarks/
  exec PROGRAM ...               any program in this environment, e.g. psql -w -l

ODOO_SOURCE names a source tree of Odoo 19.0 to use instead of Debian's package;
PGHOST and its companions a PostgreSQL server instead of a private one; DEV_STATE
the folder for everything ./dev makes, instead of .dev."""

# benchmarks that compare or want several databases, made by benchmarks.lib.databases
OWN_DATABASES = {"growth", "tax"}


def command_run(bench, arguments):
    parser = argparse.ArgumentParser(prog="./dev run")
    parser.add_argument("--no-serve", action="store_true", help="stop after the table")
    parser.add_argument("--port", type=int, help="first port to try, default 8069")
    options = parser.parse_args(arguments)
    with bench.state.locked():
        bench.prepare()
    database = Templates(bench).demo()
    with mail_catcher(bench):
        if options.no_serve:
            demo_server.run_tonight(bench, database)
            return 0
        port = demo_server.choose_port(options.port)
        return demo_server.escalate_and_serve(bench, database, port)


def command_test(bench, arguments):
    if arguments == ["--core"]:
        return core_tests.run_core(bench)
    if arguments == ["--oca"]:
        return core_tests.run_oca(bench)
    with_lint = "--no-lint" not in arguments
    installations = "--installations" in arguments
    own = {
        "--no-lint": None,
        "--installations": None,
        "--thorough": "--hypothesis-profile=thorough",
    }
    rest = [own.get(argument, argument) for argument in arguments]
    rest = [argument for argument in rest if argument]
    return suite.run_suite(bench, rest, with_lint, installations)


def command_lint(bench, arguments):
    parser = argparse.ArgumentParser(prog="./dev lint")
    parser.add_argument("--fix", action="store_true", help="correct what can be")
    options = parser.parse_args(arguments)
    with bench.state.locked():
        bench.prepare(tests=True)
    return lint.run_linters(bench, options.fix)


def command_docs(bench, arguments):
    argparse.ArgumentParser(prog="./dev docs").parse_args(arguments)
    with bench.state.locked():
        bench.prepare(tests=True)
    folder = bench.state / "docs"
    builder = [bench.python_env.python, "-m", "devtools.guide", "--fix", "--to", folder]
    status = run_foreground(builder, env=bench.environ(), cwd=bench.project.root)
    if not status:
        print(f"The guide is in {folder / 'index.html'}.")
    return status


def command_odoo(bench, arguments):
    with bench.state.locked():
        bench.prepare()
    return run_foreground(bench.odoo_command(*arguments), env=bench.environ())


def command_shell(bench, arguments):
    if not any(argument.startswith(("-d", "--database")) for argument in arguments):
        arguments = ["-d", DEMO_DATABASE, *arguments]
    with bench.state.locked():
        bench.prepare()
    if DEMO_DATABASE in arguments:
        Templates(bench).demo()
    shell = bench.odoo_command("shell", "--no-http", "--log-level=warn", *arguments)
    return run_foreground(shell, env=bench.environ())


def command_exec(bench, arguments):
    if not arguments:
        raise Problem("./dev exec needs a program to run, for example: psql -w -l")
    with bench.state.locked():
        bench.prepare(tests=True)
    # env(1) finds the program on the environment's own PATH
    return run_foreground(["env", *arguments], env=bench.environ())


def command_replay(bench, arguments):
    return measure.run_on_fresh_database(bench, "devtools.replay", arguments)


def command_dump(bench, arguments):
    parser = argparse.ArgumentParser(prog="./dev dump")
    parser.add_argument("-d", "--database", help="this one instead of a fresh one")
    options = parser.parse_args(arguments)
    with bench.state.locked():
        bench.prepare()
    templates = Templates(bench)
    lines = dump.dump(templates.databases, options.database or templates.module())
    print("\n".join(lines))
    return 0


def command_simulate(bench, arguments):
    parser = argparse.ArgumentParser(prog="./dev simulate")
    parser.add_argument("--seed", type=int, default=1, help="the first number")
    parser.add_argument("--count", type=int, default=1, help="how many numbers")
    parser.add_argument(
        "--real", action="store_true", help="on a real Odoo, not the plain engine"
    )
    parser.add_argument("--days", type=int, help="365 plain, 20 real by default")
    options = parser.parse_args(arguments)
    seeds = range(options.seed, options.seed + options.count)
    run = simulate.run_real if options.real else simulate.run_plain
    return run(bench, seeds, options.days)


def command_bench(bench, arguments):
    folder = bench.project.root / "benchmarks"
    names = sorted(p.stem for p in folder.glob("*.py") if not p.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        known = ", ".join(names) or "none yet"
        raise Problem(f"./dev bench needs the name of a benchmark ({known}).")
    name, *rest = arguments
    run = measure.run_on_fresh_database
    if name in OWN_DATABASES:
        run = measure.run_with_templates
    return run(bench, f"benchmarks.{name}", rest)


COMMANDS = {
    "run": command_run,
    "test": command_test,
    "lint": command_lint,
    "docs": command_docs,
    "shell": command_shell,
    "odoo": command_odoo,
    "exec": command_exec,
    "replay": command_replay,
    "simulate": command_simulate,
    "dump": command_dump,
    "bench": command_bench,
}


def main(argv):
    """Run one command; return the exit status."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    if argv[0] not in COMMANDS:
        say(f"dev: there is no command {argv[0]!r}: see ./dev --help.")
        return 1
    bench = Workbench()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        bench.state.open()
        return COMMANDS[argv[0]](bench, argv[1:])
    except Problem as problem:
        say(f"dev: {problem}")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        say("dev: the disk is full: free some space and run ./dev again.")
    except KeyboardInterrupt:
        say("dev: stopped; run ./dev again to continue.")
        return 130
    finally:
        bench.release()
    return 1
