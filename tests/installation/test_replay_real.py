"""The nightly escalation over a real ledger does what an independent oracle says.

Only this proves the nights on invoices and payments that nobody made up: half a year,
one night a day, every case and notice to the cent.
"""

import csv
import importlib.util
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from ledger_oracle import expect, write_ledger
from replaying import replay

from devtools.ledger_file import read_ledger
from devtools.replay import AGING_DATES

HALF_YEAR = date(2012, 6, 30)
MONTH_ENDS = [date(2012, month + 1, 1) - timedelta(days=1) for month in range(1, 7)]
DAYS = [*MONTH_ENDS, *AGING_DATES]


def test_first_half_year_of_the_real_ledger_is_chased_as_its_oracle_says(
    dev, fresh_db, tmp_path
):
    shared = dev.root.parent / "shared"
    oracle_file = shared / "spec" / "replay_oracle.py"
    ledger_file = shared / "data" / "ar" / "late_payment_histories.csv"
    path = tmp_path / "half.csv"
    if not (oracle_file.exists() and ledger_file.exists()):
        print("The real ledger is not beside the project: a generated one stands in.")
        write_ledger(path, seed=2012, invoices=300, customers=40, days=180)
        dates = [date(2024, 3, 31), date(2024, 6, 30)]
        result = replay(dev, fresh_db(), path, "--aging", ",".join(map(str, dates)))
        assert result == expect(read_ledger(path), [1, 8, 15, 30], 0, dates)
        return
    spec = importlib.util.spec_from_file_location("replay_oracle", oracle_file)
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    copy_until(ledger_file, path, HALF_YEAR)
    days = ",".join(map(str, DAYS))
    until = str(HALF_YEAR)
    result = replay(dev, fresh_db(), path, "--until", until, "--aging", days)
    assert result == ask_oracle(oracle, path, [1, 8, 15, 30], 0, HALF_YEAR)


def copy_until(source, target, last):
    """Copy the invoices dated up to a day."""
    with source.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    wanted = {i.number for i in read_ledger(source) if i.date <= last}
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, reader.fieldnames)
        writer.writeheader()
        writer.writerows(row for row in rows if row["invoiceNumber"] in wanted)


def ask_oracle(oracle, path, steps, gap, until):
    """The independent oracle's answer in the form of the replay's."""
    rows = oracle.load(path)
    cases, events, peak, peak_day = oracle.replay(rows, steps, gap, until)
    counts = Counter(event[2] for event in events)
    closed = sum(case["closed"] is not None for case in cases)
    return {
        "cases_opened": len(cases),
        "cases_closed": closed,
        "still_open": len(cases) - closed,
        "customers": len({case["customer"] for case in cases}),
        "peak_open": peak,
        "peak_day": str(peak_day),
        "notices": {str(n): counts[n] for n in range(1, len(steps) + 1)},
        "chased_amount": sum((event[4] for event in events), Decimal(0)),
        "aging": {str(day): oracle.aging(rows, day) for day in DAYS},
    }
