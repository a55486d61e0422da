"""Play a real ledger through the nightly escalation and print what it did.

Invoices are posted, disputes opened and payments matched through Odoo's own methods on
their days; the scheduled actions run once for every day, with the clock on that day.
"""

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time

from devtools.console import Problem
from devtools.ledger_file import read_ledger
from devtools.odoo_session import mail_server, odoo_session

AGING_DATES = (date(2012, 12, 31), date(2013, 6, 30), date(2013, 9, 30))
BATCH = 250


class Ledger:
    """The invoices of a file as records of one company."""

    def __init__(self, env, invoices):
        self.env = env
        self.invoices = invoices
        self.company = env.company
        self.moves = {}
        self.disputed = defaultdict(list)
        self.settled = defaultdict(list)
        for invoice in invoices:
            if invoice.disputed:
                self.disputed[invoice.date].append(invoice)
            self.settled[invoice.settled].append(invoice)

    @property
    def days(self):
        first = min(invoice.date for invoice in self.invoices)
        last = max(invoice.settled for invoice in self.invoices)
        return first, last

    def post_invoices(self):
        """Create and post all invoices; a day sees only those dated up to it."""
        partners = self._create_customers()
        for batch in batches(self.invoices):
            moves = self.env["account.move"].create(
                [self._prepare_invoice(invoice, partners) for invoice in batch]
            )
            moves.action_post()
            self.moves.update(
                (i.number, move.id) for i, move in zip(batch, moves, strict=True)
            )
            self.env.cr.commit()
            self.env.invalidate_all()
            say(f"posted {len(self.moves)} of {len(self.invoices)} invoices")

    def open_disputes(self, day):
        """Dispute the whole of the invoices that were disputed from this day."""
        self.env["collections.dispute"].create(
            [{"move_id": self.moves[i.number]} for i in self.disputed.pop(day, ())]
        )

    def settle(self, day):
        """Receive the payments of this day and match each with its invoice."""
        self._pay(self.settled.pop(day, ()))

    def settle_until(self, day):
        """Receive the payments that came up to a day, without nights in between."""
        due = sorted(when for when in self.settled if when <= day)
        invoices = [invoice for when in due for invoice in self.settled.pop(when)]
        for batch in batches(invoices):
            self._pay(batch)
            self.env.cr.commit()

    def _pay(self, invoices):
        if not invoices:
            return
        moves = self.env["account.move"].browse(self.moves[i.number] for i in invoices)
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        payments = self.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": move.partner_id.id,
                    "amount": float(invoice.amount),
                    "date": invoice.settled,
                    "journal_id": journal.id,
                    "memo": invoice.number,
                }
                for invoice, move in zip(invoices, moves, strict=True)
            ]
        )
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                (move.line_ids | payment.move_id.line_ids).filtered(
                    lambda line: line.account_type == "asset_receivable"
                )
                for move, payment in zip(moves, payments, strict=True)
            ]
        )

    def _create_customers(self):
        names = sorted({invoice.customer for invoice in self.invoices})
        partners = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "email": f"customer{number}@example.com",
                }
                for number, name in enumerate(names)
            ]
        )
        return dict(zip(names, partners.ids, strict=True))

    def _prepare_invoice(self, invoice, partners):
        line = {"name": invoice.number, "price_unit": float(invoice.amount)}
        return {
            "move_type": "out_invoice",
            "partner_id": partners[invoice.customer],
            "ref": invoice.number,
            "invoice_date": invoice.date,
            "invoice_date_due": invoice.due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, {**line, "tax_ids": False})],
        }


