"""What is ours on models of others is in nobody's way who knows nothing of it."""

import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.base.ownership import get_own_fields
from ..common import CollectionsHttpCase

#: Roles of core that read what we extend, none of them one of ours.
CORE_ROLES = {
    "employee": "base.group_user",
    "invoicing": "account.group_account_invoice",
    "bookkeeper": "account.group_account_user",
    "readonly": "account.group_account_readonly",
    "chief": "account.group_account_manager",
    "contacts": "base.group_user,base.group_partner_manager",
    "settings": "base.group_system",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
#: Whoever edits an account, whatever their role, sees what is closed in it.
OPEN = {"account_admin_is_controlled"}


@tagged("post_install", "-at_install")
class TestCoreModels(CollectionsHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"core_{role}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role, groups in CORE_ROLES.items()
        }
        cls.users["portal"].partner_id.parent_id = cls.customer
        cls.extended = get_own_fields(cls.env)
        cls.move = cls._move("2026-03-01", 100)
        cls.payment = cls._payment("2026-03-02", 10)
        cls.env["collections.dispute"].create({"move_id": cls.move.id})
        cls.env["collections.promise"].create(
            {
                "partner_id": cls.customer.id,
                "amount": 100,
                "date": "2026-03-20",
                "made_on": "2026-03-05",
                "move_ids": [Command.set(cls.move.ids)],
            }
        )
        cls.customer.collections_user_id = cls.env.user

    def _readable(self, model):
        """Some records of a model, as a user that may read it; what ours know first."""
        try:
            known = {
                "res.partner": self.customer,
                "account.move": self.move,
                "res.company": self.company,
                "res.users": self.env.user,
            }
            records = known.get(model._name, model.browse()).with_env(model.env)
            return (records | model.search([], limit=5))._filtered_access("read")
        except AccessError:
            return model.browse()

    def _refused(self, records, names):
        """Why records cannot be read; nothing where they can."""
        records.env.invalidate_all()
        try:
            with mute_logger("odoo.models", "odoo.addons.base.models.ir_model"):
                records.read(names)
                records.web_read({name: {} for name in names})
        except AccessError as error:
            return str(error)
        return ""

    def test_every_field_of_ours_on_a_model_of_others_says_whose_it_is(self):
        self.assertLess(
            {"res.partner", "account.move", "account.payment", "res.company"},
            set(self.extended),
        )
        bare = [
            str(field)
            for fields in self.extended.values()
            for field in fields
            if not field.groups
        ]
        self.assertFalse(bare, "give each its groups: see models/groups.py")

    def test_every_role_of_core_reads_in_full_what_we_extend(self):
        read = set()
        for role, user in self.users.items():
            for name, own in self.extended.items():
                model = self.env[name].with_user(user)
                records = self._readable(model)
                if not records:
                    continue
                read.add((role, name))
                every = list(model.fields_get(attributes=()))
                ours = {field.name for field in own}
                with self.subTest(role=role, model=name):
                    refused = self._refused(records, every)
                    without = [n for n in every if n not in ours]
                    if refused:
                        self.assertEqual(self._refused(records, without), refused)
                    # what was asked for by name is what nobody else can have
                    if role not in ("settings",):
                        self.assertLessEqual(ours & set(every), OPEN)
        for role in ("invoicing", "bookkeeper", "readonly", "chief"):
            self.assertIn((role, "account.move"), read)
        self.assertIn(("portal", "account.move"), read)

    def test_who_knows_nothing_of_ours_copies_what_we_extend(self):
        copy = self.customer.with_user(self.users["contacts"]).copy()
        self.assertTrue(copy.name.startswith(self.customer.name))
        # Odoo copies a field whoever may see it; a company is never copied
        copied = [
            str(field)
            for name, own in self.extended.items()
            for field in own
            if field.copy and not field.inherited and name != "res.company"
        ]
        self.assertFalse(copied, "copy=False: who may not see them could copy nothing")

    def test_bookkeeper_reads_an_invoice_in_full_by_rpc(self):
        self.authenticate("core_bookkeeper", "core_bookkeeper")
        for model, record in (
            ("account.move", self.move),
            ("account.payment", self.payment),
            ("res.company", self.company),
        ):
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps(
                    {
                        "params": {
                            "model": model,
                            "method": "read",
                            "args": [record.ids],
                            "kwargs": {},
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
            self.assertNotIn("error", answer, model)
            self.assertEqual(answer["result"][0]["id"], record.id)

    def test_no_column_of_ours_is_required_on_a_table_of_others(self):
        required = []
        for name, fields in self.extended.items():
            self.env.cr.execute(
                """SELECT table_name || '.' || column_name
                     FROM information_schema.columns
                    WHERE table_schema = current_schema AND is_nullable = 'NO'
                      AND table_name = %s AND column_name = ANY(%s)""",
                (self.env[name]._table, [field.name for field in fields]),
            )
            required += [column for (column,) in self.env.cr.fetchall()]
        self.assertFalse(required, "who inserts rows there knows nothing of ours")

    def test_company_inserted_by_who_knows_nothing_of_ours_works_as_usual(self):
        company = self.company
        names = ["kpi_months", "bucket_limits", "statement_kind", "statement_channel"]
        for name in [*names, "statement_day"]:
            self.env.cr.execute(
                f"UPDATE res_company SET collections_{name} = NULL WHERE id = %s",
                (company.id,),
            )
        company.invalidate_recordset()
        self.assertEqual(company._collections_limits(), (30, 60, 90, 120))
        self.assertEqual(company._collections_setting("kpi_months"), 3)
        self.assertEqual(self.customer._collections_get_statement_channel(), "email")
        user = self.users["bookkeeper"]
        self.assertEqual(
            company.with_user(user)._collections_limits(), (30, 60, 90, 120)
        )

    def test_branch_made_by_who_may_not_see_our_settings_follows_its_parent(self):
        maker = new_test_user(
            self.env,
            "company_maker",
            groups="base.group_erp_manager,base.group_partner_manager",
            company_id=self.company.id,
        )
        branch = (
            self.env["res.company"]
            .with_user(maker)
            .create({"name": "Brook Branch", "parent_id": self.company.id})
        )
        self.assertFalse(branch.sudo().collections_policy_id)
        self.assertEqual(branch.sudo()._collections_get_policy(), self.policy)
