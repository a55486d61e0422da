"""Accounts that are likely one and the same, and how good the data of one are."""

from hypothesis import given
from hypothesis import strategies as st

from engine.quality import (
    ENOUGH,
    MOST,
    Known,
    get_domain,
    get_score,
    propose,
    simplify_name,
    simplify_vat,
)


def test_names_are_the_same_however_they_are_written():
    for one, other in (
        ("Acme Toys, Inc.", "ACME TOYS INC"),
        ("Müller & Söhne GmbH", "Muller und Sohne GmbH".replace("und ", "")),
        ("Atelier de la Lune S.A.R.L.", "atelier de la lune sarl"),
        ("Smith and Sons Ltd", "Smith & Sons Limited"),
        ("Łódź Straße AG", "Lodz Strasse"),
    ):
        assert simplify_name(one) == simplify_name(other), (one, other)
    assert simplify_name("Inc.") == "inc", "a name that is a form only stays"
    assert simplify_name("北京玩具") == "北京玩具"
    assert simplify_name(None) == ""


def test_numbers_and_hosts_that_say_nothing_are_left_out():
    assert simplify_vat("DE 136 695 976") == "DE136695976"
    assert not any(map(simplify_vat, ("", "/", "00000000", "n/a", None)))
    assert get_domain("Jane <jane@acme.com>") == "acme.com"
    assert not any(map(get_domain, ("a@gmail.com", "a@host", "", None)))


def test_same_vat_or_name_is_enough_phone_and_domain_need_each_other():
    accounts = [
        Known(1, "Acme Toys Inc.", "DE136695976", "a@acme.com", "+4930123"),
        Known(2, "Something Else", "DE 136695976"),
        Known(3, "ACME TOYS"),
        Known(4, "Third", "", "b@acme.com", "+4930123"),
        Known(5, "Fourth", "", "c@acme.com"),
    ]
    assert [(p.one, p.other, p.score, p.reasons) for p in propose(accounts)] == [
        (1, 2, 60, ("vat",)),
        (1, 4, 45, ("phone", "domain")),
        (1, 3, 40, ("name",)),
    ]


def test_switchboard_of_many_proposes_nothing():
    accounts = [
        Known(number, f"Shop {number}", "", f"a@chain{number}.com", "+1")
        for number in range(MOST + 1)
    ]
    assert propose(accounts) == []


TEXT = st.text(max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT, st.emails() | TEXT, TEXT), max_size=12))
def test_any_accounts_are_paired_once_and_for_a_reason(rows):
    accounts = [Known(number, *row) for number, row in enumerate(rows)]
    pairs = propose(accounts)
    assert len({(pair.one, pair.other) for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert pair.one < pair.other
        assert ENOUGH <= pair.score <= 100
        assert pair.reasons
    assert propose(list(reversed(accounts))) == pairs


@given(st.lists(st.integers(0, 60), max_size=8), st.integers(0, 60))
def test_one_more_finding_never_makes_it_better(points, more):
    assert 0 <= get_score([*points, more]) <= get_score(points) <= 100
    assert get_score([]) == 100
