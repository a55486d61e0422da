"""A local SMTP server for `./dev run`: demo mails are kept, none leaves the machine."""

import contextlib
import socket
import subprocess
import time

from devtools.console import say

PORT = 1025
START_SECONDS = 10


@contextlib.contextmanager
def mail_catcher(bench):
    """Catch Odoo's mails in a Maildir of the state folder while the block runs.

    Where something listens on the port already, for example the user's own catcher,
    the mails go there.
    """
    if is_listening():
        say(f"Mails go to what listens on port {PORT}.")
        yield
        return
    folder = bench.state / "mail"
    log = open(bench.state.log("mail"), "ab")
    process = subprocess.Popen(
        [
            *(str(bench.python_env.python), "-m", "aiosmtpd", "-n"),
            *("-l", f"localhost:{PORT}"),
            *("-c", "aiosmtpd.handlers.Mailbox", str(folder)),
        ],
        stdout=log,
        stderr=log,
        env=bench.environ(),
        # Ctrl-C is for ./dev, which ends it when the server has stopped
        start_new_session=True,
    )
    log.close()
    try:
        wait_until_listening(process)
        say(f"Mails are caught in {folder}.")
        yield
    finally:
        process.terminate()
        process.wait()


def wait_until_listening(process):
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if is_listening():
            return
        time.sleep(0.1)


def is_listening():
    try:
        socket.create_connection(("localhost", PORT), timeout=1).close()
    except OSError:
        return False
    return True
