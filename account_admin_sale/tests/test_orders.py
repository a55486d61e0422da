"""Orders on credit: what they count, what stops them, who may confirm them anyway."""

from decimal import Decimal as D

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account_admin.engine import credit
from odoo.addons.account_admin.tests.collections.credit import CreditCommon

DAY = "2026-07-01"


class OrderCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.sudo().group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.goods = cls.env["product.product"].create(
            {"name": "Goods", "type": "service", "invoice_policy": "order"}
        )
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman_all_leads")
        cls.boss = cls._user(
            "boss",
            "sales_team.group_sale_salesman_all_leads,"
            "account_admin.group_account_admin_override",
        )

    @classmethod
    def _order(cls, amount, partner=None, quantity=1, **vals):
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.goods.id,
                            "price_unit": amount / quantity,
                            "product_uom_qty": quantity,
                            "tax_ids": False,
                        }
                    )
                ],
                **vals,
            }
        )

    def _confirm(self, orders, user=None, day=DAY):
        with self._on(day):
            orders.with_user(user or self.seller).action_confirm()

    def _may_order(self, amount, partner=None, day=DAY):
        """Whether an order may be confirmed; nothing is left of it."""
        order = self._order(amount, partner)
        return self._is_allowed(lambda: self._confirm(order, day=day))

    def _bill(self, order, part, post=False, day=DAY):
        """An invoice over a part of an order, by quantity."""
        line = order.order_line[0]
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": order.partner_invoice_id.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Part",
                            "quantity": part / line.price_unit,
                            "price_unit": line.price_unit,
                            "tax_ids": False,
                            "sale_line_ids": [Command.link(line.id)],
                        }
                    )
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def _used(self, partner=None, day=DAY):
        limits = self.env["collections.limit"].sudo()
        with self._on(day):
            partner = partner or self.customer
            return limits._get_states(self.company, partner.ids)[partner.id][0].used


@tagged("post_install", "-at_install")
class TestExposure(OrderCommon):
    """H1: what an order adds is counted once, invoiced or not."""

    def test_h1_an_order_its_draft_and_its_invoice_count_once(self):
        self._limit(1000000, self.customer)
        self._move("2026-06-30", 40000)
        self._credit("2026-06-30", 3000)
        self._draft(2000)
        order = self._order(10000, quantity=100)
        self._confirm(order)
        self._bill(order, 2500, post=True)
        self._bill(order, 4000)
        # 40,000 - 3,000 + 2,500 billed + 6,000 in drafts + 3,500 not invoiced
        self.assertEqual(self._used(), D(49000))

    def test_the_figures_of_the_specification(self):
        self._limit(1000000, self.customer)
        self._move("2026-06-30", 37500)
        self._credit("2026-06-30", 3000)
        self._draft(2000)
        order = self._order(10000, quantity=100)
        self._confirm(order)
        self._bill(order, 2500, post=True)
        self._bill(order, 4000)
        same = credit.get_exposure(
            [D(40000), D(-3000)], [D(6000)], [credit.Order(D(10000), D(2500), D(4000))]
        )
        self.assertEqual((self._used(), same), (D(46500), D(46500)))

    def test_billing_step_by_step_never_changes_what_is_used(self):
        self._limit(1000000, self.customer)
        order = self._order(9000, quantity=9)
        self._confirm(order)
        for _step in range(3):
            self.assertEqual(self._used(), D(9000))
            self._bill(order, 3000, post=True)
        self.assertEqual(self._used(), D(9000))

    def test_quotations_and_cancelled_orders_use_nothing(self):
        self._limit(1000000, self.customer)
        self._order(500)
        order = self._order(700)
        self._confirm(order)
        order._action_cancel()
        self.assertEqual(self._used(), D(0))

    def test_an_order_in_dollars_counts_at_the_days_rate(self):
        self._limit(1000000, self.customer)
        dollar = self.env.ref("base.EUR")
        if dollar == self.company.currency_id:
            dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "rate": 1.1,
                "currency_id": dollar.id,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": dollar.id}
        )
        order = self._order(110, pricelist_id=pricelist.id)
        self._confirm(order)
        self.assertEqual(self._used(), D(100))

    def test_the_invoice_address_of_another_account_owes(self):
        self._limit(1000000, self.customer)
        payer = self._customer("Payer")
        self._limit(1000000, payer)
        self._confirm(self._order(300, partner_invoice_id=payer.id))
        self.assertEqual((self._used(), self._used(payer)), (D(0), D(300)))

    def test_as_many_queries_for_a_hundred_orders(self):
        self._limit(1000000, self.customer)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._used()
            return self.env.cr.sql_log_count - before

        self._confirm(self._order(1))
        count()
        few = count()
        orders = self.env["sale.order"]
        for _number in range(20):
            orders |= self._order(1)
        self._confirm(orders)
        count()
        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
