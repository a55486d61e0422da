"""Builds the ledger of the comparison; prints what its later steps need as JSON."""

import argparse
import json
import sys

from freezegun import freeze_time

from benchmarks.lib.meter import clock
from benchmarks.lib.results import machine
from devtools.odoo_session import odoo_session

PEERS = ("account_credit_control", "account_financial_report", "partner_statement")


def read_credits(env):
    """Unapplied credits: "customer currency" -> amount in the currency."""
    env.cr.execute(
        """SELECT line.partner_id || ' ' || line.currency_id,
                  (-SUM(line.amount_residual_currency))::text
             FROM account_move_line line
             JOIN account_account account ON account.id = line.account_id
            WHERE account.account_type = 'asset_receivable'
              AND line.parent_state = 'posted' AND line.amount_residual_currency < 0
            GROUP BY 1"""
    )
    return dict(env.cr.fetchall())


def read_sizes(env):
    from benchmarks.lib.ledger import TODAY

    env.cr.execute(
        """SELECT (SELECT COUNT(*) FROM account_move WHERE move_type = 'out_invoice'),
                  COUNT(*), COUNT(*) FILTER (WHERE date_maturity < %s)
             FROM account_move_line line
             JOIN account_account account ON account.id = line.account_id
            WHERE account.account_type = 'asset_receivable'
              AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE""",
        [TODAY],
    )
    return dict(zip(("invoices", "open", "overdue"), env.cr.fetchone(), strict=True))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--items", type=int, required=True)
    options = parser.parse_args()
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger, realistic

        start = clock()
        with freeze_time(f"{ledger.TODAY} 12:00:00"):
            realistic.build(env, options.accounts, options.items)
        modules = env["ir.module.module"].search(
            [("name", "in", ("account_admin", *PEERS))]
        )
        found = {
            "seconds": round(clock() - start, 1),
            "credits": read_credits(env),
            "sizes": read_sizes(env),
            "machine": machine(env),
            "versions": {m.name: m.installed_version for m in modules},
        }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
