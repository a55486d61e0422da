"""Running other programs: quietly into a log, or in the foreground."""

import contextlib
import os
import pwd
import signal
import subprocess

from devtools.console import Problem

TAIL_LINES = 15
# what other programs print -> what the user should do about it
KNOWN_CAUSES = (
    ("No space left on device", "the disk is full: free some space"),
    ("Disk quota exceeded", "the disk quota is used up: free some space"),
    ("Temporary failure resolving", "there is no network: connect"),
    ("Temporary failure in name resolution", "there is no network: connect"),
    ("Network is unreachable", "there is no network: connect"),
    ("Could not connect to", "the package server cannot be reached: check the network"),
    ("Unable to connect to", "the package server cannot be reached: check the network"),
    ("Connection failed", "the package server cannot be reached: check the network"),
    ("NewConnectionError", "the package server cannot be reached: check the network"),
    (
        "Failed to establish a new",
        "the package server cannot be reached: check the network",
    ),
    (
        "No matching distribution found",
        "the package index does not offer them or cannot be reached: check the network",
    ),
    ("Could not get lock", "another program is installing packages: wait for it"),
    ("is being accessed by other users", "another program uses the database: stop it"),
)


class CommandFailed(Problem):
    """A program that should have worked did not."""


class MachineFailed(CommandFailed):
    """It did not for a known cause outside of it, such as a full disk."""


def run_logged(command, log, failure, *, env=None, cwd=None, user=None, stdin=None):
    """Run `command` with all output appended to `log`.

    :param failure: what could not be done, for the one sentence when it fails
    :param user: name of the system user to run as (only root may change user)
    :raises CommandFailed: with the cause where it is a known one
    """
    command = [str(part) for part in command]
    with open(log, "ab") as handle:
        handle.write(("\n$ " + " ".join(command) + "\n").encode())
        handle.flush()
        start = handle.tell()
        try:
            status = subprocess.run(
                command,
                stdin=subprocess.DEVNULL if stdin is None else None,
                input=stdin,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                **as_user(user),
            ).returncode
        except FileNotFoundError:
            raise CommandFailed(f"{failure}: there is no program {command[0]}.")
    if status:
        known = find_cause(read_from(log, start))
        kind = MachineFailed if known else CommandFailed
        raise kind(explain(failure, log, start))


def explain(failure, log, start=0):
    """Turn the end of a log into one sentence, with the last lines when unsure."""
    output = read_from(log, start)
    cause = find_cause(output)
    if cause:
        return f"{failure}: {cause} and run ./dev again (log: {log})."
    return f"{failure} (log: {log}). Its last lines:\n{tail(output)}"


def read_from(log, start):
    with open(log, "rb") as handle:
        handle.seek(start)
        return handle.read().decode(errors="replace")


def find_cause(output):
    """What the user should do about it, ``None`` where nobody knows."""
    return next((cause for sign, cause in KNOWN_CAUSES if sign in output), None)


def tail(output):
    return "\n".join(f"  {line}" for line in output.splitlines()[-TAIL_LINES:])


def as_user(name):
    """Return the subprocess arguments that run a command as user `name`."""
    if name is None:
        return {}
    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def forwarded_signals(process):
    """Pass our own end on to `process`, which decides how to stop.

    Ctrl-C reaches a foreground process by itself (same terminal group), so it
    is only kept from killing us first.
    """
    own_group = os.getpgid(process.pid) == os.getpgrp()

    def forward(number, _frame):
        if number == signal.SIGINT and own_group and os.isatty(0):
            return
        if process.poll() is None:
            process.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, forward) for number in numbers}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def run_foreground(command, *, env=None, cwd=None):
    """Run a program with our own standard streams; return its exit status."""
    process = subprocess.Popen([str(part) for part in command], env=env, cwd=cwd)
    with forwarded_signals(process):
        status = process.wait()
    return 128 - status if status < 0 else status
