"""Uninstalling leaves every row of others where it is, whatever they link to ours.

Only this proves it for fields and models that others put on our tables.
"""

import textwrap

import pytest

#: Fields that somebody else put on tables of others, on ours, and a model of their own.
PREPARE = """
    fields = env["ir.model.fields"]
    def field(model, name, relation, **vals):
        vals.setdefault("ttype", "many2one")
        fields.create({
            "name": name, "model_id": env["ir.model"]._get_id(model),
            "field_description": name, "relation": relation, "state": "manual", **vals})
    for model in ("res.partner", "account.move", "product.template", "sale.order"):
        field(model, "x_contract_id", "licensing.contract", on_delete="set null")
        field(model, "x_case_id", "collections.case", on_delete="cascade")
        field(model, "x_policy_id", "collections.policy", on_delete="restrict")
    field("res.partner", "x_case_ids", "collections.case", ttype="many2many",
        relation_table="x_partner_case_rel", column1="partner", column2="case_id")
    field("collections.case", "x_partner_id", "res.partner", on_delete="restrict")
    field("collections.case", "x_contract_id", "licensing.contract",
        on_delete="cascade")
    env.cr.commit()
    company = env.company
    customer = env["res.partner"].create({"name": "Brook", "is_company": True})
    policy = env.ref("account_admin.collections_policy_standard")
    case = env["collections.case"].sudo().create({
        "partner_id": customer.id, "company_id": company.id, "state": "new",
        "policy_id": policy.id})
    contract = env["licensing.contract"].create({
        "title": "Plush", "partner_id": customer.id, "date_start": "2026-01-01",
        "date_end": "2026-12-31"})
    case.write({"x_partner_id": customer.id, "x_contract_id": contract.id})
    links = {"x_contract_id": contract.id, "x_case_id": case.id,
        "x_policy_id": policy.id}
    customer.write({**links, "x_case_ids": [(6, 0, case.ids)]})
    product = env["product.template"].create({"name": "Bear", **links})
    move = env["account.move"].create({
        "move_type": "entry", "ref": "theirs", **links})
    orders = env["sale.order"].create([{
        "partner_id": customer.id, **links, "order_line": [(0, 0, {
            "product_id": product.product_variant_id.id})]} for _n in range(8)])
    env.cr.commit()
    print("ready", customer.id, product.id, move.id, len(orders))
"""
#: A model of somebody whose rows cannot be without one of ours.
REQUIRED = """
    model = env["ir.model"].create({
        "name": "Their Folder", "model": "x_folder", "field_id": [(0, 0, {
            "name": "x_contract_id", "field_description": "Contract",
            "ttype": "many2one", "relation": "licensing.contract",
            "required": True, "on_delete": "restrict"})]})
    contract = env["licensing.contract"].search([], limit=1)
    env["x_folder"].create({"x_contract_id": contract.id})
    env.cr.commit()
    print("ready")
"""


@pytest.fixture(scope="class")
def database(dev, make_db):
    """A database with core's sales, our add-on, and links of others to what is ours."""
    name = make_db()
    dev.odoo("-d", name, "--no-http", "--stop-after-init", "-i", "sale")
    assert "ready" in dev.shell(name, textwrap.dedent(PREPARE))
    return name


def uninstall(dev, database):
    return dev.odoo(
        *("module", "uninstall", "-d", database, dev.addon.name), check=False
    )


def count(dev, database, table):
    return int(dev.sql(database, f"SELECT COUNT(*) FROM {table}"))


class TestUninstall:
    TABLES = (
        *("res_partner", "product_template", "account_move", "sale_order"),
        *("sale_order_line", "res_company", "res_users", "mail_message"),
    )

    def test_refuses_where_a_row_of_others_cannot_be_without_ours(self, dev, database):
        assert "ready" in dev.shell(database, textwrap.dedent(REQUIRED))
        before = {table: count(dev, database, table) for table in self.TABLES}
        done = uninstall(dev, database)
        assert done.returncode
        # the quotes around the field's name may not be ones that a terminal has
        sentence = "of Their Folder names records of Licensing Contract"
        assert sentence in done.stderr
        state = "SELECT state FROM ir_module_module WHERE name = 'account_admin'"
        assert dev.sql(database, state) == "installed"
        after = {table: count(dev, database, table) for table in self.TABLES}
        assert after == before
        assert count(dev, database, "x_folder") == 1
        assert count(dev, database, "licensing_contract") == 1
        dev.sql(database, "DELETE FROM x_folder")

    def test_leaves_every_row_of_others(self, dev, database):
        before = {table: count(dev, database, table) for table in self.TABLES[:-1]}
        assert before["sale_order"] == 8
        done = uninstall(dev, database)
        assert done.returncode == 0, done.stderr[-3000:]
        after = {table: count(dev, database, table) for table in self.TABLES[:-1]}
        assert after == before
        left = dev.sql(
            database,
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~"
            " '^(collections|national_account|account_admin|licensing)' UNION ALL"
            " SELECT proname FROM pg_proc WHERE proname ~ '^licensing'",
        )
        assert left == ""
