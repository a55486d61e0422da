"""A mail server in any weather: it speaks SMTP and misbehaves where it is told to."""

import socket
import threading
from contextlib import suppress

#: What a server says when all is well.
FINE = {
    "CONNECT": b"220 here",
    "EHLO": b"250-here\r\n250 8BITMIME",
    "MAIL": b"250 ok",
    "RCPT": b"250 ok",
    "DATA": b"354 go on",
    "TEXT": b"250 taken",
    "RSET": b"250 ok",
    "QUIT": b"221 bye",
}


class WeatherServer:
    """One connection at a time; keeps the text of each mail that it took.

    :param dict plan: (verb, number of its use) -> ``drop before`` or ``drop after``
        answering, ``hang`` without an answer, or an answer such as ``450 later``
    :param int per_session: mails after which it closes the connection
    """

    def __init__(self):
        self.plan, self.per_session = {}, 0
        self.taken, self.used = [], {}
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.socket.close()

    def reset(self, plan=None, per_session=0):
        self.plan, self.per_session = plan or {}, per_session
        self.taken, self.used = [], {}

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _address = self.socket.accept()
                with connection, suppress(OSError, EOFError):
                    self._talk(connection, connection.makefile("rb"))

    def _talk(self, connection, lines):
        recipients, count = [], 0
        self._answer(connection, "CONNECT")
        while line := lines.readline():
            verb = line.decode(errors="replace").split()[0].upper()
            if verb == "RCPT":
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
            fine = self._answer(connection, "EHLO" if verb == "HELO" else verb)
            if verb == "DATA" and fine:
                text = self._read_text(lines)
                if self._answer(connection, "TEXT", (recipients, text)):
                    count += 1
            if verb in ("RSET", "DATA"):
                recipients = []
            if verb == "QUIT" or (self.per_session and count >= self.per_session):
                return

    @staticmethod
    def _read_text(lines):
        text = []
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise EOFError
            text.append(line)
        return b"".join(text)

    def _answer(self, connection, verb, mail=None):
        """Answer as planned; what is given whole is taken unless it is refused.

        :return: whether the answer was the fine one
        """
        self.used[verb] = number = self.used.get(verb, 0) + 1
        act = self.plan.get((verb, number)) or self.plan.get((verb, "all"))
        if act == "drop before":
            raise EOFError
        if mail and act in (None, "drop after", "hang"):
            self.taken.append(mail)
        if act == "hang":
            # until the client gives up
            connection.recv(1)
            raise EOFError
        said = act.encode() if act not in (None, "drop after") else FINE[verb]
        if act == "drop after" and mail:
            # taken, and the answer never comes
            raise EOFError
        connection.sendall(said + b"\r\n")
        if act == "drop after":
            raise EOFError
        return said == FINE[verb]
