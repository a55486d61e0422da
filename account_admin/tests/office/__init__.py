from . import test_plan
from . import test_plan_file
from . import test_task
from . import test_rollout
from . import test_next_deadline
