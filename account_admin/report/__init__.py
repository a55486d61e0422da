from . import aging_xlsx
from . import xlsx
