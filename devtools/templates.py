"""Database templates, so that a fresh installed database takes seconds.

Two levels, each with and without demo data: "base" holds what the add-on
depends on and lives long; "module" adds the add-on and lives until its files
change. A template gets its name only when it is complete.
"""

import contextlib
import itertools
import os

from devtools.console import Problem, say, step
from devtools.database import Databases
from devtools.processes import CommandFailed, MachineFailed
from devtools.project import DEMO_DATABASE, OLD_DEMO_DATABASE, short_hash

BASE_MEGABYTES = 800
MODULE_MEGABYTES = 300
KEPT_TEMPLATES = 2
_serial = itertools.count(1)


class Templates:
    """Builds templates on first use and hands out copies."""

    def __init__(self, bench):
        self.bench = bench
        self.addon = bench.addon
        self.databases = Databases(bench)

    def base(self, demo=False):
        """Return the database with the add-on's dependencies installed."""
        depends = ",".join(self.addon.depends)
        key = short_hash(depends, self.bench.odoo.fingerprint)
        name = self._name("tpl", key, demo)
        with self._locked("base", demo):
            if not self.databases.exists(name):
                self.bench.state.require_space(BASE_MEGABYTES, "a database template")
                label = f"Installing {depends}{with_demo(demo)} (once)"
                with step(label), self._built_aside(name) as partial:
                    self.databases.create(partial)
                    self._install(partial, depends, demo, log=name)
                self._drop_others("tpl", key)
        return name

    def module(self, demo=False):
        """Return the database with the add-on as it is now installed."""
        content = self.addon.content_hash()
        base = self.base(demo)
        key = short_hash(content, base)
        name = self._name("mod", key, demo)
        with self._locked("module", demo):
            if not self.databases.exists(name):
                self.bench.state.require_space(MODULE_MEGABYTES, "a database")
                label = f"Installing {self.addon.name}{with_demo(demo)}"
                with step(label), self._built_aside(name) as partial:
                    self.databases.copy(base, partial)
                    self._install(partial, self.addon.name, demo, log=name)
                self._drop_others("mod", key, demo)
        return name

    @contextlib.contextmanager
    def temporary(self, source):
        """Give a copy of `source` that is dropped at the end."""
        name = self.temporary_name()
        self.databases.copy(source, name)
        try:
            yield name
        finally:
            self.databases.drop(name)

    def temporary_name(self):
        """Return a name that tells `drop_abandoned` which process made it."""
        return f"{self._prefix('tmp')}{os.getpid()}_{next(_serial)}"

    def demo(self):
        """Return the demo database, made or updated to the add-on as it is now."""
        content = self.addon.content_hash()
        with self._locked("database", demo=True):
            if not self.databases.exists(DEMO_DATABASE):
                self._make_demo()
            else:
                self._update_demo(content)
            self.databases.set_label(DEMO_DATABASE, content)
        return DEMO_DATABASE

    def _update_demo(self, content):
        """Bring the demo database up to date; where that fails, make another.

        The old one only makes room once there is a new one: where neither works the
        add-on is at fault, and not the database.
        """
        try:
            if self.databases.label(DEMO_DATABASE) != content:
                with step(f"Updating {self.addon.name} in {DEMO_DATABASE}"):
                    self._odoo(DEMO_DATABASE, DEMO_DATABASE, "-u", self.addon.name)
            if not self._has_addon(DEMO_DATABASE):
                raise CommandFailed(f"{self.addon.name} is not installed there")
        except MachineFailed:
            raise
        except Problem:
            say(
                "The demo database cannot be updated (log:"
                f" {self.install_log(DEMO_DATABASE)}): a new one is made, the old one"
                f" kept as {OLD_DEMO_DATABASE}."
            )
            self._make_demo(instead=True)

    def _has_addon(self, database):
        state = f"SELECT state FROM ir_module_module WHERE name = '{self.addon.name}'"
        return self.databases.query(state, database) == "installed"

    def _make_demo(self, instead=False):
        """Make the demo database; `instead` of the one there is, which is kept."""
        base = self.base(demo=True)
        label = f"Installing {self.addon.name} with its demo ledger"
        with step(label), self._built_aside(DEMO_DATABASE) as partial:
            self.databases.copy(base, partial)
            # what became of the update stays to be read
            log = f"{DEMO_DATABASE}-new" if instead else DEMO_DATABASE
            self._install(partial, self.addon.name, True, log=log)
            if instead:
                self.databases.drop(OLD_DEMO_DATABASE)
                self.databases.rename(DEMO_DATABASE, OLD_DEMO_DATABASE)

    def install_log(self, name):
        """Return the file with what Odoo said when template `name` was made."""
        return self.bench.state.log(f"install-{name}")

    def _install(self, database, modules, demo, log):
        self.install_log(log).unlink(missing_ok=True)
        options = ["--with-demo"] if demo else []
        self._odoo(database, log, "-i", modules, *options)

    def drop_abandoned(self):
        """Drop temporary databases of runs that were killed."""
        for name in self.databases.newest_first(self._prefix("tmp")):
            pid = name.removeprefix(self._prefix("tmp")).split("_")[0]
            if not is_alive(pid):
                self.databases.drop_unused(name)

    def _odoo(self, database, log, *arguments):
        self.bench.run_odoo(
            self.install_log(log),
            f"Odoo could not install or update {arguments[1]} in {database}",
            *("-d", database, "--no-http", "--stop-after-init", *arguments),
        )

    @contextlib.contextmanager
    def _built_aside(self, name):
        partial = f"{name}_new"
        self.databases.drop(partial)
        yield partial
        self.databases.rename(partial, name)

    def _locked(self, what, demo):
        """Two ./dev must not build the same thing, but may build different ones."""
        return self.bench.state.locked(f"lock-{what}{'-demo' if demo else ''}")

    def _prefix(self, kind):
        return f"aa_{kind}_{self.bench.owner()}_"

    def _name(self, kind, key, demo):
        return f"{self._prefix(kind)}{key}{'_demo' if demo else ''}"

    def _drop_others(self, kind, key, demo=None):
        """Drop older templates, so that the disk does not fill up.

        A few stay: a test run that started with one still copies it.
        """
        prefix = self._prefix(kind)
        older = [
            name
            for name in self.databases.newest_first(prefix)
            if key not in name and demo in (None, name.endswith("_demo"))
        ]
        for name in older[KEPT_TEMPLATES:]:
            self.databases.drop_unused(name)
            self.install_log(name).unlink(missing_ok=True)


def with_demo(demo):
    return " with demo data" if demo else ""


def is_alive(pid):
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return True
