"""Change requests: acceptance cases N9 to N11, and that nobody approves alone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.absence import Absence, Cover
from engine.calendar import WorkingDays, to_local
from engine.change import (
    BANK,
    CARRIED,
    FLOORS,
    LOST,
    LOW,
    NORMAL,
    OPEN,
    Approval,
    CallBack,
    Cell,
    Missing,
    Rule,
    choose_approvers,
    count_votes,
    decide,
    find_missing,
    find_short,
    get_cut_off,
    get_outcome,
    get_start,
    is_below,
    reverse,
)

ASKED = date(2026, 7, 1)
CALLED = CallBack("Bob", date(2024, 2, 1), ASKED)
SEEN = {"terms": "Net 30", "street": "Old 1", "limit": 50}
#: Independence Day of 2026 is a Saturday: the Friday before is off.
US = WorkingDays(closed=frozenset({date(2026, 7, 3)}))
PEOPLE = ("Ann", "Bob", "Mia", "Zoe")


def oracle_missing(risk, requester, approvals, call_back=None):
    """The specification's own arithmetic."""
    people = {a for a in approvals if a != requester}
    number = {"low": 0, "normal": 1, "bank": 2}[risk]
    missing = ["approval"] * max(0, number - len(people))
    if risk == "bank":
        ok = (
            call_back
            and call_back.by != requester
            and call_back.number_since < call_back.requested
        )
        missing += [] if ok else ["call back"]
    return missing


def oracle_apply(record, seen, proposed):
    """The specification's own arithmetic."""
    clash = {
        f: (seen[f], record[f], v)
        for f, v in proposed.items()
        if record[f] not in (seen[f], v)
    }
    return (record, clash) if clash else ({**record, **proposed}, {})


def missing(risk, asker, people, *calls):
    approvals = [Approval(user) for user in people]
    return find_missing([FLOORS[risk]], {asker}, approvals, calls)


def cells_of(record, seen, proposed):
    return [Cell(name, seen[name], record[name], proposed[name]) for name in proposed]


def apply(record, seen, proposed):
    """As the oracle gives it: the record after, and what is in conflict."""
    values, clash = decide(cells_of(record, seen, proposed))
    conflicts = {cell.key: (cell.seen, cell.current, cell.proposed) for cell in clash}
    return {**record, **values}, conflicts


@pytest.mark.parametrize(
    ("people", "call", "expected"),
    [
        (["Ann", "Mia"], CALLED, Missing(1)),
        (["Mia", "Mia"], CALLED, Missing(1)),
        (["Mia", "Bob"], None, Missing(0, True)),
        (["Mia", "Bob"], CallBack("Ann", date(2024, 2, 1), ASKED), Missing(0, True)),
        (["Mia", "Bob"], CallBack("Bob", ASKED, ASKED), Missing(0, True)),
        (["Mia", "Bob"], CALLED, Missing()),
    ],
)
def test_n9_bank_details(people, call, expected):
    assert missing(BANK, "Ann", people, *([call] if call else ())) == expected


@given(
    risk=st.sampled_from([LOW, NORMAL, BANK]),
    asker=st.sampled_from(PEOPLE),
    people=st.lists(st.sampled_from(PEOPLE)),
    call=st.none()
    | st.builds(
        CallBack,
        by=st.sampled_from(PEOPLE),
        number_since=st.dates(date(2026, 6, 28), date(2026, 7, 3)),
        requested=st.just(ASKED),
    ),
)
def test_n9_as_the_specification_counts(risk, asker, people, call):
    found = missing(risk, asker, people, *([call] if call else ()))
    expected = ["approval"] * found.approvals + ["call back"] * found.call_back
    assert expected == oracle_missing(risk, asker, people, call)


APPROVALS = st.lists(
    st.builds(
        Approval,
        user=st.sampled_from(PEOPLE),
        instead_of=st.none() | st.sampled_from(PEOPLE),
    )
)
RULES = st.lists(
    st.builds(
        Rule,
        approvals=st.integers(0, 3),
        call_back=st.booleans(),
        who=st.none() | st.frozensets(st.sampled_from(PEOPLE)),
    ),
    max_size=3,
)


@given(RULES, st.frozensets(st.sampled_from(PEOPLE)), APPROVALS)
def test_whoever_asked_adds_nothing_as_deputy_neither(rules, askers, approvals):
    others = [a for a in approvals if a.user not in askers and a.right not in askers]
    assert find_missing(rules, askers, approvals) == find_missing(rules, (), others)


@given(RULES, st.frozensets(st.sampled_from(PEOPLE)), APPROVALS)
def test_no_second_pair_of_eyes_is_skipped(rules, askers, approvals):
    found = find_missing(rules, askers, approvals)
    if not found.approvals:
        for rule in rules:
            people = {
                a.user for a in approvals if a.user not in askers and rule.allows(a)
            }
            assert len(people) >= rule.approvals


@given(RULES, st.frozensets(st.sampled_from(PEOPLE)), APPROVALS, APPROVALS)
def test_one_approval_more_never_makes_more_missing(rules, askers, some, more):
    before = find_missing(rules, askers, some)
    assert find_missing(rules, askers, some + more).approvals <= before.approvals


def test_one_right_counts_once_whoever_uses_it():
    approvals = [Approval("Mia"), Approval("Bob", "Mia")]
    assert find_missing([FLOORS[BANK]], {"Ann"}, approvals).approvals == 1


