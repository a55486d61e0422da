from . import models


def uninstall_hook(env):
    """Cancel the jobs that wait, as their methods go; scheduled actions do the work.

    What a cancelled job would have done is still queued in our own tables.
    """
    names = ("queue_job_function_night", "queue_job_function_notices")
    functions = [env.ref(f"account_admin_queue_job.{name}").id for name in names]
    env["queue.job"].search([("job_function_id", "in", functions)]).button_cancelled()
