"""The engine is plain Python: imported as a package of its own, without Odoo."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "account_admin"))
