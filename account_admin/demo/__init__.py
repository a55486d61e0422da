from . import demo_ledger
