"""Sending report files through the door that a person uses: upload, read, submit."""

import json

#: Run in Odoo's shell: reads each file for an expected statement of the second quarter
#: of 2026 and submits what nothing stops; nothing of it stays.
SCRIPT = """
import base64, json, logging
from pathlib import Path
logging.getLogger("odoo.addons.account_admin").setLevel(logging.ERROR)
company = env.company
if not company.chart_template:
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company, install_demo=False)
FIELDS = ("units gross returns allowances other reported_net reported_rate"
          " reported_royalty").split()
usd = env.ref("base.USD")
currencies = env["res.currency"].with_context(active_test=False).search([])
currencies.active = True
env["res.currency.rate"].search([]).unlink()
env["res.currency.rate"].create([
    {"currency_id": one.id, "name": "2026-01-01", "rate": 1} for one in currencies])

env["licensing.property"].create([{"name": n} for n in json.loads(%(properties)r)])

def open_statement():
    licensee = env["res.partner"].create({"name": "Licensee", "is_company": True})
    contract = env["licensing.contract"].create({
        "name": "LC/1", "title": "Licence", "partner_id": licensee.id,
        "currency_id": usd.id, "date_start": "2026-01-01", "date_end": "2027-12-31",
        "grant_ids": [(0, 0, {})], "rate_ids": [(0, 0, {"rate": 8})]})
    return env["licensing.statement"].create({
        "contract_id": contract.id,
        "date_start": "2026-04-01", "date_end": "2026-06-30"})

def tell(problem):
    found = {name: problem[name] or "" for name in ("code", "column", "value")}
    return {**found, "row": problem.row, "blocking": problem.blocking,
            "sentence": problem.sentence, "licensee": problem._tell_licensee()[0]}

def show(line):
    found = {name: str(line[name]) for name in FIELDS}
    for name in ("net", "rate", "royalty"):
        if not line["has_reported_" + name]:
            found["reported_" + name] = None
    return {**found, "number": line.row, "date": str(line.date), "sku": line.sku,
            "description": line.description or "",
            "property": line.property_id.name or "", "currency": line.currency_id.name}

def add_up(lines):
    totals = {}
    for line in lines:
        total = totals.setdefault(line.currency_id.name, {})
        total["lines"] = total.get("lines", 0) + 1
        for name in FIELDS:
            total[name] = round(total.get(name, 0) + line[name], 6)
    return totals

def bring(path, says):
    statement = open_statement()
    found = env["licensing.import"].create({
        "statement_id": statement.id, "filename": path.name,
        "file": base64.b64encode(path.read_bytes())})
    found.action_read()
    for column in found.column_ids:
        column.field_name = says.get(column.text, column.field_name)
    if says:
        found.action_read()
    problems = [tell(problem) for problem in found.problem_ids]
    if not found.blocking_count:
        found.action_submit()
    lines = statement.line_ids.sorted("id")
    return {"state": found.state, "problems": problems, "totals": add_up(lines),
            "rows": [show(line) for line in lines]}

results = []
for name, says in json.loads(%(wanted)r):
    with env.cr.savepoint() as savepoint:
        results.append(bring(Path(%(folder)r) / name, says))
        savepoint.close(rollback=True)
    env.invalidate_all()
print("RESULTS" + json.dumps(results))
"""


def bring(dev, database, folder, wanted, properties=()):
    """What becomes of report files.

    :param folder: where they are
    :param list wanted: (name of a file, {header: field} that a person says)
    :param properties: names of licensed properties that are known
    :return: list of dicts, as :func:`report_check.check` takes them
    """
    values = {"wanted": json.dumps(wanted), "folder": str(folder)}
    values["properties"] = json.dumps(list(properties))
    printed = dev.shell(database, SCRIPT % values)
    return json.loads(printed.partition("RESULTS")[2])
