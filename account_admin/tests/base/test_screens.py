"""What screens have in common: titles, dates, zeros, icons, words, menus."""

import re
from ast import literal_eval
from collections import Counter
from pathlib import Path

from lxml import etree

from odoo.tests import new_test_user, tagged

import odoo.addons

from ..common import CollectionsCommon

OWN = "account_admin"
#: Words of the house that say nothing to those who read a screen.
BANNED = re.compile(r"\b(mend(ed|s|ing)?|nobody's|loses? information)\b", re.I)
#: More entries than these under one heading are not read any more.
MOST_LEAVES = 6
#: Roles of the demo, by their groups.
ROLES = {
    "collector": "account_admin.group_account_admin_user",
    "keyaccounts": "account_admin.group_account_admin_all",
    "manager": "account_admin.group_account_admin_manager",
    "licensing": "account_admin.group_licensing_user",
    "brand": "account_admin.group_licensing_manager",
    "auditor": "account_admin.group_account_admin_auditor",
}


class ScreensCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("account_admin.group_licensing_manager")
        cls.env.user.group_ids |= cls.env.ref("base.group_multi_currency")

    @classmethod
    def _own(cls, model):
        """Every record of a model that the add-on brings."""
        data = cls.env["ir.model.data"].search(
            [("module", "=", OWN), ("model", "=", model)]
        )
        return cls.env[model].browse(data.mapped("res_id")).exists()

    @classmethod
    def _own_views(cls, *types):
        """(model, view) of every view of the add-on of some types."""
        return [
            (cls.env[view.model], view)
            for view in cls._own("ir.ui.view")
            if view.model and view.type in types and view.mode == "primary"
        ]

    @classmethod
    def _stat_icons(cls):
        """Icons of the buttons on top of forms.

        :return: dict form -> list of icons; what the add-on puts on a form of another
            one is together
        """
        icons = {}
        for view in cls._own("ir.ui.view").filtered(lambda v: v.type == "form"):
            key = view.name if view.mode == "primary" else view.model
            buttons = etree.fromstring(view.arch).xpath(
                "//button[contains(@class, 'oe_stat_button')]"
            )
            icons.setdefault(key, []).extend(b.get("icon") for b in buttons)
        return icons

    @classmethod
    def _arch(cls, model, view):
        return etree.fromstring(model.get_view(view.id, view.type)["arch"])

    @classmethod
    def _fields_of(cls, node, model):
        """(model, node, list or other view it is in) of each field, nested ones too."""
        for child in node:
            if not isinstance(child.tag, str):
                continue
            inner = model
            if child.tag == "field":
                field = model._fields.get(child.get("name"))
                if field is None:
                    continue
                yield model, field, child
                inner = cls.env[field.comodel_name] if field.comodel_name else model
            yield from cls._fields_of(child, inner)

    @classmethod
    def _is_read_only_list(cls, node):
        view = next(node.iterancestors("list", "form", "kanban"), None)
        return view is not None and view.tag == "list" and not view.get("editable")


