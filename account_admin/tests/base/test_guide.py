"""The guide of the app: who opens it, and that it names what is on the screens."""

from urllib.parse import urljoin, urlparse

from lxml import etree, html

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_open, file_path

OWN = "account_admin"
GUIDE = f"{OWN}/static/guide"
#: What of a view is read by people.
SHOWN = ("string", "title", "placeholder", "confirm", "help")
#: Names on Odoo's own screens, which the guide names where a job begins there.
OF_ODOO = {
    *("Settings", "Users", "Apps", "Update Apps List", "Actions", "Print", "Upgrade"),
    *("Uninstall", "Privacy Lookup", "Delete", "New", "No Follow-up"),
    *("Grant portal access", "Account Administration", "Dashboards"),
}


@tagged("post_install", "-at_install")
class TestGuide(HttpCase):
    def test_every_role_opens_the_guide(self):
        menu = self.env.ref(f"{OWN}.menu_guide")
        for name in (
            "group_account_admin_user",
            "group_account_admin_auditor",
            "group_licensing_user",
        ):
            user = new_test_user(self.env, name, groups=f"base.group_user,{OWN}.{name}")
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertIn(menu.id, visible, name)
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        visible = self.env["ir.ui.menu"].with_user(outsider)._visible_menu_ids()
        self.assertNotIn(menu.id, visible)
        page = self.url_open(menu.action.url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn("One page for each job", page.text)

    def test_the_apps_page_shows_its_pictures(self):
        app = self.env["ir.module.module"].search([("name", "=", OWN)])
        sources = html.fromstring(app.description_html).xpath("//img/@src")
        self.assertTrue(sources)
        for source in sources:
            path = urlparse(urljoin("/", source)).path.lstrip("/")
            self.assertTrue(file_path(path), source)

    def test_pages_name_what_is_on_the_screens(self):
        texts = self.collect_texts() | OF_ODOO
        index = html.fromstring(self.read_page("index.html"))
        pages = {*index.xpath("//nav//a/@href")}
        self.assertGreater(len(pages), 10)
        named = {
            (page, name)
            for page in pages
            for element in html.fromstring(self.read_page(page)).xpath("//main//em")
            for name in " ".join(element.text_content().split()).split(" > ")
        }
        self.assertEqual({found for found in named if found[1] not in texts}, set())

    def read_page(self, name):
        with file_open(f"{GUIDE}/{name}") as file:
            return file.read()

    def collect_texts(self):
        """Names of menus, roles, actions, fields and buttons as people see them."""
        menus = self.env["ir.ui.menu"].search([]).mapped("name")
        actions = self.env["ir.actions.actions"].search([]).mapped("name")
        roles = self.env["res.groups"].search([]).mapped("name")
        privileges = self.env["res.groups.privilege"].search([]).mapped("name")
        policies = self.env["collections.policy"].search([]).mapped("name")
        texts = {*menus, *actions, *roles, *privileges, *policies}
        fields = self.find_own("ir.model.fields")
        texts.update(fields.mapped("field_description"))
        texts.update(fields.selection_ids.mapped("name"))
        for view in self.find_own("ir.ui.view"):
            texts.update(self.texts_of(view.arch))
        return texts

    def find_own(self, model):
        """What the add-on brought of one of Odoo's own models."""
        data = self.env["ir.model.data"].search(
            [("module", "=", OWN), ("model", "=", model)]
        )
        return self.env[model].browse(data.mapped("res_id"))

    def texts_of(self, arch):
        for element in etree.fromstring(arch).iter(etree.Element):
            yield from (element.get(name) for name in SHOWN if element.get(name))
            yield " ".join((element.text or "").split())
            yield " ".join((element.tail or "").split())
