from . import base
from . import licensing
from . import office
from . import reporting
