from . import accounts
from . import collections
from . import licensing
from . import reporting
