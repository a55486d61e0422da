from . import audit_pack
from . import portal
from . import portal_statement
from . import xlsx
from . import export
from . import licensing_pack
from . import licensing_template
