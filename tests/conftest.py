"""Fixtures for tests of the whole add-on from outside: databases and processes.

These tests use databases of their own, not the transaction that pytest-odoo
gives each test of the add-on.
"""

import subprocess
from dataclasses import dataclass

import pytest

from devtools.templates import Templates
from devtools.workbench import Workbench

TIMEOUT = 600


@dataclass
class Dev:
    """The environment ./dev test runs in, and how to start Odoo there."""

    bench: Workbench
    templates: Templates

    @property
    def root(self):
        return self.bench.project.root

    @property
    def addon(self):
        return self.bench.addon.folder

    @property
    def env(self):
        return self.bench.environ()

    def run(self, *command, **options):
        """Run a program to its end; return its CompletedProcess, output as text."""
        return subprocess.run(
            [str(part) for part in command],
            **{
                "env": self.env,
                "cwd": self.root,
                "text": True,
                "capture_output": True,
                "timeout": TIMEOUT,
                **options,
            },
        )

    def odoo(self, *arguments, check=True, **options):
        """Run Odoo's command line; its log is in the result's stderr."""
        done = self.run(*self.bench.odoo_command(*arguments), **options)
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, *command, **options):
        """Start a program and return its Popen, for tests with several at once."""
        return subprocess.Popen(
            [str(part) for part in command],
            **{
                "env": self.env,
                "cwd": self.root,
                "text": True,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                **options,
            },
        )

    def shell(self, database, script, *options):
        """Run Python code in Odoo's shell (`env` is there); return what it prints.

        Nothing is saved unless the code calls env.cr.commit().
        """
        quiet = ("--no-http", "--log-level=error")
        done = self.odoo("shell", "-d", database, *quiet, *options, input=script)
        # the shell reports an exception of the code, but does not always fail
        assert "Traceback (most recent call last)" not in done.stderr, done.stderr
        return done.stdout

    def sql(self, database, query):
        """Run one SQL query; return psql's unaligned output."""
        return self.templates.databases.query(query, database)


@pytest.fixture(scope="session")
def dev():
    bench = Workbench()
    bench.join()
    return Dev(bench, Templates(bench))


@pytest.fixture(scope="session")
def make_db(dev):
    """Return make(demo=False, installed=True): a fresh database's name.

    It is a copy of a template, with the add-on installed or only what it
    depends on; it is dropped when the session ends.
    """
    made = []

    def make(demo=False, installed=True):
        source = (dev.templates.module if installed else dev.templates.base)(demo)
        name = dev.templates.temporary_name()
        dev.templates.databases.copy(source, name)
        made.append(name)
        return name

    yield make
    for name in made:
        dev.templates.databases.drop(name)


@pytest.fixture
def fresh_db(make_db):
    """Like make_db, for a database that only one test uses."""
    return make_db
