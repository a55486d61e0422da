from . import account_account
from . import account_admin_timeline_ledger
from . import account_admin_open_item
from . import account_admin_open_item_aged
from . import account_admin_open_item_kind
from . import account_admin_ledger_figures
from . import national_account
from . import res_company
