"""Time and memory of the reports on a large ledger.

A fifth of the invoices is paid, on the sixty days before today, so that a past day has
matches to undo. The same work is measured on a tenth of the ledger, for its growth.
"""

import argparse
import sys
from datetime import date, timedelta

from freezegun import freeze_time

from benchmarks.lib.meter import Meter, clock
from devtools.odoo_session import odoo_session

#: Statements rendered at once.
STATEMENTS = 500
PDF_STATEMENTS = 100


def wizard_of(env, day, **options):
    return env["account.admin.aging.wizard"].create(
        {"date": day, "company_ids": env.company.ids, **options}
    )


def aged_workbook(env, day, **options):
    """Write the aging's workbook; return it."""
    content = wizard_of(env, day, **options)._get_xlsx()[1]
    env.invalidate_all()
    return content


def open_pivot(env, model, domain, rows, columns, measure):
    """The calls with which the web client opens a pivot."""
    records = env[model]
    records.get_views([(False, "pivot"), (False, "search")], {"load_filters": True})
    records.formatted_read_grouping_sets(
        domain,
        [[], [rows], [columns], [rows, columns]],
        [f"{measure}:sum", "__count"],
    )
    env.invalidate_all()


def open_aging_pivot(env):
    open_pivot(env, "account.admin.aged.item", [], "user_id", "bucket", "amount")


def open_invoice_analysis(env):
    domain = [
        ("move_type", "in", ("out_invoice", "out_refund")),
        ("state", "not in", ("draft", "cancel")),
    ]
    open_pivot(
        env,
        "account.invoice.report",
        domain,
        "invoice_date:month",
        "product_categ_id",
        "price_subtotal",
    )


def make_statements(env, day, count):
    partners = env["res.partner"].search([("name", "like", "Bench ")], limit=count)
    wizard = env["collections.statement.wizard"].create(
        {"date": day, "partner_ids": partners.ids}
    )
    return wizard._make()


def render_html(env, statements):
    report = "account_admin.action_report_statement"
    html = env["ir.actions.report"]._render_qweb_html(report, statements.ids)[0]
    env.invalidate_all()
    return html


def check_aging(env, day):
    """The aging ties to the ledger, or the figures are void."""
    found = env["account.admin.aged.item"].get_aging(env.company, day)
    for row in found["tie_out"]:
        if row["difference"]:
            raise SystemExit(f"{row['account'].display_name} does not tie: {row}")
    return sum(total["count"] for total in found["totals"].values())


def median(work, times=3):
    """Median seconds of some work, after a first go that fills Odoo's caches."""
    work()
    seconds = []
    for _time in range(times):
        start = clock()
        work()
        seconds.append(clock() - start)
    return sorted(seconds)[times // 2]


class Growth:
    """Seconds of each phase on a tenth and on the whole ledger."""

    def __init__(self):
        self.times = {}

    def of(self, label):
        return self.times.setdefault(label, [])

    def report(self):
        sys.stdout.write("\nten times the items (target 11x)\n")
        for label, (small, large) in self.times.items():
            sys.stdout.write(f"{label:34} {large / small:5.1f}x\n")


def measure(env, meter, growth, day):
    past = day - timedelta(days=30)
    items = check_aging(env, day)
    sys.stdout.write(f"\n{items} open items today, {check_aging(env, past)} then\n")
    env.invalidate_all()
    for label, target, work in (
        ("aged XLSX today", "2 s, 200 MB", lambda: aged_workbook(env, day)),
        ("aged XLSX of a past day", "4 s", lambda: aged_workbook(env, past)),
        (
            "aged XLSX today, each item",
            "",
            lambda: aged_workbook(env, day, detail="items"),
        ),
        (
            "KPIs of a month, all accounts",
            "3 s",
            lambda: list(
                env["account.admin.kpi"]._iterate_rows(env.company, date(2026, 5, 31))
            ),
        ),
    ):
        with meter.phase(label, target, growth.of(label)):
            work()


def measure_statements(env, meter, day):
    with meter.phase(f"{STATEMENTS} statements at most: figures"):
        statements = make_statements(env, day, STATEMENTS)
    with meter.phase(f"{len(statements)} statements as HTML", "2 s"):
        html = render_html(env, statements)
    if html.count(b"Statement of account</h2>") != len(statements):
        raise SystemExit("A statement is missing.")
    some = statements[:PDF_STATEMENTS]
    with meter.phase(f"{len(some)} statements as PDF"):
        files = some._render_files()
    if len(files) != len(some):
        raise SystemExit("A statement's PDF is missing.")


def measure_pivots(env, meter):
    reference = median(lambda: open_invoice_analysis(env))
    meter.bare = reference
    meter.report("Invoice Analysis opens as pivot", reference)
    ours = median(lambda: open_aging_pivot(env))
    meter.report("aging opens as pivot", ours, "target 1.5x")
    meter.bare = None


def main():
    parser = argparse.ArgumentParser(prog="./dev bench reports", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--items", type=int, default=100_000)
    options = parser.parse_args()
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger

        day = date.fromisoformat(ledger.TODAY)
        meter, growth = Meter(), Growth()
        with freeze_time(f"{ledger.TODAY} 12:00:00"):
            small = (max(options.accounts // 10, 1), options.items // 10)
            for accounts, items in (
                small,
                (options.accounts - small[0], options.items - small[1]),
            ):
                ledger.build(env, accounts, items * 5 // 4)
                ledger.pay_some(env, share=5)
                measure(env, meter, growth, day)
            measure_pivots(env, meter)
            measure_statements(env, meter, day)
            growth.report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
