from decimal import Decimal

from odoo.tests import tagged

from .test_kpi import MARCH, KpiCommon


@tagged("post_install", "-at_install")
class TestKpiPromise(KpiCommon):
    """Promises judged in the month, by number and by amount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for state, judged_on, amount in (
            ("kept", "2026-03-02", 100),
            ("kept", "2026-03-31", 200),
            ("partial", "2026-03-10", 100),
            ("broken", "2026-03-11", 400),
            ("broken", "2026-04-01", 999),
            ("withdrawn", "2026-03-11", 999),
            ("open", False, 999),
        ):
            promise = cls.env["collections.promise"].create(
                {
                    "partner_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "amount": amount,
                    "currency_id": cls.company.currency_id.id,
                    "made_on": "2026-02-20",
                    "date": "2026-03-01",
                }
            )
            # the verdict is the night's; here it is only read
            promise.sudo().write({"state": state, "judged_on": judged_on})

    def test_rate_by_number_counts_full_promises_of_those_judged_in_the_month(self):
        row = self._account(self.customer)
        self.assertEqual((row["kept"], row["partial"], row["broken"]), (2, 1, 1))
        self.assertEqual(row["promise_kept_rate"], 50)

    def test_rate_by_amount_weighs_large_promises(self):
        row = self._company()
        self.assertEqual(row["broken_amount"], 400)
        self.assertEqual(row["promise_kept_amount_rate"], Decimal("37.50"))

    def test_month_without_a_verdict_has_no_rate(self):
        row = self._company(MARCH.replace(month=1))
        self.assertIsNone(row["promise_kept_rate"])
