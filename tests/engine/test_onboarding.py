"""N8: the set-up of a new account beside its signed papers."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.onboarding import (
    BLOCKING,
    DIFFERS,
    FORM,
    MISSING,
    SAME,
    compare,
    compare_amounts,
    is_ready,
    read_amount,
)

PAPER = {
    "name": "Acme Toys, Inc.",
    "vat": "DE 136 695 976",
    "iban": "DE89 3704 0044 0532 0130 00",
    "terms": "Net 30",
    "limit": "50000",
    "currency": "EUR",
    "street": "Hauptstraße 5",
    "zip": "10115",
    "ap contact": "Jane Roe",
    "po required": "yes",
}
SETUP = {
    **PAPER,
    "name": "ACME TOYS INC",
    "vat": "DE136695976",
    "iban": "DE89370400440532013000",
    "terms": "Net 45",
    "ap contact": "",
}


def test_of_ten_five_are_the_same_three_in_form_one_differs_one_is_missing():
    found = {name: compare(value, SETUP[name]) for name, value in PAPER.items()}
    assert Counter(found.values()) == {SAME: 5, FORM: 3, DIFFERS: 1, MISSING: 1}
    assert [one for one in found if found[one] in BLOCKING] == ["terms", "ap contact"]


@pytest.mark.parametrize(
    ("paper", "setup", "expected"),
    [
        ("Hauptstraße 5", "HAUPTSTRASSE 5", FORM),
        ("Café Noël", "cafe noel", FORM),
        ("株式会社東京", "株式会社大阪", DIFFERS),
        ("株式会社東京", "株式会社 東京", FORM),
        ("---", "...", DIFFERS),
        ("Net 30", "   ", MISSING),
        ("Net 30", None, MISSING),
    ],
)
def test_another_way_of_writing_is_form_another_word_differs(paper, setup, expected):
    assert compare(paper, setup) == expected


@given(st.text(min_size=1))
def test_a_text_is_the_same_as_itself(text):
    assert compare(text, text) == (SAME if text.strip() else MISSING)


@given(st.text(), st.text())
def test_what_is_called_a_form_has_the_same_letters(one, other):
    if compare(one, other) == FORM:
        assert compare(other, one) == FORM or not one.strip()


@pytest.mark.parametrize(
    ("paper", "setup", "expected"),
    [
        ("50000", Decimal(50000), SAME),
        ("50,000.00", Decimal(50000), FORM),
        ("50.000", Decimal(50000), DIFFERS),
        ("fifty", Decimal(50000), DIFFERS),
        ("50000", None, MISSING),
        ("0", Decimal(0), SAME),
    ],
)
def test_amounts_are_compared_as_amounts(paper, setup, expected):
    assert compare_amounts(paper, setup) == expected


@pytest.mark.parametrize("text", ["", None, "NaN", "Infinity", "1e", "=1+1", "1,00"])
def test_what_is_no_amount_is_none(text):
    assert read_amount(text) is None


def test_credit_only_when_every_step_is_over_and_nothing_differs():
    assert is_ready(["done", "waived"], [SAME, FORM])
    assert not is_ready(["done", "open"], [SAME])
    assert not is_ready(["done"], [SAME, DIFFERS])
    assert not is_ready(["done"], [MISSING])
    assert is_ready([], [])
