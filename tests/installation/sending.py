"""A ledger with overdue accounts, and a real mail server that counts what arrives."""

import logging
import time
from collections import Counter
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from devtools.prefork import free_port

LEDGER = """
import datetime
company = env.company
if not company.chart_template:
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company, install_demo=False)
company.collections_sending = True
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


class Mailbox(Sink):
    """Counts the messages of each recipient; takes its time if told to."""

    def __init__(self):
        super().__init__()
        self.port = free_port()
        self.received = Counter()
        self.seconds = 0

    async def handle_DATA(self, _server, _session, envelope):
        time.sleep(self.seconds)
        self.received.update(envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def open_mailbox():
    """Serve real SMTP on a free port; give the :class:`Mailbox`."""
    mailbox = Mailbox()
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    server.start()
    try:
        yield mailbox
    finally:
        server.stop()


def read_cases(dev, database):
    """Counts of cases and notices by state."""
    rows = dev.sql(
        database,
        "SELECT 'case ' || state, count(*) FROM collections_case GROUP BY 1 UNION ALL"
        " SELECT 'notice ' || state, count(*) FROM collections_notice GROUP BY 1",
    )
    return {name: int(n) for name, n in (row.split("|") for row in rows.split("\n"))}
