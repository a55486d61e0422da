from . import test_aging
from . import test_match_borders
from . import test_match_chains
from . import test_open_item
from . import test_parity
from . import test_rates
from . import test_same_figures
