"""./dev on machines that are not as they should be: one sentence, then it heals.

Each test runs the real program with a state folder of its own, which borrows
Odoo and the Python packages of the folder this suite runs in.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from devtools.project import short_hash

NOBODY_LISTENS = "http://127.0.0.1:9"
FROM_OUTER_DEV = ("PG", "DEV_", "ODOO_", "PYTHON", "VIRTUAL_ENV", "PYTEST")
SECONDS = 120
DEMO_SECONDS = 600
# enough for Python and initdb, too little for the server's buffers
LITTLE_MEMORY = 400_000_000


class Sandbox:
    """A state folder of its own and a developer's shell without our variables."""

    def __init__(self, root, borrowed, folder):
        self.root = root
        self.state = folder
        self.borrowed = borrowed
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(FROM_OUTER_DEV)
        }
        self.env["DEV_STATE"] = str(folder)

    def borrow(self, *names):
        """Use these folders of the real state, so that they need not be made."""
        for name in names:
            (self.state / name).symlink_to(self.borrowed / name)
        return self

    def dev(self, *arguments, input=None, **variables):
        return subprocess.run(
            [sys.executable, self.root / "dev", *arguments],
            input=input,
            env={**self.env, **variables},
            capture_output=True,
            text=True,
            timeout=DEMO_SECONDS,
        )

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, self.root / "dev", *arguments],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def sandbox(dev):
    # not tmp_path: nobody but its owner may enter that, PostgreSQL's user neither
    folder = Path(tempfile.mkdtemp(prefix="aa-dev-"))
    folder.chmod(0o755)
    box = Sandbox(dev.root, dev.bench.state.folder, folder)
    yield box
    stop_server(folder / "postgres")
    shutil.rmtree(folder)


def server_pid(folder):
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def stop_server(folder):
    """End a server that a killed ./dev left running."""
    pid_file = folder / "data" / "postmaster.pid"
    if pid_file.exists():
        command = Path(f"/proc/{server_pid(folder)}/cmdline")
        if command.exists() and str(folder).encode() in command.read_bytes():
            os.kill(server_pid(folder), signal.SIGQUIT)


def assert_one_sentence(done, *words):
    """It failed with one line that says what to do, and without a traceback."""
    problem = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1, done.stderr
    assert problem.startswith("dev: ")
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in problem


