"""A company with customers, a real mail server and nights that run on any day."""

import email
import email.policy
import logging
import socket
from contextlib import contextmanager
from unittest.mock import patch

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import HttpCase

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .baked import BakedBooks

BOUNCE = """Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: bounce@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-of-{address}-{id}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

User unknown
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: {address}

--b--
"""


class Mailbox(Sink):
    """Keeps every message that a real SMTP client delivered; refuses some addresses."""

    def __init__(self):
        super().__init__()
        self.messages = []
        self.refused = set()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(
            envelope.original_content, policy=email.policy.default
        )
        message["X-Rcpt"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"

    def body(self, index=-1):
        """HTML of a message that came in."""
        return self.messages[index].get_body(("html",)).get_content()


class CollectionsCommon(BakedBooks):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.partner_id.tz = "UTC"
        # the subject of these tests is what is sent
        cls.env["res.company"].sudo().search([]).collections_sending = True
        cls.env.user.group_ids |= cls.env.ref(
            "account_admin.group_account_admin_manager"
        )
        cls.mailbox = Mailbox()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # the server tells of every command; the tests read what arrived
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        server = Controller(cls.mailbox, hostname="127.0.0.1", port=port)
        server.start()
        cls.addClassCleanup(server.stop)
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {"name": "Local", "smtp_host": "127.0.0.1", "smtp_port": port}
        )
        # Odoo keeps its tests from sending; ours send for real, to the server above
        sends = patch.object(
            IrMail_Server, "_disable_send", classmethod(lambda cls: False)
        )
        sends.start()
        cls.addClassCleanup(sends.stop)
        cls.template = cls.env.ref("account_admin.mail_template_reminder")
        cls.policy = cls._policy("Test", [1, 8, 15, 30], gap_days=0)
        cls.company.collections_policy_id = cls.policy
        cls.customer = cls._customer("Brook Stores")

    def setUp(self):
        super().setUp()
        self.mailbox.messages.clear()
        self.mailbox.refused.clear()

    @classmethod
    def setup_other_company(cls, **kwargs):
        data = super().setup_other_company(**kwargs)
        data["company"].sudo().collections_sending = True
        return data

    @classmethod
    def _policy(cls, name, days, step=None, **vals):
        """A policy with an email step on each of ``days``."""
        return cls.env["collections.policy"].create(
            {
                "name": name,
                "step_ids": [
                    Command.create(
                        {
                            "name": f"{name} {number}",
                            "days": day,
                            "template_id": cls.template.id,
                            **(step or {}),
                        }
                    )
                    for number, day in enumerate(days, start=1)
                ],
                **vals,
            }
        )

    @classmethod
    def _customer(cls, name, **vals):
        address = name.lower().replace(" ", ".") + "@example.com"
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": address,
                "lang": "en_US",
                **vals,
            }
        )

    @classmethod
    def _move(cls, due, amount, partner=None, move_type="out_invoice", **vals):
        """A posted invoice or credit note, dated on its due date."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": vals.pop("date", due),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": False}
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _credit(cls, due, amount, partner=None):
        return cls._move(due, amount, partner, move_type="out_refund")

    @classmethod
    def _payment(cls, date, amount, partner=None, **vals):
        """A posted customer payment, not matched with anything."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "date": date,
                "journal_id": cls.company_data["default_journal_bank"].id,
                **vals,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _receivable(cls, records):
        moves = records if records._name == "account.move" else records.move_id
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted("date_maturity")

    @classmethod
    def _pay(cls, move, date, amount=None):
        """Pay an invoice and match the payment with it."""
        payment = cls._payment(
            date,
            amount or move.amount_residual,
            move.commercial_partner_id,
            currency_id=move.currency_id.id,
        )
        cls._reconcile(move, payment)
        return payment

    @classmethod
    def _reconcile(cls, *records):
        lines = cls.env["account.move.line"]
        for record in records:
            lines |= cls._receivable(record)
        lines.reconcile()

    @classmethod
    def _misc(cls, date, amount, partner=None, **line):
        """A miscellaneous entry on the receivable account."""
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "name": "Opening",
                            "partner_id": (partner or cls.customer).id,
                            "account_id": cls.company_data[
                                "default_account_receivable"
                            ].id,
                            "balance": amount,
                            **line,
                        }
                    ),
                    Command.create(
                        {
                            "name": "Opening",
                            "account_id": cls.company_data[
                                "default_account_revenue"
                            ].id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry

    # ------------------------------------------------------------------
    # NIGHTS
    # ------------------------------------------------------------------

    @contextmanager
    def _on(self, day):
        """The clock stands at noon of a day, and commits are real to the code."""
        with freeze_time(f"{day} 12:00:00"):
            yield

    def _trigger(self, *names):
        with self.enter_registry_test_mode():
            for name in names:
                self.env.ref(f"account_admin.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _night(self, day, send=True):
        """Run the scheduled actions as they are, with the clock on ``day``."""
        with self._on(day):
            self._trigger("ir_cron_night", *(["ir_cron_notice_queue"] if send else []))

    def _send(self, day):
        with self._on(day):
            self._trigger("ir_cron_notice_queue")

    def _bounce(self, message, address, day="2026-03-02", text=BOUNCE):
        """A mail server gives a message that it had accepted back on a day."""
        with self._on(day):
            self.env["mail.thread"].message_process(
                False,
                text.format(
                    address=address,
                    message_id=message["Message-ID"],
                    id=message["Message-ID"].strip("<>"),
                ),
                custom_values={},
            )
        self.env.invalidate_all()

    def _cases(self, partner=None):
        return self.env["collections.case"].search(
            [("partner_id", "=", (partner or self.customer).id)], order="id"
        )

    def _steps_sent(self, partner=None):
        """Days of the steps that were sent, in order."""
        notices = self._cases(partner).notice_ids.filtered(lambda n: n.state == "sent")
        return notices.sorted("id").mapped("step_days")

    def _facts(self, day, partner=None, company=None):
        partner = partner or self.customer
        facts = self.env["account.admin.open.item"]._get_facts(
            company or self.company, fields.Date.to_date(day), accounts=partner.ids
        )
        return facts.get(partner.id)


class CollectionsHttpCase(CollectionsCommon, HttpCase):
    """The same, with a web server and a browser."""

    def _trigger(self, *names):
        # requests run on the test's own cursor, and so may the scheduled actions
        for name in names:
            self.env.ref(f"account_admin.{name}").method_direct_trigger()
        self.env.invalidate_all()
