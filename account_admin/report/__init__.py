from . import aging_xlsx
from . import audit_xlsx
from . import statement_xlsx
from . import xlsx
