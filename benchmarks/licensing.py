"""Time and memory of licensing: a long report, a chain of statements, a wide contract.

Each part runs in a process of its own, so that no part's memory counts for another.
"""

import argparse
import base64
import csv
import io
import json
import subprocess
import sys
from datetime import date, timedelta

from benchmarks.lib.meter import clock, peak_megabytes, reset_peak
from benchmarks.lib.results import machine, table, write_section
from devtools.odoo_session import odoo_session

HEADER = (
    ["Invoice Date", "SKU", "Description", "Property", "Category", "Territory"]
    + ["Channel", "Retailer", "Sale Type", "Currency", "Units", "Gross Sales"]
    + ["Returns", "Allowances", "Other Deductions", "Net Sales", "Royalty Rate"]
    + ["Royalty"]
)
PRODUCTS = 200
CHANNELS = ("Bench Mass", "Bench Specialty", "Bench Online")
COUNTRIES = ("us", "gb", "de", "fr", "nl")
FIRST = date(2024, 1, 1)
#: What each part must not exceed: (label, seconds, megabytes).
TARGETS = {
    "xlsx": ("{lines:,} lines of XLSX: import, match, compute", 30, 500),
    "csv": ("{lines:,} lines of CSV: import, match, compute", 30, 500),
    "chain": ("recompute {months} statements of {each:,} lines", 60, None),
    "form": ("open a contract of {grants:,} grants", 1, None),
}
#: Parts of an import; the last one comes after it.
STEPS = (
    ("read", "read"),
    ("submit", "match, compute and write"),
    ("again", "and later compute again"),
)


def make_contract(env, key, **vals):
    """A contract in force with tiers, two rates, a pool and a fund."""
    from odoo import Command

    partner = env["res.partner"].create({"name": f"Bench {key}", "is_company": True})
    products = env["licensing.product"].create(
        [
            {"sku": f"SKU-{n:04}", "name": f"Product {n}", "partner_id": partner.id}
            for n in range(PRODUCTS)
        ]
    )
    products.action_approve()
    products.sudo().approved_from = FIRST
    channels = env["licensing.channel"].create([{"name": name} for name in CHANNELS])
    contract = env["licensing.contract"].create(
        {
            "title": f"Bench {key}",
            "partner_id": partner.id,
            "date_start": FIRST,
            "date_end": FIRST + timedelta(days=1200),
            "grant_ids": [Command.create({})],
            "rate_ids": [
                Command.create(
                    {
                        "rate": 8,
                        "tier_ids": [Command.create({"start": 500_000, "rate": 10})],
                    }
                ),
                Command.create({"rate": 6, "channel_ids": channels[2:].ids}),
            ],
            "commitment_ids": [Command.create({"name": "Pool", "guarantee": 20_000})],
            "fee_ids": [Command.create({"percent": 2})],
            **vals,
        }
    )
    contract.action_submit()
    contract.sudo().action_approve()
    return contract, products, channels


def rows_of(count, last):
    """Reported rows, the same on every run."""
    for n in range(count):
        gross = round(10 + (n * 7919 % 99_000) / 100, 2)
        returned = round(gross * 0.03, 2)
        yield (
            [str(last - timedelta(days=n % 28)), f"SKU-{n % PRODUCTS:04}"]
            + [f"Product {n % PRODUCTS}", "", "", COUNTRIES[n % 5].upper()]
            + [CHANNELS[n % 3], f"Retailer {n % 50}", "Domestic", "USD", n % 9 + 1]
            + [gross, returned, 0, 0, round(gross - returned, 2), "", ""]
        )


def make_file(kind, count, last):
    """A licensee's report.

    :return: (name, bytes)
    """
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([HEADER, *rows_of(count, last)])
        return "report.csv", text.getvalue().encode()
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate([HEADER, *rows_of(count, last)]):
        sheet.write_row(place, 0, row)
    book.close()
    return "report.xlsx", buffer.getvalue()


def measure_import(env, kind, sizes):
    """Import a long report as the wizard does, which computes it; compute it again."""
    contract, _products, _channels = make_contract(env, kind)
    last = date(2024, 3, 31)
    statement = env["licensing.statement"].create(
        {"contract_id": contract.id, "date_start": FIRST, "date_end": last}
    )
    name, content = make_file(kind, sizes["lines"], last)
    env.cr.commit()
    encoded = base64.b64encode(content)
    del content
    reset_peak()
    found = {}
    start = clock()
    one = env["licensing.import"].create(
        {"statement_id": statement.id, "file": encoded, "filename": name}
    )
    one.action_read()
    env["licensing.import"]._cron_work()
    found["read"] = clock() - start
    one.action_submit()
    env["licensing.import"]._cron_work()
    env.invalidate_all()
    found["seconds"] = clock() - start
    found["submit"] = found["seconds"] - found["read"]
    found["megabytes"] = round(peak_megabytes())
    if statement.line_count != sizes["lines"] or not statement.royalty:
        problems = one.problem_ids.mapped("sentence")[:5]
        raise SystemExit(f"{statement.line_count} lines are there: {problems}")
    statement.action_compute()
    env.flush_all()
    found["again"] = clock() - start - found["seconds"]
    return found


