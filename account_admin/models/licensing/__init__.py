from . import terms
from . import money
from . import statements
from . import imports
