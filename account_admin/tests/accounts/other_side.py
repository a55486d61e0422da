"""The other side's system: a real web server that fails, delays, repeats and lies."""

import json
import threading
import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PART = b" " * (64 * 1024)


class Handler(BaseHTTPRequestHandler):
    """Does with each request what the next word of the script says."""

    protocol_version = "HTTP/1.1"
    other = None

    def log_message(self, *args):
        """Tests read what was heard."""

    def do_GET(self):
        self.other.heard.append(("GET", self.path, {}, None))
        self.answer(200, {"ticket": "T-redirected"})

    def do_POST(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size))
        self.other.heard.append(("POST", self.path, dict(self.headers), body))
        script = self.other.script
        word = script.popleft() if script else "ok"
        self.close_connection = True
        if isinstance(word, tuple):
            self.answer(word[0], {"error": "no"}, word[1])
        elif word == "down":
            """It never came: no answer, no ticket."""
        else:
            ticket = self.other.make_ticket(body["change"])
            getattr(self, f"say_{word}")(ticket)

    def say_ok(self, ticket):
        key = self.headers["Idempotency-Key"]
        self.answer(200, {"ticket": ticket, "key": key})

    def say_lost(self, _ticket):
        """The ticket is made, the answer never comes."""

    def say_slow(self, ticket):
        time.sleep(3)
        with suppress(OSError):
            self.say_ok(ticket)

    def say_html(self, _ticket):
        self.raw(200, b"<html>Welcome</html>")

    def say_other_key(self, _ticket):
        self.answer(200, {"ticket": "T9", "key": "another"})

    def say_drip(self, _ticket):
        self.begin(1000)
        with suppress(OSError):
            for _quarter in range(40):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.25)

    def say_huge(self, _ticket):
        self.begin(160 * len(PART))
        with suppress(OSError):
            for part in range(160):
                self.wfile.write(PART)
                self.other.flooded = part

    def begin(self, size):
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def answer(self, status, body, headers=()):
        self.raw(status, json.dumps(body).encode(), dict(headers))

    def raw(self, status, content, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class OtherSide:
    """Makes one ticket a change; what it answers is scripted, ``ok`` by default."""

    def __init__(self):
        self.script, self.heard, self.tickets = deque(), [], {}
        self.flooded = 0
        handler = type("Scripted", (Handler,), {"other": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/tickets"

    def make_ticket(self, change):
        return self.tickets.setdefault(change, f"T{len(self.tickets) + 1}")

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
