"""A limit stops order and invoice, an override lets them go, and ends."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.account_admin.tests.common import CollectionsHttpCase

from .test_orders import OrderCommon


@tagged("post_install", "-at_install")
class TestCreditJourney(OrderCommon, CollectionsHttpCase):
    def test_limit_stopped_override_expired(self):
        today = self.company._collections_today()
        limit = self._limit(1000, self.customer)
        order = self._order(4000)
        path = f"/odoo/sales/{order.id}"
        self.start_tour(path, "account_admin_sale_stopped", login="seller")
        self.assertEqual(order.state, "draft")
        self.assertFalse(self._is_let(4000, day=today), "nor is an invoice posted")
        self.start_tour(
            f"/odoo/credit-limits/{limit.id}",
            "account_admin_sale_override",
            login="boss",
        )
        override = limit.override_ids
        self.assertEqual(
            (override.amount, override.reason, override.user_id),
            (5000, "Christmas", self.boss),
        )
        self.start_tour(path, "account_admin_sale_confirmed", login="seller")
        self.assertEqual(order.state, "sale")
        later = today + timedelta(days=4)
        self.assertFalse(self._may_order(1, day=later), "the override is over")
        self.assertEqual(order.state, "sale", "what was confirmed stays")
