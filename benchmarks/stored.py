"""The licensing reports with stored rows, beside computing them at each query.

Before: every row is worked out by the query, as where nothing is stored. After: rows
are stored. Both show the same figures, or the benchmark stops.
"""

import argparse
import sys
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median

from freezegun import freeze_time

from benchmarks.lib.meter import clock
from benchmarks.lib.results import machine, table, write_section
from devtools.odoo_session import odoo_session

TODAY = "2026-07-20"
FIRST = date(2025, 1, 1)
#: Approved quarters of each contract.
QUARTERS = 6
#: What each report is grouped by.
ACTIONS = {
    "licensing_pool_pace_action": "outlook",
    "licensing_forecast_action": "date_end:quarter",
    "licensing_upcoming_action": "kind",
    "licensing_red_flag_action": "kind",
}


def build(env, count):
    """Contracts in force with a pool, reports of two years and one that waits."""
    from odoo import Command

    env.company.licensing_four_eyes = False
    env.company.licensing_deferred_account_id = env["account.account"].create(
        {
            "name": "Advances",
            "code": "219901",
            "account_type": "liability_current",
        }
    )
    partners = env["res.partner"].create(
        [{"name": f"Licensee {n}", "is_company": True} for n in range(count)]
    )
    contracts = env["licensing.contract"].create(
        [
            {
                "title": f"Bench {n}",
                "partner_id": partner.id,
                "date_start": FIRST,
                "date_end": date(2026, 9 + n % 4, 15),
                "notice_from_days": 60,
                "notice_until_days": 30,
                "sell_off_days": 30,
                "grant_ids": [Command.create({})],
                "rate_ids": [Command.create({"rate": 8})],
                "deduction_ids": [Command.create({"capped": True, "cap": 5})],
                "commitment_ids": [
                    Command.create(
                        {
                            "name": "Pool",
                            "guarantee": 20_000,
                            "line_ids": [
                                Command.create(
                                    {"date": day, "amount": 1_000, "kind": "advance"}
                                )
                                for day in ("2026-08-01", "2026-09-01")
                            ],
                        }
                    )
                ],
            }
            for n, partner in enumerate(partners)
        ]
    )
    contracts.sudo().write({"state": "active"})
    report_quarters(env, contracts)
    return contracts


