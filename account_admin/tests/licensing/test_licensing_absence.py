"""Licensing's work goes to the deputy, and four eyes stay four."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .licensing import LicensingCommon

USER = "account_admin.group_licensing_user"
MANAGER = "account_admin.group_licensing_manager"


@tagged("post_install", "-at_install")
class TestLicensingAbsence(LicensingCommon):
    def _user(self, login, groups):
        return new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _absence(self, user, deputy):
        return self.env["account.admin.absence"].create(
            {
                "user_id": user.id,
                "date_start": "2026-08-01",
                "date_end": "2026-08-14",
                "deputy_id": deputy.id,
            }
        )

    def test_contracts_and_statements_go_to_a_deputy_of_licensing(self):
        lea, max_, cora = (
            self._user("lea", USER),
            self._user("max", USER),
            self._user("cora", "account_admin.group_account_admin_user"),
        )
        contract = self._contract()
        contract.user_id = lea
        statement = self._report(contract, [])
        absence = self._absence(lea, max_)
        for day, acting in (("2026-07-31", lea), ("2026-08-01", max_)):
            with self._on(day):
                self.assertEqual(contract._get_acting()[contract], acting)
                self.assertEqual(statement._get_desk_user(), acting)
        # who has no role in licensing would not see the contract
        absence.deputy_id = cora
        with self._on("2026-08-03"):
            self.assertNotIn(contract._get_acting()[contract], lea | max_ | cora)

    def test_a_deputy_does_not_approve_what_they_sent_to_review(self):
        max_, boss = self._user("max", MANAGER), self._user("boss", MANAGER)
        contract = self._contract(state="draft")
        contract.sudo().author_id = max_
        self._absence(boss, max_)
        self.company.licensing_four_eyes = True
        with (
            self._on("2026-08-03"),
            self.assertRaisesRegex(UserError, "another licensing manager has to"),
        ):
            contract.with_user(max_)._check_four_eyes()
