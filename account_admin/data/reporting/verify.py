"""Check this audit pack offline: python3 verify.py (Python 3.8 or later, nothing else).

It reads the files beside it and says, row by row, what is not as it was:
- SHA256SUMS: every file of the pack as it was made;
- evidence/evidence*.csv: every message and file as it was when it left;
- collections/chain.csv: each event hashed over the one before.
The last line is OK or FAILED; the exit code is 0 or 1.
"""

import csv
import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def hash_of(content):
    return hashlib.sha256(content).hexdigest()


def read_rows(path):
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def check_files():
    """Every file beside its sum in SHA256SUMS."""
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        expected, name = line.split("  ", 1)
        path = HERE / name
        if not path.is_file():
            yield f"{name}: the file is missing"
        elif hash_of(path.read_bytes()) != expected:
            yield f"{name}: the file was changed after the pack was made"


def check_evidence():
    """Every message and file beside its hash of the moment it left."""
    for sheet in sorted(HERE.glob("evidence/evidence*.csv")):
        for row in read_rows(sheet):
            where = f"{sheet.name}, row {row['number']} ({row['of']})"
            if row["state"] in ("anonymised", "deleted"):
                continue
            path = HERE / row["path"] if row["path"] else None
            if path is None or not path.is_file():
                yield f"{where}: nothing is left of what was sent"
            elif hash_of(path.read_bytes()) != row["sha256"]:
                yield f"{where}: changed since it was sent"


def check_chain():
    """Each event beside its hash, and each hash over the one before."""
    path, before, number = HERE / "collections/chain.csv", None, None
    if not path.is_file():
        return
    for row in read_rows(path):
        where = f"chain.csv, event number {row['number']}"
        if row["what"] == "before":
            before, number = row["chain_sha256"], int(row["number"])
            continue
        if int(row["number"]) != number + 1:
            yield f"{where}: events between {number} and it are missing"
        if row["what"] == "event" and (
            hash_of(row["content"].encode()) != row["content_sha256"]
        ):
            yield f"{where}: the event was changed: {row['content']}"
        if hash_of((before + row["content_sha256"]).encode()) != row["chain_sha256"]:
            yield f"{where}: it does not follow from the event before"
        before, number = row["chain_sha256"], int(row["number"])


def main():
    problems = [*check_files(), *check_evidence(), *check_chain()]
    for problem in problems:
        print(problem)
    print("FAILED" if problems else "OK")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
