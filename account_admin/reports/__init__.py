from . import base
from . import licensing
from . import reporting
