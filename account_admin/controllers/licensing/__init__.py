from . import licensing_template
from . import portal_royalties
from . import portal_licences
