from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .licensing_import import SALE, LicensingImportCommon, sale, xlsx

MODELS = (
    "licensing.import",
    "licensing.import.column",
    "licensing.import.value",
    "licensing.import.total",
    "licensing.import.problem",
    "licensing.import.profile",
    "licensing.alias",
)


@tagged("post_install", "-at_install")
class TestLicensingImportAccess(LicensingImportCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.user = cls._user("user", "account_admin.group_licensing_user")
        cls.auditor = cls._user("auditor", "account_admin.group_account_admin_auditor")
        cls.collector = cls._user("collector", "account_admin.group_account_admin_user")
        cls.stranger = cls._user(
            "stranger", "account_admin.group_licensing_user", cls.other_company
        )
        cls.file = cls._read(xlsx(sale(SKU="X", Units=-1), SALE))
        cls.env["licensing.alias"]._learn(
            cls.profile, {("territory", "Murica"): cls.env.ref("base.us")}
        )

    @classmethod
    def _user(cls, name, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"licensing_{name}",
            groups=groups,
            company_id=company.id,
            company_ids=[company.id],
        )

    def _seen(self, user, model):
        return self.env[model].with_user(user).search_count([])

    def test_users_and_auditors_see_what_was_read_others_do_not(self):
        for model in MODELS:
            self.assertTrue(self._seen(self.user, model), model)
            self.assertTrue(self._seen(self.auditor, model), model)
            self.assertFalse(self._seen(self.stranger, model), model)
            with self.assertRaises(AccessError):
                self._seen(self.collector, model)

    def test_a_user_reads_and_submits(self):
        found = self.file.with_user(self.user)
        found.value_ids.product_id = self.product
        found.action_read()
        self.assertFalse(found.value_ids)
        found.action_submit()
        self.assertEqual(self.statement.state, "submitted")
        self.assertEqual(self.statement.import_ids.submitted_by_id, self.user)

    def test_an_auditor_changes_nothing(self):
        found = self.file.with_user(self.auditor)
        for action in (
            found.action_read,
            found.action_submit,
            found.action_keep,
            lambda: found.write({"filename": "x"}),
            lambda: found.profile_id.write({"sheet": "x"}),
            lambda: found.column_ids[0].write({"field_name": "none"}),
            lambda: found.profile_id.alias_ids.unlink(),
            lambda: found.statement_id.action_no_sales(),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_what_the_product_found_is_not_set_by_hand(self):
        found = self.file.with_user(self.user)
        for record, vals in (
            (found, {"state": "submitted"}),
            (found, {"blocking_count": 0}),
            (found.problem_ids, {"blocking": False}),
            (found.total_ids[0], {"amount": 1}),
        ):
            with self.assertRaises(AccessError):
                record.write(vals)

    def test_another_company_can_neither_see_nor_upload(self):
        found = self.file.with_user(self.stranger)
        with self.assertRaises(AccessError):
            found.action_read()
        with self.assertRaises(AccessError):
            found.env["licensing.import"].create(
                {"statement_id": self.statement.id, "file": self.file.file}
            )

    def test_the_template_is_for_who_may_see_the_statement(self):
        url = f"/account_admin/licensing/template/statement/{self.statement.id}"
        for user, status in ((self.user, 200), (self.auditor, 200)):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(url).status_code, status)
        for user in (self.stranger, self.collector):
            self.authenticate(user.login, user.login)
            self.assertIn(self.url_open(url).status_code, (403, 404))
        self.authenticate(self.user.login, self.user.login)
        url = "/account_admin/licensing/template/%s/%s"
        found = self.url_open(url % ("contract", self.contract.id))
        self.assertEqual(found.status_code, 200)
        self.assertEqual(self.url_open(url % ("user", 1)).status_code, 404)
