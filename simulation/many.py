"""Seeds on the plain engine: ``python -m simulation.many FIRST COUNT NIGHTS``."""

import sys
import time
from pathlib import Path

# the engine is plain Python and knows no Odoo
sys.path.insert(0, str(Path(__file__).parents[1] / "account_admin"))

from simulation import Broken  # noqa: E402
from simulation.plain import Year  # noqa: E402


def main(first, count, nights):
    started, broken, sent = time.monotonic(), 0, 0
    for seed in range(first, first + count):
        try:
            sent += Year(seed).run(nights)
        except Broken as error:
            broken += 1
            print(error)
    spent = time.monotonic() - started
    print(f"{count} years, {sent} notices, {broken} broken, {spent:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
