from . import aging_wizard
from . import base_partner_merge
from . import collections_dry_run
from . import collections_dry_run_line
from . import res_config_settings
from . import statement_wizard
