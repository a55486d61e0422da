"""./dev run: tonight's escalation on the demo database, then the web server."""

import contextlib
import http.client
import signal
import socket
import subprocess
import time

from devtools.console import Problem, say, step
from devtools.processes import explain, forwarded_signals

FIRST_PORT = 8069
PORTS_TRIED = 100
START_SECONDS = 120
STOP_SECONDS = 15


def run_tonight(bench, database):
    """Run tonight.py in Odoo's shell: its table on the screen, the rest in a log."""
    log = bench.state.log("tonight")
    options = ("-d", database, "--no-http", f"--logfile={log}")
    script = bench.project.root / "devtools" / "tonight.py"
    with open(script, "rb") as stdin, open(log, "ab") as errors:
        start = errors.tell()
        status = subprocess.run(
            bench.odoo_command("shell", *options),
            stdin=stdin,
            stderr=errors,
            env=bench.environ(),
            cwd=bench.project.root,
        ).returncode
    if status:
        raise Problem(explain("tonight's escalation failed", log, start))


def choose_port(wanted):
    """Return `wanted` or the next free port, saying so when it is another one."""
    first = wanted or FIRST_PORT
    for port in range(first, first + PORTS_TRIED):
        if is_free(port):
            if port != first:
                say(f"Port {first} is taken, using {port}.")
            return port
    raise Problem(f"no port from {first} on is free: choose one with --port.")


def is_free(port):
    """Nobody listens, on neither kind of localhost."""
    for family, address in ((socket.AF_INET, ""), (socket.AF_INET6, "::")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == 98:
                    return False
    return True


def serve(bench, database, port):
    """Serve until Ctrl-C; everything started here ends with it."""
    log = bench.state.log("server")
    options = ["-d", database, f"--db-filter=^{database}$", f"--http-port={port}"]
    with open(log, "ab") as output:
        start = output.tell()
        server = subprocess.Popen(
            bench.odoo_command("server", *options),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=bench.environ(),
            cwd=bench.project.root,
            # Ctrl-C is for us to pass on, once: twice would kill it half way
            start_new_session=True,
        )
    with forwarded_signals(server):
        try:
            if wait_until_up(server, port, log, start):
                say(f"Serving http://localhost:{port} (login admin, password admin).")
                say(f"Ctrl-C stops it; its log is {log}.")
                status = server.wait()
                if status not in (0, -signal.SIGINT, -signal.SIGTERM):
                    raise Problem(explain("the server stopped", log, start))
        finally:
            stop(server)
    say("Stopped.")
    return 0


def wait_until_up(server, port, log, start):
    """Return True when the server answers, False when it was told to stop."""
    with step("Starting the server"):
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None:
            if answers(port):
                return True
            if time.monotonic() > deadline:
                raise Problem(explain("the server does not answer", log, start))
            time.sleep(0.2)
        if server.returncode in (0, -signal.SIGINT, -signal.SIGTERM):
            return False
        raise Problem(explain("the server did not start", log, start))


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/web/login")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def stop(server):
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
