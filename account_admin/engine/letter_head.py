"""Room for the head of a letter, and where an envelope's window shows its address.

Text is printed over a head that is higher than its margin.
"""

from dataclasses import dataclass

#: Millimetres, measured on paper at Odoo's own 90 dpi.
TOP, LOGO, GAP, LINE = 12, 23, 5, 6.3
#: Characters of an address or a tagline that fit into a line.
WIDTH = 44


def count_lines(text):
    """Lines that a text takes on paper, its long ones broken."""
    return sum(-(-len(line) // WIDTH) for line in text.splitlines() if line.strip())


def needed_margin(has_logo, tagline, address):
    """Millimetres from the edge of the page to the first line of text.

    :param bool has_logo: of the company
    :param str tagline: text beside the logo
    :param str address: of the company, a line each
    """
    beside = max(LOGO if has_logo else 0, count_lines(tagline) * LINE)
    return round(TOP + beside + count_lines(address) * LINE + GAP)


@dataclass(frozen=True, slots=True)
class Window:
    """Where a window shows the paper; millimetres from its left and top edge.

    :param top: of the first line of the address; a line with the sender is above it,
        where ``has_sender``
    :param height: that is seen however the paper slips in its envelope
    :param head: the letterhead ends here and the text of the pages begins
    """

    left: float
    top: float
    width: float
    height: float
    has_sender: bool
    head: int = 45

    @property
    def end(self):
        """Below it the letter begins."""
        return self.top + self.height + GAP


#: DIN 5008, form B: a zone of 85 x 45 mm, 20 mm from the left and 45 from the top, of
#: which the first 17.7 mm are for the sender; text begins 5 mm inside.
DIN_B = Window(left=25, top=62.7, width=80, height=27.3, has_sender=True)
#: US #10 with one window, 1 1/8 x 4 1/2 in, 7/8 in from the left and 1/2 in from the
#: bottom; Letter paper in three folds slips 0.46 in up and 1 in sideways.
US_10 = Window(left=25, top=63.5, width=80, height=16.8, has_sender=False)
WINDOWS = {"din": DIN_B, "us10": US_10}
#: Countries where letters go in #10 envelopes.
NUMBER_10 = frozenset(("US", "CA", "PR", "GU", "VI", "AS", "MP"))


def choose_window(country):
    """The usual window of a country: a key of :data:`WINDOWS`.

    :param str country: its two letters, or nothing
    """
    return "us10" if country in NUMBER_10 else "din"
