"""Processes at once, and processes that are killed: every notice goes out once.

Only this proves it with commits, locks and deaths of real processes: a test of the
add-on has one transaction.
"""

import signal
import time

import pytest
from sending import LEDGER, open_mailbox, read_cases

ACCOUNTS = 40

NIGHT = """
import time
env.cr.commit()
time.sleep(max({start} - time.time(), 0))
env["collections.run"]._cron_run_night()
env["collections.notice"]._cron_send_queue()
env.cr.commit()
print("finished")
"""

QUEUE = """
env["collections.notice"]._cron_send_queue()
env.cr.commit()
"""

LIMITED = """
partner = env["res.partner"].search([("name", "=", "Customer 0")])
env["collections.limit"].create({"partner_id": partner.id, "amount": 10010})
env["account.journal"].create(
    [{"name": code, "code": code, "type": "sale"} for code in ("ONE", "TWO")])
env.cr.commit()
"""

POSTING = """
import time
from odoo.exceptions import UserError
from odoo.service.model import retrying
def post():
    partner = env["res.partner"].search([("name", "=", "Customer 0")])
    time.sleep(max({start} - time.time(), 0))
    move = env["account.move"].create(
        {{"move_type": "out_invoice", "partner_id": partner.id,
          "journal_id": env["account.journal"].search([("code", "=", "{code}")]).id,
          "invoice_line_ids": [
              (0, 0, {{"name": "x", "price_unit": 6000, "tax_ids": False}})]}})
    move._post()
    time.sleep(2)
env.cr.commit()
try:
    retrying(post, env)
    print("let through")
except UserError as error:
    print("refused:", error)
"""


@pytest.fixture
def mailbox():
    with open_mailbox() as box:
        yield box


def start_shell(dev, database, script):
    """Start Odoo's shell with a script, logging what a production server logs."""
    command = dev.bench.odoo_command("shell", "-d", database, "--no-http")
    process = dev.start(*command, stdin=-1)
    process.stdin.write(script)
    process.stdin.close()
    process.stdin = None
    return process


def test_two_processes_in_the_same_night_send_every_notice_once(dev, fresh_db, mailbox):
    database = fresh_db()
    dev.shell(database, LEDGER.format(port=mailbox.port, accounts=ACCOUNTS))
    night = NIGHT.format(start=time.time() + 12)
    workers = [start_shell(dev, database, night) for _number in range(2)]
    for worker in workers:
        printed, log = worker.communicate(timeout=300)
        assert "finished" in printed, log[-3000:]
        assert " ERROR " not in log
        assert "Traceback" not in log
    assert read_cases(dev, database) == {
        "case chasing": ACCOUNTS,
        "notice sent": ACCOUNTS,
    }
    assert set(mailbox.received.values()) == {1}
    assert len(mailbox.received) == ACCOUNTS


def test_killed_sender_repeats_nothing_and_loses_nothing(dev, fresh_db, mailbox):
    database = fresh_db()
    dev.shell(database, LEDGER.format(port=mailbox.port, accounts=ACCOUNTS))
    dev.shell(database, 'env["collections.run"]._cron_run_night()\n')
    mailbox.seconds = 0.2
    worker = start_shell(dev, database, QUEUE)
    deadline = time.monotonic() + 120
    while sum(mailbox.received.values()) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.communicate(timeout=60)
    mailbox.seconds = 0
    time.sleep(1)
    assert 5 <= len(mailbox.received) < ACCOUNTS
    dev.shell(database, QUEUE)
    dev.shell(database, QUEUE)
    assert set(mailbox.received.values()) == {1}
    found = read_cases(dev, database)
    in_doubt = found.get("notice failed", 0)
    assert in_doubt <= 1, "only the one that was being sent"
    assert found["notice sent"] == ACCOUNTS - in_doubt
    assert found.get("case attention", 0) == in_doubt
    assert len(mailbox.received) >= ACCOUNTS - in_doubt


def test_killed_night_is_finished_by_the_next_one(dev, fresh_db, mailbox):
    database = fresh_db()
    dev.shell(database, LEDGER.format(port=mailbox.port, accounts=ACCOUNTS))
    # a batch at a time, and killed after the first was committed
    killed = (
        "from odoo.addons.account_admin.models import collections\n"
        "r, n = collections.collections_run, collections.collections_run_night\n"
        "n.BATCH = 5\n"
        "apply = r.CollectionsRun._apply_isolated\n"
        "def once(self, batch):\n"
        "    if self.opened_count: import os; os.kill(os.getpid(), 9)\n"
        "    return apply(self, batch)\n"
        'type(env["collections.run"])._apply_isolated = once\n'
        'env["collections.run"]._cron_run_night()\n'
    )
    worker = start_shell(dev, database, killed)
    worker.communicate(timeout=120)
    assert worker.returncode == -signal.SIGKILL
    assert read_cases(dev, database)["case new"] == 5
    dev.shell(database, 'env["collections.run"]._cron_run_night()\n' + QUEUE)
    assert read_cases(dev, database) == {
        "case chasing": ACCOUNTS,
        "notice sent": ACCOUNTS,
    }
    assert set(mailbox.received.values()) == {1}


def test_of_two_invoices_at_once_the_limit_lets_one_through(dev, fresh_db, mailbox):
    database = fresh_db()
    dev.shell(database, LEDGER.format(port=mailbox.port, accounts=1))
    dev.shell(database, LIMITED)
    start = time.time() + 12
    workers = [
        start_shell(dev, database, POSTING.format(start=start, code=code))
        for code in ("ONE", "TWO")
    ]
    printed = [worker.communicate(timeout=120)[0] for worker in workers]
    for said in ("let through", "more than its credit limit"):
        assert sorted(said in text for text in printed) == [False, True], printed
    assert dev.sql(
        database,
        "SELECT SUM(amount_residual) FROM account_move WHERE state = 'posted'",
    ).startswith("6010")
