"""The add-on comes, is updated and goes without a trace or a complaint.

Only this proves what Odoo says in its log on the way, with and without demo data, and
that the tables of others hold the same rows after it has gone.
"""

import ast
import json
import re
import shutil
import zipfile

import pytest

# what belongs to the customer, whatever the add-on did meanwhile
LEDGER_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
)
CORE_TABLES = (*LEDGER_TABLES, "res_company", "res_partner", "res_users")
# Odoo itself touches these when modules come and go
AUDIT_COLUMNS = ("write_date", "write_uid")
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$", re.M)


def core_columns(dev, database):
    """Return {table: columns}, of a database that never saw the add-on."""
    return {
        table: dev.sql(
            database,
            "SELECT string_agg(quote_ident(column_name), ', ') "
            f"FROM information_schema.columns WHERE table_name = '{table}'",
        )
        for table in CORE_TABLES
    }


def read_rows(dev, database, columns):
    """Return {table: {id: {column: value}}}."""
    query = (
        "SELECT coalesce(json_object_agg(id, row_to_json(core)), '{{}}') "
        "FROM (SELECT {} FROM {}) core"
    )
    return {
        table: json.loads(dev.sql(database, query.format(selected, table)))
        for table, selected in columns.items()
    }


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
    """One database's rows and logs through install, upgrade and uninstall."""

    def __init__(self, dev, make_db, demo):
        base = make_db(demo, installed=False)
        columns = core_columns(dev, base)
        self.before_install = read_rows(dev, base, columns)
        # the template was installed on a copy of the very same database
        self.database = make_db(demo)
        log = dev.templates.install_log(dev.templates.module(demo))
        self.install_log = log.read_text()
        options = ("-d", self.database, "--no-http", "--stop-after-init")
        upgrade = dev.odoo(*options, "-u", dev.addon.name, check=False)
        self.upgrade_log = upgrade.stderr
        self.before_uninstall = read_rows(dev, self.database, columns)
        uninstall = dev.odoo(
            *("module", "uninstall", "-d", self.database, dev.addon.name), check=False
        )
        self.uninstall_log = uninstall.stderr
        self.statuses = (upgrade.returncode, uninstall.returncode)
        self.after = read_rows(dev, self.database, columns)


class Checks:
    """The same tests of both kinds of database; each runs in a worker of its own."""

    demo = None

    @pytest.fixture(scope="class")
    def lifecycle(self, request, dev, make_db):
        return Lifecycle(dev, make_db, request.cls.demo)

    def test_installs_without_complaint(self, lifecycle):
        assert COMPLAINT.findall(lifecycle.install_log) == []

    def test_upgrades_without_complaint(self, lifecycle):
        assert COMPLAINT.findall(lifecycle.upgrade_log) == []
        assert lifecycle.statuses[0] == 0

    def test_uninstalls_without_complaint(self, lifecycle):
        assert COMPLAINT.findall(lifecycle.uninstall_log) == []
        assert lifecycle.statuses[1] == 0

    def test_leaves_no_record_of_its_own_behind(self, lifecycle, dev):
        left = dev.sql(
            lifecycle.database,
            "SELECT model, name FROM ir_model_data WHERE module = 'account_admin'",
        )
        assert left == ""

    def test_leaves_no_table_or_column_of_its_own_behind(self, lifecycle, dev):
        left = dev.sql(
            lifecycle.database,
            "SELECT table_name, column_name FROM information_schema.columns WHERE "
            "table_name ~ '^(collections|national_account|account_admin|licensing)' "
            "OR column_name ~ '^(collections|national_account|licensing)'",
        )
        assert left == ""

    @pytest.mark.parametrize("table", CORE_TABLES)
    def test_leaves_rows_from_before_it_came_as_they_were(self, lifecycle, table):
        before = lifecycle.before_install[table]
        assert differences(before, lifecycle.after[table]) == []

    @pytest.mark.parametrize("table", LEDGER_TABLES)
    def test_leaves_the_ledger_of_its_own_time_as_it_was(self, lifecycle, table):
        before = lifecycle.before_uninstall[table]
        assert differences(before, lifecycle.after[table]) == []

    def test_leaves_the_partners_of_that_ledger_as_they_were(self, lifecycle):
        lines = lifecycle.before_uninstall["account_move_line"].values()
        owing = {str(line["partner_id"]) for line in lines if line["partner_id"]}
        partners = lifecycle.before_uninstall["res_partner"]
        before = {row_id: partners[row_id] for row_id in owing}
        assert differences(before, lifecycle.after["res_partner"]) == []


class TestWithoutDemoData(Checks):
    demo = False


class TestWithDemoData(Checks):
    demo = True

    def test_there_was_a_ledger_to_leave_alone(self, lifecycle):
        assert lifecycle.before_uninstall["account_move"]
        assert lifecycle.before_uninstall["account_payment"]


def test_builds_as_a_wheel(dev, tmp_path):
    # a copy: the build writes next to its source
    source = shutil.copytree(
        dev.addon, tmp_path / dev.addon.name, ignore=shutil.ignore_patterns("*.pyc")
    )
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, source)
    done = dev.run(dev.bench.python_env.python, *build)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    manifest = ast.literal_eval((dev.addon / "__manifest__.py").read_text())
    assert wheel.name.startswith(f"odoo_addon_account_admin-{manifest['version']}")
    names = zipfile.ZipFile(wheel).namelist()
    assert "odoo/addons/account_admin/__manifest__.py" in names
