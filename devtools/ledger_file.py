"""Reading the CSV of a ledger that `./dev replay` plays."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from devtools.console import Problem

COLUMNS = (
    "customerID",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "Disputed",
    "SettledDate",
)
SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Invoice:
    """One row: an invoice that was settled in full on one day."""

    customer: str
    number: str
    date: date
    due: date
    settled: date
    amount: Decimal
    disputed: bool


def read_ledger(path):
    """Read and check a whole ledger before any of it is used.

    :param path: CSV with the columns of ``COLUMNS``; dates as month/day/year
    :return: list of :class:`Invoice`, by date and number
    :raise Problem: naming the line and the column that is wrong
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            missing = [
                name for name in COLUMNS if name not in (reader.fieldnames or ())
            ]
            if missing:
                raise Problem(f"{path} lacks the column {', '.join(missing)}.")
            problems, invoices = [], []
            for row in reader:
                try:
                    invoices.append(_read_row(row))
                except ValueError as error:
                    problems.append(f"line {reader.line_num}: {error}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(f"{path} cannot be read: {error}") from error
    counts = Counter(invoice.number for invoice in invoices)
    problems += [f"invoice {n} is there twice" for n, c in counts.items() if c > 1]
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        rest = f" … and {more} more" if more > 0 else ""
        raise Problem(f"{path}: " + "; ".join(problems[:SHOWN_PROBLEMS]) + rest + ".")
    if not invoices:
        raise Problem(f"{path} has no invoices.")
    return sorted(invoices, key=lambda invoice: (invoice.date, invoice.number))


def _read_row(row):
    empty = [name for name in COLUMNS if not (row[name] or "").strip()]
    if empty:
        raise ValueError(f"{', '.join(empty)} is empty")
    invoice = Invoice(
        customer=row["customerID"],
        number=row["invoiceNumber"],
        date=_read_date(row, "InvoiceDate"),
        due=_read_date(row, "DueDate"),
        settled=_read_date(row, "SettledDate"),
        amount=_read_amount(row),
        disputed=row["Disputed"] == "Yes",
    )
    if row["Disputed"] not in ("Yes", "No"):
        raise ValueError(f"Disputed is {row['Disputed']!r}, neither Yes nor No")
    if invoice.settled < invoice.date:
        raise ValueError("SettledDate is before InvoiceDate")
    return invoice


def _read_date(row, column):
    try:
        return datetime.strptime(row[column], "%m/%d/%Y").date()
    except ValueError:
        raise ValueError(
            f"{column} is {row[column]!r}, not a date like 12/31/2013"
        ) from None


def _read_amount(row):
    try:
        amount = Decimal(row["InvoiceAmount"])
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"InvoiceAmount is {row['InvoiceAmount']!r}, not an amount")
    return amount
