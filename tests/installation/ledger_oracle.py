"""A small ledger from a seed, and what the nightly escalation must do with it.

An account is walked on its own: its overdue invoices of a day, the oldest of which
leads; the leader's next step is sent when it is old enough and the gap has passed. Each
notice counts for every invoice of the account as far as that had come itself.
"""

import csv
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from devtools.ledger_file import COLUMNS

FIRST = date(2024, 1, 1)
BUCKETS = ("not due", "1-30", "31-60", "61-90", "91-120", "121+")


def write_ledger(path, seed, invoices=60, customers=7, days=50):
    """Write a CSV like the real one: short terms, late payers, some disputes."""
    chance = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        for number in range(invoices):
            day = FIRST + timedelta(days=chance.randrange(days))
            due = day + timedelta(days=chance.choice([0, 7, 14, 30]))
            settled = day + timedelta(days=chance.choice([0, 3, 10, 20, 35, 60]))
            writer.writerow(
                {
                    "customerID": f"C{chance.randrange(customers)}",
                    "invoiceNumber": f"N{number:03}",
                    "InvoiceDate": f"{day:%m/%d/%Y}",
                    "DueDate": f"{due:%m/%d/%Y}",
                    "InvoiceAmount": f"{chance.randrange(100, 99999) / 100:.2f}",
                    "Disputed": chance.choice(["Yes", "No", "No", "No"]),
                    "SettledDate": f"{settled:%m/%d/%Y}",
                }
            )


def expect(invoices, steps, gap, aging_dates):
    """What ``./dev replay`` must print, but for the seconds."""
    first = min(invoice.date for invoice in invoices)
    last = max(invoice.settled for invoice in invoices)
    nights = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    open_on, totals, chased = Counter(), Counter(), Decimal(0)
    customers = {invoice.customer for invoice in invoices}
    chased_customers = set()
    for customer in sorted(customers):
        own = [i for i in invoices if i.customer == customer and not i.disputed]
        is_open, last_sent, met = False, None, Counter()
        for night in nights:
            due = [i for i in own if i.date <= night < i.settled and night > i.due]
            if not due:
                is_open = False
                continue
            if not is_open:
                is_open = True
                totals["opened"] += 1
                chased_customers.add(customer)
            open_on[night] += 1
            lead = min(due, key=lambda i: (i.due, i.number))
            at = met[lead.number]
            rested = last_sent is None or (night - last_sent).days >= gap
            if at < len(steps) and (night - lead.due).days >= steps[at] and rested:
                last_sent = night
                totals[f"step {at + 1}"] += 1
                chased += sum(i.amount for i in due)
                for invoice in own:
                    reached = sum((night - invoice.due).days >= s for s in steps)
                    number = invoice.number
                    met[number] = max(met[number], min(at + 1, reached))
        totals["still_open"] += is_open
    peak = max(open_on.values(), default=0)
    return {
        "cases_opened": totals["opened"],
        "cases_closed": totals["opened"] - totals["still_open"],
        "still_open": totals["still_open"],
        "customers": len(chased_customers),
        "peak_open": peak,
        "peak_day": str(min((d for d in open_on if open_on[d] == peak), default=None)),
        "notices": {str(n): totals[f"step {n}"] for n in range(1, len(steps) + 1)},
        "chased_amount": chased,
        "aging": {str(day): age(invoices, day) for day in aging_dates},
    }


def age(invoices, day):
    """Number and amount of the open items in each bucket."""
    buckets = {label: [0, Decimal(0)] for label in BUCKETS}
    for invoice in invoices:
        if invoice.date <= day < invoice.settled:
            late = (day - invoice.due).days
            label = BUCKETS[min(max((late + 29) // 30, 0), 5)]
            buckets[label][0] += 1
            buckets[label][1] += invoice.amount
    return buckets
