from . import collections_approval
from . import collections_dispute_settlement
from . import collections_dry_run
from . import collections_dry_run_line
from . import collections_promise_plan
from . import res_config_settings
from . import collections_text_preview
