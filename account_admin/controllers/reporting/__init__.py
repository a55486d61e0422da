from . import audit_pack
from . import portal_statement
from . import slides
from . import xlsx
from . import export
from . import licensing_pack
