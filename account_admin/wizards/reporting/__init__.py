from . import aging_wizard
from . import licensing_pack
from . import licensing_pack_data
from . import statement_wizard
