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
    return result
