"""Report files as licensees make them are read as a careful person reads them."""

import json

import pytest
import report_files
from report_check import check, check_told
from report_door import bring


@pytest.fixture(scope="module")
def database(make_db):
    return make_db()


def judge(dev, database, folder, expected):
    """What is wrong with the reading of files, with what a person says and without."""
    wanted = [
        (name, says)
        for name, one in expected.items()
        for says in ({}, one.get("person_says") or {})
    ]
    wanted = [one for n, one in enumerate(wanted) if one not in wanted[:n]]
    rows = [row for one in expected.values() for row in one.get("rows") or ()]
    properties = {row["property"] for row in rows if "property" in row}
    results = bring(dev, database, folder, wanted, sorted(properties))
    wrong = {}
    for (name, says), found in zip(wanted, results, strict=True):
        said = check(expected[name], found)
        said += [f"not told: {words}" for words in check_told(expected[name], found)]
        said += check_words(found)
        if said:
            wrong[name, bool(says)] = said
    return wrong


def check_words(found):
    """Sentences name their row and are whole for the desk and for the licensee."""
    return [
        f"{problem['code']} says {text!r}"
        for problem in found["problems"]
        for text in (problem["sentence"], problem["licensee"])
        if "%(" in text or not text.rstrip().endswith((".", "?"))
    ]


def test_own_files_of_every_kind_are_read_or_stopped_for_their_reason(
    dev, database, tmp_path
):
    expected = report_files.write(tmp_path)
    assert judge(dev, database, tmp_path, expected) == {}


def test_the_shared_files_are_read_or_stopped_for_their_reason(dev, database, tmp_path):
    shared = dev.root.parent / "shared" / "spec" / "report_files"
    if not (shared / "expected.json").exists():
        print("The shared files are not beside the project: own ones stand in.")
        assert judge(dev, database, tmp_path, report_files.write(tmp_path)) == {}
        return
    expected = json.loads((shared / "expected.json").read_text(encoding="utf-8"))
    assert judge(dev, database, shared, expected["files"]) == {}
