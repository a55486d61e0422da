from . import test_escalation
from . import test_open_item
from . import test_dispute
from . import test_notice
from . import test_national_account
from . import test_bad_input
from . import test_access_rights
from . import test_case
