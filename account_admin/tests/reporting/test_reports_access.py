"""Who sees which figures, and who may send statements: as real users."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import CollectionsHttpCase
from ..reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestReportsAccess(CollectionsHttpCase, ReportsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, group):
            return new_test_user(
                cls.env,
                login,
                groups=f"account_admin.group_account_admin_{group}"
                if group
                else "base.group_user",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )

        cls.own, cls.all = user("own", "user"), user("all", "all")
        cls.manager, cls.auditor = user("manager", "manager"), user("ada", "auditor")
        cls.employee = user("employee", None)
        cls.other = cls._customer("Other Stores", collections_user_id=cls.all.id)
        cls.nobodys = cls._customer("Nobody's Stores")
        cls.customer.collections_user_id = cls.own
        for partner in (cls.customer, cls.other, cls.nobodys):
            cls._move("2026-03-01", 100, partner)

    def _aged(self, user):
        aged = self.env["account.admin.aged.item"].with_user(user)
        return set(aged.search([]).mapped("partner_id.name"))

    def _made(self, user, partners):
        wizard = self.env["collections.statement.wizard"].with_user(user)
        return wizard.create(
            {"date": "2026-03-31", "partner_ids": partners.ids}
        )._make()

    # ------------------------------------------------------------------
    # AGING
    # ------------------------------------------------------------------

    def test_own_accounts_user_sees_own_items_and_those_of_nobody(self):
        self.assertEqual(self._aged(self.own), {"Brook Stores", "Nobody's Stores"})

    def test_all_others_see_every_item(self):
        for user in (self.all, self.manager, self.auditor):
            self.assertEqual(len(self._aged(user)), 3, user.login)

    def test_employee_sees_no_item(self):
        with self.assertRaises(AccessError):
            self._aged(self.employee)

    def test_workbook_of_an_own_accounts_user_has_own_accounts_and_says_so(self):
        wizard = self._wizard("2026-03-31").with_user(self.own).copy()
        rows = self._sheets(wizard._get_xlsx()[1], "Account")["Account"]
        self.assertNotIn("Other Stores", [row["Account"] for row in rows])
        self.assertEqual(rows[-1]["Total"], 200)
        notes = " ".join(wizard._get_notes(wizard._get_aging()))
        self.assertIn("You see your own accounts", notes)

    def test_items_of_another_company_are_not_seen(self):
        other = self.setup_other_company()
        move = self._move("2026-03-01", 55, self.nobodys)
        self.env["account.move"].with_company(other["company"]).create(
            {
                "move_type": "out_invoice",
                "company_id": other["company"].id,
                "partner_id": self.nobodys.id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": 999, "tax_ids": False}
                    )
                ],
            }
        ).action_post()
        aged = self.env["account.admin.aged.item"].with_user(self.all)
        self.assertNotIn(999, aged.search([]).mapped("amount"))
        self.assertIn(move, aged.search([]).move_id)
        wizard = self.env["account.admin.aging.wizard"].with_user(self.all)
        with self.assertRaises(AccessError):
            wizard.create({"company_ids": other["company"].ids})._get_xlsx()

    # ------------------------------------------------------------------
    # DOWNLOADS
    # ------------------------------------------------------------------

    def test_workbook_is_downloaded_by_who_asked_for_it_only(self):
        wizard = self._wizard("2026-03-31").with_user(self.all).copy()
        url = f"/account_admin/xlsx/aging/{wizard.id}"
        self.authenticate("all", "all")
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        rows = self._sheets(response.content, "Account")["Account"]
        self.assertEqual(rows[-1]["Total"], 300)
        self.assertIn(".xlsx", response.headers["Content-Disposition"])
        self.authenticate("own", "own")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)
            missing = self.url_open("/account_admin/xlsx/aging/999999")
            unknown = self.url_open("/account_admin/xlsx/nothing/1")
        self.assertEqual((missing.status_code, unknown.status_code), (404, 404))

    def test_rpc_reaches_no_figures_past_the_rules(self):
        self.authenticate("own", "own")
        for model, method in (
            ("account.admin.aged.item", "get_aging"),
            ("collections.statement", "get_statements"),
            ("account.admin.review", "get_reviews"),
            ("account.admin.kpi", "get_kpis"),
        ):
            with mute_logger("odoo.http"):
                response = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps(
                        {
                            "params": {
                                "model": model,
                                "method": method,
                                "args": [],
                                "kwargs": {},
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                ).json()
            self.assertIn("AccessError", response["error"]["data"]["name"], method)

    # ------------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------------

    def test_own_accounts_user_makes_and_sees_own_statements_only(self):
        mine = self._made(self.own, self.customer)
        with self.assertRaisesRegex(UserError, "Other Stores is looked after by"):
            self._made(self.own, self.other)
        theirs = self._made(self.all, self.other)
        statements = self.env["collections.statement"].with_user(self.own)
        self.assertEqual(statements.search([]), mine)
        with self.assertRaises(AccessError):
            theirs.with_user(self.own).action_send()

    def test_auditor_makes_statements_and_sends_none(self):
        statement = self._made(self.auditor, self.customer)
        with self.assertRaises(AccessError):
            statement.action_send()
        wizard = self.env["collections.statement.wizard"].with_user(self.auditor)
        wizard = wizard.create({"partner_ids": self.customer.ids, "channel": "email"})
        with self.assertRaises(AccessError):
            wizard.action_send()

    def test_nobody_sends_statements_of_another_company(self):
        other = self.setup_other_company()["company"]
        wizard = self.env["collections.statement.wizard"].with_user(self.all)
        for partners in (self.env["res.partner"], self.nobodys):
            with self.assertRaises(AccessError):
                wizard.create(
                    {"company_id": other.id, "partner_ids": partners.ids}
                ).action_send()

    def test_letters_of_a_run_are_read_by_who_sees_all_accounts_or_made_it(self):
        run = self.env["collections.statement.run"].with_user(self.all)
        wizard = self.env["collections.statement.wizard"].with_user(self.all)
        run = run.browse(wizard.create({"date": "2026-03-31"}).action_send()["res_id"])
        self.assertEqual(run.with_user(self.auditor).state, "new")
        with self.assertRaises(AccessError):
            run.with_user(self.own).read(["letters_ids"])

    def test_statement_of_a_run_is_not_deleted_from_its_log(self):
        wizard = self.env["collections.statement.wizard"].with_user(self.own)
        wizard.create({"partner_ids": self.customer.ids}).action_send()
        statement = self.env["collections.statement"].with_user(self.own).search([])
        with self.assertRaisesRegex(UserError, "a run lists"):
            statement.unlink()
        self._made(self.own, self.customer).unlink()

    def test_nobody_writes_what_was_sent(self):
        statement = self._made(self.manager, self.customer)
        with self.assertRaises(AccessError):
            statement.state = "sent"
        with self.assertRaises(AccessError):
            self.env["collections.statement"].with_user(self.manager).create(
                {"partner_id": self.customer.id, "company_id": self.company.id}
            )

    def test_only_those_with_all_accounts_send_to_everybody_and_stop_a_run(self):
        wizard = self.env["collections.statement.wizard"].with_user(self.own)
        with self.assertRaisesRegex(UserError, "No account of yours"):
            wizard.create(
                {"date": "2020-03-31", "date_from": "2020-03-01"}
            ).action_send()
        wizard = wizard.with_user(self.all).create({"date": "2026-03-31"})
        run = self.env["collections.statement.run"].browse(
            wizard.action_send()["res_id"]
        )
        with self.assertRaises(AccessError):
            run.with_user(self.own).action_cancel()
        run.with_user(self.all).action_cancel()
        self.assertEqual(run.state, "cancelled")

    # ------------------------------------------------------------------
    # PORTAL
    # ------------------------------------------------------------------

    def _portal_user(self, partner, login):
        contact = self.env["res.partner"].create(
            {"name": login, "parent_id": partner.id}
        )
        return new_test_user(
            self.env,
            login,
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_customer_sees_own_statements_that_were_sent(self):
        self._portal_user(self.customer, "pat")
        mine = self._made(self.manager, self.customer).sudo()
        theirs = self._made(self.manager, self.other).sudo()
        mine._attach_files()
        (mine | theirs).write({"state": "sent"})
        self._move("2026-03-02", 900)
        self.authenticate("pat", "pat")
        self.assertIn(f"/my/statements/{mine.id}", self.url_open("/my/statements").text)
        page = self.url_open(f"/my/statements/{mine.id}")
        self.assertIn("100.00", page.text)
        pdf = self.url_open(f"/my/statements/{mine.id}?report_type=pdf")
        text = self._text_of(pdf.content)
        self.assertIn("$ 100.00", text)
        self.assertNotIn("900", text)
        guessed = self.url_open(f"/my/statements/{theirs.id}")
        self.assertEqual(guessed.status_code, 404)
        self.assertEqual(self.url_open("/my/statements/999999").status_code, 404)
        mine.state = "draft"
        self.assertEqual(self.url_open(f"/my/statements/{mine.id}").status_code, 404)

    def test_link_of_the_mail_opens_its_statement_without_login(self):
        statement = self._made(self.manager, self.customer).sudo()
        statement.state = "sent"
        page = self.url_open(statement._get_share_url())
        self.assertIn("100.00", page.text)
        path = f"/my/statements/{statement.id}?access_token=guessed"
        self.assertEqual(self.url_open(path).status_code, 404)
