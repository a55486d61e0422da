"""Seconds and peak memory of the phases of a benchmark, a line each."""

import gc
import sys
from contextlib import contextmanager
from pathlib import Path

import freezegun.api


def clock():
    """Seconds of the real clock while the other one is frozen."""
    return freezegun.api.real_perf_counter()


class Meter:
    """Measures phases and prints a line each."""

    def __init__(self):
        self.bare = None
        sys.stdout.write(f"{'phase':34} {'seconds':>8} {'peak MB':>8} {'ratio':>7}\n")

    def report(self, label, seconds, target=""):
        ratio = f"{seconds / self.bare:6.1f}x" if self.bare else ""
        line = f"{label:34} {seconds:8.3f} {peak_megabytes():8.0f} {ratio:>7}  {target}"
        sys.stdout.write(line.rstrip() + "\n")
        sys.stdout.flush()

    @contextmanager
    def phase(self, label, target="", times=None):
        gc.collect()
        reset_peak()
        start = clock()
        yield
        seconds = clock() - start
        if times is not None:
            times.append(seconds)
        self.report(label, seconds, target)


def peak_megabytes():
    """Highest resident memory since :func:`reset_peak`."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def reset_peak():
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
