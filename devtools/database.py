"""Databases and their filestores: create, copy, rename, drop."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from devtools.console import Problem
from devtools.processes import MachineFailed, find_cause
from devtools.state import remove_tree


class Databases:
    """Thin wrapper of PostgreSQL's own clients that also minds the filestores."""

    def __init__(self, bench):
        self.bench = bench

    def newest_first(self, prefix=""):
        rows = self.query("SELECT datname FROM pg_database ORDER BY oid DESC")
        return [name for name in rows.splitlines() if name.startswith(prefix)]

    def exists(self, name):
        return name in self.newest_first()

    def create(self, name):
        """Create an empty database the way Odoo does."""
        self._client(
            "createdb", "-E", "unicode", "--lc-collate=C", "-T", "template0", name
        )

    def copy(self, source, target):
        """Copy a database nobody is connected to, filestore included."""
        self._client("createdb", "-T", source, target)
        remove_tree(self.filestore(target))
        if self.filestore(source).is_dir():
            # files are named after their content and never rewritten: share them
            shutil.copytree(
                self.filestore(source), self.filestore(target), copy_function=os.link
            )

    def rename(self, source, target):
        """Move a database into place; the filestore first, as the name is the proof."""
        remove_tree(self.filestore(target))
        if self.filestore(source).is_dir():
            self.filestore(source).rename(self.filestore(target))
        self.query(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def drop(self, name):
        try:
            # ends an autovacuum, which --force may not: that is not our process
            self._client("dropdb", "--if-exists", name)
        except Problem:
            self._client("dropdb", "--if-exists", "--force", name)
        remove_tree(self.filestore(name))

    def drop_unused(self, name):
        """Drop a database unless someone is connected to it."""
        with contextlib.suppress(Problem):
            self._client("dropdb", "--if-exists", name)
            remove_tree(self.filestore(name))

    def filestore(self, name):
        return Path(self.bench.data_dir) / "filestore" / name

    def label(self, name):
        """Return what `set_label` wrote on the database, or an empty string."""
        return self.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )

    def set_label(self, name, text):
        self.query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    def query(self, sql, database="postgres"):
        return self._client("psql", "-X", "-At", "-d", database, "-c", sql)

    def _client(self, program, *arguments):
        done = subprocess.run(
            [program, "-w", *arguments],
            env=self.bench.environ(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            reason = " ".join(done.stderr.split())
            cause = find_cause(reason)
            if cause:
                raise MachineFailed(f"{program} failed: {cause} and run ./dev again.")
            raise Problem(f"{program} {' '.join(arguments)} failed: {reason}")
        return done.stdout.strip()
