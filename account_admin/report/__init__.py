from . import aging_xlsx
from . import audit_xlsx
from . import charts
from . import licensing_template
from . import review_report
from . import statement_xlsx
from . import xlsx
