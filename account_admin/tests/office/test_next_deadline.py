"""What is due next, shown where the account is."""

from odoo.tests import Form, new_test_user, tagged

from ..accounts.test_tree import TreeCommon


@tagged("post_install", "-at_install")
class TestNextDeadline(TreeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = new_test_user(
            cls.env, "ann", "account_admin.group_account_admin_user", name="Ann"
        )
        cls.top.user_id = cls.ann
        (cls.east | cls.west).user_id = False
        cls.env["account.admin.task"].create(
            [
                {
                    "name": name,
                    "partner_id": partner.id,
                    "date": day,
                    "user_id": cls.ann.id,
                    "company_id": cls.company.id,
                }
                for name, partner, day in (
                    ("Statement", cls.p1, "2026-05-10"),
                    ("Audit", cls.p1, "2026-05-20"),
                    ("Review", cls.p2, "2026-05-04"),
                )
            ]
        )

    def test_account_shows_the_task_that_is_due_first(self):
        with self._on("2026-05-01"):
            partner = self.p1.with_user(self.ann).with_company(self.company)
            self.assertEqual(str(partner.account_admin_next_date), "2026-05-10")
            self.assertEqual(partner.account_admin_next_task, "Statement, Ann")
            self.assertFalse(self.p3.account_admin_next_date)

    def test_group_shows_the_first_of_all_its_accounts_that_day(self):
        with self._on("2026-05-01"):
            top = self.top.with_user(self.ann).with_company(self.company)
            self.assertEqual(str(top.account_admin_next_date), "2026-05-04")
            self.assertEqual(str(self.east.account_admin_next_date), "2026-05-10")

    def test_task_that_is_done_is_due_no_more(self):
        task = self.env["account.admin.task"].search([("name", "=", "Review")])
        with self._on("2026-05-01"):
            task.with_user(self.ann).action_done()
            self.assertEqual(str(self.top.account_admin_next_date), "2026-05-10")

    def test_portfolio_has_the_accounts_one_looks_after(self):
        action = self.env.ref("account_admin.portfolio_action")
        partners = self.env["res.partner"].with_user(self.ann)
        (self.p1 | self.p2).customer_rank = 1
        self.p2.collections_user_id = self.env.ref("base.user_admin")
        arch = partners.get_view(action.search_view_id.id, "search")["arch"]
        self.assertIn("account_admin_mine", arch)
        found = partners.with_company(self.company).search(
            [
                ("customer_rank", ">", 0),
                ("collections_responsible_id", "=", self.ann.id),
            ]
        )
        self.assertIn(self.p1, found)
        self.assertNotIn(self.p2, found)

    def test_form_of_a_group_opens_for_its_administrator(self):
        nationals = self.top.with_user(self.ann).with_company(self.company)
        with self._on("2026-05-01"):
            form = Form(nationals)
            self.assertEqual(form.account_admin_next_task, "Review, Ann")
