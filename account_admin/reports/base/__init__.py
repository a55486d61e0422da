from . import charts
from . import xlsx
