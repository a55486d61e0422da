from . import account_move
from . import licensing_ledger
from . import res_company_accounts
from . import licensing_commitment_billing
from . import licensing_interest
from . import collections_case
from . import licensing_contract
from . import licensing_certificate
