from . import test_absence
from . import test_merge
from . import test_national_account
from . import test_quality
from . import test_reorganization
from . import test_tree
