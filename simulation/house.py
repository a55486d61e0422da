"""A stretch of days in a real Odoo, everything drawn from one number.

A clock, customers who pay or do not, users, a mail server's moods, workers that die at
a commit or between a mail and its commit, a second worker at any commit of the first.
After every day the books, the mail server and the database are compared.
"""

import email
import importlib.util
import logging
import random
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from simulation import Broken

START = date(2026, 1, 5)
CUSTOMERS = 4
VERBS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT")
ACTS = ("drop before", "drop after", "hang", "421 closing", "450 later", "550 no")
#: Loggers that tell of every mishap that is meant to happen.
LOUD = ("odoo.addons.mail", "odoo.addons.base.models.ir_mail_server", "odoo.sql_db")


class Death(BaseException):
    """The worker is gone: nothing that it would do afterwards is done."""


class Fate:
    """What happens to the worker that is running: drawn anew for each.

    :param int dies_at: its commit after which it dies, 0 for none
    :param int helped_at: its commit at which another worker does the same
    :param int mail: number of the mail that is taken and never noted
    """

    def __init__(self, dies_at=0, helped_at=0, mail=0, helper=None):
        self.dies_at, self.helped_at, self.mail = dies_at, helped_at, mail
        self.helper, self.commits, self.mails = helper, 0, 0

    def at_commit(self):
        self.commits += 1
        if self.commits == self.helped_at:
            self.helper()
        if self.commits == self.dies_at:
            raise Death

    def at_mail(self):
        self.mails += 1
        if self.mails == self.mail:
            raise Death


