"""The add-on comes, is updated and goes without a trace or a complaint."""

import json
import re
import shutil
import zipfile

import pytest

# what belongs to the customer, whatever the add-on did meanwhile
CORE_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "res_company",
    "res_partner",
    "res_users",
)
# Odoo itself touches these when modules come and go
AUDIT_COLUMNS = ("write_date", "write_uid")
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$", re.M)


def read_rows(dev, database, table, columns=None, last_id=None):
    """Return {id: {column: value}}, of these columns and up to this id if given."""
    select = ", ".join(f'"{column}"' for column in columns or ["*"]).replace('"*"', "*")
    condition = "true" if last_id is None else f"id <= {last_id}"
    rows = dev.sql(
        database,
        "SELECT coalesce(json_object_agg(id, row_to_json(core)), '{}') "
        f"FROM (SELECT {select} FROM {table} WHERE {condition}) core",
    )
    return json.loads(rows)


def differences(before, after):
    """Return "id.column: old -> new" of everything that changed or went."""
    gone = [f"{row_id} is gone" for row_id in before if row_id not in after]
    changed = [
        f"{row_id}.{column}: {value!r} -> {after[row_id][column]!r}"
        for row_id, row in before.items()
        if row_id in after
        for column, value in row.items()
        if after[row_id][column] != value and column not in AUDIT_COLUMNS
    ]
    return gone + changed


class Lifecycle:
    """The logs of one database's install, upgrade and uninstall, and its rows."""

    def __init__(self, dev, make_db, demo):
        self.dev = dev
        self.before = self._read_all(make_db(demo, installed=False))
        # the template was installed on a copy of the very same database
        self.database = make_db(demo)
        log = dev.templates.install_log(dev.templates.module(demo))
        self.install_log = log.read_text()
        options = ("-d", self.database, "--no-http", "--stop-after-init")
        upgrade = dev.odoo(*options, "-u", dev.addon.name, check=False)
        self.upgrade_log = upgrade.stderr
        uninstall = dev.odoo(
            *("module", "uninstall", "-d", self.database, dev.addon.name), check=False
        )
        self.uninstall_log = uninstall.stderr
        self.statuses = (upgrade.returncode, uninstall.returncode)
        self.after = {
            table: self._read_again(table, rows) for table, rows in self.before.items()
        }

    def _read_all(self, database):
        return {table: read_rows(self.dev, database, table) for table in CORE_TABLES}

    def _read_again(self, table, rows):
        """Read the rows and columns that were there before the add-on."""
        columns = next(iter(rows.values()), {"id": None})
        last_id = max(map(int, rows), default=0)
        return read_rows(self.dev, self.database, table, columns, last_id)


@pytest.fixture(scope="module", params=[False, True], ids=["empty", "demo"])
def lifecycle(request, dev, make_db):
    return Lifecycle(dev, make_db, demo=request.param)


def test_installs_without_complaint(lifecycle):
    assert COMPLAINT.findall(lifecycle.install_log) == []


def test_upgrades_without_complaint(lifecycle):
    assert COMPLAINT.findall(lifecycle.upgrade_log) == []
    assert lifecycle.statuses[0] == 0


def test_uninstalls_without_complaint(lifecycle):
    assert COMPLAINT.findall(lifecycle.uninstall_log) == []
    assert lifecycle.statuses[1] == 0


def test_leaves_no_record_of_its_own_behind(lifecycle, dev):
    left = dev.sql(
        lifecycle.database,
        "SELECT model, name FROM ir_model_data WHERE module = 'account_admin'",
    )
    assert left == ""


@pytest.mark.parametrize("table", CORE_TABLES)
def test_leaves_core_rows_as_they_were(lifecycle, table):
    assert differences(lifecycle.before[table], lifecycle.after[table]) == []


def test_leaves_no_table_or_column_of_its_own_behind(lifecycle, dev):
    left = dev.sql(
        lifecycle.database,
        "SELECT table_name, column_name FROM information_schema.columns WHERE "
        "table_name LIKE 'collections%' OR table_name LIKE 'national_account%' OR "
        "table_name LIKE 'account_admin%' OR column_name LIKE 'collections%'",
    )
    assert left == ""


def test_builds_as_a_wheel(dev, tmp_path):
    # a copy: the build writes next to its source
    source = shutil.copytree(
        dev.addon, tmp_path / dev.addon.name, ignore=shutil.ignore_patterns("*.pyc")
    )
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, source)
    done = dev.run(dev.bench.python_env.python, *build)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith("odoo_addon_account_admin-19.0.1")
    names = zipfile.ZipFile(wheel).namelist()
    assert "odoo/addons/account_admin/__manifest__.py" in names
