"""Windows of envelopes: what is printed there is seen however the paper slips."""

from hypothesis import given
from hypothesis import strategies as st

from engine.letter_head import DIN_B, US_10, WINDOWS, choose_window

INCH = 25.4


def test_din_5008_form_b_has_its_zone():
    assert (DIN_B.left, DIN_B.top) == (20 + 5, 45 + 17.7)
    assert DIN_B.left + DIN_B.width <= 20 + 85
    assert DIN_B.top + DIN_B.height == 45 + 45


@given(st.floats(0, 1), st.floats(0, 1))
def test_number_10_shows_the_address_however_the_paper_slips(across, down):
    # an envelope of 9 1/2 x 4 1/8 in with a third of a Letter page in it
    right = across * (9.5 - 8.5) * INCH
    below = down * (4.125 - 11 / 3) * INCH
    left = 7 / 8 * INCH - right
    bottom = (4.125 - 0.5) * INCH - below
    top = bottom - 1.125 * INCH
    assert left <= US_10.left
    assert US_10.left + US_10.width <= left + 4.5 * INCH
    assert top <= US_10.top + 0.001
    assert US_10.top + US_10.height <= bottom


def test_head_and_text_leave_the_window_alone():
    for window in WINDOWS.values():
        assert window.head <= window.top
        assert window.end > window.top + window.height


def test_country_has_its_usual_window():
    assert [choose_window(code) for code in ("US", "CA", "DE", "GB", None)] == [
        *("us10", "us10", "din", "din", "din")
    ]
