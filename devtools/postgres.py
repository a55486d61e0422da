"""PostgreSQL: the server the developer named, or a private one in the state folder."""

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from devtools import debian
from devtools.console import Problem, say, step
from devtools.processes import CommandFailed, MachineFailed, as_user, run_logged
from devtools.project import short_hash
from devtools.state import remove_tree, write_whole

OLDEST = 13
ROLE = "odoo"  # Odoo refuses to work as "postgres"
SERVER_USER = "postgres"  # the server refuses to run as root
PORT = "5432"  # only names the socket: the private server has no TCP port
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}.lock")
NEEDED_MEGABYTES = 1500
# C sorts like Odoo's own databases; a UTF-8 ctype knows accented letters
LOCALE = ("--locale=C", "--lc-ctype=C.UTF-8")
# changes whenever the machine starts
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# nothing here is worth surviving a power cut, so trade durability for speed
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    # Odoo's many short queries cost less than compiling one of them
    "jit": "off",
    # uninstalling modules drops hundreds of tables in one transaction
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class GivenServer:
    """The server that PGHOST and its companions point to."""

    def __init__(self, environ):
        self.settings = {k: v for k, v in environ.items() if k.startswith("PG")}
        self.settings.pop("PGDATABASE", None)
        self.host = self.settings["PGHOST"]

    def start(self, log):
        if self.settings.get("PGUSER") == "postgres":
            raise Problem(
                "PGUSER is 'postgres', which Odoo refuses: create another role that "
                "may create databases and set PGUSER to it."
            )
        if not shutil.which("psql"):
            debian.install(["postgresql-client"], "PostgreSQL's client", log)
        command = ["psql", "-w", "-X", "-At", "-d", "postgres", "-c"]
        answer = subprocess.run(
            [*command, "SHOW server_version_num"],
            env={"PGCONNECT_TIMEOUT": "5", **os.environ, **self.settings},
            capture_output=True,
            text=True,
        )
        if answer.returncode:
            reason = " ".join(answer.stderr.split())
            raise Problem(
                f"PostgreSQL at PGHOST={self.host} does not answer ({reason}): start "
                "it, correct PGHOST, or unset it for a private server."
            )
        if int(answer.stdout) < OLDEST * 10000:
            raise Problem(
                f"PostgreSQL at PGHOST={self.host} is older than {OLDEST}: Odoo 19 "
                "needs a newer one."
            )

    def release(self):
        """It was there before us and stays."""


