from . import test_access
from . import test_nights
from . import test_notices
