"""A job runner's lock, and what workers do with jobs, in a test's transaction."""

from contextlib import ExitStack, closing, contextmanager

from odoo import SUPERUSER_ID
from odoo.sql_db import db_connect
from odoo.tools import SQL

from odoo.addons.account_admin.tests.common import CollectionsCommon
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID
from odoo.addons.queue_job.tests.common import trap_jobs


class JobsCommon(CollectionsCommon):
    """Tests behave as with a job runner at work, unless they let go of its lock.

    A real one beside them would take the lock first: run them with
    ``ODOO_QUEUE_JOB_CHANNELS=root:0``, as ./dev test does.
    """

    def setUp(self):
        super().setUp()
        self.runner = ExitStack()
        self.runner.enter_context(self._hold(PG_ADVISORY_LOCK_ID))
        self.addCleanup(self.runner.close)

    @contextmanager
    def _hold(self, *key):
        """Another connection holds an advisory lock."""
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            cr.execute("SET lock_timeout = '10s'")
            numbers = SQL(", ").join(SQL("%s", number) for number in key)
            cr.execute(SQL("SELECT pg_advisory_lock(%s)", numbers))
            try:
                yield
            finally:
                cr.execute("SELECT pg_advisory_unlock_all()")

    @contextmanager
    def _trap(self, day):
        """Trap the jobs that scheduled actions make on a day."""
        with self._on(day), trap_jobs() as trap:
            yield trap

    def _jobs(self, method, *states):
        return (
            self._root()
            .env["queue.job"]
            .search(
                [
                    ("method_name", "=", method),
                    ("state", "in", states or ("pending",)),
                ],
                order="id",
            )
        )

    def _run_company(self, company):
        """A company's night, as a job does it, without any job."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self._root().env(cr=cr)
            env["collections.run"]._run_company(company.with_env(env))
        self.env.invalidate_all()

    def _root(self):
        """What scheduled actions and jobs run as."""
        return self.env["res.users"].with_user(SUPERUSER_ID)

    def _perform(self, record):
        """Do the work of a stored job; what it commits stays.

        :return: the exception it raised, or None
        """
        raised = None
        with self.enter_registry_test_mode():
            try:
                Job.load(self._root().env, record.uuid).perform()
            except Exception as error:  # assertRaises would undo what was committed
                raised = error
        self.env.invalidate_all()
        return raised

    def _run_job(self, record):
        """Have a worker's controller run a stored job.

        :return: the exception that made it fail, or None
        """
        raised = None
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self._root().env(cr=cr)
            try:
                RunJobController._runjob(env, Job.load(env, record.uuid))
            except Exception as error:  # noted on the job, which is what tests read
                raised = error
        self.env.invalidate_all()
        return raised