class House:
    """One seed's company; :meth:`run` raises :class:`Broken` where a rule fails.

    :param env: of the superuser, on a database of its own
    """

    def __init__(self, env, seed):
        self.env, self.seed, self.random = env, seed, random.Random(seed)
        self.day, self.fate = START, Fate()
        self.seen, self.excused = set(), set()

    # ------------------------------------------------------------------
    # DAYS
    # ------------------------------------------------------------------

    def run(self, days):
        """:return: number of mails that were taken"""
        for name in LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        with ExitStack() as stack:
            clock = stack.enter_context(freeze_time(f"{self.day} 12:00:00"))
            self.server = stack.enter_context(weather(self.env))
            stack.enter_context(self._watching())
            self._furnish()
            for number in range(days):
                self.day = START + timedelta(days=number)
                clock.move_to(f"{self.day} 12:00:00")
                self._act()
                self._draw_weather()
                self._work("collections.run", "_cron_run_night")
                self._work("collections.notice", "_cron_send_queue")
                self._check()
            # what is left goes out in fine weather
            self.server.plan = {}
            for _time in range(2):
                self.day += timedelta(days=1)
                clock.move_to(f"{self.day} 12:00:00")
                self._run("collections.notice", "_cron_send_queue")
                self._check()
            self._check_nothing_waits()
        return len(self.server.taken)

    def _furnish(self):
        draw, env = self.random, self.env
        template = env.ref("account_admin.mail_template_reminder")
        steps = sorted(draw.sample(range(1, 15), 3))
        env.company.collections_sending = True
        env.company.collections_policy_id = env["collections.policy"].create(
            {
                "name": "Drawn",
                "gap_days": draw.choice((0, 2, 4)),
                "catch_up": draw.choice(("next", "closest")),
                "step_ids": [
                    (
                        0,
                        0,
                        {"name": f"Step {d}", "days": d, "template_id": template.id},
                    )
                    for d in steps
                ],
            }
        )
        self.partners = env["res.partner"].create(
            [
                {"name": f"C{n}", "is_company": True, "email": f"c{n}@example.com"}
                for n in range(CUSTOMERS)
            ]
        )
        for partner in self.partners:
            self._invoice(partner)
        env.cr.commit()

    def _draw_weather(self):
        draw = self.random
        self.server.plan, self.server.used = {}, {}
        if draw.random() < 0.4:
            number = draw.choice((1, 1, 2, "all"))
            self.server.plan = {(draw.choice(VERBS), number): draw.choice(ACTS)}

    # ------------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------------

    def _act(self):
        """What customers and users do on a day."""
        draw = self.random
        acts = (self._invoice, self._pay, self._unpay, self._dispute, self._mend)
        for _time in range(draw.randint(0, 4)):
            draw.choices(acts, (4, 2, 1, 1, 4))[0]()
        self.env.cr.commit()

    def _invoice(self, partner=None):
        draw = self.random
        due = self.day + timedelta(days=draw.randint(-12, 3))
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or draw.choice(self.partners)).id,
                "invoice_date": min(due, self.day),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "x",
                            "price_unit": draw.choice((0.5, 90, 12345.67)),
                            "tax_ids": False,
                        },
                    )
                ],
            }
        )
        move.action_post()

    def _open(self):
        return self.env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("amount_residual", ">", 0)], order="id"
        )

    def _pay(self):
        moves = self._open()
        if not moves:
            return
        move = self.random.choice(moves)
        part = self.random.choice((1, 1, 0.5))
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        amount = move.currency_id.round(move.amount_residual * part)
        if amount:
            wizard.create(
                {"amount": amount, "payment_date": self.day}
            )._create_payments()

    def _unpay(self):
        """A returned debit: what was paid is open again."""
        paid = self.env["account.partial.reconcile"].search([], order="id")
        if paid:
            self.random.choice(paid).unlink()

    def _dispute(self):
        disputes = self.env["collections.dispute"].search([("closed_on", "=", False)])
        if disputes and self.random.random() < 0.5:
            disputes[0].action_close_right()
        elif moves := self._open():
            move = self.random.choice(moves)
            if move not in disputes.move_id:
                self.env["collections.dispute"].create({"move_id": move.id})

    def _mend(self):
        """Somebody looks after what waits for a person, or spoils an address."""
        cases = self.env["collections.case"].search([("state", "=", "attention")])
        if cases:
            doubtful = cases.notice_ids.filtered(lambda n: n.failure == "unknown")
            self.excused |= set(doubtful.ids)
            cases.action_retry()
        partner = self.random.choice(self.partners)
        good = f"{partner.name.lower()}@example.com"
        partner.email = self.random.choice((*[good] * 8, "nonsense", False))

    # ------------------------------------------------------------------
    # WORKERS
    # ------------------------------------------------------------------

    @contextmanager
    def _watching(self):
        """Tell :attr:`fate` of every commit and every mail that was taken."""
        cron = type(self.env["ir.cron"])
        mails = type(self.env["ir.mail_server"])
        commit, send = cron._commit_progress, mails.send_email

        def watched_commit(records, *args, **kwargs):
            result = commit(records, *args, **kwargs)
            self.fate.at_commit()
            return result

        def watched_send(records, *args, **kwargs):
            result = send(records, *args, **kwargs)
            self.fate.at_mail()
            return result

        with (
            patch.object(cron, "_commit_progress", watched_commit),
            patch.object(mails, "send_email", watched_send),
        ):
            yield

    def _work(self, model, method):
        """One worker, which may die or be helped; sometimes it is called twice."""
        draw = self.random
        chance = draw.random()
        self.fate = Fate(
            dies_at=draw.randint(1, 6) if chance < 0.15 else 0,
            helped_at=draw.randint(1, 6) if 0.15 <= chance < 0.35 else 0,
            mail=draw.randint(1, 2) if 0.35 <= chance < 0.42 else 0,
            helper=lambda: self._help(model, method),
        )
        self._run(model, method)
        self.fate = Fate()
        if draw.random() < 0.15:
            self._run(model, method)

    def _help(self, model, method):
        """Another worker: it gives way where the first holds a lock."""
        fate, self.fate = self.fate, Fate()
        try:
            self._run(model, method, patience="500ms")
        finally:
            self.fate = fate

    def _run(self, model, method, patience="60s"):
        """A worker with a connection of its own; a death frees what it held."""
        cr = self.env.registry.cursor()
        try:
            cr.execute("SELECT set_config('lock_timeout', %s, FALSE)", [patience])
            cr.execute("SELECT set_config('statement_timeout', %s, FALSE)", [patience])
            getattr(self.env(cr=cr)[model], method)()
            cr.commit()
        except Death:
            cr.rollback()
        except Exception as error:
            cr.rollback()
            if patience == "60s":
                raise Broken(f"{self._where()}: {method}: {error!r}") from error
        finally:
            cr.execute("SELECT pg_advisory_unlock_all()")
            cr.execute("RESET lock_timeout")
            cr.execute("RESET statement_timeout")
            cr.commit()
            cr.close()
        # what other connections wrote is read anew
        self.env.cr.commit()
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # WHAT HAS TO HOLD
    # ------------------------------------------------------------------

    def _where(self):
        return f"seed {self.seed}, {self.day}"

    def _fail(self, sentence):
        raise Broken(f"{self._where()}: {sentence}")

    def _get_taken(self):
        """Message ids of the mails that the server took, with how often."""
        texts = (text for _recipients, text in self.server.taken)
        return Counter(email.message_from_bytes(text)["Message-Id"] for text in texts)

    def _check(self):
        taken = self._get_taken()
        if twice := [name for name, count in taken.items() if count > 1]:
            self._fail(f"taken twice: {twice}")
        notices = self.env["collections.notice"].search([])
        by_message = {n.message_id.message_id: n for n in notices if n.message_id}
        if lost := set(taken) - set(by_message):
            self._fail(f"taken, and nobody knows: {lost}")
        for notice in notices.filtered(lambda n: n.state == "sent"):
            if notice.message_id.message_id not in taken:
                self._fail(f"notice {notice.id} is sent, and was never taken")
        for name in set(taken) - self.seen:
            self._check_new(by_message[name])
        self.seen = set(taken)
        self._check_once([by_message[name] for name in taken])
        self._check_books()
        self._check_events()

    def _check_new(self, notice):
        """What was just sent asks for what is owed, and it is known or in doubt."""
        is_known = notice.state in ("sent", "sending") or notice.failure == "unknown"
        if not is_known:
            self._fail(f"notice {notice.id} was taken, and is {notice.state}")
        owed = self._get_owed(notice.partner_id)
        if notice.currency_id.compare_amounts(notice.amount, owed):
            self._fail(f"notice {notice.id} asks {notice.amount}, owed is {owed}")

    def _get_owed(self, partner):
        """What an account owes and does not dispute, by the books alone."""
        self.env.cr.execute(
            """SELECT COALESCE(SUM(line.amount_residual), 0)
                 FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                WHERE account.account_type = 'asset_receivable'
                  AND line.parent_state = 'posted' AND line.partner_id = %s
                  AND (line.date_maturity < %s OR line.balance < 0)
                  AND NOT EXISTS (
                      SELECT FROM collections_dispute dispute
                       WHERE dispute.move_id = line.move_id
                         AND dispute.closed_on IS NULL)""",
            [partner.id, self.day],
        )
        return float(self.env.cr.fetchone()[0])

    def _check_once(self, notices):
        """No step of a leading item left twice, unless a person said so."""
        counts = Counter(
            (notice.lead_item_id.id, notice.step_id.id, notice.repeat)
            for notice in notices
            if notice.id not in self.excused
        )
        if twice := [key for key, count in counts.items() if count > 1]:
            self._fail(f"a step left twice: {twice}")

    def _check_books(self):
        company = self.env.company
        items = self.env["account.admin.open.item"]._get_aging(company, self.day)
        self.env.cr.execute(
            """SELECT COALESCE(SUM(line.balance), 0) FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                WHERE account.account_type = 'asset_receivable'
                  AND line.parent_state = 'posted' AND line.date <= %s""",
            [self.day],
        )
        booked, total = self.env.cr.fetchone()[0], sum(row[2] for row in items)
        if company.currency_id.compare_amounts(float(booked), float(total)):
            self._fail(f"items come to {total}, the ledger to {booked}")

    def _check_events(self):
        """Every event says why: by a rule, or in words."""
        mute = self.env["collections.event"].search(
            [("rule", "=", False), ("note", "=", False)], limit=1
        )
        if mute:
            self._fail(f"event {mute.id} ({mute.kind}) does not say why")

    def _check_nothing_waits(self):
        stuck = self.env["collections.notice"].search(
            [("state", "in", ("sending", "queued"))]
        )
        if stuck:
            self._fail(f"still {set(stuck.mapped('state'))}: {stuck.ids}")


@contextmanager
def weather(env):
    """The mail server of the add-on's own tests, as Odoo's only one."""
    from odoo.addons.base.models import ir_mail_server

    path = Path(__file__).parents[1] / "account_admin" / "tests" / "smtp.py"
    spec = importlib.util.spec_from_file_location("weather_smtp", path)
    smtp = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(smtp)
    server = smtp.WeatherServer()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Weather", "smtp_host": "127.0.0.1", "smtp_port": server.port}
    )
    env.cr.commit()
    try:
        # nobody waits a minute for a server that hangs
        with patch.object(ir_mail_server, "SMTP_TIMEOUT", 0.3):
            yield server
    finally:
        server.close()
