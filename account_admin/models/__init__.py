from . import base
from . import accounts
from . import ledger
from . import collections
from . import licensing
from . import office
from . import reporting
