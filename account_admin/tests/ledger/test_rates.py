"""One rule for exchange rates: a currency has none only where Odoo finds none."""

from odoo import fields
from odoo.tests import tagged

from ..common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestRates(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[])
        cls.own = cls.company.currency_id
        cls.rates = cls.env["res.currency.rate"]
        cls._move("2026-01-10", 100, currency_id=cls.euro.id)

    def _rate(self, currency, day, rate, company=None):
        self.rates.create(
            {
                "currency_id": currency.id,
                "name": day,
                "rate": rate,
                "company_id": company and company.id,
            }
        )

    def _is_chased(self, company=None):
        """Whether a night judges the account, or says why it does not."""
        runs = self.env["collections.run"]
        company = company or self.company
        facts = {self.customer.id: self._facts("2026-02-01", company=company)}
        day = fields.Date.to_date("2026-02-01")
        problems = runs._get_problems(company, day, facts)
        if problems:
            self.assertIn("EUR, which has no exchange rate", *problems.values())
        return not problems

    def test_neither_currency_has_a_rate(self):
        self.assertFalse(self._is_chased())

    def test_company_whose_base_is_the_foreign_currency(self):
        self._rate(self.own, "2020-01-01", 1.25)
        self.assertTrue(self._is_chased())

    def test_a_rate_of_one_says_that_the_companys_currency_is_the_base(self):
        self._rate(self.own, "2020-01-01", 1)
        self.assertFalse(self._is_chased())

    def test_before_the_first_rate_the_first_counts(self):
        self._rate(self.euro, "2026-12-01", 2)
        self.assertTrue(self._is_chased())

    def test_rate_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._rate(self.euro, "2020-01-01", 2, other)
        self.assertFalse(self._is_chased())

    def test_branch_has_the_rates_of_its_parent_company(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self._rate(self.euro, "2020-01-01", 2, self.company)
        unrated = self.env["account.admin.open.item"]._find_unrated(branch, self.euro)
        self.assertFalse(unrated)

    def test_night_chases_in_the_base_currency(self):
        self._rate(self.own, "2020-01-01", 1.25)
        self._night("2026-02-01")
        self.assertEqual(self._steps_sent(), [1])
