"""Posting invoices with credit limits in force, beside posting without any.

Each round posts as many invoices of as many accounts either way, one by one as people
do; the processor time of this process and of PostgreSQL's is counted.
"""

import argparse
import sys
from statistics import median

from benchmarks.lib.results import machine, table, write_section
from devtools.odoo_session import odoo_session

#: Invoices either way in a round.
EACH = 100


def processor(env):
    """Seconds of processor time of this process and of its PostgreSQL backend."""
    import os
    from pathlib import Path
    from time import process_time

    pid = env.cr._cnx.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return process_time() + ticks / os.sysconf("SC_CLK_TCK")


def make_drafts(env, partners):
    from odoo import Command

    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": 9})
                ],
            }
            for partner in partners
        ]
    )


def post(env, drafts):
    """Milliseconds of processor time an invoice."""
    env.flush_all()
    start = processor(env)
    for draft in drafts:
        env.invalidate_all()
        draft.action_post()
        env.flush_all()
    return 1000 * (processor(env) - start) / len(drafts)


def set_limits(env, partners):
    limits = [{"amount": 1000000, "company_id": env.company.id}]
    limits += [{"amount": 100000, "partner_id": partner.id} for partner in partners]
    return env["collections.limit"].create(limits)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench credit", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="small, no results")
    options = parser.parse_args()
    accounts, rounds = (100, 1) if options.quick else (options.accounts, options.rounds)
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger

        ledger.build(env, accounts, 20 * accounts)
        partners = env["res.partner"].search([("customer_rank", ">", 0)], limit=EACH)
        post(env, make_drafts(env, partners))
        without, limited = [], []
        for _round in range(rounds):
            without.append(post(env, make_drafts(env, partners)))
            limits = set_limits(env, partners)
            limited.append(post(env, make_drafts(env, partners)))
            limits.unlink()
        ratio = median(limited) / median(without)
        text = (
            f"{accounts:,} accounts; {EACH} invoices of {EACH} accounts, one by one,"
            f" each with a limit of its own; medians of {rounds} rounds."
            f" {machine(env)}\n\n"
            + table(
                ("milliseconds of processor time an invoice", ""),
                [
                    ("without limits", f"{median(without):.1f}"),
                    ("with limits", f"{median(limited):.1f}"),
                    ("ratio (asked 1.05)", f"{ratio:.3f}"),
                ],
            )
        )
        print(text)
        if not options.quick:
            write_section(
                "credit", f"## Posting with limits\n\n`./dev bench credit`. {text}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