class TestStopped(OrderCommon):
    """H2, H3, H7, H8: limits and holds say no to an order."""

    def test_an_order_up_to_the_limit_is_confirmed_and_a_cent_more_is_not(self):
        self._limit(10000, self.customer)
        self._move("2026-06-30", 4000)
        self.assertTrue(self._may_order(6000))
        self.assertFalse(self._may_order(6000.01))
        for text in ("10,000.01", "0.01 more", "10,000.00"):
            self.assertIn(text, self.said)

    def test_what_is_said_of_an_order_names_no_other_account(self):
        other = self._customer("Other")
        self._limit(100, self.customer)
        self._limit(100, other)
        mine = self._order(150)
        both = mine + self._order(150, partner_id=other.id)
        with self._on(DAY):
            stopped = both._collections_find_stopped(is_strict=False)
            said = mine._collections_say_stopped(stopped)
        self.assertIn(mine.name, said)
        self.assertNotIn("Other", said)

    def test_two_orders_of_an_account_confirmed_together_add_up(self):
        self._limit(10000, self.customer)
        orders = self._order(6000) + self._order(6000)
        with self.assertRaisesRegex(UserError, "cannot be confirmed"):
            self._confirm(orders)

    def test_a_hold_stops_an_order_and_names_itself(self):
        self.env["collections.hold"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "reason": "Insolvent",
                "date_start": "2026-06-01",
            }
        )
        self.assertFalse(self._may_order(1))
        self.assertIn("Insolvent", self.said)

    def test_a_hold_that_stops_no_orders_lets_them_be(self):
        self.env["collections.hold"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "reason": "No goods",
                "date_start": "2026-06-01",
                "stops_order": False,
            }
        )
        self.assertTrue(self._may_order(1))

    def test_whoever_may_override_confirms_and_it_is_kept(self):
        limit = self._limit(100, self.customer)
        order = self._order(150)
        self._confirm(order, self.boss)
        self.assertEqual(order.state, "sale")
        override = self.env["collections.limit.override"].search(
            [("limit_id", "=", limit.id)]
        )
        self.assertEqual((override.move_name, override.amount), (order.name, 50))
        self.assertIn("boss", override.reason.lower())
        # what was let through makes the limit no larger
        self.assertFalse(self._may_order(1))

    def test_an_order_of_before_is_not_made_larger_but_smaller(self):
        self._limit(100, self.customer)
        order = self._order(100)
        self._confirm(order)
        line = order.order_line.with_user(self.seller)

        def set_price(price):
            with self._on(DAY):
                line.price_unit = price

        self.assertFalse(self._is_allowed(lambda: set_price(100.01)))
        self.assertTrue(self._is_allowed(lambda: set_price(60)))
        with self.assertRaisesRegex(UserError, "cannot be confirmed"), self._on(DAY):
            order.with_user(self.seller).write(
                {
                    "order_line": [
                        Command.create({"product_id": self.goods.id, "price_unit": 1})
                    ]
                }
            )

    def test_a_quotation_says_beforehand_what_would_stop_it(self):
        self._limit(100, self.customer)
        order, small = self._order(150), self._order(50)
        with self._on(DAY):
            self.assertIn("cannot be confirmed", order.collections_credit_warning)
            self.assertFalse(small.collections_credit_warning)

    def test_without_limits_nothing_is_asked(self):
        order = self._order(1000000)
        with self._on(DAY):
            self.assertFalse(order.collections_credit_warning)
        self._confirm(order)
        self.assertEqual(order.state, "sale")

    def test_a_customer_who_accepts_is_thanked_and_a_colleague_is_told(self):
        self._limit(100, self.customer)
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal-buyer",
                "partner_id": self.customer.id,
                "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        order = self._order(150, user_id=self.seller.id)
        order.state = "sent"
        with self._on(DAY):
            self.assertTrue(order.with_user(portal).sudo().action_confirm())
        self.assertEqual(order.state, "sent")
        activity = order.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("50.00 more", activity.note.replace("\N{NO-BREAK SPACE}", " "))

    def test_what_confirms_itself_on_a_payment_waits_for_a_colleague(self):
        self._limit(100, self.customer)
        order = self._order(150, user_id=self.seller.id)
        order.state = "sent"
        self._confirm(order, self.env.ref("base.user_root"))
        self.assertEqual(order.state, "sent", "and the payment is not undone")
        self.assertEqual(order.activity_ids.user_id, self.seller)

    def test_the_limit_then_an_override_then_its_end(self):
        limit = self._limit(30000, self.customer)
        self._move("2026-06-30", 28000)
        self.assertFalse(self._may_order(5000))
        self.env["collections.limit.override"].create(
            {
                "limit_id": limit.id,
                "amount": 5000,
                "reason": "Christmas",
                "date_start": DAY,
                "date_end": "2026-07-31",
            }
        )
        self.assertTrue(self._may_order(7000))
        self.assertFalse(self._may_order(7000.01))
        order = self._order(7000)
        self._confirm(order)
        self.assertFalse(self._may_order(1, day="2026-08-01"))
        self.assertEqual(order.state, "sale")
