"""The commands of ./dev."""

import argparse
import errno
import sys

from devtools.console import Problem, say
from devtools.processes import run_foreground
from devtools.project import DEMO_DATABASE
from devtools.workbench import Workbench

# these hand their arguments on as they are
PASS_THROUGH = {}


def command(function):
    PASS_THROUGH[function.__name__.removeprefix("command_")] = function
    return function


@command
def command_odoo(bench, arguments):
    """Odoo's own command line, e.g. ./dev odoo module upgrade -d DB account_admin."""
    with bench.state.locked():
        bench.prepare()
    return run_foreground(bench.odoo_command(*arguments), env=bench.environ())


@command
def command_exec(bench, arguments):
    """Any program in this environment, e.g. ./dev exec psql -w -l."""
    if not arguments:
        raise Problem("./dev exec needs a program to run, for example: psql -w -l")
    with bench.state.locked():
        bench.prepare(tests=True)
    return run_foreground(["env", *arguments], env=bench.environ())


@command
def command_shell(bench, arguments):
    """Odoo's Python shell on the demo database, or another one with -d."""
    if not any(a == "-d" or a.startswith(("-d", "--database")) for a in arguments):
        arguments = ["-d", DEMO_DATABASE, *arguments]
    with bench.state.locked():
        bench.prepare()
    quiet = ["--no-http", "--log-level=warn"]
    shell = bench.odoo_command("shell", *quiet, *arguments)
    return run_foreground(shell, env=bench.environ())


def main(argv):
    """Run one command; return the exit status."""
    bench = None
    try:
        function, arguments = parse(argv)
        bench = Workbench()
        bench.state.open()
        return function(bench, arguments)
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
        if bench:
            bench.release()
    return 1


def parse(argv):
    if argv and argv[0] in PASS_THROUGH:
        return PASS_THROUGH[argv[0]], argv[1:]
    parser = argparse.ArgumentParser(prog="./dev")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
