"""Real workers with a real job runner send every notice once, killed or not.

Only this proves it through ``queue_job``: its runner, its channels, its retries.
"""

import os
import signal

import pytest
from sending import LEDGER, open_mailbox, read_cases

from devtools.prefork import Prefork, wait_for

GLUE = "account_admin_queue_job"
#: More than a batch, so that there is a job for each of the workers.
FIRST, MORE = 120, 40

NIGHT = """
env["collections.run"]._cron_run_night()
env.cr.commit()
"""
QUEUE = """
env["collections.notice"]._cron_send_queue()
env.cr.commit()
"""
# the later customers of a ledger that has some already
LATER = LEDGER.replace("range({accounts})", "range({first}, {first} + {accounts})")


class Site:
    """A database with the glue add-on, served, and what its customers receive."""

    def __init__(self, dev, database, mailbox, server):
        self.dev = dev
        self.database = database
        self.mailbox = mailbox
        self.server = server

    def sql(self, query):
        return self.dev.sql(self.database, query)

    def shell(self, script):
        self.dev.shell(self.database, script)

    def count_jobs(self, *states):
        names = ", ".join(f"'{state}'" for state in states)
        return int(self.sql(f"SELECT count(*) FROM queue_job WHERE state IN ({names})"))

    def is_idle(self):
        # what wakes the runner on a busy server; by itself it looks once a minute
        self.sql("NOTIFY queue_job, ''")
        return not self.count_jobs("pending", "enqueued", "started")

    def run_night(self):
        """Queue the night's notices: by a job, as the queue of the runner is."""
        assert wait_for(lambda: self.server.has_runner(self.sql))
        self.shell(NIGHT)
        assert wait_for(self.is_idle)


@pytest.fixture(scope="class")
def site(dev, make_db, tmp_path_factory):
    database = make_db()
    dev.odoo("-d", database, "-i", GLUE, "--stop-after-init", "--no-http")
    log = tmp_path_factory.mktemp("queue") / "server.log"
    with open_mailbox() as mailbox:
        dev.shell(database, LEDGER.format(port=mailbox.port, accounts=FIRST))
        with Prefork(database, log, workers=2, jobs=2) as server:
            yield Site(dev, database, mailbox, server)


class TestJobs:
    def test_two_workers_send_every_notice_once(self, site):
        site.run_night()
        assert read_cases(site.dev, site.database)["notice queued"] == FIRST
        assert not site.mailbox.received
        # an hour passes while the jobs of the one before are still at it
        site.shell(QUEUE + QUEUE)
        assert wait_for(site.is_idle)
        assert site.count_jobs("failed") == 0
        assert read_cases(site.dev, site.database) == {
            "case chasing": FIRST,
            "notice sent": FIRST,
        }
        assert set(site.mailbox.received.values()) == {1}
        assert len(site.mailbox.received) == FIRST

    def test_worker_killed_while_sending_loses_and_repeats_nothing(self, site):
        site.mailbox.received.clear()
        port = site.mailbox.port
        site.shell(LATER.format(port=port, first=FIRST, accounts=MORE))
        site.run_night()
        site.mailbox.seconds = 0.2
        site.shell(QUEUE)
        assert wait_for(lambda: sum(site.mailbox.received.values()) >= 5)
        (worker,) = site.server.find_senders(port)
        os.kill(worker, signal.SIGKILL)
        assert len(site.mailbox.received) < MORE
        assert site.server.process.poll() is None, "the others live on"
        site.mailbox.seconds = 0
        assert wait_for(site.is_idle)
        assert site.count_jobs("failed") == 0
        found = read_cases(site.dev, site.database)
        in_doubt = found.get("notice failed", 0)
        assert in_doubt <= 1, "only the one that was being sent"
        assert found["notice sent"] == FIRST + MORE - in_doubt
        assert found.get("case attention", 0) == in_doubt
        assert set(site.mailbox.received.values()) == {1}
        assert len(site.mailbox.received) >= MORE - in_doubt

    def test_uninstalled_again_the_scheduled_actions_do_the_work(self, site):
        site.mailbox.received.clear()
        first = FIRST + MORE
        port = site.mailbox.port
        site.server.stop()
        site.shell(LATER.format(port=port, first=first, accounts=2))
        waiting = "env['collections.run']._delay_night(env.company)\nenv.cr.commit()"
        site.shell(waiting)
        done = site.dev.odoo("module", "uninstall", "-d", site.database, GLUE)
        assert " ERROR " not in done.stderr
        assert " WARNING " not in done.stderr
        assert site.count_jobs("cancelled") == 1
        site.shell(NIGHT + QUEUE)
        assert site.mailbox.received == {
            f"c{first}@example.com": 1,
            f"c{first + 1}@example.com": 1,
        }
