from . import aging_wizard
from . import base_partner_merge
from . import collections_dry_run
from . import collections_dry_run_line
from . import licensing_config_settings
from . import licensing_termination
from . import res_config_settings
from . import statement_wizard
