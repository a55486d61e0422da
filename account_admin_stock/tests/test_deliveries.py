"""Deliveries to customers on hold."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account_admin.tests.collections.credit import CreditCommon

DAY = "2026-07-01"


@tagged("post_install", "-at_install")
class TestDeliveries(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].sudo().create({"name": "Goods"})
        cls.warehouse = (
            cls.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", cls.company.id)], limit=1)
        )
        if not cls.warehouse:
            cls.warehouse = (
                cls.env["stock.warehouse"]
                .sudo()
                .create({"name": "Here", "code": "HERE", "company_id": cls.company.id})
            )
        cls.packer = cls._user("packer", "stock.group_stock_user")
        cls.boss = cls._user(
            "boss",
            "stock.group_stock_user,account_admin.group_account_admin_override",
        )

    def _picking(self, kind="out_type_id", partner=None):
        kind = self.warehouse[kind]
        customers = self.env.ref("stock.stock_location_customers")
        to = customers if kind == self.warehouse.out_type_id else None
        place = self.warehouse.lot_stock_id
        source = place if to else self.env.ref("stock.stock_location_suppliers")
        picking = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": kind.id,
                    "partner_id": (partner or self.customer).id,
                    "location_id": source.id,
                    "location_dest_id": (to or place).id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.goods.id,
                                "product_uom_qty": 1,
                                "location_id": source.id,
                                "location_dest_id": (to or place).id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        return picking

    def _hold(self, **vals):
        return self.env["collections.hold"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "reason": "Insolvent",
                "date_start": "2026-06-01",
                **vals,
            }
        )

    def _may(self, picking, user=None, day=DAY):
        def validate():
            with self._on(day):
                picking.with_user(user or self.packer).button_validate()

        return self._is_allowed(validate)

    def test_a_hold_stops_a_delivery_and_names_itself(self):
        picking = self._picking()
        self.assertTrue(self._may(picking))
        self._hold()
        self.assertFalse(self._may(picking))
        self.assertIn(picking.name, self.said)
        self.assertIn("Insolvent", self.said)

    def test_a_contact_of_the_account_is_on_hold_as_well(self):
        self._hold()
        shop = self._customer("Shop", parent_id=self.customer.id, is_company=False)
        self.assertFalse(self._may(self._picking(partner=shop)))

    def test_receipts_and_others_are_not_stopped(self):
        self._hold()
        self.assertTrue(self._may(self._picking("in_type_id")))
        self.assertTrue(self._may(self._picking(partner=self._customer("Other"))))

    def test_a_hold_of_invoices_only_and_one_that_expired_let_goods_go(self):
        self._hold(stops_delivery=False)
        self._hold(date_end="2026-06-30")
        self.assertTrue(self._may(self._picking()))

    def test_whoever_may_override_delivers_and_it_is_kept(self):
        hold = self._hold()
        picking = self._picking()
        with self._on(DAY):
            picking.with_user(self.boss).button_validate()
        self.assertEqual(picking.state, "done")
        override = self.env["collections.limit.override"].search(
            [("hold_id", "=", hold.id)]
        )
        self.assertEqual(override.move_name, picking.name)
