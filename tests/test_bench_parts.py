"""Parts of the benchmarks that a whole run only shows when something is wrong."""

import json

import pytest

from benchmarks.lib.agreement import Disagreement, compare_chased, compare_rows
from benchmarks.lib.results import table, write_section
from benchmarks.peers import judge, summarise_phase

THEIRS = {"1": [7, 1, "100.00"], "2": [7, 1, "50.00"], "3": [8, 1, "30.00"]}


def test_credits_explain_what_only_the_other_side_chases():
    ours = {"2": [7, 1, "40.00"], "3": [8, 1, "30.00"]}
    same, different = compare_chased(THEIRS, ours, {"7 1": "110.00"})
    assert "1 of 3 overdue items" in same
    assert "1 items are covered" in different
    assert "1 in part (110.00 in all" in different


@pytest.mark.parametrize(
    ("ours", "named"),
    [
        ({"2": [7, 1, "40.00"], "3": [8, 1, "30.00"]}, "7 1"),
        ({**THEIRS, "4": [8, 1, "5.00"]}, "items ['4']"),
        ({**THEIRS, "3": [8, 2, "30.00"]}, "8 1"),
    ],
)
def test_difference_without_a_credit_is_a_disagreement(ours, named):
    with pytest.raises(Disagreement) as found:
        compare_chased(THEIRS, ours, {})
    assert named in str(found.value)


def test_customers_without_amounts_need_not_be_listed_by_both():
    theirs = {"Bench 1": ["1.00", "0.00"], "Bench 2": ["0.00", "0.00"]}
    assert (
        "1 customers" in compare_rows("aged", theirs, {"Bench 1": ["1.00", "0.00"]})[0]
    )


def test_customer_with_other_figures_is_named():
    with pytest.raises(Disagreement, match="aged, Bench 1"):
        compare_rows("aged", {"Bench 1": ["1.00"]}, {"Bench 1": ["1.01"]})


def test_target_is_judged_by_the_medians():
    def runs(*seconds):
        return [
            {"seconds": s, "megabytes": 1000, "grown": 9, "queries": 1} for s in seconds
        ]

    row = summarise_phase(
        "first night", {"peer": runs(90, 100, 400), "own": runs(2, 1, 3)}
    )
    assert (row["ratio"], row["memory_ratio"]) == (50.0, 1.0)
    assert judge(row) == "time 50x: met; memory 5x: missed, 1.0x"
    assert json.dumps(row)


def test_section_is_replaced_and_the_rest_stays(tmp_path):
    path = tmp_path / "RESULTS.md"
    path.write_text("# Figures\n\nBy hand.\n")
    for text in ("old", "new \\1 text"):
        write_section("one", text, path)
        write_section("two", table(("a", "b"), [("x", 1)]), path)
    found = path.read_text()
    assert found.startswith("# Figures\n\nBy hand.\n")
    assert "old" not in found
    assert found.count("new \\1 text") == 1
    assert found.count("| --- | ---: |") == 1
