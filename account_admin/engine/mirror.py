"""The mirror of change requests in somebody else's system: tries, answers, drift.

The other side does the work and may lose the answer: one key a version makes one
ticket, however often it is sent.
"""

from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

TRIES = 8
#: Minutes that are waited at most unless the other side says longer.
CAP = 60
#: Seconds that the other side may ask for; what is longer is a mistake of its own.
LONGEST_WAIT = 24 * 3600
#: Bytes of an answer or a message that are read.
MOST_BYTES = 64 * 1024
AGAIN = frozenset({408, 425, 429})
LOCAL = ("localhost", "127.0.0.1", "::1")

SENT, RETRY, NEVER = "sent", "retry", "never"
#: Why a message was not taken.
NO_ANSWER, STATUS, REDIRECT, TOO_LARGE, NO_TICKET, OTHER_KEY = (
    "no_answer",
    "status",
    "redirect",
    "too_large",
    "no_ticket",
    "other_key",
)

#: Their words for a ticket; what is being worked on is open.
STATUSES = {"open": "open", "in work": "open", "closed": "closed"}
APPLIED, PENDING, REJECTED = "applied", "pending", "rejected"
_FITS = {APPLIED: {"closed"}, PENDING: {"open"}, REJECTED: {"closed", None}}


class BadEndpoint(ValueError):
    """An address that nothing is sent to; its argument says why."""


def check_endpoint(url):
    """Refuse an address that is not one over HTTPS; this machine needs none.

    :raises BadEndpoint: ``address``, ``credentials`` or ``https``
    """
    try:
        parts = urlsplit((url or "").strip())
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise BadEndpoint("address") from error
    if not host or parts.scheme not in ("http", "https") or " " in url.strip():
        raise BadEndpoint("address")
    if parts.username is not None or parts.password is not None:
        raise BadEndpoint("credentials")
    if parts.scheme == "http" and host not in LOCAL:
        raise BadEndpoint("https")


# ----------------------------------------------------------------------
# OUTBOUND
# ----------------------------------------------------------------------


def get_wait(attempt, told=0, cap=CAP):
    """Minutes to wait after a try.

    :param int attempt: number of the try, from 0
    :param int told: seconds that the other side asked for
    """
    return max(min(2**attempt, cap), -(-told // 60))


def get_attempts(number=TRIES, cap=CAP):
    """Minutes after the first try at which each is made."""
    moments, moment = [], 0
    for attempt in range(number):
        moments.append(moment)
        moment += get_wait(attempt, cap=cap)
    return moments


def is_tried_again(status):
    """Whether an answer, None for none at all, is worth another try."""
    return status is None or status in AGAIN or status >= 500


def read_retry_after(text, now):
    """Seconds of the header Retry-After, in numbers or as a date; 0 if it is neither.

    :param datetime now: naive, in UTC
    """
    text = (text or "").strip()
    # only what a clock can count, in ten digits at most
    if text.isascii() and text.isdigit():
        return min(int(text[:10]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return 0
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    seconds = int((moment - now).total_seconds())
    return min(max(seconds, 0), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: None as status when nothing did.

    :param body: what was read as JSON, None where that was none
    :param location: where a redirect leads
    :param is_large: more came than is read
    """

    status: int | None = None
    body: object = None
    location: str = ""
    retry_after: int = 0
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message.

    :param kind: ``sent``, ``retry`` or ``never``
    :param why: what was wrong, empty when it was sent
    :param minutes: to wait until the next try
    """

    kind: str
    why: str = ""
    ticket: str = ""
    minutes: int = 0


def judge(answer, attempt, key, ticket="", tries=TRIES):
    """What becomes of a message after a try.

    :param Answer answer: what came back
    :param int attempt: number of the try, from 0
    :param str key: the message's own
    :param str ticket: what an earlier version was answered
    :rtype: Verdict
    """
    why, found = _read(answer, key, ticket)
    if not why:
        return Verdict(SENT, ticket=found)
    if why in (NO_ANSWER, STATUS) and is_tried_again(answer.status):
        if attempt + 1 < tries:
            minutes = get_wait(attempt, answer.retry_after)
            return Verdict(RETRY, why, minutes=minutes)
    return Verdict(NEVER, why)


def _read(answer, key, ticket):
    """What is wrong with an answer, empty for nothing, and the ticket it names."""
    if answer.status is None:
        return NO_ANSWER, ""
    if 300 <= answer.status < 400:
        return REDIRECT, ""
    if not 200 <= answer.status < 300:
        return STATUS, ""
    if answer.is_large:
        return TOO_LARGE, ""
    body = answer.body if isinstance(answer.body, dict) else {}
    if body.get("key", key) != key:
        return OTHER_KEY, ""
    found = body.get("ticket", ticket)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not 0 < len(found.strip()) <= 128:
        return NO_TICKET, ""
    if ticket and found.strip() != ticket:
        return OTHER_KEY, ""
    return "", found.strip()


# ----------------------------------------------------------------------
# INBOUND
# ----------------------------------------------------------------------


class BadMessage(ValueError):
    """A message that is not understood; its argument names the part."""


@dataclass(frozen=True, slots=True)
class Message:
    """A status that the other side told."""

    event: str
    sequence: int
    key: str
    status: str


def read_message(body):
    """A status out of parsed JSON.

    :raises BadMessage: naming what is missing or no status
    """
    if not isinstance(body, dict):
        raise BadMessage("body")
    event, key = body.get("event"), body.get("change")
    for name, value in (("event", event), ("change", key)):
        if not isinstance(value, str) or not 0 < len(value) <= 128 or "\0" in value:
            raise BadMessage(name)
    number = body.get("sequence")
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadMessage("sequence")
    if not 0 <= number < 2**31:
        raise BadMessage("sequence")
    status = body.get("status")
    if not isinstance(status, str) or status not in STATUSES:
        raise BadMessage("status")
    return Message(event, number, key, status)


def overwrites(number, last):
    """Whether a status is newer than the last one that was taken (None: none was)."""
    return last is None or number > last


def fold(messages):
    """Status after messages in the order in which they came.

    :param messages: iterable of (event, sequence, status)
    """
    seen, last, status = set(), None, None
    for event, number, value in messages:
        if event not in seen and overwrites(number, last):
            last, status = number, value
        seen.add(event)
    return status


def is_drift(ours, theirs):
    """Whether two sides disagree.

    :param ours: ``applied``, ``pending`` or ``rejected``
    :param theirs: one of :data:`STATUSES`, None where there is no ticket
    """
    return STATUSES.get(theirs) not in _FITS[ours]


def get_day(moment: datetime):
    """A moment as the other side reads it: ISO 8601 in UTC, None for none."""
    return moment.replace(microsecond=0).isoformat() + "Z" if moment else None
