"""The last release, with its demo data, becomes this one: every figure stays.

``devtools/released`` names the commit; a release that users have moves it on. Only this
proves the migrations: nothing else ever has a database of before.
"""

import json
import re
import textwrap

import pytest
from dulwich.object_store import iter_tree_contents
from dulwich.repo import Repo

from devtools.dump import dump

#: Models by the name they had, where a release gave them another one.
RENAMED = {
    "collections.statement": "account.admin.statement",
    "licensing.statement.snapshot": "licensing.computation",
    "licensing.question": "licensing.query",
}
#: What has to be the same before and after, read by each version with its own code.
FIGURES = """
    import json
    names = {names}
    def of(name):
        return env[names.get(name, name)].sudo()
    def count(name, *by):
        return sorted([*map(str, row)] for row in of(name).with_context(
            active_test=False)._read_group([], by, ["__count"]))
    items, found = of("account.admin.open.item"), {{}}
    for company in env["res.company"].search([], order="id"):
        if not items._find_receivable_accounts(company):
            continue
        day = company._collections_today()
        found[company.name] = {{
            "aging": [[*map(str, row)] for row in items._get_aging(company, day)],
            "asked": sorted(
                [partner, str(fact.asked)] for partner, fact in
                items._get_facts(company, day).items())}}
    found["cases"] = count("collections.case", "state", "step_id")
    def total(name, by, *sums):
        return sorted([*map(str, row)] for row in of(name)._read_group(
            [], by, ["__count", *(f"{{field}}:sum" for field in sums)]))
    found["notices"] = total("collections.notice", ["state", "step_id"], "amount")
    found["events"] = count("collections.event", "kind")
    found["promises"] = count("collections.promise", "state")
    found["disputes"] = sorted(
        [dispute.move_name, dispute.state, str(dispute.closed_on),
         dispute.reason if "reason" in dispute else dispute.reason_id.code]
        for dispute in of("collections.dispute").search([]))
    found["statements"] = count("collections.statement", "state")
    found["royalties"] = total("licensing.statement", ["state"], "royalty", "net")
    found["snapshots"] = total("licensing.statement.snapshot", [], "royalty", "net")
    found["ledger"] = total("licensing.ledger", ["kind"], "amount")
    found["questions"] = total("licensing.question", [])
    found["kpis"] = total("account.admin.kpi", ["month:month"], "ending", "overdue")
    found["evidence"] = total("account.admin.evidence", ["res_model"])
    print("FIGURES", json.dumps(found))
"""


@pytest.fixture(scope="module")
def released(dev, tmp_path_factory):
    """The folder of the last release: its add-on as the commit has it."""
    folder = tmp_path_factory.mktemp("released")
    commit = (dev.root / "devtools" / "released").read_text().strip()
    with Repo(str(dev.root)) as history:
        try:
            tree = history[history[commit.encode()].tree]
        except KeyError:
            pytest.fail(f"{commit} is not in this clone: fetch the whole history.")
        _mode, addon = tree[dev.addon.name.encode()]
        for entry in iter_tree_contents(history.object_store, addon):
            path = folder / dev.addon.name / entry.path.decode()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(history[entry.sha].data)
    return folder


@pytest.fixture(scope="module")
def upgraded(dev, make_db, released):
    """A database of the last release that was updated to this one.

    :return: (its name, figures before, figures after, log of the update)
    """
    name = make_db(demo=True, installed=False)
    paths = [released, *dev.bench.odoo.addons_path, *dev.bench.oca.addons_path]
    old = f"--addons-path={','.join(map(str, paths))}"
    common = ("-d", name, "--no-http", "--stop-after-init")
    dev.odoo(*common, "-i", dev.addon.name, "--with-demo", old)
    before = read_figures(dev, name, RENAMED, old)
    log = dev.odoo(*common, "-u", dev.addon.name).stderr
    return name, before, read_figures(dev, name, {}), log


def read_figures(dev, database, names, *options):
    script = textwrap.dedent(FIGURES).format(names=names)
    printed = dev.shell(database, script, *options)
    return json.loads(re.search(r"^FIGURES (.+)$", printed, re.M).group(1))


def test_every_figure_is_what_it_was(upgraded):
    _name, before, after, _log = upgraded
    assert before["cases"] and before["royalties"] and before["kpis"]
    assert after == before


def test_updating_says_nothing_of_trouble(upgraded):
    log = upgraded[3]
    trouble = re.findall(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$", log, re.M)
    assert trouble == []


def test_an_updated_database_is_what_a_fresh_one_is(upgraded, make_db, dev):
    databases = dev.templates.databases
    updated, fresh = (
        {comparable(line) for line in dump(databases, name) if is_structure(line)}
        for name in (upgraded[0], make_db())
    )
    assert sorted(fresh - updated) == []
    assert sorted(updated - fresh) == []


def is_structure(line):
    """Whether a line is about more than a record of the demo."""
    return not line.startswith("xmlid (") or line.startswith(
        ("xmlid (ir.", "xmlid (res.groups")
    )


def comparable(line):
    """A line without the names that PostgreSQL chose for relations of many to many."""
    kind, table, *rest = re.split(r" \(|,", line, maxsplit=2)
    if kind in ("constraint", "index") and table.endswith("_rel"):
        definition = re.sub(r"^[^,]*,", "", rest[0])
        return f"{kind} {table} {re.sub(r'INDEX [^ ]+ ON', 'INDEX ON', definition)}"
    return line
