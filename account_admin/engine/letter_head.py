"""Room for the head of a letter: text is printed over one higher than its margin."""

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