def measure_chain(env, sizes):
    """Recompute two years of approved statements, as an amendment's preview does."""
    from odoo import Command

    contract, products, channels = make_contract(env, "chain", period="month")
    for month in range(sizes["months"]):
        approve_month(env, contract, products, channels, month, sizes["each"])
        env.cr.commit()
        env.invalidate_all()
    amendment = env["licensing.amendment"].create(
        {
            "name": "Rates rise",
            "contract_id": contract.id,
            "date": FIRST,
            "end_rate_ids": contract.rate_ids[:1].ids,
            "rate_ids": [Command.create({"contract_id": contract.id, "rate": 9})],
        }
    )
    reset_peak()
    start = clock()
    amendment.action_preview()
    seconds = clock() - start
    if not amendment.impact:
        raise SystemExit("The preview says nothing.")
    return {"seconds": seconds}


def approve_month(env, contract, products, channels, month, count):
    """A month's statement with its lines, computed and approved."""
    from odoo.addons.account_admin.models.base.bulk import insert_rows

    first = date(FIRST.year + month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    statement = env["licensing.statement"].create(
        {"contract_id": contract.id, "date_start": first, "date_end": last}
    )
    lines = env["licensing.statement.line"]
    insert_rows(
        lines,
        [
            {
                "statement_id": statement.id,
                "row": n + 2,
                "date": first + timedelta(days=n % 28),
                "sku": f"SKU-{n % PRODUCTS:04}",
                "product_id": products.ids[n % PRODUCTS],
                "channel_id": channels.ids[n % 3],
                "sale_type": "domestic",
                "currency_id": contract.currency_id.id,
                "units": n % 9 + 1,
                "gross": 1 + n % 97,
            }
            for n in range(count)
        ],
    )
    statement.invalidate_recordset()
    statement.action_compute()
    statement.action_approve()


def measure_form(env, sizes):
    """Read the contract's form as the web client does; the middle of five."""
    from odoo import Command

    from benchmarks.lib.web_client import read_views, specification

    properties = env["licensing.property"].create(
        [{"name": f"Bench property {n}"} for n in range(sizes["grants"])]
    )
    contract, _products, _channels = make_contract(
        env,
        "form",
        grant_ids=[Command.create({"property_ids": one.ids}) for one in properties],
    )
    action = env.ref("account_admin.licensing_contract_action")
    views, models = read_views(env, action)
    spec = specification(views["form"]["arch"], "licensing.contract", models)
    times = []
    for _time in range(5):
        env.invalidate_all()
        start = clock()
        contract.web_read(spec)
        times.append(clock() - start)
    return {"seconds": sorted(times)[2]}


def run_part(part, database, sizes):
    """One part, in this process; prints what it found as JSON."""
    with odoo_session(database) as env:
        # one person tries everything here
        env.company.licensing_four_eyes = False
        work = {"chain": measure_chain, "form": measure_form}.get(part)
        found = work(env, sizes) if work else measure_import(env, part, sizes)
        found.setdefault("megabytes", round(peak_megabytes()))
        found["about"] = machine(env)
        env.cr.rollback()
    sys.stdout.write(json.dumps(found) + "\n")


def render(found, sizes):
    rows = []
    for part, (label, seconds, megabytes) in TARGETS.items():
        mine = found[part]
        met = mine["seconds"] <= seconds
        if megabytes:
            met = met and mine["megabytes"] <= megabytes
        target = f"{seconds} s" + (f", {megabytes} MB" if megabytes else "")
        steps = ", ".join(
            f"{label} {mine[name]:.1f}" for name, label in STEPS if name in mine
        )
        rows.append(
            (
                label.format(**sizes),
                f"{mine['seconds']:.2f}",
                f"{mine['megabytes']} MB",
                steps,
                f"{target}: {'met' if met else 'missed'}",
            )
        )
    return table(("work", "seconds", "peak memory", "steps", "target"), rows)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench licensing", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=TARGETS, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="small, no results")
    options = parser.parse_args()
    sizes = {"lines": 100_000, "months": 24, "each": 10_000, "grants": 1000}
    if options.quick:
        sizes = {"lines": 300, "months": 3, "each": 50, "grants": 20}
    if options.only:
        run_part(options.only, options.database, sizes)
        return 0
    found = {}
    for part in TARGETS:
        sys.stdout.write(f"{part} ...\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", "benchmarks.licensing", "--only", part]
        command += ["--database", options.database]
        command += ["--quick"] if options.quick else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            return 1
        found[part] = json.loads(done.stdout.splitlines()[-1])
    text = render(found, sizes)
    sys.stdout.write(text + "\n")
    if not options.quick:
        about = found["form"]["about"]
        command = f"`./dev bench licensing`. {about}"
        write_section("licensing", f"## Licensing\n\n{command}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
