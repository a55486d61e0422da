"""An Odoo that is already there: other apps, their rules, people and rows.

Only this proves that we install beside a dozen of Odoo's apps with rows in them, and
that demo data which cannot load leaves a sound installation.
"""

import re

import pytest
from sending import LEDGER
from test_install import COMPLAINT

#: What a company that has an accountant may also have.
APPS = (
    *("sale_management", "purchase", "stock", "crm", "project", "hr_expense"),
    *("hr_holidays", "event", "point_of_sale", "website", "mass_mailing", "survey"),
    *("fleet", "maintenance", "account_debit_note", "account_check_printing"),
    *("account_edi_ubl_cii", "snailmail_account", "auth_password_policy"),
    *("privacy_lookup", "base_automation", "data_recycle"),
)
COMPLETED = """SELECT COUNT(*), COUNT(template.model) FROM mail_template template
  JOIN ir_model_data data ON data.res_id = template.id
   AND data.model = 'mail.template' AND data.module = 'account_admin'"""
NAMED = """SELECT COUNT(*), COUNT(cron.cron_name) FROM ir_cron cron
  JOIN ir_model_data data ON data.res_id = cron.id
   AND data.model = 'ir.cron' AND data.module = 'account_admin'"""
#: Rules of the house that listen to what a night creates.
RULES = """
for name in ("collections.case", "collections.notice", "collections.event"):
    model = env["ir.model"]._get(name)
    code = (
        "heard = env['ir.config_parameter']\\n"
        "count = int(heard.get_param('heard.%s') or 0) + len(records)\\n"
        "heard.set_param('heard.%s', str(count))") % (name, name)
    env["base.automation"].create({
        "name": name, "model_id": model.id, "trigger": "on_create",
        "action_server_ids": [(0, 0, {
            "name": name, "model_id": model.id, "state": "code", "code": code})]})
env.cr.commit()
"""
NIGHT = """
env["collections.run"]._cron_run_night()
wizard = env["collections.statement.wizard"].create({})
wizard.action_send()
env["collections.statement.run"].search([])._prepare()
statements = env["collections.statement"].search([])
case = env["collections.case"].search([], limit=1)
print("FOUND", env["collections.run"].search([]).mapped("state"),
      len(env["collections.notice"].search([])), len(statements), bool(case.why_html))
env.cr.commit()
"""
HEARD = "SELECT string_agg(value, ' ') FROM ir_config_parameter WHERE key ~ '^heard'"
#: Seconds that a machine with other work may take for all of them.
PATIENCE = 1800
NOW = ("--no-http", "--stop-after-init")


def install(dev, database, *modules, demo=False):
    """Install modules; return what Odoo complained of."""
    options = ("--with-demo",) if demo else ()
    done = dev.odoo(
        *("-d", database, *NOW, "-i", ",".join(modules), *options), timeout=PATIENCE
    )
    return COMPLAINT.findall(done.stderr)


def is_complete(dev, database):
    """Whether each template and scheduled action of ours is as Odoo completes it."""
    found = [dev.sql(database, query).split("|") for query in (COMPLETED, NAMED)]
    return all(int(all_of) and all_of == complete for all_of, complete in found)


def test_demo_data_loads_beside_a_rule_for_passwords(dev, fresh_db):
    database = fresh_db(True, installed=False)
    install(dev, database, "auth_password_policy")
    assert install(dev, database, "account_admin", demo=True) == []
    assert is_complete(dev, database)
    assert int(dev.sql(database, "SELECT COUNT(*) FROM collections_case"))


@pytest.fixture(scope="module")
def without_demo(dev, make_db):
    """A database in which the demo data cannot load: its login is taken."""
    database = make_db(True, installed=False)
    dev.shell(
        database,
        'env["res.users"].create({"name": "Taken", "login": "collector"})\n'
        "env.cr.commit()\n",
    )
    dev.odoo("-d", database, *NOW, "-i", "account_admin", "--with-demo")
    return database


def test_demo_data_that_cannot_load_leaves_a_sound_installation(dev, without_demo):
    assert dev.sql(without_demo, "SELECT COUNT(*) FROM collections_case") == "0"
    assert is_complete(dev, without_demo)


def test_an_update_completes_what_was_left_incomplete(dev, without_demo):
    dev.sql(without_demo, "UPDATE mail_template SET model = NULL")
    dev.sql(without_demo, "UPDATE ir_cron SET cron_name = NULL")
    dev.odoo("-d", without_demo, *NOW, "-u", "account_admin")
    assert is_complete(dev, without_demo)


class TestManyApps:
    """Beside some twenty apps of Odoo's own."""

    @pytest.fixture(scope="class")
    def crowd(self, dev, make_db):
        database = make_db(False, installed=False)
        install(dev, database, *APPS)
        complaints = install(dev, database, "account_admin")
        return database, complaints

    def test_installs_without_complaint(self, crowd):
        assert crowd[1] == []

    def test_nights_and_statements_run(self, dev, crowd):
        printed = dev.shell(crowd[0], LEDGER.format(port=9, accounts=5) + NIGHT)
        found = re.search(r"FOUND (.*)", printed)[1]
        assert found == "['done'] 5 5 True"

    def test_rules_of_the_house_hear_of_what_a_night_creates(self, dev, crowd):
        dev.shell(crowd[0], RULES)
        more = LEDGER.format(port=9, accounts=3)
        dev.shell(crowd[0], more + 'env["collections.run"]._cron_run_night()\n')
        assert dev.sql(crowd[0], HEARD) == "3 3 3"

    def test_uninstalls_without_complaint(self, dev, crowd):
        done = dev.odoo(
            *("module", "uninstall", "-d", crowd[0], "account_admin"), check=False
        )
        assert COMPLAINT.findall(done.stderr) == []
        assert done.returncode == 0
        left = dev.sql(
            crowd[0],
            "SELECT COUNT(*) FROM ir_model_data WHERE module = 'account_admin'",
        )
        assert left == "0"
        assert int(dev.sql(crowd[0], "SELECT COUNT(*) FROM account_move"))


class TestBesideOca:
    """Beside what the OCA makes for the same people."""

    OCA = ("account_credit_control", "account_financial_report", "partner_statement")

    def test_comes_works_and_goes(self, dev, fresh_db):
        database = fresh_db(False, installed=False)
        install(dev, database, *self.OCA)
        assert install(dev, database, "account_admin") == []
        printed = dev.shell(database, LEDGER.format(port=9, accounts=3) + NIGHT)
        assert re.search(r"FOUND (.*)", printed)[1] == "['done'] 3 3 True"
        done = dev.odoo(
            *("module", "uninstall", "-d", database, "account_admin"), check=False
        )
        assert COMPLAINT.findall(done.stderr) == []
        assert done.returncode == 0
