from . import res_config_settings
from . import licensing_match
from . import licensing_termination
