from . import test_absence
from . import test_change
from . import test_change_board
from . import test_change_doors
from . import test_change_journey
from . import test_merge
from . import test_mirror
from . import test_national_account
