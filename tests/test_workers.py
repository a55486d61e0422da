"""Processes at once, and processes that are killed: every notice goes out once."""

import logging
import signal
import socket
import time
from collections import Counter

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

ACCOUNTS = 40

LEDGER = """
import datetime
company = env.company
if not company.chart_template:
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company, install_demo=False)
env["ir.cron"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "Catcher", "smtp_host": "127.0.0.1", "smtp_port": {port}}})
partners = env["res.partner"].create([
    {{"name": f"Customer {{n}}", "is_company": True, "email": f"c{{n}}@example.com"}}
    for n in range({accounts})])
due = company._collections_today() - datetime.timedelta(days=6)
moves = env["account.move"].create([
    {{"move_type": "out_invoice", "partner_id": partner.id, "invoice_date": due,
      "invoice_date_due": due, "invoice_payment_term_id": False,
      "invoice_line_ids": [
          (0, 0, {{"name": "x", "price_unit": 10, "tax_ids": False}})]}}
    for partner in partners])
moves.action_post()
env.cr.commit()
"""

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


class Mailbox(Sink):
    """Counts the messages of each recipient; takes its time if told to."""

    def __init__(self):
        super().__init__()
        self.received = Counter()
        self.seconds = 0

    async def handle_DATA(self, _server, _session, envelope):
        time.sleep(self.seconds)
        self.received.update(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def mailbox():
    handler = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = Controller(handler, hostname="127.0.0.1", port=handler.port)
    server.start()
    yield handler
    server.stop()


def start_shell(dev, database, script):
    """Start Odoo's shell with a script, logging what a production server logs."""
    command = dev.bench.odoo_command("shell", "-d", database, "--no-http")
    process = dev.start(*command, stdin=-1)
    process.stdin.write(script)
    process.stdin.close()
    process.stdin = None
    return process


def read_cases(dev, database):
    """Counts of cases and notices by state."""
    rows = dev.sql(
        database,
        "SELECT 'case ' || state, count(*) FROM collections_case GROUP BY 1 UNION ALL"
        " SELECT 'notice ' || state, count(*) FROM collections_notice GROUP BY 1",
    )
    return {name: int(n) for name, n in (row.split("|") for row in rows.split("\n"))}


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
        "from odoo.addons.account_admin.models import collections_run as r\n"
        "from odoo.addons.account_admin.models import collections_run_night as n\n"
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
