from . import plan_import
from . import plan_import_change
from . import res_config_settings
