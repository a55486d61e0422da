from . import anonymise
from . import base_partner_merge
