"""Running ./dev replay's program as its user does."""

import json
from decimal import Decimal


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
    check_report(result)
    return result


def check_report(result):
    """The aging report shows the same amounts and ties to the ledger on each day."""
    assert result.pop("untied") == []
    reported = result.pop("reported")
    assert set(reported) == set(result["aging"])
    for day, buckets in result["aging"].items():
        amounts = {label: amount for label, (_count, amount) in buckets.items()}
        found = {label: Decimal(text) for label, text in reported[day].items()}
        assert found == amounts, day
