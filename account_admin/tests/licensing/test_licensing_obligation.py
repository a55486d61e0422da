"""Obligations that hang on a contract: its licensee, its term, its people."""

from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .licensing_contract import LicensingContractCommon


@tagged("post_install", "-at_install")
class TestLicensingObligation(LicensingContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._contract()
        cls.collector = cls._user("lc_collector", "group_account_admin_user")

    def _owe(self, name="notice", by=None, **vals):
        return (
            self.env["account.admin.obligation"]
            .with_user(by or self.user)
            .with_company(self.company)
            .create(
                {
                    "type_id": self.env.ref(f"account_admin.obligation_type_{name}").id,
                    "contract_id": self.contract.id,
                    "date_start": "2026-01-01",
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )

    def test_licensee_term_and_owner_are_the_contracts(self):
        one = self._owe()
        self.assertEqual(one.partner_id, self.customer)
        self.assertEqual(one.user_id, self.user)
        self.assertEqual(
            (one.term_start, one.term_end, one.base_date),
            (date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31)),
        )

    def test_an_extended_term_moves_the_day(self):
        one = self._owe()
        before = one.date
        self.contract.date_end = "2027-12-31"
        self.assertEqual(before, date(2026, 10, 30))
        self.assertEqual(one.date, date(2027, 11, 1))

    def test_once_over_it_stays_and_an_extended_term_asks_again(self):
        one = self._owe()
        self._cron("2026-11-02", "ir_cron_obligation")
        self.assertEqual(one.state, "missed")
        self.assertFalse(one.next_ids)
        self.contract.date_end = "2027-12-31"
        self._cron("2026-11-03", "ir_cron_obligation")
        self.assertEqual(one.date, date(2026, 10, 30))
        self.assertEqual(one.next_ids.date, date(2027, 11, 1))
        self.assertEqual(one.next_ids.contract_id, self.contract)

    def test_a_contract_that_ended_asks_for_nothing_more(self):
        one = self._owe("quarter", date_start="2026-10-01")
        self.assertEqual(one.date, date(2027, 1, 30))
        self._cron("2027-02-01", "ir_cron_obligation")
        self.assertEqual(one.state, "missed")
        self.assertFalse(one.next_ids)

    def test_it_is_about_the_licensee_of_the_contract(self):
        with self.assertRaisesRegex(ValidationError, "it is about Brook Stores"):
            self._owe(partner_id=self.rival.id)

    def test_the_button_of_the_contract_opens_and_enters_its_own(self):
        one = self._owe()
        contract = self.contract.with_user(self.user).with_company(self.company)
        self.assertEqual(contract.obligation_count, 1)
        action = contract.action_view_obligations()
        obligations = self.env["account.admin.obligation"].with_user(self.user)
        self.assertEqual(obligations.search(action["domain"]), one)
        form = Form(obligations.with_context(**action["context"]))
        form.type_id = one.type_id
        form.date_start = date(2026, 1, 1)
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.save().contract_id, self.contract)

    def test_licensing_hands_in_and_a_second_one_accepts(self):
        one = self._owe("quarter")
        one.evidence_link = "https://example.com/report"
        one.action_submit()
        one.with_user(self.manager).action_accept()
        self.assertEqual(one.state, "accepted")
        self.assertEqual(one.next_ids.contract_id, self.contract)

    def test_a_licensing_manager_waives_and_a_user_does_not(self):
        one = self._owe(user_id=self.second.id, reason="The licensee renews anyway")
        with self.assertRaises(AccessError):
            one.action_waive()
        one.with_user(self.manager).action_waive()
        self.assertEqual(one.state, "waived")

    def test_licensing_sees_those_of_contracts_only(self):
        of_account = self.env["account.admin.obligation"].create(
            {
                "type_id": self.env.ref("account_admin.obligation_type_quarter").id,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(AccessError):
            of_account.with_user(self.user).read(["name"])
        self.assertTrue(self._owe().with_user(self.manager).read(["name"]))

    def test_who_looks_after_the_licensee_sees_it_without_the_contract(self):
        self.customer.collections_user_id = self.collector
        one = self._owe()
        seen = one.with_user(self.collector)
        self.assertEqual(seen.name, "Notice before the term ends")
        self.assertEqual(Form(seen).name, seen.name)
        with self.assertRaises(AccessError):
            seen.contract_id.read(["title"])
