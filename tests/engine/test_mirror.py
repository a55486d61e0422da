"""The mirror: acceptance case N12, and that one version makes one ticket."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mirror import (
    MOST_BYTES,
    NEVER,
    NO_TICKET,
    OTHER_KEY,
    REDIRECT,
    RETRY,
    SENT,
    TOO_LARGE,
    TRIES,
    Answer,
    BadEndpoint,
    BadMessage,
    check_endpoint,
    fold,
    get_attempts,
    get_wait,
    is_drift,
    is_tried_again,
    judge,
    overwrites,
    read_message,
    read_retry_after,
)

KEY = "change 7 v1"
NOON = datetime(2026, 7, 1, 12)


class Other:
    """The other side: it does the work, then may lose the answer; it knows keys."""

    def __init__(self, answers):
        self.answers, self.tickets = iter(answers), {}

    def post(self, key):
        answer = next(self.answers)
        if answer != "down":
            self.tickets.setdefault(key, f"T{len(self.tickets) + 1}")
        if answer == "ok":
            return Answer(200, {"ticket": self.tickets[key]})
        return Answer(503 if answer == "busy" else None)


def send(other, tries=TRIES):
    """All tries of one message: the last verdict and how many were made."""
    for attempt in range(tries):
        verdict = judge(other.post(KEY), attempt, KEY, tries=tries)
        if verdict.kind != RETRY:
            break
    return verdict, attempt + 1


def test_n12_tries_in_minutes():
    assert get_attempts() == [0, 1, 3, 7, 15, 31, 63, 123]


def test_n12_retry_after():
    assert [get_wait(0, 300), get_wait(3, 300)] == [5, 8]
    assert judge(Answer(503, retry_after=300), 0, KEY).minutes == 5
    assert judge(Answer(429, retry_after=300), 3, KEY).minutes == 8


@given(st.integers(0, 40), st.integers(0, 10**6))
def test_n12_never_sooner_than_told_nor_than_the_schedule(attempt, told):
    minutes = get_wait(attempt, told)
    assert minutes * 60 >= told
    assert minutes >= min(2**attempt, 60)
    assert minutes in (min(2**attempt, 60), -(-told // 60))


def test_n12_what_is_tried_again():
    codes = (200, 301, 400, 401, 404, 408, 409, 422, 425, 429, 500, 503)
    found = [judge(Answer(code), 0, KEY).kind == RETRY for code in codes]
    assert [c for c, again in zip(codes, found, strict=True) if again] == [
        *(408, 425, 429, 500, 503)
    ]
    assert judge(Answer(None), 0, KEY).kind == RETRY


@given(st.integers(400, 599))
def test_an_error_is_tried_again_or_given_up_at_once(status):
    kind = RETRY if is_tried_again(status) else NEVER
    assert judge(Answer(status), 0, KEY).kind == kind
    assert judge(Answer(status), TRIES - 1, KEY).kind == NEVER


def test_n12_one_ticket_after_four_tries():
    other = Other(["down", "lost", "lost", "ok"])
    verdict, tries = send(other)
    assert (verdict.kind, verdict.ticket, tries) == (SENT, "T1", 4)
    assert len(other.tickets) == 1


@given(st.lists(st.sampled_from(["down", "lost", "busy", "ok"]), min_size=TRIES))
def test_one_key_makes_one_ticket_at_most(answers):
    other = Other(answers)
    verdict, tries = send(other)
    assert len(other.tickets) <= 1
    assert tries <= TRIES
    assert (verdict.kind == SENT) is ("ok" in answers[:TRIES])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(301, location="https://elsewhere.example"), REDIRECT),
        (Answer(307), REDIRECT),
        (Answer(200, {"ticket": "T1"}, is_large=True), TOO_LARGE),
        (Answer(200), NO_TICKET),
        (Answer(200, ["T1"]), NO_TICKET),
        (Answer(200, {"ticket": ""}), NO_TICKET),
        (Answer(200, {"ticket": True}), NO_TICKET),
        (Answer(200, {"ticket": {"id": 1}}), NO_TICKET),
        (Answer(200, {"ticket": "x" * 129}), NO_TICKET),
        (Answer(200, {"ticket": "T1", "key": "change 8 v1"}), OTHER_KEY),
    ],
)
def test_an_answer_that_lies_is_given_up(answer, why):
    assert (judge(answer, 0, KEY).kind, judge(answer, 0, KEY).why) == (NEVER, why)


def test_a_later_version_keeps_its_ticket():
    assert judge(Answer(204), 0, KEY, "T1").ticket == "T1"
    assert judge(Answer(200, {"ticket": 17}), 0, KEY).ticket == "17"
    assert judge(Answer(200, {"ticket": "T2"}), 0, KEY, "T1").why == OTHER_KEY


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300", 300),
        (" 7 ", 7),
        ("Wed, 01 Jul 2026 12:05:00 GMT", 300),
        ("Wed, 01 Jul 2026 11:00:00 GMT", 0),
        ("", 0),
        (None, 0),
        ("soon", 0),
        ("-5", 0),
        ("1.5", 0),
        ("²", 0),
        ("9" * 400, 24 * 3600),
    ],
)
def test_retry_after_in_any_way_of_writing(text, seconds):
    assert read_retry_after(text, NOON) == seconds


@given(st.text(max_size=60))
def test_retry_after_may_be_anything(text):
    assert 0 <= read_retry_after(text, NOON) <= 24 * 3600


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://tickets.example.com/in", None),
        ("http://127.0.0.1:8080/in", None),
        ("http://localhost/in", None),
        ("http://[::1]:80/", None),
        ("http://tickets.example.com/in", "https"),
        ("http://localhost.example.com/", "https"),
        ("http://127.0.0.1@example.com/", "credentials"),
        ("https://me:secret@example.com/", "credentials"),
        ("ftp://example.com/", "address"),
        ("example.com", "address"),
        ("https://", "address"),
        ("https://exa mple.com/", "address"),
        ("https://example.com:port/", "address"),
        ("https://[::1/", "address"),
        ("file:///etc/passwd", "address"),
        ("", "address"),
        (None, "address"),
    ],
)
def test_only_https_leaves_this_machine(url, why):
    if not why:
        return check_endpoint(url)
    with pytest.raises(BadEndpoint) as caught:
        check_endpoint(url)
    assert caught.value.args == (why,)


# ----------------------------------------------------------------------
# INBOUND
# ----------------------------------------------------------------------

SAID = {"event": "e1", "sequence": 1, "change": KEY, "status": "open"}


def test_n12_late_and_repeated_answers():
    e2, e3 = ("e2", 2, "in work"), ("e3", 3, "closed")
    assert fold([("e1", 1, "open"), e3, e2, e3]) == "closed"


@given(
    st.lists(st.integers(0, 9), min_size=1).flatmap(
        lambda numbers: st.tuples(st.just(numbers), st.permutations(numbers))
    )
)
def test_the_newest_wins_in_whatever_order_they_come(orders):
    found = {
        fold((f"e{number}", number, f"s{number}") for number in order)
        for order in orders
    }
    assert found == {f"s{max(orders[0])}"}


def test_the_first_status_is_new_whatever_its_number():
    assert overwrites(0, None)
    assert not overwrites(0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", None),
        ("event", 5),
        ("event", ""),
        ("event", "x" * 129),
        ("event", "a\0b"),
        ("change", ["x"]),
        ("sequence", "1"),
        ("sequence", True),
        ("sequence", -1),
        ("sequence", 2**31),
        ("sequence", 1.5),
        ("status", "won't fix"),
        ("status", []),
    ],
)
def test_a_message_that_says_nothing_is_named(name, value):
    with pytest.raises(BadMessage) as caught:
        read_message({**SAID, name: value})
    assert caught.value.args == (name,)


def test_a_message_is_read():
    assert read_message(SAID).status == "open"
    for body in (None, [], "x", 5):
        with pytest.raises(BadMessage):
            read_message(body)


def test_n12_drift_three_of_six():
    pairs = [
        *(("applied", "closed"), ("applied", "open"), ("pending", "closed")),
        *(("pending", "open"), ("rejected", None), ("applied", None)),
    ]
    found = [i for i, pair in enumerate(pairs, 1) if is_drift(*pair)]
    assert found == [2, 3, 6]
    assert not is_drift("pending", "in work")


def test_no_more_is_read_than_needed():
    assert MOST_BYTES == 65536
