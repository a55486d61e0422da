from . import account_admin_onboarding
from . import crm_lead
