"""A real Odoo server with several worker processes, for tests and benchmarks."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

from devtools.console import Problem
from devtools.processes import explain

PROGRAM = Path(__file__).with_name("odoo_program.py")
START_SECONDS = 90
STOP_SECONDS = 10
#: Ports are chosen before Odoo takes them; somebody may be quicker.
TRIES = 3
#: First half of the key of the lock that a job runner holds.
RUNNER_LOCK = 2293787760715711918 >> 32
PR_SET_PDEATHSIG = 1


class Prefork:
    """One database's server; it and all its processes end with the block.

    :param int workers: processes for requests, which jobs are
    :param int crons: processes for scheduled actions
    :param int jobs: jobs at once, 0 for no job runner
    """

    def __init__(self, database, log, *, workers=2, crons=0, jobs=0):
        self.database = database
        self.log = log
        self.options = [
            *("-d", database, f"--db-filter=^{database}$"),
            *(f"--workers={workers}", f"--max-cron-threads={crons}"),
            f"--load=base,web{',queue_job' if jobs else ''}",
        ]
        self.jobs = jobs
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_raised):
        self.stop()

    def start(self):
        """Start and wait until it answers; another port where one is taken.

        :raises Problem: with the end of its log when it does not come up
        """
        for left in reversed(range(TRIES)):
            start = self.log.stat().st_size if self.log.exists() else 0
            self._launch(free_port(), free_port())
            if self._is_up():
                return
            self.kill()
            with open(self.log, "rb") as handle:
                handle.seek(start)
                taken = b"Address already in use" in handle.read()
            if not (taken and left):
                raise Problem(explain("the server did not start", self.log, start))

    def _launch(self, port, second_port):
        self.port = port
        command = [sys.executable, PROGRAM, "server", *self.options]
        ports = [f"--http-port={port}", f"--gevent-port={second_port}"]
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                [*command, *ports],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "ODOO_QUEUE_JOB_CHANNELS": f"root:{self.jobs}"},
                # a group of its own, so that all its processes end with it
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def _is_up(self):
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if answers(self.port):
                return True
            time.sleep(0.1)
        return False

    def stop(self):
        """End it in good order, or else like :meth:`kill`."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self):
        """End every process of it at once, as a power cut does."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()

    def has_runner(self, query):
        """Whether its job runner is at work.

        :param query: function that runs one SQL query on the database
        """
        held = query(
            "SELECT count(*) FROM pg_locks JOIN pg_database base ON base.oid = database"
            f" WHERE locktype = 'advisory' AND granted AND classid = {RUNNER_LOCK}"
            f" AND datname = '{self.database}'"
        )
        return held != "0"

    def find_senders(self, port):
        """Ids of its processes that talk to the mail server on ``port`` now."""
        workers = psutil.Process(self.process.pid).children(recursive=True)
        return [worker.pid for worker in workers if is_connected(worker, port)]


def end_with_parent():
    """Ask Linux to end this process when the one that started it is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_connected(process, port):
    try:
        sockets = process.net_connections("tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # it has just ended
        return False
    return any(found.raddr and found.raddr.port == port for found in sockets)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/web/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_for(condition, seconds=120, pause=0.1):
    """Wait until a condition holds; return whether it does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