@tagged("post_install", "-at_install")
class TestLooks(ScreensCommon):
    def test_every_date_is_written_as_the_language_writes_dates(self):
        found = 0
        for model, view in self._own_views("form", "list", "kanban"):
            for owner, field, node in self._fields_of(self._arch(model, view), model):
                is_ours = owner._original_module == OWN
                if is_ours and field.type in ("date", "datetime"):
                    options = literal_eval(node.get("options") or "{}")
                    self.assertTrue(options.get("numeric"), f"{view.name} {field}")
                    self.assertNotEqual(node.get("widget"), "remaining_days")
                    found += 1
        self.assertGreater(found, 100, "the walk finds the dates")

    def test_an_amount_of_zero_is_blank_in_every_list_that_is_read(self):
        found = 0
        for model, view in self._own_views("form", "list"):
            for owner, field, node in self._fields_of(self._arch(model, view), model):
                if (
                    owner._original_module == OWN
                    and field.type == "monetary"
                    and not node.get("widget")
                    and self._is_read_only_list(node)
                ):
                    options = literal_eval(node.get("options") or "{}")
                    self.assertIn("blank_zero", options, f"{view.name} {field}")
                    found += 1
        self.assertGreater(found, 50, "the walk finds the amounts")

    def test_every_pivot_leaves_zeros_blank(self):
        for model, view in self._own_views("pivot"):
            with self.subTest(view=view.name):
                js_class = self._arch(model, view).get("js_class")
                self.assertEqual(js_class, "account_admin_pivot")

    def test_an_empty_table_of_activities_says_what_belongs_there(self):
        for name in ("collections.case", "licensing.contract", "licensing.statement"):
            arch = etree.fromstring(self.env[name].get_view(False, "activity")["arch"])
            self.assertEqual(arch.get("js_class"), "account_admin_history")

    def test_no_address_of_a_screen_is_one_of_another_app(self):
        theirs = set()
        for addons in odoo.addons.__path__:
            for views in Path(addons).glob("*/**/*.xml"):
                if not views.relative_to(addons).parts[0].startswith(OWN):
                    theirs.update(
                        re.findall(r'name="path">([^<]+)<', views.read_text())
                    )
        ours = set(filter(None, self._own("ir.actions.act_window").mapped("path")))
        self.assertGreater(len(theirs), 20, "the walk finds the addresses")
        self.assertFalse(ours & theirs)

    def test_no_two_buttons_of_a_form_share_an_icon(self):
        found = self._stat_icons()
        self.assertGreater(len(found), 10)
        for form, icons in found.items():
            with self.subTest(form=form):
                self.assertEqual(len(icons), len(set(icons)), icons)

    def test_a_kind_of_activity_has_an_icon_of_its_own(self):
        icons = self._own("mail.activity.type").mapped("icon")
        self.assertEqual(len(icons), len(set(icons)))
        stat = {icon for found in self._stat_icons().values() for icon in found}
        self.assertFalse(set(icons) & stat, "an icon means one thing")

    def test_no_label_uses_words_of_the_house(self):
        texts = {}
        for model, view in self._own_views("form", "list", "kanban", "search", "graph"):
            arch = self._arch(model, view)
            values = [*arch.itertext()]
            values += [
                value
                for node in arch.iter(etree.Element)
                for name, value in node.attrib.items()
                if name in ("string", "help", "title", "confirm", "placeholder")
            ]
            texts[view.name] = " ".join(values)
        for model in self.env.values():
            if model._original_module == OWN:
                for field in model._fields.values():
                    texts[str(field)] = f"{field.string} {field.help or ''}"
        for name in ("ir.ui.menu", "ir.actions.act_window"):
            for record in self._own(name):
                helped = "help" in record._fields and record.help
                texts[f"{name} {record.id}"] = f"{record.name} {helped or ''}"
        found = {name: text for name, text in texts.items() if BANNED.search(text)}
        self.assertFalse(found)