def test_a_rule_names_who_approves_and_every_rule_counts():
    chief, anybody = Rule(1, who=frozenset({"Zoe"})), Rule(2)
    approvals = [Approval("Mia"), Approval("Bob")]
    assert find_missing([anybody, chief], {"Ann"}, approvals).approvals == 1
    deputy = [Approval("Mia"), Approval("Bob", "Zoe")]
    assert not find_missing([anybody, chief], {"Ann"}, deputy)


def test_a_rule_that_nobody_could_meet_is_found():
    people = {"Ann", "Bob", "Mia"}
    nobody, herself = Rule(1, who=frozenset()), Rule(1, who=frozenset({"Ann"}))
    rules = [nobody, herself, Rule(2), Rule(3)]
    found = find_short(rules, {"Ann"}, people)
    assert found == [(nobody, 0), (herself, 0), (Rule(3), 2)]


@pytest.mark.parametrize(
    ("rule", "risk", "expected"),
    [
        (Rule(0), LOW, False),
        (Rule(0), NORMAL, True),
        (Rule(2), BANK, True),
        (Rule(1, True), BANK, True),
        (Rule(3, True), BANK, False),
    ],
)
def test_a_rule_asks_for_no_less_than_its_class(rule, risk, expected):
    assert is_below(rule, risk) is expected


def test_k13_approvers_are_there_and_never_the_requester():
    day = date(2026, 8, 3)
    cover = Cover([Absence("Mia", day, day, "Bob")], {"Ann": "Mia", "Bob": "Mia"})
    wanted = ["Mia", "Bob", "Zoe"]
    assert choose_approvers(cover, {"Ann"}, wanted, day, 2) == ["Bob", "Zoe"]
    assert choose_approvers(cover, {"Bob"}, wanted, day, 2) == ["Zoe"]


# ----------------------------------------------------------------------
# N10
# ----------------------------------------------------------------------


def test_n10_only_the_fields_that_were_asked_for():
    moved_on = {**SEEN, "street": "New 2"}
    found, _ = apply(moved_on, SEEN, {"terms": "Net 45"})
    assert found == {"terms": "Net 45", "street": "New 2", "limit": 50}


def test_n10_a_conflict_applies_nothing_and_names_all_three():
    now = {**SEEN, "limit": 60}
    proposed = {"terms": "Net 45", "limit": 70}
    assert apply(now, SEEN, proposed) == (now, {"limit": (50, 60, 70)})


def test_n10_already_so_is_no_conflict():
    assert apply({**SEEN, "limit": 70}, SEEN, {"limit": 70})[1] == {}


def test_n10_reverse_alike():
    (back,) = reverse([Cell("limit", 50, 70, 70)])
    assert (back.seen, back.proposed) == (70, 50)
    assert decide([back]) == ({"limit": 50}, [])
    values, (clash,) = decide([Cell("limit", back.seen, 80, back.proposed)])
    assert not values
    assert (clash.seen, clash.current, clash.proposed) == (70, 80, 50)


RECORDS = st.fixed_dictionaries({name: st.integers(0, 3) for name in "abc"})


@given(RECORDS, RECORDS, RECORDS, st.sets(st.sampled_from("abc")))
def test_n10_as_the_specification_applies(record, seen, proposed, asked):
    proposed = {name: proposed[name] for name in sorted(asked)}
    assert apply(record, seen, proposed) == oracle_apply(record, seen, proposed)


@given(RECORDS, RECORDS)
def test_n10_there_and_back_is_where_it_was(seen, proposed):
    after, clash = apply(seen, seen, proposed)
    assert not clash
    back = reverse(cells_of(after, seen, proposed))
    values, clash = decide(back)
    assert not clash
    assert {**after, **values} == seen


def test_n10_the_first_of_august_in_new_york_starts_at_four():
    zone = ZoneInfo("America/New_York")
    assert get_start(date(2026, 8, 1), zone) == datetime(2026, 8, 1, 4)
    found = [to_local(datetime(2026, 8, 1, hour), zone).date() for hour in (2, 3, 4)]
    assert [day >= date(2026, 8, 1) for day in found] == [False, False, True]


# ----------------------------------------------------------------------
# N11
# ----------------------------------------------------------------------


def test_n11_agenda_up_to_the_cut_off():
    cut_off = get_cut_off(US, date(2026, 7, 9))
    asked = [datetime(2026, 7, 7, 17, minute) for minute in (0, 1)]
    assert [moment <= cut_off for moment in asked] == [True, False]


def test_n11_a_holiday_moves_the_cut_off():
    assert get_cut_off(US, date(2026, 7, 6)) == datetime(2026, 7, 1, 17)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 10))
def test_n11_the_cut_off_is_on_a_working_day_before_the_meeting(meeting, before):
    cut_off = get_cut_off(US, meeting, before)
    assert cut_off.date() <= meeting
    if before:
        assert US.is_open(cut_off.date())
        days = [cut_off.date() + timedelta(days=n) for n in range(1, 40)]
        between = [day for day in days if day < meeting and US.is_open(day)]
        assert len(between) == before - 1


@pytest.mark.parametrize(("asker", "expected"), [("Ann", OPEN), ("Dee", CARRIED)])
def test_n11_whoever_asked_has_no_vote(asker, expected):
    votes = dict.fromkeys(("Ann", "Mia", "Bob"), True)
    assert get_outcome(count_votes(votes, {asker}), 3) == expected


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ((True, True, True), CARRIED),
        ((True, True, None), OPEN),
        ((True, False, None), LOST),
        ((False,), LOST),
        ((), OPEN),
        ((True, True, True, False), CARRIED),
        ((None, None), OPEN),
    ],
)
def test_a_board_carries_refuses_or_leaves_open(votes, expected):
    assert get_outcome(count_votes(dict(enumerate(votes)), ()), 3) == expected
