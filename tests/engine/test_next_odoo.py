"""The code keeps to forms that Odoo 19 and Odoo 20 both have."""

from pathlib import Path

import pytest

from devtools import next_odoo

ROOT = Path(__file__).parents[2]
ADDONS = sorted(path.parent for path in ROOT.glob("account_admin*/__manifest__.py"))


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_no_old_form_is_used(addon):
    assert next_odoo.find_old(addon) == []


def test_the_files_that_may_use_old_forms_are_there():
    for place in (next_odoo.HOME, next_odoo.STATES):
        assert (ROOT / "account_admin" / place).is_file()


@pytest.fixture
def find(tmp_path):
    """What is found in a file."""

    def find(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return next_odoo.find_old(tmp_path)

    return find


@pytest.mark.parametrize(
    "text",
    [
        'x = move.payment_state == "anything"',
        'x = [("move_id.payment_state", "=", "paid")]',
        "x = \"SELECT 1 FROM account_move WHERE payment_state = 'paid'\"",
        "x = \"SELECT 1 FROM account_payment p WHERE p.state = 'in_process'\"",
        "x = \"SELECT 1 FROM a WHERE state NOT IN ('paid', 'in_process')\"",
        'x = payment.state == "in_process"',
        'x = payment.state in ("paid", "in_process")',
        'x = [("payment_id.state", "in", ("in_process", "paid"))]',
        "x = file.datas",
        'x = {"datas": content}',
        'x = vals["datas"]',
        'x = vals.get("datas")',
        "file.create(dict(datas=content))",
        "import base64\nx = base64.b64decode(record.file)",
        "import base64\nrecord.file = base64.b64encode(content)",
        'x = "<t t-esc=\\"name\\"/>"',
        "x = company.resource_calendar_id.tz",
        'x = env["resource.calendar"]',
        'x = params.get_param("key")',
        'params.set_param("key", "1")',
        'x = fields.Char(config_parameter="key")',
        '@http.route("/x", readonly=True)\ndef x(self): ...',
        '@route("/x", readonly=True)\ndef x(self): ...',
        '@http.route("/x", type="json")\ndef x(self): ...',
        "x = model.read_group([], [], [])",
        "class X:\n    def read_group(self): ...",
        'x = fields.Float(group_operator="sum")',
        "x = self._context",
        "self._cr.execute(query)",
        "class X:\n    _sql_constraints = []",
        "class X:\n    def name_get(self): ...",
        'self.check_access_rights("read")',
        "self.toggle_active()",
        "from odoo.osv import expression",
        'x = {"groups_id": []}',
    ],
)
def test_old_python_is_found(find, text):
    assert len(find("models/x.py", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x = payment_states.is_paid(move)",
        'x = statement.state == "paid"',
        'x = "in_process promised held"',
        'x = rows.export_data(["name"])["datas"]',
        'import base64\nx = "data:," + base64.b64encode(picture).decode()',
        "x = file.raw",
        "x = model._read_group([], [], [])",
        "x = model.formatted_read_group([], [], [])",
        "x = fields.Char(readonly=True)",
        '@http.route("/x", type="jsonrpc", **READS_ONLY)\ndef x(self): ...',
        "x = self.env.context",
        "_cr = 1",
    ],
)
def test_python_of_both_is_left_alone(find, text):
    assert find("models/x.py", text) == []


@pytest.mark.parametrize(
    "text",
    [
        '<t t-esc="name" />',
        '<t t-raw="name" />',
        '<field name="payment_state" />',
        "<field name=\"domain\">[('payment_state', '=', 'paid')]</field>",
        '<field name="datas" />',
        '<field name="resource_calendar_id" />',
        '<setting config_parameter="key" />',
        '<tree string="X" />',
        '<field name="view_mode">tree,form</field>',
        '<field name="x" attrs="{}" />',
        '<button states="draft" />',
        '<t t-name="kanban-box" />',
        '<field name="groups_id" />',
        """<record model="ir.rule"><field name="groups"
           eval="[Command.set([ref('one'), ref('other')])]" /></record>""",
        """<record model="ir.rule"><field name="domain_force">
           [('id', 'in', user.company_ids.mapped('id'))]</field></record>""",
        """<record model="ir.rule"><field name="domain_force">
           [('id', 'in', [x for x in company_ids])]</field></record>""",
        """<record model="ir.rule"><field name="domain_force">
           ['|'] + [('id', '=', 1), ('id', '=', 2)]</field></record>""",
    ],
)
def test_old_xml_is_found(find, text):
    assert len(find("views/x.xml", f"<odoo>{text}</odoo>")) == 1


@pytest.mark.parametrize(
    "text",
    [
        '<t t-out="name" />',
        '<list string="X" />',
        '<field name="view_mode">list,form</field>',
        '<field name="group_ids" />',
        '<field name="paid" />',
        """<record model="ir.rule"><field name="domain_force">
           ['|', ('day', '>=', time.strftime('%Y-%m-%d')), ('user_id', '=', user.id)]
           </field><field name="groups" eval="[Command.link(ref('one'))]" />
           </record>""",
    ],
)
def test_xml_of_both_is_left_alone(find, text):
    assert find("views/x.xml", f"<odoo>{text}</odoo>") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("static/x.js", 'orm.call("a", "read_group", [])'),
        ("static/x.js", 'orm.readGroup("a", [])'),
        ("static/x.js", "const content = file.datas;"),
        ("data/x.json", '{"domain": [["payment_state", "=", "paid"]]}'),
        ("security/ir.model.access.csv", "id,group_id:id,perm_read\na,,1\n"),
        ("data/res.groups.csv", "id,groups_id\na,b\n"),
    ],
)
def test_old_forms_of_other_files_are_found(find, path, text):
    assert len(find(path, text)) == 1


def test_access_of_one_group_is_left_alone(find):
    text = "id,group_id:id,perm_read\na,base.group_user,1\n"
    assert find("security/ir.model.access.csv", text) == []


def test_migrations_and_the_files_for_it_may_use_old_forms(find):
    find("migrations/1/post.py", 'x = "payment_state"')
    find(next_odoo.HOME, 'x = "datas"')
    assert find(next_odoo.STATES, 'x = "payment_state"') == []
    # what is said of payments alone is no leave for the rest
    assert len(find(next_odoo.STATES, 'x = "datas"')) == 1