@tagged("post_install", "-at_install")
class TestMenus(ScreensCommon):
    def _leaves(self, menu):
        return menu.child_id.filtered(lambda child: not child.child_id)

    def test_no_menu_has_more_entries_than_one_reads(self):
        root = self.env.ref("account_admin.menu_account_admin_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        self.assertGreater(len(menus), 50)
        for menu in menus - root:
            limit = 8 if menu.parent_id == root else MOST_LEAVES
            with self.subTest(menu=menu.complete_name):
                self.assertLessEqual(len(self._leaves(menu)), limit)

    def test_no_two_entries_of_a_section_have_the_same_name(self):
        root = self.env.ref("account_admin.menu_account_admin_root")
        for section in root.child_id:
            menus = self.env["ir.ui.menu"].search(
                [("id", "child_of", section.id), ("action", "!=", False)]
            )
            names = Counter(menu.action.name and menu.name for menu in menus)
            with self.subTest(section=section.name):
                self.assertFalse([name for name, count in names.items() if count > 1])

    def test_every_menu_opens_for_each_role_that_sees_it(self):
        root = self.env.ref("account_admin.menu_account_admin_root")
        for login, group in ROLES.items():
            user = new_test_user(
                self.env,
                f"menu_{login}",
                groups=group,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            menus = self.env["ir.ui.menu"].search(
                [("id", "child_of", root.id), ("id", "in", list(visible))]
            )
            opened = 0
            for menu in menus.filtered("action"):
                action = menu.action
                if action._name == "ir.actions.act_window":
                    with self.subTest(role=login, menu=menu.complete_name):
                        self._open(action, user)
                        opened += 1
            self.assertTrue(opened, login)

    def _open(self, action, user):
        model = self.env[action.res_model].with_user(user)
        views = model.get_views([(view, kind) for view, kind in action.views])
        self.assertTrue(views["views"])
        if not model._transient:
            domain = literal_eval(action.domain or "[]")
            names = [
                name
                for name, info in views["models"][model._name]["fields"].items()
                if info.get("type") not in ("one2many", "many2many", "binary")
            ]
            model.search(domain, limit=2).read(names)


@tagged("post_install", "-at_install")
class TestTitles(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._move("2026-03-01", 100, name="TITLE-1")

    def _assert_title(self, action, *parts):
        # the client shows the display name where an action has one
        title = action.get("display_name") or action["name"]
        for part in parts:
            self.assertIn(part, title)

    def test_the_aging_of_a_day_is_called_after_the_day_and_what_was_chosen(self):
        wizard = self.env["account.admin.aging.wizard"].create(
            {
                "date": "2026-03-15",
                "partner_ids": self.customer.ids,
                "without_disputed": True,
            }
        )
        self._assert_title(
            wizard.action_view(),
            *("Aging on 03/15/2026", "Brook Stores", "without disputed parts"),
        )

    def test_a_list_of_some_records_is_called_after_whose_they_are(self):
        self._night("2026-03-02")
        case = self._cases()
        run = case.event_ids.run_id[:1]
        account = case.partner_id
        for record, method, part in (
            (case, "action_view_items", "Brook Stores"),
            (case, "action_view_disputes", "Brook Stores"),
            (case, "action_view_promises", "Brook Stores"),
            (account, "action_view_collections_items", "Brook Stores"),
            (self.invoice, "action_view_collections_disputes", "TITLE-1"),
            (self.invoice, "action_view_collections_promises", "TITLE-1"),
            (run, "action_view_events", "03/02/2026"),
            (run, "action_view_notices", "03/02/2026"),
        ):
            with self.subTest(method=method):
                self._assert_title(getattr(record, method)(), part)

    def test_names_have_their_day_as_the_reader_writes_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._night("2026-03-02")
        run = self._cases().event_ids.run_id[:1]
        wizard = self.env["collections.statement.wizard"].create(
            {"date": "2026-03-31", "partner_ids": self.customer.ids}
        )
        statement = self.env["collections.statement"].search(
            wizard.action_view()["domain"]
        )
        pack = self.env["account.admin.audit.pack"].create(
            {"date_from": "2026-01-01", "date_to": "2026-03-31"}
        )
        for record, english, french in (
            (run, "03/02/2026", "02/03/2026"),
            (statement, "03/31/2026", "31/03/2026"),
            (pack, "03/31/2026", "31/03/2026"),
        ):
            with self.subTest(record=record):
                for lang, day in (("en_US", english), ("fr_FR", french)):
                    record.invalidate_recordset()
                    name = record.with_context(lang=lang).display_name
                    self.assertIn(day, name)
                    self.assertNotRegex(name, r"\d{4}-\d\d-\d\d")


@tagged("post_install", "-at_install")
class TestOpenItems(ScreensCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._move("2026-03-01", 100, name="OPEN-LATE")
        cls.new = cls._move("2026-05-01", 40, name="OPEN-NEW", date="2026-03-01")
        cls.other = cls._move("2026-03-01", 70, cls._customer("Other Stores"))
        cls.env["collections.dispute"].create(
            {"move_id": cls.late.id, "amount": 30, "date": "2026-03-01"}
        )

    def _items(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_the_case_opens_a_table_with_days_and_parts_of_each_item(self):
        self._night("2026-03-02")
        with self._on("2026-03-04"):
            action = self._cases().action_view_items()
            items = self._items(action)
            self.assertEqual(
                [
                    (item.name, item.days, item.amount, item.disputed_amount)
                    for item in items
                ],
                [("OPEN-LATE", 3, 100, 30), ("OPEN-NEW", -58, 40, 0)],
            )
        [(view, _kind)] = [pair for pair in action["views"] if pair[1] == "list"]
        arch = self._arch(items, self.env["ir.ui.view"].browse(view))
        shown = {
            node.get("name")
            for node in arch.iter("field")
            if node.get("optional") != "hide"
        }
        self.assertLessEqual(
            {
                *("due", "days", "name", "partner_id", "amount"),
                *("disputed_amount", "promised_amount", "last_step_id"),
            },
            shown,
        )

    def test_an_item_says_the_last_step_it_met(self):
        self._night("2026-03-02")
        self._night("2026-03-09")
        with self._on("2026-03-10"):
            late, new = self._items(self._cases().action_view_items())
            self.assertEqual(late.last_step_id.days, 8)
            self.assertEqual(str(late.last_step_on), "2026-03-09")
            self.assertFalse(new.last_step_id, "it was never past due")
        before = late.with_context(aging_day="2026-03-05")
        before.invalidate_recordset()
        self.assertEqual(before.last_step_id.days, 1, "as it was on the day")

    def test_the_account_opens_its_own_items_to_those_who_may_see_them(self):
        collector = new_test_user(
            self.env,
            "open_collector",
            groups="account_admin.group_account_admin_user,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        account = self.customer.with_user(collector)
        items = self.env["account.admin.aged.item"].with_user(collector)
        domain = account.action_view_collections_items()["domain"]
        self.assertEqual(items.search(domain).mapped("name"), ["OPEN-LATE", "OPEN-NEW"])
        self.customer.collections_user_id = self.env.user
        items.invalidate_model()
        self.assertFalse(items.search(domain), "somebody else's account")


@tagged("post_install", "-at_install")
class TestPhone(ScreensCommon):
    def test_what_a_collector_works_on_has_cards_for_a_phone(self):
        """Odoo shows cards on a small screen where an action has them, else a list."""
        for name in (
            "collections_case_action",
            "collections_case_action_activity",
            "collections_notice_action",
            "collections_notice_action_to_approve",
            "collections_notice_action_to_print",
            "collections_dispute_action",
            "collections_promise_action",
            "aged_item_action_open",
        ):
            action = self.env.ref(f"account_admin.{name}")
            with self.subTest(action=action.name):
                self.assertIn("kanban", [kind for _view, kind in action.views])
