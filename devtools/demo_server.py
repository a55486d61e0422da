"""./dev run: tonight's escalation on the demo database, then the web server."""

import contextlib
import errno
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
ORDERLY = (0, -signal.SIGINT, -signal.SIGTERM)


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
                if error.errno == errno.EADDRINUSE:
                    return False
    return True


def escalate_and_serve(bench, database, port):
    """Print tonight's table, then serve until Ctrl-C.

    The server starts at once, on the second processor: together they take half
    the time. Its scheduled actions only begin a minute later.
    """
    log = bench.state.log("server")
    with open(log, "ab") as output:
        start = output.tell()
        server = start_server(bench, database, port, output)
    try:
        run_tonight(bench, database)
        with forwarded_signals(server):
            if wait_until_up(server, port, log, start):
                url = f"http://localhost:{port}"
                print(f"Serving {url} (login admin, password admin).", flush=True)
                print(f"Ctrl-C stops it; its log is {log}.", flush=True)
                if server.wait() not in ORDERLY:
                    raise Problem(explain("the server stopped", log, start))
    finally:
        stop(server)
    say("Stopped.")
    return 0


def start_server(bench, database, port, output, *more):
    options = [
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        *more,
    ]
    return subprocess.Popen(
        [str(part) for part in bench.odoo_command("server", *options)],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=bench.environ(),
        cwd=bench.project.root,
        # Ctrl-C is for us to pass on, once: twice would kill it half way
        start_new_session=True,
    )


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
        if server.returncode in ORDERLY:
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
