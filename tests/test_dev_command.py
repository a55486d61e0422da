"""./dev on machines that are not as they should be: one sentence, then it heals.

Each test runs the real program with a state folder of its own, which borrows
Odoo and the Python packages of the folder this suite runs in.
"""

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

    def dev(self, *arguments, **variables):
        return subprocess.run(
            [sys.executable, self.root / "dev", *arguments],
            env={**self.env, **variables},
            capture_output=True,
            text=True,
            timeout=SECONDS,
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
