from . import aging_xlsx
from . import audit_xlsx
from . import review_report
from . import review_pptx
from . import scorecard_xlsx
from . import statement_xlsx
