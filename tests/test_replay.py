"""The nightly escalation over a whole ledger does what an independent oracle says."""

import csv
import importlib.util
import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from ledger_oracle import expect, write_ledger

from devtools.ledger_file import read_ledger
from devtools.replay import AGING_DATES

HALF_YEAR = date(2012, 6, 30)
GOOD_ROW = "C1,N1,1/2/2012,2/1/2012,55.94,No,1/15/2012"
HEADER = (
    "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate"
)


def replay(dev, database, path, *arguments):
    """Run the replay as its user does; its JSON with exact amounts."""
    done = dev.run(
        *(dev.bench.python_env.python, "-m", "devtools.replay"),
        *("--database", database, "--csv", path, *arguments),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout)
    assert result.pop("seconds") > 0
    result["chased_amount"] = Decimal(result["chased_amount"])
    for buckets in result["aging"].values():
        for bucket in buckets.values():
            bucket[1] = Decimal(bucket[1])
    return result


@pytest.mark.parametrize(
    ("seed", "steps", "gap"), [(7, [1, 8, 15, 30], 0), (11, [0, 3, 4, 20], 6)]
)
def test_generated_ledger_is_chased_as_the_small_oracle_says(
    dev, fresh_db, tmp_path, seed, steps, gap
):
    path = tmp_path / "ledger.csv"
    write_ledger(path, seed)
    aging_dates = [date(2024, 2, 29), date(2024, 4, 15)]
    result = replay(
        *(dev, fresh_db(), path, "--gap", str(gap)),
        *("--steps", ",".join(map(str, steps))),
        *("--aging", ",".join(map(str, aging_dates))),
    )
    assert result == expect(read_ledger(path), steps, gap, aging_dates)


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
    result = replay(dev, fresh_db(), path, "--until", str(HALF_YEAR))
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
        "aging": {str(day): oracle.aging(rows, day) for day in AGING_DATES},
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "lacks the column customerID"),
        (HEADER.replace("DueDate,", "") + "\n", "lacks the column DueDate"),
        (HEADER + "\n", "has no invoices"),
        (f"{HEADER}\nC1,N1,13/2/2012,2/1/2012,5,No,2/2/2012\n", "line 2: InvoiceDate"),
        (f"{HEADER}\nC1,N1,1/2/2012,,5,No,2/2/2012\n", "line 2: DueDate is empty"),
        (f"{HEADER}\nC1,N1,1/2/2012,2/1/2012,abc,No,2/2/2012\n", "not an amount"),
        (f"{HEADER}\nC1,N1,1/2/2012,2/1/2012,NaN,No,2/2/2012\n", "not an amount"),
        (f"{HEADER}\nC1,N1,1/2/2012,2/1/2012,-5,No,2/2/2012\n", "not an amount"),
        (f"{HEADER}\nC1,N1,1/2/2012,2/1/2012,5,Maybe,2/2/2012\n", "neither Yes nor No"),
        (f"{HEADER}\nC1,N1,1/2/2012,2/1/2012,5,No,1/1/2012\n", "before InvoiceDate"),
        (f"{HEADER}\n{GOOD_ROW}\n{GOOD_ROW}\n", "invoice N1 is there twice"),
        (f"{HEADER}\nC1,N1\n", "line 2"),
    ],
)
def test_ledger_that_cannot_be_read_is_refused_before_anything_happens(
    dev, tmp_path, text, sentence
):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    done = dev.run(
        *(dev.bench.python_env.python, "-m", "devtools.replay"),
        *("--database", "not_opened", "--csv", path),
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_file_is_named(dev, tmp_path):
    done = dev.run(
        *(dev.bench.python_env.python, "-m", "devtools.replay"),
        *("--database", "not_opened", "--csv", tmp_path / "nowhere.csv"),
    )
    assert (done.returncode, "nowhere.csv cannot be read" in done.stderr) == (1, True)
