"""Rollouts in waves that stop when too much fails, and how long a backlog lasts."""

from dataclasses import dataclass
from decimal import Decimal

from ..desk.scorecard import get_percent


@dataclass(frozen=True, slots=True)
class Wave:
    """A part of a rollout: how many, and how many of these failed."""

    size: int
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rollout is.

    :param int done: those that did not fail, of the waves that ran
    :param Decimal percent: of all, ``None`` of nothing
    :param int stopped_by: number of the wave that stopped it, from 1, else ``None``
    """

    done: int
    percent: Decimal | None
    stopped_by: int | None = None


def get_progress(waves, ran, most):
    """How far a rollout is, and whether it stops (O7).

    1 of 25 failed with 2 % at most: it stops at wave 2. The next wave runs only when no
    more than so many percent of the one before failed.

    :param waves: all of them as :class:`Wave`, in order
    :param int ran: how many of these ran
    :param Decimal most: percent of a wave that may fail
    :rtype: Progress
    """
    done, stopped_by = 0, None
    for number, wave in enumerate(waves[:ran], start=1):
        done += wave.size - wave.failed
        if is_too_much(wave, most):
            stopped_by = number
            break
    return Progress(done, get_percent(done, sum(w.size for w in waves)), stopped_by)


def is_too_much(wave, most):
    """Whether more of a wave failed than may."""
    share = get_percent(wave.failed, wave.size)
    return share is not None and share > most


def get_weeks(waiting, came, done, over=1):
    """Weeks until a backlog is cleared (O8): 48 with 12 in and 16 out a week are 12.

    :param int waiting: how many there are
    :param int came: how many came in some weeks
    :param int done: how many were done in these
    :param int over: how many weeks
    :return: int, rounded up; ``None`` when it never gets smaller
    """
    if not waiting:
        return 0
    if done <= came:
        return None
    return -(-waiting * over // (done - came))
