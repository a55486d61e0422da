"""Seeds on a real Odoo, in the database that ./dev simulate made for them."""

import argparse
import sys
import time

from devtools.odoo_session import odoo_session
from simulation import Broken
from simulation.house import House


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, required=True)
    options = parser.parse_args()
    started = time.monotonic()
    try:
        with odoo_session(options.database) as env:
            taken = House(env, options.seed).run(options.days)
    except Broken as broken:
        print(broken)
        return 1
    spent = time.monotonic() - started
    print(f"seed {options.seed}: {options.days} days, {taken} mails, {spent:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
