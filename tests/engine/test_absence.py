"""Who works for whom: acceptance cases K11 to K13; any graph of absences ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.absence import (
    Absence,
    Cover,
    Spell,
    find_circle,
    find_covered,
    find_overlap,
    find_own,
    get_digest,
    get_spells,
)

ANN, BOB, CEM, DEE, MIA, ZOE = range(1, 7)
BOSS = {ANN: MIA, BOB: MIA, CEM: MIA, DEE: MIA, MIA: ZOE}
FEES = "Fee Desk"


def august(day):
    return date(2026, 8, day)


ANN_AWAY = Absence(ANN, august(1), august(14), BOB)
RING = [ANN_AWAY, Absence(BOB, august(5), august(14), ANN)]


def test_k11_a_deputy_works_from_the_first_to_the_last_day():
    cover = Cover([ANN_AWAY], BOSS)
    found = [
        cover.resolve(ANN, day)
        for day in (date(2026, 7, 31), august(1), august(14), august(15))
    ]
    assert found == [ANN, BOB, BOB, ANN]


def test_k11_a_deputy_who_is_away_has_a_deputy():
    cover = Cover([ANN_AWAY, Absence(BOB, august(10), august(20), CEM)], BOSS)
    found = [cover.resolve(ANN, august(day)) for day in (9, 10, 14, 15)]
    assert found == [BOB, CEM, CEM, ANN]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], MIA),
        ([Absence(MIA, august(6), august(6), DEE)], DEE),
        ([Absence(MIA, august(6), august(6))], ZOE),
        (
            [
                Absence(MIA, august(6), august(6)),
                Absence(ZOE, august(6), august(6)),
            ],
            None,
        ),
    ],
)
def test_k11_a_circle_that_arose_ends_at_the_manager_or_in_the_queue(more, expected):
    assert Cover([*RING, *more], BOSS).resolve(ANN, august(6)) == expected


def test_k11_the_days_of_an_absence_say_who_acts():
    cover = Cover([ANN_AWAY, Absence(BOB, august(10), august(20), CEM)], BOSS)
    assert get_spells(cover, ANN_AWAY) == [
        Spell(august(1), august(9), BOB),
        Spell(august(10), august(14), CEM),
    ]


def test_k11_a_deputy_does_the_work_of_whom_they_stand_in_for():
    cover = Cover([ANN_AWAY, Absence(BOB, august(10), august(20), CEM)], BOSS)
    found = [
        [find_covered(cover, user, august(day))[()] for user in (BOB, CEM)]
        for day in (9, 10, 15)
    ]
    assert found == [[{ANN}, set()], [set(), {ANN, BOB}], [set(), {BOB}]]


def test_k12_an_account_of_its_own_deputy_is_nobody_elses():
    north = ("Northwind",)
    own = Absence(ANN, august(1), august(14), DEE, "Northwind")
    cover = Cover([ANN_AWAY, own], BOSS)
    found = [find_covered(cover, user, august(3), [north]) for user in (BOB, DEE)]
    assert found == [{(): {ANN}, north: set()}, {(): set(), north: {ANN}}]


def test_k11_an_archived_deputy_is_as_none():
    assert Cover([ANN_AWAY], BOSS, archived={BOB}).resolve(ANN, august(3)) == MIA


def test_k11_a_circle_is_found_on_entry():
    day, people = find_circle(RING)
    assert (day, set(people)) == (august(5), {ANN, BOB})


def test_k11_a_circle_of_others_is_not_found_in_ones_own():
    own = Absence(CEM, august(1), august(2), DEE)
    assert find_circle([*RING, own], [own]) is None
    into = Absence(CEM, august(6), august(7), ANN)
    assert set(find_circle([*RING, into], [into])[1]) == {ANN, BOB}


def test_k11_taking_turns_is_no_circle():
    assert find_circle([ANN_AWAY, Absence(BOB, august(15), august(20), ANN)]) is None


def test_k11_two_deputies_at_once_are_found():
    other = Absence(ANN, august(10), august(12), CEM)
    assert find_overlap([ANN_AWAY, other]) == (ANN_AWAY, other, august(10))
    assert find_overlap(
        [ANN_AWAY, Absence(ANN, august(10), august(12), CEM, FEES)]
    ) is (None)


def test_k11_nobody_stands_in_for_themselves():
    own = Absence(ANN, august(1), august(2), ANN)
    assert find_own([ANN_AWAY, own]) == own


def test_k12_a_desk_has_its_own_deputy():
    cover = Cover(
        [
            ANN_AWAY,
            Absence(ANN, august(1), august(14), DEE, FEES),
            Absence(DEE, august(5), august(6)),
        ],
        BOSS,
    )
    found = [cover.resolve(ANN, august(day), [FEES]) for day in (4, 5, 7)]
    assert found == [DEE, BOB, DEE]
    assert cover.resolve(ANN, august(4)) == BOB


def test_k12_present_but_for_one_account():
    cover = Cover([Absence(BOB, august(1), august(9), CEM, "Northwind")], BOSS)
    assert cover.resolve(BOB, august(3), ["Northwind"]) == CEM
    assert cover.resolve(BOB, august(3)) == BOB


def test_an_account_goes_before_the_desk_it_is_worked_at():
    cover = Cover(
        [
            Absence(BOB, august(1), august(9), CEM, FEES),
            Absence(BOB, august(1), august(9), DEE, "Northwind"),
        ],
        BOSS,
    )
    assert cover.resolve(BOB, august(3), ["Northwind", FEES]) == DEE


def test_k13_a_digest_adds_up():
    came = date(2026, 7, 20), date(2026, 7, 25)
    items = [(came[0], None)] * 2 + [(came[1], august(3))] * 2
    items += [(august(4), august(6))] * 6 + [(august(10), None)] * 3
    items.append((date(2026, 7, 1), date(2026, 7, 9)))
    digest = get_digest(items, august(1), august(14))
    assert (digest.there, digest.came, digest.done, digest.back) == (4, 9, 8, 5)


def test_k13_nobody_approves_their_own_request_as_deputy():
    cover = Cover([Absence(MIA, august(1), august(5), BOB)], BOSS)
    assert cover.get_approver(ANN, [MIA, ZOE], august(3)) == BOB
    assert cover.get_approver(BOB, [MIA, ZOE], august(3)) == ZOE


users = st.integers(1, 8)
absences = st.lists(
    st.builds(
        lambda user, start, length, deputy, scope: Absence(
            user, august(start), august(start + length), deputy, scope
        ),
        users,
        st.integers(1, 10),
        st.integers(0, 9),
        st.none() | users,
        st.sampled_from([None, "x"]),
    ),
    max_size=14,
)


@given(
    absences,
    st.dictionaries(users, users),
    st.frozensets(users),
    users,
    st.integers(1, 20),
    st.sampled_from([(), ("x",)]),
)
def test_any_graph_of_absences_ends_at_somebody_there(
    rows, managers, archived, user, day, scopes
):
    found = Cover(rows, managers, archived).resolve(user, august(day), scopes)
    away = {
        row.user
        for row in rows
        if row.covers(august(day)) and (row.scope is None or row.scope in scopes)
    }
    assert found is None or found not in away | archived
    if user not in away | archived:
        assert found == user


@given(absences)
def test_where_no_circle_is_found_deputies_end_outside_of_it(rows):
    rows = [row for row in rows if row.deputy is not None and row.deputy != row.user]
    if find_overlap(rows) or find_circle(rows):
        return
    cover = Cover(rows)
    for row in rows:
        for number in range(1, 20):
            if row.covers(august(number)):
                scopes = () if row.scope is None else (row.scope,)
                assert cover.resolve(row.user, august(number), scopes) is not None


@given(st.lists(st.tuples(st.integers(1, 20), st.none() | st.integers(0, 9))))
def test_a_digest_loses_nothing(rows):
    items = [
        (august(came), None if took is None else august(came + took))
        for came, took in rows
    ]
    digest = get_digest(items, august(5), august(14))
    assert digest.there + digest.came == digest.done + digest.back