def report_quarters(env, contracts):
    """Approved statements as their approval leaves them, and one that is missing."""
    from odoo.addons.account_admin.models.base.bulk import insert_rows

    ends = [date(2025 + n // 4, n % 4 * 3 + 1, 1) for n in range(QUARTERS + 2)]
    periods = [
        (first, after - timedelta(days=1))
        for first, after in zip(ends, ends[1:], strict=False)
    ]
    statements = env["licensing.statement"].create(
        [
            {
                "contract_id": contract.id,
                "date_start": first,
                "date_end": last,
                "date_due": last + timedelta(days=10),
            }
            for contract in contracts
            for first, last in periods[:QUARTERS]
        ]
    )
    approved = statements.filtered(lambda row: row.date_end < date(2026, 6, 1))
    approved.sudo().write(
        {"state": "approved", "submitted_on": "2026-07-01 10:00:00", "royalty": 900}
    )
    env.flush_all()
    insert_rows(
        env["licensing.statement.snapshot"],
        [
            {
                "statement_id": row.id,
                "contract_id": row.contract_id.id,
                "company_id": row.company_id.id,
                "known_at": "2026-07-01 10:00:00",
                "royalty": 900,
                "sums": "[]",
                "fees": "[]",
                "quotas": "[]",
                "quotes": "[]",
            }
            for row in approved
        ],
    )
    insert_rows(
        env["licensing.ledger"],
        [
            {
                "contract_id": row.contract_id.id,
                "company_id": row.company_id.id,
                "partner_id": row.partner_id.id,
                "currency_id": row.currency_id.id,
                "commitment_id": row.contract_id.commitment_ids.id,
                "date": row.date_end,
                "kind": kind,
                "amount": 900,
            }
            for row in approved
            for kind in ("earned", "payable")
        ],
    )
    env.flush_all()
    env.invalidate_all()


@contextmanager
def undone(env):
    """What is done inside is undone at its end."""
    env.flush_all()
    savepoint = env.cr.savepoint(flush=False)
    yield
    savepoint.close(rollback=True)
    env.invalidate_all(flush=False)


def time_of(work, env, times=5):
    """Median milliseconds of some work, after a first go that fills Odoo's caches."""
    seconds = []
    for _time in range(times + 1):
        env.invalidate_all()
        start = clock()
        found = work()
        env.flush_all()
        seconds.append(clock() - start)
    return 1000 * median(seconds[1:]), found


def measure_reading(env):
    """Open, count and group each report: dict (report, work) -> milliseconds, rows."""
    from benchmarks.lib.web_client import (
        COUNT_LIMIT,
        LIST_LIMIT,
        read_views,
        specification,
    )

    found = {}
    for name, group in ACTIONS.items():
        action = env.ref(f"account_admin.{name}")
        report = env[action.res_model]
        views, models = read_views(env, action)
        spec = specification(views["list"]["arch"], report._name, models)
        for label, work in (
            (
                "open",
                lambda report=report, spec=spec: report.web_search_read(
                    [], spec, limit=LIST_LIMIT, count_limit=COUNT_LIMIT
                ),
            ),
            ("count", lambda report=report: report.search_count([])),
            (
                "group",
                lambda report=report, group=group: report.formatted_read_group(
                    [], [group], ["__count"]
                ),
            ),
        ):
            found[report._description, label] = time_of(work, env)
    return found


def compare_reading(env, days):
    """Rows of the table of what readers wait for, before and after."""
    with undone(env):
        env.cr.execute("DELETE FROM licensing_report_day")
        before = measure_reading(env)
    days._store(env.company)
    env.cr.execute("ANALYZE")
    after = measure_reading(env)
    for key, (_time, found) in before.items():
        if after[key][1] != found:
            raise SystemExit(f"{key}: stored rows show other figures.")
    return [
        (f"{report}: {label}", f"{old:.1f}", f"{after[report, label][0]:.1f}")
        for (report, label), (old, _found) in before.items()
    ]


def measure_storing(env, days, contracts):
    """Rows of the table of what storing takes."""

    def anew():
        for name in ("licensing_report_day", *tables):
            env.cr.execute(f"DELETE FROM {name}")
        days._store(env.company)

    def next_day():
        env.cr.execute("DELETE FROM licensing_report_day")
        days._store(env.company)

    def after_approval(contract):
        with undone(env):
            approve(report(contract))
            env.flush_all()
            start = clock()
            days._store(env.company)
            return clock() - start

    models = [env.ref(f"account_admin.{name}").res_model for name in ACTIONS]
    tables = [env[name]._table for name in models]
    rows = [
        ("every row of a company, the first time", anew),
        ("every row of a company, once more", next_day),
    ]
    found = [(label, f"{time_of(work, env)[0]:.1f}") for label, work in rows]
    times = [after_approval(contract) for contract in contracts[:6]]
    label = "the rows of a contract whose statement was approved"
    found.append((label, f"{1000 * median(times[1:]):.1f}"))
    return found


def measure_changing(env, contracts):
    """Rows of the table of what noting changes costs those who make them."""
    found = []
    for label, work in (
        ("approve a statement, its invoice drafted", approve),
        ("post its invoice", lambda statement: statement.move_id.action_post()),
    ):
        times = {"DISABLE": [], "ENABLE": []}
        for contract in contracts[:20]:
            # both on the same statement, in turns
            for mode, seconds in times.items():
                with undone(env):
                    statement = report(contract)
                    if work is not approve:
                        approve(statement)
                    switch(env, mode)
                    start = clock()
                    work(statement)
                    env.flush_all()
                    seconds.append(clock() - start)
        bare, noted = (1000 * median(seconds[2:]) for seconds in times.values())
        found.append((label, f"{bare:.1f}", f"{noted:.1f}"))
    return found


def report(contract):
    """The statement that waits, with lines and computed."""
    from odoo import Command

    product = contract.env["licensing.product"].create(
        {"sku": "BEAR", "name": "Bear", "partner_id": contract.partner_id.id}
    )
    product.action_approve()
    product.sudo().approved_from = FIRST
    statement = contract.statement_ids.filtered(lambda row: row.state == "expected")
    statement.line_ids = [
        Command.create(
            {
                "date": statement.date_start,
                "sku": product.sku,
                "product_id": product.id,
                "currency_id": contract.currency_id.id,
                "units": 1,
                "gross": 100 + n,
            }
        )
        for n in range(20)
    ]
    statement.action_compute()
    return statement


def approve(statement):
    statement.action_approve()
    if not statement.move_id:
        raise SystemExit("The statement was not billed.")


def switch(env, mode):
    """Turn the notes of changes on or off."""
    from odoo.addons.account_admin.models.reporting.licensing_report_change import (
        SOURCES,
    )

    env.flush_all()
    for name in SOURCES:
        env.cr.execute(f"ALTER TABLE {name} {mode} TRIGGER USER")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench stored", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="small, no results")
    options = parser.parse_args()
    count = 20 if options.quick else options.contracts
    with odoo_session(options.database) as env, freeze_time(f"{TODAY} 12:00:00"):
        contracts = build(env, count)
        days = env["licensing.report.day"].sudo()
        header = ("milliseconds", "worked out at each query", "stored")
        parts = [table(header, compare_reading(env, days))]
        stored = measure_storing(env, days, contracts)
        parts.append(table(("storing takes, in milliseconds", "median"), stored))
        changed = measure_changing(env, contracts)
        header = ("changing takes, in milliseconds", "without notes", "with notes")
        parts.append(table(header, changed))
        about = machine(env)
        env.cr.rollback()
    text = "\n\n".join(parts)
    sys.stdout.write(f"{count:,} contracts\n\n{text}\n")
    if not options.quick:
        intro = f"`./dev bench stored`, {count:,} contracts. {about}"
        write_section("stored", f"## Licensing reports\n\n{intro}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
