from . import account_admin_change_decision
from . import base_partner_merge
from . import national_account_reorganization
