"""What the user sees: progress lines, and problems told in one sentence."""

import contextlib
import sys
import time


class Problem(Exception):
    """Something the user has to act on; its text is the one sentence to print."""


def say(text):
    # stdout belongs to the command's own output (JSON of replay, rows of bench)
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(label):
    """Announce a slow step and, when it is over, how long it took."""
    interactive = sys.stderr.isatty()
    start = time.monotonic()
    print(f"{label} ... ", end="" if interactive else "\n", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        say("failed" if interactive else f"{label} ... failed")
        raise
    seconds = f"{time.monotonic() - start:.0f} s"
    say(seconds if interactive else f"{label} ... {seconds}")
