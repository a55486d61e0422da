from . import demo_ledger
from . import demo_licensing
