"""Replays of ledgers from a seed, and ledgers that cannot be read.

Only this proves policies that the real ledger has no account for, night by night.
"""

from datetime import date

import pytest
from ledger_oracle import expect, write_ledger
from replaying import replay

from devtools.ledger_file import read_ledger

GOOD_ROW = "C1,N1,1/2/2012,2/1/2012,55.94,No,1/15/2012"
HEADER = (
    "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate"
)


@pytest.mark.parametrize(
    ("seed", "steps", "gap"), [(7, [1, 8, 15, 30], 0), (11, [0, 3, 4, 20], 6)]
)
def test_generated_ledger_is_chased_as_the_small_oracle_says(
    dev, fresh_db, tmp_path, seed, steps, gap
):
    path = tmp_path / "ledger.csv"
    write_ledger(path, seed)
    aging_dates = [date(2024, 1, 31), date(2024, 2, 29)]
    result = replay(
        *(dev, fresh_db(), path, "--gap", str(gap)),
        *("--steps", ",".join(map(str, steps))),
        *("--aging", ",".join(map(str, aging_dates))),
    )
    assert result == expect(read_ledger(path), steps, gap, aging_dates)


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
