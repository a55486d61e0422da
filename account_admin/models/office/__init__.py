from . import res_company
from . import account_admin_plan_figures_mixin
from . import account_admin_plan
from . import account_admin_plan_booked
from . import account_admin_plan_line
from . import account_admin_plan_month
