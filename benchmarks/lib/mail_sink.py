"""An SMTP server in a process of its own, that counts messages for each recipient.

Run as a program it prints its port, then answers each line on its standard input with a
JSON object of what arrived since the one before.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from collections import Counter

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from devtools.prefork import free_port


class Recipients(Sink):
    """When each message arrived and for whom."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.forget()

    def forget(self):
        self.counts, self.first, self.last = Counter(), None, None

    async def handle_DATA(self, _server, _session, envelope):
        with self.lock:
            self.last = time.time()
            self.first = self.first or self.last
            self.counts.update(envelope.rcpt_tos)
        return "250 OK"

    def take(self, forget):
        with self.lock:
            found = {"counts": self.counts, "first": self.first, "last": self.last}
            text = json.dumps(found)
            if forget:
                self.forget()
        return text


class MailSink:
    """The server as a child process; ends with the block."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_raised):
        self.process.stdin.close()
        self.process.wait()

    def look(self):
        """What arrived since :meth:`take`: dict of counts, first and last (seconds)."""
        return self._ask("look")

    def take(self):
        """The same, and start to count anew."""
        return self._ask("take")

    def _ask(self, what):
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def main():
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    handler = Recipients()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(handler.take(forget=line.strip() == "take") + "\n")
        sys.stdout.flush()
    server.stop()


if __name__ == "__main__":
    main()
