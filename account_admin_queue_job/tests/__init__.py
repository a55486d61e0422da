from . import test_nights
from . import test_notices
