from . import collections_notice
from . import collections_run
from . import ir_cron
from . import queue_job
