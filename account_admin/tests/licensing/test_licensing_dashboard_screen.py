"""The licensing dashboard in a real browser, and the records behind its figures."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import HttpCase

from .test_licensing_forecast import ForecastCommon


class TestLicensingDashboardScreen(ForecastCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.licensee.name = "Tour Licensee"
        today = fields.Date.today()
        first = today.replace(day=1) - relativedelta(months=6)
        pool = Command.create({"name": "Tour Pool", "guarantee": 1_000_000})
        contract = cls._contract(
            commitment_ids=[pool],
            date_start=first,
            date_end=first + relativedelta(years=2, days=-1),
        )
        statements = cls.env["licensing.statement"].create(
            [
                {
                    "contract_id": contract.id,
                    "date_start": start,
                    "date_end": start + relativedelta(months=3, days=-1),
                    "date_due": today - timedelta(days=1),
                }
                for start in (first, first + relativedelta(months=3))
            ]
        )
        cls.env["licensing.statement.line"].create(
            {
                "statement_id": statements[0].id,
                "date": first,
                "currency_id": cls.currency.id,
                "product_id": cls.product.id,
                "sku": cls.product.sku,
                "gross": 10_000,
            }
        )
        statements[0].action_compute()
        statements[0].action_approve()

    def _tour(self, group):
        user = self._user(group, group)
        self.start_tour("/odoo", "account_admin_dashboard_licensing", login=user.login)

    def test_user_opens_what_is_behind_the_figures(self):
        self._tour("licensing_user")

    def test_auditor_opens_what_is_behind_the_figures(self):
        self._tour("account_admin_auditor")