def run_as_python(sandbox, version, *arguments, **variables):
    """Run ./dev in a Python that believes to be another version."""
    code = (
        f"import runpy, sys; sys.version_info = {version!r}; "
        f"sys.argv = {['dev', *arguments]!r}; "
        f"runpy.run_path({str(sandbox.root / 'dev')!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**sandbox.env, **variables},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 14, 0)])
def test_a_python_that_odoo_refuses(sandbox, tmp_path, version):
    done = run_as_python(sandbox, version, "run", PATH=str(tmp_path))
    assert_one_sentence(done, "3.10 to 3.13", "install")


def test_another_python_on_the_path_is_used(sandbox, tmp_path):
    launcher = tmp_path / "python3.12"
    launcher.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    launcher.chmod(0o755)
    done = run_as_python(sandbox, (3, 9, 18), "--help", PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "./dev COMMAND" in done.stdout


def test_an_unknown_command(sandbox):
    assert_one_sentence(sandbox.dev("walk"), "'walk'", "--help")


def test_an_unreachable_database_server(sandbox):
    done = sandbox.dev("run", PGHOST="127.0.0.1", PGPORT="9")
    assert_one_sentence(done, "PGHOST=127.0.0.1", "unset it")


def test_a_database_user_that_odoo_refuses(sandbox):
    done = sandbox.dev("run", PGHOST="127.0.0.1", PGUSER="postgres")
    assert_one_sentence(done, "PGUSER", "role")


def test_an_odoo_source_that_is_none(sandbox, tmp_path):
    done = sandbox.dev("run", ODOO_SOURCE=str(tmp_path))
    assert_one_sentence(done, "ODOO_SOURCE", "odoo/release.py")


def test_an_odoo_source_of_another_version(sandbox, tmp_path):
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    done = sandbox.dev("run", ODOO_SOURCE=str(tmp_path))
    assert_one_sentence(done, "Odoo 18.0", "19.0")


def test_an_odoo_source_without_accounting(sandbox, tmp_path):
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    done = sandbox.dev("run", ODOO_SOURCE=str(tmp_path))
    assert_one_sentence(done, "'account'")


def test_no_network_for_odoo(sandbox):
    proxies = {"http_proxy": NOBODY_LISTENS, "https_proxy": NOBODY_LISTENS}
    done = sandbox.dev("run", **proxies)
    assert_one_sentence(done, "Odoo 19.0 could not be downloaded", "network")
    assert not (sandbox.state / "odoo").exists()


def test_no_network_for_python_packages(sandbox):
    """Nor is a half-made environment taken for a whole one."""
    leftover = sandbox.borrow("odoo").state / "venv" / "leftover"
    leftover.mkdir(parents=True)
    done = sandbox.dev(
        "run",
        PIP_CONFIG_FILE=os.devnull,
        PIP_FIND_LINKS="",
        PIP_INDEX_URL=NOBODY_LISTENS,
        PIP_RETRIES="0",
    )
    assert_one_sentence(done, "requirements.txt could not be installed", "network")
    assert not leftover.exists()
    assert (sandbox.state / "venv" / "made-by").exists()


def test_a_state_folder_that_cannot_be(sandbox, tmp_path):
    file = tmp_path / "file"
    file.touch()
    done = sandbox.dev("run", DEV_STATE=str(file / "state"))
    assert_one_sentence(done, "DEV_STATE", "cannot be written")


def test_a_full_disk(sandbox):
    (sandbox.state / "logs").mkdir()
    (sandbox.state / "logs" / "postgres.log").symlink_to("/dev/full")
    done = sandbox.dev("run")
    assert_one_sentence(done, "disk is full", "free some space")
    (sandbox.state / "logs" / "postgres.log").unlink()
    assert answers(sandbox.borrow("odoo", "venv"))


def answers(sandbox):
    """PostgreSQL works in this sandbox, set up by whatever it takes."""
    done = sandbox.dev("exec", "psql", "-w", "-X", "-Atc", "SELECT 6 * 7", "postgres")
    assert done.returncode == 0, done.stderr
    return done.stdout == "42\n"


def test_half_made_things_are_made_again(sandbox):
    (sandbox.state / "postgres.new" / "data" / "base").mkdir(parents=True)
    (sandbox.state / "postgres").mkdir()
    (sandbox.state / "odoo.new" / "usr").mkdir(parents=True)
    assert answers(sandbox.borrow("odoo", "venv"))


def test_a_stale_pid_file_of_a_server_that_died(sandbox):
    assert answers(sandbox.borrow("odoo", "venv"))
    pid_file = sandbox.state / "postgres" / "data" / "postmaster.pid"
    # after a reboot the number belongs to some other process
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
    assert answers(sandbox)


def test_a_server_that_a_killed_run_left_is_used_and_then_stopped(sandbox):
    sandbox.borrow("odoo", "venv")
    killed = sandbox.start("exec", "sh", "-c", "echo up; exec sleep 60")
    assert killed.stdout.readline() == "up\n"
    left = server_pid(sandbox.state / "postgres")
    sleeper = child_of(killed.pid)
    killed.kill()
    killed.wait()
    os.kill(sleeper, signal.SIGKILL)
    assert Path(f"/proc/{left}").exists()
    assert answers(sandbox)
    assert not (sandbox.state / "postgres" / "data" / "postmaster.pid").exists()


def cut_the_power(sandbox):
    """End ./dev and its server as nothing but the end of the machine does."""
    killed = sandbox.start("exec", "sh", "-c", "echo up; exec sleep 60")
    assert killed.stdout.readline() == "up\n"
    server = server_pid(sandbox.state / "postgres")
    for pid in (child_of(killed.pid), killed.pid, server):
        os.kill(pid, signal.SIGKILL)
    killed.wait()
    # its own processes end when they see that it is gone
    while any(f" {server} " in parent for parent in read_parents()):
        time.sleep(0.1)


def read_parents():
    """The stat line of each process, which names its parent."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            yield stat.read_text()


def assert_renewed(sandbox, reason):
    """It works again, said in one sentence, and what there was is kept."""
    done = sandbox.dev("exec", "psql", "-w", "-X", "-Atc", "SELECT 6 * 7", "postgres")
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr
    assert "Traceback" not in done.stderr
    kept = sandbox.state / "postgres.old"
    said = [line for line in done.stderr.splitlines() if str(kept) in line]
    assert len(said) == 1 and reason in said[0]
    assert (kept / "data" / "base").is_dir()


def overwrite(path):
    path.write_bytes(bytes(path.stat().st_size))


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "spoil, name, reason",
    [
        (overwrite, "global/pg_control", "did not start"),
        (overwrite, "global/1262", "did not start"),  # starts, but knows no database
        (empty, "PG_VERSION", "lost its files"),
    ],
)
def test_a_server_whose_files_a_power_cut_spoilt(sandbox, spoil, name, reason):
    sandbox.borrow("odoo", "venv")
    cut_the_power(sandbox)
    spoil(sandbox.state / "postgres" / "data" / name)
    assert_renewed(sandbox, reason)


def test_a_server_at_work_when_the_machine_was_switched_off(sandbox):
    """It would start: what it wrote without fsync is not to be trusted."""
    sandbox.borrow("odoo", "venv")
    cut_the_power(sandbox)
    (sandbox.state / "postgres" / "boot").write_text("another start of the machine")
    assert_renewed(sandbox, "switched off")


def test_a_server_that_only_died_goes_on_with_its_databases(sandbox):
    sandbox.borrow("odoo", "venv")
    assert sandbox.dev("exec", "createdb", "-w", "mine").returncode == 0
    cut_the_power(sandbox)
    assert sandbox.dev("exec", "psql", "-w", "-X", "-c", "", "mine").returncode == 0


def test_a_machine_at_fault_costs_no_databases(sandbox):
    """With too little memory no server starts: what there is waits until one does."""
    sandbox.borrow("odoo", "venv")
    assert sandbox.dev("exec", "createdb", "-w", "mine").returncode == 0
    limit = ["prlimit", f"--as={LITTLE_MEMORY}", sys.executable, sandbox.root / "dev"]
    done = subprocess.run(
        [*limit, "exec", "true"], env=sandbox.env, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Creating a private PostgreSQL server" in done.stderr
    assert "PostgreSQL could not start" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (sandbox.state / "postgres.old").exists()
    assert sandbox.dev("exec", "psql", "-w", "-X", "-c", "", "mine").returncode == 0


def child_of(pid):
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def test_the_server_stays_while_another_dev_uses_it(sandbox):
    sandbox.borrow("odoo", "venv")
    longer = sandbox.start("exec", "sh", "-c", "echo up; read line")
    assert longer.stdout.readline() == "up\n"
    assert answers(sandbox)
    assert server_pid(sandbox.state / "postgres")
    assert longer.poll() is None
    longer.terminate()
    longer.communicate(timeout=SECONDS)
    assert not (sandbox.state / "postgres" / "data" / "postmaster.pid").exists()


def test_two_at_once_take_turns(sandbox):
    sandbox.borrow("odoo", "venv")
    with open(sandbox.state / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = sandbox.start("exec", "true")
        assert "waiting" in second.stderr.readline()
        time.sleep(0.2)
        assert second.poll() is None
    second.communicate(timeout=SECONDS)
    assert second.returncode == 0


@pytest.mark.parametrize("kind", ["unreachable", "long"])
def test_a_state_folder_postgresql_cannot_use(sandbox, kind):
    """Its user may not enter the folder, or the socket's path would be too long."""
    folder = sandbox.state / ("x" * 90 if kind == "long" else "private")
    folder.mkdir(mode=0o755 if kind == "long" else 0o700)
    inner = Sandbox(sandbox.root, sandbox.borrowed, folder)
    assert answers(inner.borrow("odoo", "venv"))
    for leftover in (
        Path(f"/tmp/account_admin-{short_hash(folder / 'postgres')}"),
        Path(f"/var/tmp/account_admin-postgres-{short_hash(folder)}"),
    ):
        shutil.rmtree(leftover, ignore_errors=True)


MANIFEST = """{{
    "name": "Small",
    "version": "{version}",
    "license": "LGPL-3",
    "depends": ["base"],
    "data": [{data}],
}}"""
REFUSES = "def migrate(cr, version):\n    raise ValueError('too old to be updated')\n"
SHELL = (
    "env['ir.module.module'].search([('name', '=', 'small')])"
    ".mapped(lambda app: print('now', app.state, app.latest_version))"
)


def write_addon(folder, version, data="", migration=""):
    """A small add-on in the place of ours, so that its demo takes seconds."""
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    manifest = MANIFEST.format(version=version, data=data)
    (folder / "__manifest__.py").write_text(manifest)
    if migration:
        script = folder / "migrations" / version / "pre-refuse.py"
        script.parent.mkdir(parents=True)
        script.write_text(migration)


def test_a_demo_database_that_cannot_be_updated_is_set_aside(sandbox):
    """Whatever the reason; where a new one cannot be made either, the old one stays."""
    sandbox.borrow("odoo", "venv")
    addon = sandbox.state / "addons" / "small"
    addon.parent.mkdir()
    addon.parent.chmod(0o755)
    sandbox.env["DEV_ADDON"] = str(addon)

    def demo():
        return sandbox.dev("shell", input=SHELL)

    def sql(database, query):
        done = sandbox.dev("exec", "psql", "-w", "-X", "-Atc", query, database)
        return done.stdout.strip()

    write_addon(addon, "19.0.1.0.0")
    first = demo()
    assert "now installed 19.0.1.0.0" in first.stdout, first.stderr
    assert "cannot be updated" not in first.stderr

    write_addon(addon, "19.0.2.0.0", migration=REFUSES)
    assert_made_anew(demo(), "19.0.2.0.0")
    version = "SELECT latest_version FROM ir_module_module WHERE name = 'small'"
    assert sql("account_admin_demo_old", version) == "19.0.1.0.0"
    assert "cannot be updated" not in demo().stderr

    state = "UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'small'"
    sql("account_admin_demo", state)
    assert_made_anew(demo(), "19.0.2.0.0")

    write_addon(addon, "19.0.2.0.0", data="'missing.xml'")
    broken = demo()
    assert broken.returncode == 1
    assert "dev: Odoo could not install or update small" in broken.stderr
    assert sql("account_admin_demo", version) == "19.0.2.0.0"


def assert_made_anew(done, version):
    assert f"now installed {version}" in done.stdout, done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if "_demo_old" in line]
    assert len(said) == 1
    assert "cannot be updated" in said[0]