class Nights:
    """Runs the scheduled actions and counts what they did."""

    def __init__(self, env):
        self.env = env
        env.company.collections_sending = True
        self.crons = [
            env.ref("account_admin.ir_cron_night"),
            env.ref("account_admin.ir_cron_notice_queue"),
        ]
        self.peak, self.peak_day = 0, None

    def run(self, day):
        self.env.cr.commit()
        for cron in self.crons:
            cron.method_direct_trigger()
        self.env.cr.commit()
        self.env.invalidate_all()
        is_open = self.env["collections.case"].search_count([("state", "!=", "closed")])
        if is_open > self.peak:
            self.peak, self.peak_day = is_open, day

    def summary(self, steps):
        cases = self.env["collections.case"].search([])
        failed = self.env["collections.event"].search(
            [("kind", "=", "failed")], limit=1
        )
        if failed:
            raise Problem(f"A night failed: {failed.note}")
        sent = self.env["collections.notice"].search([("state", "=", "sent")])
        counts = Counter(sent.mapped("step_days"))
        chased = sum(
            (Decimal(str(amount)) for amount in sent.mapped("amount")), Decimal(0)
        )
        closed = cases.filtered(lambda case: case.state == "closed")
        return {
            "cases_opened": len(cases),
            "cases_closed": len(closed),
            "still_open": len(cases) - len(closed),
            "customers": len(cases.partner_id),
            "peak_open": self.peak,
            "peak_day": str(self.peak_day),
            "notices": {str(n): counts[day] for n, day in enumerate(steps, start=1)},
            "chased_amount": str(chased),
        }


def batches(records):
    """Lists of up to BATCH elements."""
    return [records[at : at + BATCH] for at in range(0, len(records), BATCH)]


def say(text):
    sys.stderr.write(f"replay: {text}\n")


def set_policy(env, steps, gap):
    """Make a policy with these steps the company's default."""
    template = env.ref("account_admin.mail_template_reminder")
    env.company.collections_policy_id = env["collections.policy"].create(
        {
            "name": "Replay",
            "gap_days": gap,
            "step_ids": [
                (0, 0, {"name": f"Step {n}", "days": day, "template_id": template.id})
                for n, day in enumerate(steps, start=1)
            ],
        }
    )


def play(env, invoices, options):
    """Play the ledger.

    :return: dict that is printed as JSON
    """
    started = time.monotonic()
    ledger = Ledger(env, invoices)
    set_policy(env, options.steps, options.gap)
    first, last = ledger.days
    last = min(last, options.until or last)
    nights = Nights(env)
    ledger.post_invoices()
    with freeze_time(f"{first} 12:00:00") as frozen, mail_server(env):
        day = first
        while day <= last:
            frozen.move_to(f"{day} 12:00:00")
            ledger.open_disputes(day)
            ledger.settle(day)
            nights.run(day)
            if day.day == 1:
                say(f"night of {day}")
            day += timedelta(days=1)
        result = nights.summary(options.steps)
        ledger.settle_until(max(options.aging))
    items = env["account.admin.open.item"]
    result["aging"] = {
        str(when): {
            label: [count, str(amount)]
            for label, count, amount in items._get_aging(env.company, when)
        }
        for when in options.aging
    }
    result["reported"], result["untied"] = report_aging(env, options.aging)
    result["seconds"] = round(time.monotonic() - started, 1)
    return result


def report_aging(env, days):
    """The aging report of each day, and the days on which it misses the ledger.

    :return: dict day -> dict bucket -> amount, and list of days
    """
    reported, untied = {}, []
    for day in days:
        found = env["account.admin.aged.item"].get_aging(env.company, day, ("company",))
        amounts = [row["buckets"] for row in found["rows"]] or [[0] * 6]
        labels = ("not due", *found["labels"][1:])
        reported[str(day)] = {
            label: str(amount) for label, amount in zip(labels, *amounts, strict=True)
        }
        if any(row["difference"] for row in found["tie_out"]):
            untied.append(str(day))
    return reported, untied


def parse_arguments():
    def days(text):
        return [int(part) for part in text.split(",")]

    def dates(text):
        return [date.fromisoformat(part) for part in text.split(",")]

    parser = argparse.ArgumentParser(prog="./dev replay", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--csv", required=True, help="the ledger")
    parser.add_argument("--steps", type=days, default=[1, 8, 15, 30])
    parser.add_argument("--gap", type=int, default=0, help="least days between notices")
    parser.add_argument("--until", type=date.fromisoformat, help="the last night")
    parser.add_argument(
        "--aging", type=dates, default=AGING_DATES, help="days to age on"
    )
    return parser.parse_args()


def main():
    options = parse_arguments()
    try:
        invoices = read_ledger(options.csv)
        with odoo_session(options.database) as env:
            from odoo.exceptions import UserError

            try:
                result = play(env, invoices, options)
            except UserError as error:
                raise Problem(str(error)) from error
    except Problem as problem:
        say(problem)
        return 1
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
