"""Database templates, so that a fresh installed database takes seconds.

Two levels: "base" holds what the add-on depends on and lives long; "module" adds
the add-on and lives until its files change. Each comes plain, with demo data, or
with the books that the add-on's own tests start from. A template gets its name only
when it is complete.
"""

import contextlib
import itertools
import os

from devtools.console import Problem, say, step
from devtools.database import Databases
from devtools.processes import CommandFailed, MachineFailed, run_logged
from devtools.project import DEMO_DATABASE, OLD_DEMO_DATABASE, short_hash

BASE_MEGABYTES = 800
MODULE_MEGABYTES = 300
KEPT_TEMPLATES = 2
PLAIN, DEMO, BOOKS = "", "_demo", "_books"
#: Makes the books; where it changes, they are made anew.
BAKED = "tests/baked.py"
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
        kind = DEMO if demo else PLAIN
        name = self._name("tpl", key, kind)
        with self._locked("base", kind):
            if not self.databases.exists(name):
                self.bench.state.require_space(BASE_MEGABYTES, "a database template")
                label = f"Installing {depends}{with_demo(demo)} (once)"
                with step(label), self._built_aside(name) as partial:
                    self.databases.create(partial)
                    self._install(partial, depends, demo, log=name)
                self._drop_others("tpl", key, kind)
        return name

    def books(self):
        """Return the plain base with what accounting's common test class sets up."""
        plain = self.base()
        file = self.addon.folder / BAKED
        key = short_hash(plain, file.read_bytes())
        name = self._name("tpl", key, BOOKS)
        with self._locked("base", BOOKS):
            if not self.databases.exists(name):
                self.bench.state.require_space(BASE_MEGABYTES, "a database template")
                label = "Making a company with its chart for the tests (once)"
                with step(label), self._built_aside(name) as partial:
                    self.databases.copy(plain, partial)
                    self._bake(partial, file, log=name)
                self._drop_others("tpl", key, BOOKS)
        return name

    def module(self, demo=False):
        """Return the database with the add-on as it is now installed."""
        return self._module(self.base(demo), DEMO if demo else PLAIN)

    def tests(self):
        """Return the database that the add-on's own tests start from."""
        return self._module(self.books(), BOOKS)

    def _module(self, base, kind):
        demo = kind == DEMO
        key = short_hash(self.addon.content_hash(), base)
        name = self._name("mod", key, kind)
        with self._locked("module", kind):
            if not self.databases.exists(name):
                self.bench.state.require_space(MODULE_MEGABYTES, "a database")
                label = f"Installing {self.addon.name}{with_demo(demo)}"
                with step(label), self._built_aside(name) as partial:
                    self.databases.copy(base, partial)
                    self._install(partial, self.addon.name, demo, log=name)
                self._drop_others("mod", key, kind)
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
        with self._locked("database", DEMO):
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

    def _bake(self, database, file, log):
        program = ("-m", "devtools.bake", "--database", database, "--file", file)
        run_logged(
            [self.bench.python_env.python, *program],
            self.install_log(log),
            f"The tests' company could not be made in {database}",
            env=self.bench.environ(),
            cwd=self.bench.project.root,
        )

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

    def _locked(self, what, kind):
        """Two ./dev must not build the same thing, but may build different ones."""
        return self.bench.state.locked(f"lock-{what}{kind.replace('_', '-')}")

    def _prefix(self, kind):
        return f"aa_{kind}_{self.bench.owner()}_"

    def _name(self, level, key, kind):
        return f"{self._prefix(level)}{key}{kind}"

    def _drop_others(self, level, key, kind):
        """Drop older templates, so that the disk does not fill up.

        A few stay: a test run that started with one still copies it.
        """
        prefix = self._prefix(level)
        older = [
            name
            for name in self.databases.newest_first(prefix)
            if key not in name and kind_of(name) == kind
        ]
        for name in older[KEPT_TEMPLATES:]:
            self.databases.drop_unused(name)
            self.install_log(name).unlink(missing_ok=True)


def kind_of(name):
    return next((kind for kind in (DEMO, BOOKS) if name.endswith(kind)), PLAIN)


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
