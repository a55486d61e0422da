"""Databases for benchmarks that need more than the fresh one of ./dev bench."""

import contextlib
import signal

from devtools.templates import Templates
from devtools.workbench import Workbench


@contextlib.contextmanager
def own_databases():
    """Give the :class:`Templates` of the environment that a ./dev has prepared.

    Its ``temporary`` databases are dropped at the end, when told to stop, too.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    bench = Workbench()
    bench.join()
    yield Templates(bench)
