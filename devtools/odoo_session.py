"""An Odoo environment on a fresh database, for programs that are not the server."""

import contextlib
import gc
import logging
import os
import socket

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True}


@contextlib.contextmanager
def odoo_session(database):
    """Give an environment of the superuser on `database`, in its main company.

    A chart of accounts is loaded where the company has none.
    """
    import odoo
    from odoo.orm.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", os.environ["ODOO_RC"], "-d", database, "--log-level=warn"]
        + ["--db_maxconn=16", "--no-http", "--max-cron-threads=0"],
        setup_logging=True,
    )
    registry = Registry(database)
    # the registry stays: no need to look for garbage in it again and again
    gc.collect()
    gc.freeze()
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, QUIET)
        if not env.company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", env.company, install_demo=False
            )
        env.company.partner_id.tz = "UTC"
        # only the scheduled actions that are called run: nobody else moves the ledger
        env["ir.cron"].search([]).write({"nextcall": "9999-01-01 00:00:00"})
        cr.commit()
        yield env


class Catcher(Sink):
    """Takes every message and counts them."""

    def __init__(self):
        super().__init__()
        self.count = 0

    async def handle_DATA(self, _server, _session, _envelope):
        self.count += 1
        return "250 OK"


@contextlib.contextmanager
def mail_server(env):
    """Serve real SMTP on a free local port and have Odoo send there.

    :return: the :class:`Catcher`
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    catcher = Catcher()
    server = Controller(catcher, hostname="127.0.0.1", port=port)
    server.start()
    try:
        env["ir.mail_server"].create(
            {"name": "Catcher", "smtp_host": "127.0.0.1", "smtp_port": port}
        )
        env.cr.commit()
        yield catcher
    finally:
        server.stop()
