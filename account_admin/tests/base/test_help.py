"""Each field on our screens says in a sentence what it is, unless its label does."""

import re

from lxml import etree

from odoo.tests import TransactionCase, tagged

OWN = "account_admin"
#: Labels that say it all, whatever record they stand on.
SELF_EXPLAINING = {
    *("Account", "By", "Case", "Category", "Channel", "Company", "Contract"),
    *("Country", "Created by", "Created on", "Currency", "Invoice Date", "Licensee"),
    *("Licensor", "Property", "Sale Date", "Sale Type", "Salesperson", "Statement"),
    *("User", "Year"),
}
#: Shown as the days that they hold, such as 1-30.
BUCKETS = {f"Bucket {number}" for number in range(8)}
#: A help is read while the mouse rests: more is for the guide.
LONGEST = 330
SENTENCE = re.compile(r"^[A-Z0-9].*[.]$", re.S)


@tagged("post_install", "-at_install")
class TestHelp(TransactionCase):
    def test_every_field_of_a_screen_is_explained(self):
        fields = self.find_shown_fields()
        self.assertGreater(len(fields), 500)
        for model in ("collections.policy", "licensing.contract", "licensing.rate"):
            self.assertIn(model, {field.model_name for field in fields})
        silent = {
            f"{field.model_name}.{field.name} ({field.string})"
            for field in fields
            if not field.help and field.string not in SELF_EXPLAINING | BUCKETS
        }
        self.assertEqual(silent, set())

    def test_no_label_is_listed_that_no_field_needs(self):
        silent = {field.string for field in self.find_shown_fields() if not field.help}
        self.assertEqual(SELF_EXPLAINING - silent, set())

    def test_settings_are_explained(self):
        arch = self.env["res.config.settings"].get_view(view_type="form")["arch"]
        app = etree.fromstring(arch).xpath(f"//app[@name='{OWN}']")[0]
        settings = app.xpath(".//setting")
        self.assertGreater(len(settings), 8)
        fields = self.env["res.config.settings"]._fields
        for setting in settings:
            names = setting.xpath(".//field/@name")
            explained = setting.get("help") or all(fields[name].help for name in names)
            self.assertTrue(explained, etree.tostring(setting))

    def test_helps_are_short_sentences(self):
        for field in self.find_shown_fields():
            if field.help and not field.related:
                name = f"{field.model_name}.{field.name}"
                self.assertRegex(field.help, SENTENCE, name)
                self.assertLessEqual(len(field.help), LONGEST, name)

    def find_shown_fields(self):
        """Our fields that a view of ours shows to somebody."""
        data = self.env["ir.model.data"].search(
            [("module", "=", OWN), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        found = set()
        for view in views.filtered(lambda v: v.model and v.type not in ("search",)):
            self.add_shown(etree.fromstring(view.arch), view.model, found)
        return {field for field in found if field._module == OWN}

    def add_shown(self, node, model, found):
        for element in node.iterchildren(etree.Element):
            field = self.env[model]._fields.get(element.get("name"))
            if element.tag != "field" or not field:
                self.add_shown(element, model, found)
                continue
            hidden = (element.get("invisible"), element.get("column_invisible"))
            if not {"1", "True"}.intersection(hidden):
                found.add(field)
            self.add_shown(element, field.comodel_name or model, found)
