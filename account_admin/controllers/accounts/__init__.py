from . import mirror
from . import portal_address
