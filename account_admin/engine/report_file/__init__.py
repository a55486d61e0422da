"""Reading what licensees send: workbooks and CSV, safely, with nothing guessed.

:func:`read` takes bytes and a :class:`Profile` and returns a :class:`Report`: typed
rows, the columns as they were understood, control totals and every problem with its row
and column. A file that cannot be read at all raises :class:`Refused`.
"""

from .header import AMOUNTS, FIELDS, REQUIRED, get_labels, match
from .header_text import normalise
from .problems import BLOCKING, CODES, Problem, Problems, Refused
from .profile import Profile, parse_rows
from .reading import Column, Report, read
from .rows import Row
from .sorting import EXAMPLE_SKU
from .source import estimate_rows
from .store import FORMAT, dump_rows, load_rows