class PrivateServer:
    """A cluster and socket of our own, started on demand, stopped by its last user."""

    def __init__(self, state):
        self.state = state
        self.user = SERVER_USER if os.geteuid() == 0 else None
        self.folder = None
        self.bin = None
        self._users_lock = None

    @property
    def settings(self):
        return {"PGHOST": str(self.socket_folder), "PGPORT": PORT, "PGUSER": ROLE}

    @property
    def data(self):
        return self.folder / "data"

    @property
    def socket_folder(self):
        folder = self.folder / "socket"
        if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        return Path(f"/tmp/account_admin-{short_hash(self.folder)}")

    def start(self, log):
        """Start the server unless it runs, creating the cluster the first time.

        One that a power cut or a crash left unusable is set aside and made anew: it
        holds nothing that ./dev cannot make again.
        """
        self._locate(log)
        self._join_users()
        if not self.data.is_dir():
            self._create(log)
        elif not self._knows_its_version():
            self._renew("lost its files", log)
        self.bin = self._matching_binaries()
        if self._is_running():
            return
        if self._was_switched_off():
            self._renew("was at work when this machine was switched off", log)
            return
        try:
            self._start_and_ask(log)
        except MachineFailed:
            raise
        except CommandFailed:
            self._ask("stop", "-m", "immediate")
            self._renew("did not start any more", log)

    def _start_and_ask(self, log):
        """Start the server and see that it answers: it may be up and know nothing."""
        self._remove_stale_pid()
        self._own(self.socket_folder)
        self._write_settings()
        self._control(log, "start", "-w", "-t", "60", "-l", self.data / "server.log")
        if BOOT_ID.exists():
            write_whole(self._boot_mark, BOOT_ID.read_text())
        path = f"{self.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        if shutil.which("psql", path=path):
            question = ["psql", "-w", "-X", "-c", "SELECT 1", "-d", "postgres"]
            failure = "the private PostgreSQL does not answer"
            run_logged(question, log, failure, env={"PATH": path, **self.settings})

    @property
    def _boot_mark(self):
        """Which start of the machine the server runs in; gone once it was stopped."""
        return self.folder / "boot"

    def _was_switched_off(self):
        """Without fsync nothing it wrote can be trusted then, even if it starts."""
        mark = self._boot_mark
        died = (self.data / "postmaster.pid").exists()
        return died and mark.is_file() and mark.read_text() != BOOT_ID.read_text()

    def _knows_its_version(self):
        try:
            return (self.data / "PG_VERSION").read_text().strip().isdigit()
        except OSError:
            return False

    def _renew(self, reason, log):
        """Make and start a new cluster; keep the one there was, instead of an earlier.

        Where a new one does not start either, the machine is at fault: all stays.
        """
        self.state.require_space(NEEDED_MEGABYTES, "another PostgreSQL")
        aside = self.folder.with_name(self.folder.name + ".aside")
        remove_tree(aside)
        self.folder.rename(aside)
        try:
            self._create(log)
            self._start_and_ask(log)
        except BaseException:
            remove_tree(self.folder)
            aside.rename(self.folder)
            raise
        kept = self.folder.with_name(self.folder.name + ".old")
        remove_tree(kept)
        aside.rename(kept)
        say(
            f"The private PostgreSQL {reason}: it is kept in {kept}, and there is a new"
            " one, whose databases are made anew."
        )

    def release(self):
        """Stop the server when no other ./dev uses it."""
        if self._users_lock is None:
            return
        with self.state.locked():
            fcntl.flock(self._users_lock, fcntl.LOCK_UN)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self.bin and self._is_running():
                    if self._ask("stop", "-m", "fast"):
                        self._boot_mark.unlink(missing_ok=True)
            self._users_lock.close()
            self._users_lock = None

    def _join_users(self):
        self._users_lock = open(self.state / "postgres-users", "a+")
        fcntl.flock(self._users_lock, fcntl.LOCK_SH)

    def _locate(self, log):
        """Find server binaries and a folder that the server's user can reach."""
        if not newest_binaries():
            debian.install(["postgresql"], "PostgreSQL", log)
        self.bin = newest_binaries()
        if not self.bin:
            raise Problem(
                f"there is no PostgreSQL server {OLDEST} or newer: install one."
            )
        self.folder = self.state / "postgres"
        if self.user and not self._reachable(self.state.folder):
            # for example below /root: the server's user cannot get in there
            name = f"account_admin-postgres-{short_hash(self.state.folder)}"
            self.folder = Path("/var/tmp") / name

    def _reachable(self, folder):
        probe = subprocess.run(
            ["test", "-x", folder],
            cwd="/",
            stderr=subprocess.DEVNULL,
            **as_user(self.user),
        )
        return probe.returncode == 0

    def _create(self, log):
        """Make the cluster aside and move it into place when it is complete."""
        self.state.require_space(NEEDED_MEGABYTES, "PostgreSQL")
        failure = "the private PostgreSQL could not be created"
        partial = self.folder.with_name(self.folder.name + ".new")
        with step("Creating a private PostgreSQL server"):
            remove_tree(partial)
            remove_tree(self.folder)
            self._own(partial)
            initdb = [self.bin / "initdb", "-D", partial / "data", "-U", SERVER_USER]
            initdb += ["--auth=trust", "--no-sync", "-E", "UTF8", *LOCALE]
            self._run(initdb, log, failure)
            # single-user mode: no server has to be up to create the role
            single = [
                self.bin / "postgres",
                "--single",
                "-D",
                partial / "data",
                "postgres",
            ]
            sql = f"CREATE ROLE {ROLE} LOGIN CREATEDB\n".encode()
            self._run(single, log, failure, stdin=sql)
            partial.rename(self.folder)

    def _own(self, folder):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise Problem(f"{folder} is not a folder: remove it.")
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        elif folder.stat().st_uid != os.geteuid():
            raise Problem(f"{folder} belongs to another user: remove it.")

    def _write_settings(self):
        values = {**SETTINGS, "unix_socket_directories": str(self.socket_folder)}
        text = "".join(f"{key} = {quoted(value)}\n" for key, value in values.items())
        (self.data / "postgresql.conf").write_text(text)

    def _matching_binaries(self):
        """A cluster only works with the major version that created it."""
        wanted = (self.data / "PG_VERSION").read_text().strip()
        for folder in server_binaries():
            if str(major_version(folder)) == wanted:
                return folder
        raise Problem(
            f"{self.folder} was made by PostgreSQL {wanted}, which is gone: install it "
            "again, or remove that folder, which loses its databases."
        )

    def _is_running(self):
        return self._ask("status") and self._pid_is_ours()

    def _pid_is_ours(self):
        """After a crash or reboot the recorded process may be someone else's."""
        if not Path("/proc/self").exists():
            return True  # cannot tell: trust pg_ctl
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = (self.data / "postmaster.pid").read_text().split()[0]
            command = Path(f"/proc/{int(pid)}/cmdline").read_bytes()
            return str(self.data).encode() in command
        return False

    def _remove_stale_pid(self):
        if not self._pid_is_ours():
            with contextlib.suppress(FileNotFoundError):
                (self.data / "postmaster.pid").unlink()

    def _ask(self, *arguments):
        """Call pg_ctl without a log: this has to work on a full disk, too."""
        command = [self.bin / "pg_ctl", "-D", self.data, *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = subprocess.run(command, cwd="/", **quiet, **as_user(self.user))
        return done.returncode == 0

    def _control(self, log, *arguments):
        command = [self.bin / "pg_ctl", "-D", self.data, *arguments]
        self._run(command, log, f"PostgreSQL could not {arguments[0]}")

    def _run(self, command, log, failure, stdin=None):
        run_logged(command, log, failure, cwd="/", user=self.user, stdin=stdin)


def choose_server(state, environ):
    return GivenServer(environ) if environ.get("PGHOST") else PrivateServer(state)


def server_binaries():
    """Yield folders with server programs, newest major version first."""
    folders = {path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")}
    if shutil.which("pg_config"):
        reply = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True
        )
        folders.add(Path(reply.stdout.strip()))
    if shutil.which("initdb"):
        folders.add(Path(shutil.which("initdb")).resolve().parent)
    complete = [
        f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()
    ]
    return sorted(complete, key=major_version, reverse=True)


def quoted(value):
    return "'" + value.replace("'", "''") + "'"


def newest_binaries():
    usable = [folder for folder in server_binaries() if major_version(folder) >= OLDEST]
    return usable[0] if usable else None


def major_version(folder):
    reply = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True)
    match = re.search(r"(\d+)", reply.stdout)
    return int(match.group(1)) if match else 0
